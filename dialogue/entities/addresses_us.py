"""American postal addresses: "four seventy seven Park Avenue, suite 558, Dallas, Texas 75277".

The value is `477 Park Avenue, Suite 558, Dallas, TX 75277`, as much of it as was said; `parts` has it piece
by piece: `address1`, `address2`, `city`, `state`, `zip`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities.entity import Context, Entity
from dialogue.entities.sounds import likeness
from dialogue.entities.states import STATES
from dialogue.numerals import Figures, figures

_LEAST = 0.7
"""Likeness from which a place is one that is known."""

_TYPES = {
    "street": "Street", "st": "Street", "avenue": "Avenue", "ave": "Avenue", "road": "Road", "rd": "Road",
    "drive": "Drive", "dr": "Drive", "lane": "Lane", "ln": "Lane", "boulevard": "Boulevard",
    "blvd": "Boulevard", "court": "Court", "ct": "Court", "place": "Place", "pl": "Place", "way": "Way",
    "circle": "Circle", "highway": "Highway", "hwy": "Highway", "parkway": "Parkway", "pkwy": "Parkway",
    "terrace": "Terrace", "square": "Square", "trail": "Trail",
}  # fmt: skip
_UNITS = {
    "suite": "Suite",
    "sweet": "Suite",
    "suit": "Suite",
    "tweet": "Suite",
    "ste": "Suite",
    "apartment": "Apt",
    "apt": "Apt",
    "unit": "Unit",
    "floor": "Floor",
    "room": "Room",
}
_DIGITS = r"\d+(?:[\s,.-]*\d+|[\s-]+(?:oh|o)\b)*"
_STREET = re.compile(
    rf"(?<![\d$])(?P<number>\d[\d\s-]*?(?:oh\s+\d+|o\s+\d+)?\d*[a-d]?)(?:[,.]?\s+|-(?=[a-z]{{3}}))(?P<name>(?!of\b|minutes?\b)(?:(?:north|south|east|west|[nsew]\.?)\s+)?(?:\d+(?:st|nd|rd|th)|[a-z][a-z'.]*(?:\s+[a-z][a-z'.]*){{0,2}}?))"
    rf"\s+(?P<type>{'|'.join(sorted(_TYPES, key=len, reverse=True))})\b\.?"
)
_UNIT = re.compile(
    rf"[\s,.]*(?:#\s*|(?P<unit>{'|'.join(_UNITS)})\b\.?\s*(?:number\s*|#\s*)?)(?P<of>\d[\d\s-]*\d|\d|[a-z]\b)(?P<letter>\s?[a-z]\b)?"
)
_STATE = "|".join(sorted((re.escape(name) for name in STATES), key=len, reverse=True))
_CITY = re.compile(
    rf"[\s,.]*(?:in\s+)?(?P<city>[a-z][a-z.']*(?:[\s-]+[a-z][a-z.']*){{0,2}}?)[\s,.]+(?P<state>{_STATE})\b[.,]?"
    rf"(?:[\s,.]*(?:(?:the )?zip(?: code)?(?: is)?)?[\s,:.]*(?P<zip>(?:\d[\s,-]*){{5}}(?!\d)))?"
)
_ZIP = re.compile(r"[\s,.]*(?:(?:the )?zip(?: code)?(?: is)?)[\s,:.]*(?P<zip>(?:\d[\s,-]*){5})(?!\d)")
_NOT_STREET = re.compile(
    r"\b(?:is|the|to|and|my|on|in|of|for|it|that|a|items?|orders?|days?|more|from|at|i)\b"
)


def find_addresses_us(text: str, language: str, context: Context) -> list[Entity]:
    """Every American address in a text, from its house number on."""
    made = figures(text)
    plain = made.text.casefold()
    found = []
    for match in _STREET.finditer(plain):
        if _NOT_STREET.search(match["name"]) or len(re.sub(r"\D", "", match["number"])) > 6:
            continue
        found.append(_address(made, plain, match, context.valid.places))
    return found


def _address(made: Figures, plain: str, street: re.Match[str], places: Sequence[str]) -> Entity:
    number = re.sub(r"[\s-]|(?<=\d)(?:oh|o)(?=\d)", "", re.sub(r"\bo[h]?\b", "0", street["number"]))
    name = _known(f"{_title(street['name'])} {_TYPES[street['type']]}", places)
    parts = {"address1": f"{number.upper()} {name}"}
    end = street.end()
    unit = _UNIT.match(plain, end)
    if unit:
        of = re.sub(r"[\s-]", "", unit["of"]).upper() + (unit["letter"] or "").strip().upper()
        parts["address2"] = f"{_UNITS.get(unit['unit'] or 'apt', 'Apt')} {of}"
        end = unit.end()
    city = _CITY.match(plain, end)
    if city:
        parts["city"], parts["state"] = _known(_title(city["city"]), places), STATES[city["state"]]
        end = city.end()
        if city["zip"]:
            parts["zip"] = re.sub(r"\D", "", city["zip"])
    elif after := _ZIP.match(plain, end):
        parts["zip"] = re.sub(r"\D", "", after["zip"])
        end = after.end()
    return Entity(
        "address", _written(parts), *made.span(street.start(), end), 0.4 + 0.1 * len(parts), parts=parts
    )


def _known(name: str, places: Sequence[str]) -> str:
    """The known place that a name sounds like, else the name."""
    scored = sorted(((likeness(name, place), place) for place in places if place.isascii()), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= _LEAST else name


def _written(parts: dict[str, str]) -> str:
    place = " ".join(part for part in (parts.get("state"), parts.get("zip")) if part)
    return ", ".join(
        part for part in (parts["address1"], parts.get("address2"), parts.get("city"), place) if part
    )


def _title(name: str) -> str:
    return " ".join(word if word[0].isdigit() else word.capitalize() for word in name.split())
