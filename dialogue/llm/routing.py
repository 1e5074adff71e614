"""Which server a request goes to, and which ones after it if that fails. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.llm.standing import Standing

UNKNOWN_FIRST = 0.0
"""Seconds to the first text taken for a server that has not written yet: it is to be tried."""

SLOWER = 2.0
"""A call stays with the server that has read its conversation, unless that is so many times slower."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the configuration says of one server.

    Attributes:
        name: for logs and figures; different for each server.
        weight: how much it takes in comparison with the others, above 0.
        canary: share of the calls, 0 to 1, that a server on trial gets; None for an ordinary one.
        standby: takes requests only while no other server can.
    """

    name: str
    weight: float = 1.0
    canary: float | None = None
    standby: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server with its standing."""

    place: Place
    standing: Standing


def fraction(call: str) -> float:
    """A number from 0 to below 1 that belongs to a call, spread evenly over calls."""
    return int.from_bytes(hashlib.sha256(call.encode()).digest()[:8]) / 2**64


def trial_of(call: str, places: Iterable[Place]) -> str | None:
    """The name of the canary server whose share the call falls into, None for the ordinary ones.

    The same call gives the same answer as long as the shares do not change; a call that is on trial stays
    so when a share grows.
    """
    at, reached = fraction(call), 0.0
    for place in places:
        reached += place.canary or 0.0
        if at < reached:
            return place.name
    return None


def order(candidates: Sequence[Candidate], call: str, last: str | None = None) -> list[Candidate]:
    """Every server, the one to ask first at the front.

    The least loaded goes first; of those equally loaded the one that has read this conversation before, for
    its cache; then the one that begins to write soonest. Servers that are not well come last of all, for a
    request that might succeed is better than none, then those on trial that the call was not chosen for.

    Args:
        candidates: all servers.
        call: id of the call.
        last: name of the server that wrote the call's last reply.
    """
    trial = trial_of(call, (one.place for one in candidates))
    firsts = [one.standing.first_token for one in candidates if one.standing.is_well]
    fastest = min((first for first in firsts if first is not None), default=UNKNOWN_FIRST)

    def rank(one: Candidate) -> tuple[bool, bool, bool, bool, float, bool, float]:
        place, standing = one.place, one.standing
        knows = place.name == last and _first(one) <= SLOWER * fastest + 0.05
        return (
            not standing.is_well,
            place.canary is not None and place.name != trial,
            place.name != trial,
            place.standby,
            standing.in_flight / place.weight,
            not knows,
            _first(one),
        )

    return sorted(candidates, key=rank)


def _first(one: Candidate) -> float:
    first = one.standing.first_token
    return UNKNOWN_FIRST if first is None else first
