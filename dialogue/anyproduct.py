"""A sentence without the names of products: "where is my kettle" asks what "where is my item" asks."""

from __future__ import annotations

from dialogue.entities import Catalogue
from dialogue.texts import script_of

_ANY = {"en": "item", "zh": "东西"}


def of_any_product(text: str, catalogue: Catalogue) -> str | None:
    """The same said of a product without a name; None where none is named.

    No flow has all its shop's products in its examples, and an unknown word makes a sentence strange.
    """
    named = sorted(catalogue.find(text), key=lambda one: one.start, reverse=True)
    for one in named:
        text = text[: one.start] + _ANY[script_of(text[one.start : one.end])] + text[one.end :]
    return text if named else None
