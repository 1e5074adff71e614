"""What is read from the words alone: numbers, addresses, names, choices, and a matter in one's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from dialogue.entities import Entity, Kind
from dialogue.known import THRESHOLD, Asked, KnownAnswers
from dialogue.tasks.definition import ADDRESS_ARGUMENTS, Slot, SlotType
from dialogue.tasks.scene import Begun, Reading, Scene
from dialogue.tasks.state import Filled
from dialogue.tools.values import address_text

KINDS: dict[SlotType, Kind] = {
    "email": "email",
    "phone": "phone",
    "postcode": "postcode",
    "name": "name",
    "date": "date",
    "quantity": "quantity",
    "product": "product",
}

_OWN_ADDRESS = re.compile(
    r"\b(?:my (?:default|home|account|usual|own|profile|other) address"
    r"|address (?:on file|in my (?:account|profile)))\b"
    r"|默认地址|账户里的地址|我家的地址|账户地址|注册地址"
)
ASKED = 0.35
"""Likeness from which a choice is meant where it was asked for."""

_LEAST_WORDS = 3
"""A matter in one's own words has so many, or twice as many Chinese characters."""

SAID = "said"
"""The part of an address that keeps the words, so that what follows is read together with them."""

_COUNTRIES = {"en": "USA", "zh": "中国"}


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


def address_said(slot: Slot, scene: Scene) -> Reading:
    """A postal address, in one go or piece by piece."""
    if not scene.texts:
        return None
    if scene.account is not None and _OWN_ADDRESS.search(scene.text.casefold()):
        own = scene.account.user["address"]
        return Filled(
            {key: own.get(key, "") for key in ADDRESS_ARGUMENTS}, _address(own, scene), 1.0, "account"
        )
    before = str(scene.parts.get(SAID, ""))
    whole_text = f"{before}, {scene.text}" if before else scene.text
    found = scene.entity("address", whole_text)
    parts: dict[str, str] = {**scene.parts, **(found.parts if found is not None else {})}
    if (scene.asked or parts) and not parts.get("zip") and (postcode := scene.entity("postcode")) is not None:
        parts["zip"] = postcode.value
    if (scene.asked or parts) and not parts.get("city"):
        parts.update(_city(scene))
    if parts:
        parts[SAID] = whole_text
    if not parts:
        return None
    if lacking_part(parts):
        return Begun(parts)
    whole = {key: str(parts.get(key, "")) for key in ADDRESS_ARGUMENTS}
    whole["country"] = whole["country"] or _country(whole)
    whole["state"] = whole["state"] or whole["city"]
    confidence = found.confidence if found is not None else 0.7
    return Filled(whole, _address(whole, scene), confidence, "heard")


def lacking_part(parts: Mapping[str, str]) -> str:
    """The piece of an address that is asked for next: `address1`, `city` or `zip`; empty if it is whole."""
    return next((key for key in ("address1", "city", "zip") if not parts.get(key)), "")


def _city(scene: Scene) -> dict[str, str]:
    """A city that customers live in, named by itself."""
    plain = scene.text.casefold()
    for place in sorted(scene.directory.places, key=len, reverse=True):
        if place.casefold() in plain or (place.endswith("市") and place[:-1] in plain):
            return {"city": place, **_state_of(place, scene)}
    return {}


def _state_of(city: str, scene: Scene) -> dict[str, str]:
    state = scene.directory.states.get(city)
    return {"state": state} if state else {}


def _country(address: dict[str, str]) -> str:
    chinese = any("一" <= char <= "鿿" for char in address["city"] + address["address1"])
    return _COUNTRIES["zh" if chinese else "en"]


def _address(parts: Mapping[str, str], scene: Scene) -> str:
    return address_text({**dict.fromkeys(ADDRESS_ARGUMENTS, ""), **parts}, scene.language)


def choice_said(slot: Slot, scene: Scene) -> Reading:
    """The choice that the words come nearest to, if they come near any."""
    if not scene.texts:
        return None
    if scene.matcher is None:
        return None
    for text in scene.texts:
        match = scene.matcher.find(text, ASKED if scene.asked else THRESHOLD)
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
