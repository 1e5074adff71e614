"""What all scenarios share: plans calls, reads a call's trials, and makes figures of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from parley.benches.latency.calling import CallPlan, Played, Taped
from parley.benches.latency.clips import Clip
from parley.benches.latency.figures import Row
from parley.benches.latency.measure import cut_in, reply_delay
from parley.benches.latency.party import Rendering, TurnEntry
from parley.benches.latency.shop import Cast

BETWEEN = (0.2, 0.9)
"""Seconds of silence before a question, from and to: packets are not to be in step with anything."""

_LATE = 1.5
"""Seconds that the end of speech, as the party believes, may come too late."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured.

    Attributes:
        calls: how many calls.
        turns: trials in each of them.
    """

    calls: int
    turns: int


class Scenario(Protocol):
    """One kind of thing that callers do."""

    @property
    def name(self) -> str:
        """As `--only` takes it."""

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """The calls to be made."""

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """What a call shows, one row a trial.

        Args:
            call: with the party's own entry where it keeps one.
            rendering: of the long answer, where the party knows it.
        """

    def figures(self, rows: Sequence[Row]) -> Row:
        """What all rows show."""


def shuffled(clips: Sequence[Clip], count: int, rng: random.Random) -> list[Clip]:
    """So many clips: all of them in a random order, then all again in another one."""
    chosen: list[Clip] = []
    while len(chosen) < count:
        chosen += rng.sample(list(clips), len(clips))
    return chosen[:count]


def question_row(call: Taped, played: Played) -> Row:
    """What every question shows: delay, cut-in, and what the party wrote down about it.

    `ms` is the delay at the caller's ear, `None` if he was cut into or never answered. `stages` are
    the party's own, with `decision_to_sent`, and `way` for what is left of the delay: the way there
    and back, and by how much the party was wrong about the end of speech.
    """
    trial = played.trial
    cut_at = cut_in(call.tape, played.onset, played.end)
    until = played.second if played.second is not None else played.until
    delay = reply_delay(call.tape, played.end, until) if cut_at is None else None
    ms = None if delay is None else round(delay * 1000, 1)
    turns = call.turns(played.onset - 0.3, played.end + _LATE)
    early = [one for one in turns if _decided(one) < played.end + call.ahead]
    last = turns[-1] if turns else None
    ended = call.events("turn_ended", played.onset, played.end)
    row: Row = {
        "call": call.number,
        "clip": trial.question.name,
        "said": trial.question.text,
        "ms": ms,
        "missed": cut_at is None and delay is None,
        "cut_in": cut_at is not None or bool(early),
        "cut_in_after_ms": None if cut_at is None else round((cut_at - played.onset) * 1000, 1),
        "ended_early": len(ended),
        "kind": last.kind if last else None,
        "understood": last.asked if last else None,
        "reply": last.reply if last else None,
        "right": last.reply == trial.expected if last and trial.expected else None,
    }
    if last is not None and not row["cut_in"] and ms is not None:
        row["stages"] = _stages(dict(last.stages), ms)
    return row


def _decided(turn: TurnEntry) -> float:
    """When the party took the caller's turn to be over, on its clock; never, where it does not say."""
    if turn.speech_end is None or "endpoint" not in turn.stages:
        return float("inf")
    return turn.speech_end + turn.stages["endpoint"] / 1000


def _stages(stages: dict[str, float], ms: float) -> dict[str, float]:
    if "total" in stages:
        if "endpoint" in stages:
            stages["decision_to_sent"] = round(stages["total"] - stages["endpoint"], 1)
        stages["way"] = round(ms - stages["total"], 1)
    return stages
