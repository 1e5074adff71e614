"""Products that a text names, among a few: by less than their whole names."""

from __future__ import annotations

import re

from dialogue.entities import Catalogue

_WORD = re.compile(r"[a-z]{4,}")
_LEAST_SIGNS = 2


def products_named(catalogue: Catalogue, text: str) -> list[str]:
    """The ids of the products named, in the order of the catalogue's certainty.

    Besides what sounds like a product's name, a part of it counts that no other product of the catalogue has:
    雨衣 for 雨衣外套.
    """
    found = catalogue.find(text, asked=True)
    ids = list(dict.fromkeys(value for one in found for value in (one.alternatives or (one.value,))))
    plain = text.casefold()
    parts = {
        product.id: {part for name in product.names for part in _parts(name)}
        for product in catalogue.products
    }
    for product, own in parts.items():
        others = set().union(*(theirs for other, theirs in parts.items() if other != product))
        if product not in ids and any(part in plain for part in own - others):
            ids.append(product)
    return ids


def _parts(name: str) -> set[str]:
    """The words of an English name, the runs of signs of a Chinese one."""
    plain = name.casefold()
    signs = "".join(char for char in plain if "一" <= char <= "鿿")
    runs = {signs[i:j] for i in range(len(signs)) for j in range(i + _LEAST_SIGNS, len(signs) + 1)}
    return runs | set(_WORD.findall(plain))
