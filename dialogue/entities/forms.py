"""The table of spoken forms in `forms.yaml`: what the tests check, and what the bench says aloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dialogue.entities.catalogue import Catalogue, Product
from dialogue.entities.entity import KINDS, Kind, PaymentMethod, Valid


@dataclass(frozen=True, slots=True)
class Form:
    """One way of saying a value."""

    kind: Kind
    language: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Forms:
    """The whole table.

    Attributes:
        now: the local time that it is written for.
        valid: the values that the shop in it knows.
        said: forms that a voice can say.
        written: further spellings of recognisers.
        nothing: (language, sentence) with nothing in it.
    """

    now: datetime
    valid: Valid
    said: tuple[Form, ...]
    written: tuple[Form, ...]
    nothing: tuple[tuple[str, str], ...]


@cache
def load_forms() -> Forms:
    """Read the table."""
    data = yaml.safe_load(files("dialogue.entities").joinpath("forms.yaml").read_text(encoding="utf-8"))
    return Forms(
        data["now"],
        _valid(data["shop"]),
        tuple(_forms(data["forms"])),
        tuple(_forms(data["written"])),
        tuple((language, text) for language, texts in data["nothing"].items() for text in texts),
    )


def _forms(table: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> Iterator[Form]:
    for kind in KINDS:
        for language, values in table.get(kind, {}).items():
            for value, said in values.items():
                yield from (Form(kind, language, value, one) for one in said)


def _valid(shop: Mapping[str, Any]) -> Valid:
    products = [Product(one["id"], tuple(one["names"]), one.get("variants", {})) for one in shop["products"]]
    return Valid(
        orders=tuple(shop["orders"]),
        emails=tuple(shop["emails"]),
        phones=tuple(shop["phones"]),
        postcodes=tuple(shop["postcodes"]),
        names=tuple(shop["names"]),
        places=tuple(shop["places"]),
        payments=tuple(PaymentMethod(**one) for one in shop["payments"]),
        catalogue=Catalogue(products),
    )
