"""What is read from the words alone: numbers, names, choices, and a matter in one's own words."""

from __future__ import annotations

import re
from functools import lru_cache

from dialogue.entities import Entity, Kind
from dialogue.known import Asked, KnownAnswers
from dialogue.tasks.definition import Slot, SlotType
from dialogue.tasks.scene import Reading, Scene
from dialogue.tasks.state import Filled

KINDS: dict[SlotType, Kind] = {
    "email": "email",
    "phone": "phone",
    "postcode": "postcode",
    "name": "name",
    "date": "date",
    "quantity": "quantity",
    "product": "product",
}

ASKED, UNASKED = 0.35, 0.7
"""Likeness from which a choice is meant: where it was asked for, and where it was not."""

_LEAST_WORDS = 3
"""A matter in one's own words has so many, or twice as many Chinese characters."""


def value_said(slot: Slot, scene: Scene) -> Reading:
    """A value of a plain kind. A name or a quantity is only taken where it was asked for."""
    if not scene.texts or (slot.type in ("name", "quantity") and not scene.asked):
        return None
    found = scene.entity(KINDS[slot.type])
    return Filled(found.value, _spoken(found, scene), found.confidence, found.source) if found else None


def _spoken(found: Entity, scene: Scene) -> str:
    if found.kind == "product":
        return scene.directory.name(found.value, scene.language) or found.value
    return found.value


def choice_said(slot: Slot, scene: Scene) -> Reading:
    """The choice that the words come nearest to, if they come near any."""
    if not scene.texts:
        return None
    if scene.matcher is None:
        return None
    for text in scene.texts:
        match = scene.matcher.find(text, ASKED if scene.asked else UNASKED)
        if match is not None:
            choice = next(one for one in slot.choices if one.value == match.name)
            return Filled(choice.value, choice.name.best(scene.language)[0], match.score, "heard")
    return None


def matcher_of(slot: Slot) -> KnownAnswers:
    """What finds a slot's choice in the caller's words."""
    return KnownAnswers(
        {
            choice.value: Asked(
                (*choice.examples.all(), *(text for text in (choice.name.en, choice.name.zh) if text))
            )
            for choice in slot.choices
        }
    )


def text_said(slot: Slot, scene: Scene) -> Reading:
    """Whatever was said, if it is more than a word or two."""
    if not scene.asked or not is_told(scene.text):
        return None
    return Filled(scene.text, scene.text, 0.8, "heard")


@lru_cache(maxsize=256)
def is_told(text: str) -> bool:
    """Whether a text tells something."""
    signs = sum("一" <= char <= "鿿" for char in text)
    return signs >= 2 * _LEAST_WORDS or len(re.findall(r"[A-Za-z0-9']+", text)) >= _LEAST_WORDS
