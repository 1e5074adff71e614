"""Scenes that slots are read from: customers of the sample shop, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dialogue.tasks.account import Account
from dialogue.tasks.definition import Slot
from dialogue.tasks.directory import Directory
from dialogue.tasks.reading import READERS
from dialogue.tasks.scene import Reading, Scene, Unclear
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.talk import Counted, sample

PETER, WARD, KEVIN = "peter_patel_7642", "peter_ward_4604", "kevin_parker_1475"
JUN, LI = "jun_wu_7098", "li_chen_8736"
TEA, BAG, KEYBOARD = "#W1736522", "#W6649259", "#W1310795"
"""Peter's orders: a pending one with a tea set, a delivered one with a sleeping bag, and a delivered one with
four things, of which the first is a keyboard."""

LAMPS = "#W4513481"
"""Jun's delivered order with a bookshelf and two desk lamps."""


@cache
def directory() -> Directory:
    """The sample shop's directory."""
    with TemporaryDirectory() as folder:
        counted = Counted(Path(folder))
        counted.close()
        return counted.counter.directory


@cache
def account(user: str) -> Account:
    """A customer's account."""
    shop = sample()
    record = shop["users"][user]
    return Account(record, [shop["orders"][one] for one in record["orders"]], directory())


def scene(
    *texts: str,
    user: str | None = PETER,
    asked: bool = True,
    language: str = "",
    slots: Mapping[str, Filled] | None = None,
    **further: Any,
) -> Scene:
    """A scene; the language is that of the words."""
    chinese = any("一" <= char <= "鿿" for text in texts for char in text)
    own = account(user) if user is not None else None
    return Scene(
        texts, language or ("zh" if chinese else "en"), asked, directory(), own, slots or {}, **further
    )


def read(slot: Slot, where: Scene) -> Reading:
    """What the words come to."""
    return READERS[slot.type].said(slot, where)


def alone(slot: Slot, where: Scene) -> Reading:
    """What it comes to without words."""
    return READERS[slot.type].alone(slot, where)


def value(reading: Reading) -> Any:
    """A filled value, or of an unclear one its options."""
    if isinstance(reading, Unclear):
        return {option.value for option in reading.options}
    return reading.value if isinstance(reading, Filled) else reading


def items_of(order: str, *places: int) -> list[str]:
    """The ids of some items of an order, by their places from 0; all without any."""
    items = sample()["orders"][order]["items"]
    return [items[place]["item_id"] for place in places or range(len(items))]


def order(order_id: str) -> dict[str, Filled]:
    """Slots with an order."""
    return {"order": Filled(order_id)}


def order_and_items(order_id: str, ids: Sequence[str]) -> dict[str, Filled]:
    """Slots with an order and some of its items."""
    return {"order": Filled(order_id), "items": Filled(list(ids))}


def slot(kind: str, **further: Any) -> Slot:
    """A slot as a flow's author writes it."""
    return Slot.model_validate({"type": kind, **further})
