"""A postal address: in one go, piece by piece, the caller's own, or a correction of one piece."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogue.entities import postcodes_doubled
from dialogue.tasks.definition import ADDRESS_ARGUMENTS, Slot
from dialogue.tasks.scene import Begun, Reading, Scene
from dialogue.tasks.state import Filled
from dialogue.tools.values import address_text

_OWN = (
    r"(?:my (?:default|home|account|usual|own|profile|other) address"
    r"|(?:the )?address (?:on file|in my (?:account|profile))|默认地址|账户里?的?地址|我家的?地址|注册地址)"
)
_OWN_ADDRESS = re.compile(_OWN)
_TO_OWN_ADDRESS = re.compile(rf"(?:\b(?:to|use|at)\s+|[到成为用往]\s*(?:我的|我)?){_OWN}")
"""The same where no address was asked for: "change my default address" names none."""

_SAID = "said"
"""The part of an address that keeps the words, so that what follows is read together with them."""

_DISTRICT = "district"
"""The part that keeps a Chinese district until the street is known, which it goes before."""

_STREET = ("district", "town", "street", "number", "estate")
_INSIDE = ("building", "unit", "floor", "room")
_LEADING_DISTRICT = re.compile(r"^[一-鿿]{1,5}?[区县]")
_REGION = 2
"""Digits that all zip codes of a city share with the customers' there, or the code was misheard."""

_LEAD = 3
"""Digits that must be known of a city's zip codes to put one right that lacks a digit."""

_COUNTRIES = {"en": "USA", "zh": "中国"}


def address_said(slot: Slot, scene: Scene) -> Reading:
    """A postal address, or a part of one."""
    if not scene.texts:
        return None
    own = _OWN_ADDRESS if scene.asked else _TO_OWN_ADDRESS
    if scene.account is not None and own.search(scene.text.casefold()):
        return _own(scene)
    if scene.before is not None:
        return _corrected(scene, scene.before)
    known = {key: value for key, value in scene.parts.items() if key != _SAID}
    before = str(scene.parts.get(_SAID, ""))
    # A stroke, since a zip code that is said again must not go on the one before.
    text = f"{before} | {scene.text}" if before else scene.text
    parts = {**known, **_parts(scene, text), **_parts(scene, scene.text)}
    parts = _with_likely_zip(_with_district(parts), text, scene)
    if parts == known:
        return None
    if lacking_part(parts):
        return Begun({**parts, _SAID: text})
    return _filled(parts, scene.language)


def lacking_part(parts: Mapping[str, Any]) -> str:
    """The piece of an address that is asked for next: `address1`, `city` or `zip`; empty if it is whole."""
    return next((key for key in ("address1", "city", "zip") if not parts.get(key)), "")


def _own(scene: Scene) -> Filled:
    assert scene.account is not None  # noqa: S101 - asked by the caller
    own = scene.account.user["address"]
    address = {key: own.get(key, "") for key in ADDRESS_ARGUMENTS}
    return Filled(address, address_text(address, scene.language), 1.0, "account")


def _corrected(scene: Scene, before: Filled) -> Reading:
    """The address with those pieces replaced that were said."""
    said = _parts(scene, scene.text)
    if not said:
        return None
    parts = {**before.value, **said}
    moved = _named(str(said.get("address1", ""))) != _named(str(before.value["address1"]))
    if "address1" in said and "address2" not in said and moved:
        parts["address2"] = ""
    if (district := said.get(_DISTRICT)) and "address1" not in said:
        parts["address1"] = district + _LEADING_DISTRICT.sub("", parts["address1"])
    return _filled(parts, scene.language)


def _named(street: str) -> str:
    """A street without the house's number: where only that was misheard, the apartment stays."""
    return re.sub(r"[\d\s]+", "", street).casefold()


def _parts(scene: Scene, text: str) -> dict[str, str]:
    """The pieces of an address in a text, by the names that the shop has for them."""
    found = scene.entity("address", text)
    parts = _by_shop(found.parts, scene) if found is not None else {}
    if not (scene.asked or scene.parts):
        return parts
    # The zip code of a new address is not corrected to that of the old one.
    postcode = replace(scene, asked=True).entity("postcode", text, replace(scene.valid, postcodes=()))
    is_house = found is not None and postcode is not None and found.start <= postcode.start < found.end
    if postcode is not None and not parts.get("zip") and not is_house:
        parts["zip"] = postcode.value
    if not parts.get("city"):
        parts.update(_city(scene, text))
    return parts


def _by_shop(parts: Mapping[str, str], scene: Scene) -> dict[str, str]:
    """American pieces as they are; Chinese ones put together to lines."""
    if not {"province", *_STREET, *_INSIDE} & set(parts):
        return dict(parts)
    city = parts.get("city", "")
    made = {
        "state": parts.get("province", "") or _state_of(city, scene),
        "city": city,
        "address2": "".join(parts.get(key, "") for key in _INSIDE),
    }
    if parts.get("street") or parts.get("estate"):
        made["address1"] = "".join(parts.get(key, "") for key in _STREET)
    elif parts.get("district"):
        made[_DISTRICT] = "".join(parts.get(key, "") for key in ("district", "town"))
    return {key: value for key, value in made.items() if value}


def _with_district(parts: dict[str, str]) -> dict[str, str]:
    """With the district, said before the street, at the beginning of the street's line."""
    district, street = parts.get(_DISTRICT), parts.get("address1")
    if not district or not street:
        return parts
    line = street if _LEADING_DISTRICT.match(street) else district + street
    return {key: value for key, value in parts.items() if key != _DISTRICT} | {"address1": line}


def _with_likely_zip(parts: dict[str, str], text: str, scene: Scene) -> dict[str, str]:
    """With a zip code only that may be one of the city's, as far as customers there tell how they begin."""
    city, state = parts.get("city", ""), parts.get("state", "")
    lead = scene.directory.zip_leads.get(city, "")
    if not lead or (state and state != scene.directory.states[city]):
        return parts  # nobody is known there: Portland lies in Oregon, and in Maine
    code = parts.get("zip", "")
    if not code:
        likely = [one for one in postcodes_doubled(text, scene.language) if one.startswith(lead)]
        return {**parts, "zip": likely[0]} if len(likely) == 1 and len(lead) >= _LEAD else parts
    if code.startswith(lead[:_REGION]):
        return parts
    return {key: value for key, value in parts.items() if key != "zip"}


def with_postcode(parts: Mapping[str, Any], postcode: str, language: str) -> Filled:
    """An address that lacked nothing but its zip code."""
    return _filled({**parts, "zip": postcode}, language)


def _city(scene: Scene, text: str) -> dict[str, str]:
    """A city that customers live in, named by itself."""
    plain = text.casefold()
    for place in sorted(scene.directory.places, key=len, reverse=True):
        named = place[:-1] in plain if place.endswith("市") else _names(plain, place.casefold())
        if named:
            return {"city": place, "state": _state_of(place, scene)}
    return {}


def _names(text: str, place: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(place)}(?![a-z])", text) is not None


def _state_of(city: str, scene: Scene) -> str:
    """A city's state or province; a city such as 北京市 is its own."""
    return scene.directory.states.get(city, city if city.endswith("市") else "")


def _filled(parts: Mapping[str, Any], language: str) -> Filled:
    whole = {key: str(parts.get(key, "")) for key in ADDRESS_ARGUMENTS}
    chinese = any("一" <= char <= "鿿" for char in whole["city"] + whole["address1"])
    whole["country"] = _COUNTRIES["zh" if chinese else "en"]
    whole["state"] = whole["state"] or whole["city"]
    return Filled(whole, address_text(whole, language), 0.7, "heard")
