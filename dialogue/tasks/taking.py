"""What the caller's words fill: the open question, another slot, or one that is filled already."""

from __future__ import annotations

from dataclasses import replace

from dialogue.tasks.definition import Slot, SlotType
from dialogue.tasks.dictating import spoken_value
from dialogue.tasks.scene import Begun, Impossible, Reading, Unclear
from dialogue.tasks.state import Filled, Question
from dialogue.tasks.work import Work

_KNOWN = ("only", "named", "chosen", "account", "default", "confirmed", "keyed")
"""Sources of values that nobody need be asked about."""

_SURE = 0.8
"""Confidence from which a corrected value is not asked about."""

_OWN_WORDS: tuple[SlotType, ...] = ("text", "name", "quantity")
"""Types whose values are never taken from words that were meant for something else."""

_INSIDE: tuple[SlotType, ...] = ("items", "new-items")
"""Types of what is in an order."""

_DENIABLE: tuple[SlotType, ...] = ("order", "items", "new-items", "payment", "address")
"""Types whose other value may follow a "no" by itself: "no, the chair"."""


def takes(work: Work, asked: Question) -> bool:
    """Whether the words answer the open question, or a part of it."""
    if asked.about in ("task", "proposal"):
        return False
    if asked.about == "identity":
        before, made = work.who(asked=True)
        return made != before
    reading = spoken_value(work) or work.read(asked.slot, asked=True)
    if isinstance(reading, Begun):
        return reading.parts != work.current.parts
    return reading is not None and not isinstance(reading, Impossible)


def corrected(work: Work, *, denied: bool = False) -> bool:
    """Take other values that are named for slots that are filled already; whether there were any.

    Args:
        work: the turn's work.
        denied: the caller has said no to the values: then less evidence will do.
    """
    changed = False
    for name, slot in work.task.slots.items():
        filled = work.current.slots.get(name)
        if filled is None or slot.type in _OWN_WORDS:
            continue
        reading = work.read(name, asked=denied and slot.type in _DENIABLE)
        if isinstance(reading, Filled) and reading.value != filled.value:
            work.fill(name, reading)
            changed = True
        elif isinstance(reading, Unclear) and filled.value not in [one.value for one in reading.options]:
            work.set(work.current.lacking(name, *work.dependents(name)))
            changed = True
    if changed:
        work.set(replace(work.current, asked=None, token="", agreed=False))
    work.got = work.got or changed
    return changed


def repeated(work: Work) -> bool:
    """Whether the words name a value once more that is known already."""
    for name, filled in work.current.slots.items():
        slot = work.slot(name)
        if slot.type not in _OWN_WORDS:
            reading = work.read(name, asked=slot.type in _DENIABLE)
            if isinstance(reading, Filled) and reading.value == filled.value:
                return True
    return False


def volunteered(work: Work) -> bool:
    """Take what the words hold that was not asked for yet; whether there was anything."""
    taken = False
    asked = work.current.asked.slot if work.current.asked is not None else ""
    for name, slot in work.task.slots.items():
        if not work.texts or name in work.current.slots or name == asked:
            continue
        reading = work.read(name, asked=False)
        if isinstance(reading, Filled) and not is_doubtful(slot, reading):
            parts, question = work.current.parts, work.current.asked
            work.fill(name, reading)
            work.set(replace(work.current, parts=parts, asked=question))
            taken = True
    work.got = work.got or taken
    return taken


def value_of(work: Work, name: str) -> Reading:
    """What a slot comes to: by the caller's words, without them, or by default."""
    task, slot = work.current, work.slot(name)
    asked = task.asked is not None and task.asked.slot == name
    reading = (spoken_value(work) if asked else None) or work.read(name, asked=asked)
    if reading is not None:
        begun_before = isinstance(reading, Begun) and reading.parts == task.parts
        work.got = work.got or not begun_before
        return reading
    if not asked and slot.type in _INSIDE:
        # What the task began with may name what is in the order that is known only now.
        reading = work.read(name, asked=False, text=task.words)
    if reading is None and not slot.optional and not (asked and work.texts):
        # An answer that was not understood is no reason to guess, nor is a slot that is never asked for.
        reading = work.alone(name)
    if reading is None and slot.default == "name" and work.account is not None:
        return Filled(work.account.name, work.account.name, 1.0, "account")
    if reading is None and slot.default is not None:
        return Filled(slot.default, slot.default, 1.0, "default")
    return reading


def is_doubtful(slot: Slot, filled: Filled) -> bool:
    """Whether the caller is asked if a value was heard right."""
    if slot.confirm == "never" or filled.source in _KNOWN:
        return False
    return slot.confirm == "always" or (
        filled.source in ("corrected", "unsure") and filled.confidence < _SURE
    )


_MEANT: tuple[tuple[SlotType, tuple[str, ...]], ...] = (
    ("address", ("address", "street", "地址")),
    ("payment", ("pay", "card", "refund", "支付", "付款", "退款", "卡")),
    ("order", ("order", "订单", "单子", "那单")),
    ("items", ("item", "product", "商品", "东西", "件")),
    ("new-items", ("colour", "color", "size", "颜色", "尺码", "款")),
)


def wrong_slot(work: Work, text: str) -> str:
    """The slot that was wrong by the caller's words; the first one where they do not tell."""
    plain = text.casefold()
    slots = {slot.type: name for name, slot in work.task.slots.items() if name in work.current.slots}
    named = next(
        (slots[kind] for kind, cues in _MEANT if kind in slots and any(cue in plain for cue in cues)), ""
    )
    return named or next((slots[kind] for kind in _DENIABLE if kind in slots), "")
