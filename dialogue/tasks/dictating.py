"""Numbers that come in pieces, spoken or keyed: an order's, a zip code, a telephone number."""

from __future__ import annotations

from dataclasses import replace

from dialogue.entities import Dictation, Entity, Kind, Valid
from dialogue.following import is_spelled
from dialogue.tasks.identity import pieces_of
from dialogue.tasks.reading import READERS
from dialogue.tasks.reading_addresses import lacking_part, with_postcode
from dialogue.tasks.state import Filled
from dialogue.tasks.work import Work


def dictated_kind(work: Work) -> Kind | None:
    """The kind of number that may be keyed now, None where keys mean no digits."""
    asked = work.current.asked
    if asked is None:
        return None
    if asked.about == "identity":
        return "postcode"
    slot = work.task.slots.get(asked.slot)
    if slot is not None and slot.type == "address":
        return "postcode" if lacking_part(work.current.parts) == "zip" else None
    if slot is None or not READERS[slot.type].dictated:
        return None
    return READERS[slot.type].kinds[0]


def dictation_of(work: Work) -> Dictation:
    """What was said and keyed of it so far."""
    kind = dictated_kind(work)
    if kind not in ("order", "phone", "postcode"):
        raise ValueError(f"{kind} is not dictated")
    valid = work.account.valid if work.account is not None else work.counter.directory.valid
    task = work.current
    if task.asked is not None and task.asked.about == "slot" and work.slot(task.asked.slot).type == "address":
        valid = Valid()  # a new address is not corrected to the old one
    return Dictation(kind, work.language, valid, said=task.dictated, keys=tuple(task.keyed))


def key(work: Work, digit: str) -> bool:
    """Take a key; whether the number is whole now and was filled in."""
    dictation = dictation_of(work).keyed(digit)
    found, asked = dictation.entity, work.current.asked
    work.set(replace(work.current, dictated=dictation.said, keyed=dictation.keys))
    if found is None or asked is None:
        return False
    work.got = True
    if asked.about == "identity":
        _with_postcode(work, found.value)
    else:
        work.fill(asked.slot, _filled(work, asked.slot, found))
    return True


def spoken_value(work: Work) -> Filled | None:
    """The number that is whole now that more of it was said; None where none was begun, or it lacks some."""
    asked = work.current.asked
    if asked is None or asked.about == "identity" or not work.current.dictated or not work.texts:
        return None
    found = dictation_of(work).spoken(work.texts[0]).entity
    return _filled(work, asked.slot, found) if found is not None else None


def _filled(work: Work, slot: str, found: Entity) -> Filled:
    if work.slot(slot).type == "address":
        return with_postcode(work.current.parts, found.value, work.language)
    return Filled(found.value, found.value.lstrip("#"), found.confidence, found.source)


def postcode_spoken(work: Work) -> bool:
    """Take a zip code that is said in pieces; whether it is whole now."""
    before = dictation_of(work)
    # 要 and 两 in words that are no number are no pieces of one.
    text = work.texts[0] if work.texts and is_spelled(work.texts[0]) else ""
    dictation = before.spoken(text) if text else before
    if dictation.entity is None:
        # What lacks a digit at most was meant to be all of it, and was misheard.
        is_piece = replace(before, said="", keys=()).spoken(text).missing > 1
        if is_piece and dictation.missing and len(dictation.said) > len(before.said):
            work.set(replace(work.current, dictated=dictation.said, keyed=dictation.keys))
            work.got = True
            work.tell(dictation.told)
        elif is_piece and not any(before.keys):
            # More digits than there can be: one of the pieces was misheard, and nobody knows which.
            work.set(replace(work.current, dictated="", keyed=()))
        return False
    _with_postcode(work, dictation.entity.value)
    work.texts = ()
    return True


def _with_postcode(work: Work, postcode: str) -> None:
    who = replace(pieces_of(work.memory.who), postcode=postcode)
    work.memory = replace(work.memory, who=who.as_json())
    work.set(replace(work.current, dictated="", keyed=()))
