"""Judges a call by what the shop holds before and after it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley.benches.callers.scenario import Expected

Shop = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a call when it is over.

    Attributes:
        changed: what is another than before, by section and id, as it is now.
        tickets, invoices: opened and asked for.
        transferred: the caller was handed to a person.
        replies: all that Parley said.
    """

    changed: Mapping[str, Mapping[str, Mapping[str, Any]]]
    tickets: int
    invoices: int
    transferred: bool
    replies: Sequence[str]


def changed(before: Shop, after: Shop) -> dict[str, dict[str, Mapping[str, Any]]]:
    """What is another than before, by section and id."""
    return {
        section: {
            key: after.get(section, {}).get(key, {})
            for key in (*before.get(section, {}), *after.get(section, {}))
            if before.get(section, {}).get(key) != after.get(section, {}).get(key)
        }
        for section in ("products", "users", "orders")
    }


def problems(expect: Expected, seen: Seen) -> list[str]:
    """What is not as it must be; empty where everything is."""
    found = [
        *_wrong("order", expect.orders, seen.changed.get("orders", {})),
        *_wrong("user", expect.users, seen.changed.get("users", {})),
    ]
    for name, wanted, came in (
        ("tickets", expect.tickets, seen.tickets),
        ("invoice requests", expect.invoices, seen.invoices),
    ):
        if wanted != came:
            found.append(f"expected {wanted} {name}, found {came}")
    if expect.person != seen.transferred:
        found.append(f"expected {'a' if expect.person else 'no'} transfer to a person")
    everything = "\n".join(seen.replies)
    found += [f"never said: {p}" for p in expect.said if not re.search(p, everything, re.IGNORECASE)]
    found += [f"said: {p}" for p in expect.never if re.search(p, everything, re.IGNORECASE)]
    return found


def acted_wrongly(expect: Expected, seen: Seen) -> bool:
    """Whether something in the shop was changed that must not have been, or in another way."""
    for wanted, came in (
        (expect.orders, seen.changed.get("orders", {})),
        (expect.users, seen.changed.get("users", {})),
    ):
        for key, fields in came.items():
            if not _fits(wanted.get(key), fields):
                return True
    return bool(seen.changed.get("products"))


def _wrong(
    what: str, wanted: Mapping[str, Mapping[str, Any]], came: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    found = []
    for key in dict.fromkeys((*wanted, *came)):
        if key not in wanted:
            found.append(f"{what} {key} was changed, and must not be: {_short(came[key])}")
        elif key not in came:
            found.append(f"{what} {key} was not changed")
        elif not _fits(wanted[key], came[key]):
            found.append(f"{what} {key} is {_part(wanted[key], came[key])}, expected {dict(wanted[key])}")
    return found


def _fits(wanted: Mapping[str, Any] | None, came: Mapping[str, Any]) -> bool:
    return wanted is not None and _part(wanted, came) == dict(wanted)


def _part(wanted: Mapping[str, Any], came: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were asked about; of nested ones likewise."""
    return {
        key: _part(value, came.get(key, {})) if isinstance(value, Mapping) else came.get(key)
        for key, value in wanted.items()
    }


def _short(fields: Mapping[str, Any]) -> str:
    return str(fields.get("status", ""))[:80]
