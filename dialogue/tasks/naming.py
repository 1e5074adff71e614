"""Products that a text names, among a few: by less than their whole names."""

from __future__ import annotations

import re

from dialogue.entities import Catalogue

_WORD = re.compile(r"[a-z]{4,}")
_LEAST_SIGNS = 2
_NO_PRODUCT = re.compile(r"\bbank (?:transfers?|accounts?|cards?|details)\b|\bto a person\b", re.IGNORECASE)
"""Ways to speak of paying or of a colleague that sound like products: "power bank", "two-person tent"."""


def products_named(catalogue: Catalogue, text: str, *, asked: bool = True) -> list[str]:
    """The ids of the products named, in the order of the catalogue's certainty.

    Besides what sounds like a product's name, a part of it counts that no other product of the catalogue has:
    雨衣 for 雨衣外套. Where no product was `asked` for, only the end of a Chinese name is such a part: who
    wants something sent to his office does not speak of his office chair.
    """
    text = _NO_PRODUCT.sub(" ", text)
    found = catalogue.find(text, asked=asked)
    ids = list(dict.fromkeys(value for one in found for value in (one.alternatives or (one.value,))))
    plain = text.casefold()
    words = set(_WORD.findall(plain)) | {word.removesuffix("s") for word in _WORD.findall(plain)}
    parts = {
        product.id: {part for name in product.names for part in _parts(name, asked=asked)}
        for product in catalogue.products
    }
    for product, own in parts.items():
        others = set().union(*(theirs for other, theirs in parts.items() if other != product))
        if product not in ids and any(_is_in(part, plain, words) for part in own - others):
            ids.append(product)
    return ids


def _is_in(part: str, text: str, words: set[str]) -> bool:
    return part in words if part.isascii() else part in text


def _parts(name: str, *, asked: bool) -> set[str]:
    """The words of an English name, the runs of signs of a Chinese one."""
    plain = name.casefold()
    signs = "".join(char for char in plain if "一" <= char <= "鿿")
    if not asked:
        return {signs[at:] for at in range(len(signs) - _LEAST_SIGNS + 1)}
    runs = {signs[i:j] for i in range(len(signs)) for j in range(i + _LEAST_SIGNS, len(signs) + 1)}
    return runs | set(_WORD.findall(plain))
