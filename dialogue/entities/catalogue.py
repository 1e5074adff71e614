"""A shop's products, their variants and options, found by name: as written, misspelled or misheard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dialogue.entities.entity import Context, Entity
from dialogue.entities.sounds import likeness
from dialogue.numerals import figures
from dialogue.words import word_set

LEAST = 0.74
"""Likeness from which words are a product's name."""

LEAST_ASKED = 0.66
"""The same where a product was asked for."""

AHEAD = 0.06
"""By how much the best product must be ahead of the second, so that nobody need be asked."""

_SHORT_NAME = 0.16
"""How much more a Chinese name of two signs must be alike: many words are."""

HEAD = 0.76
"""What the last word of a name counts by itself."""

_REMEMBERED = 32
"""Texts whose products are kept."""

_WORD = re.compile(r"[A-Za-z0-9]+|[一-鿿]")
_SPACES = re.compile(r"[^a-z0-9一-鿿]+")
# Words of one kind of thing that name nothing by themselves.
_COMMON = word_set("set the a an my and of for with your this that it one 的 我 你 个 这 那 是")


@dataclass(frozen=True, slots=True)
class Product:
    """A product as callers may call it.

    Attributes:
        id: the shop's.
        names: what it is called, in any language; the first is the one to read back.
        variants: for each item id its options (`{"color": "blue", "size": "M"}`).
    """

    id: str
    names: Sequence[str]
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Name:
    plain: str
    size: int
    product: Product

    joined: str


@dataclass(frozen=True, slots=True)
class _Window:
    """A run of words: as heard, without spaces, whether it is English, and a name's last word alone."""

    start: int
    end: int
    heard: str
    run: str
    ascii: bool
    head: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    score: float
    product: Product
    start: int
    end: int


class Catalogue:
    """The products of a shop, prepared for being looked up. Shared by all calls.

    Attributes:
        products: these products.
        options: every value of each option.
        said: what callers may name: products and values of options, in any language.
    """

    def __init__(self, products: Sequence[Product]) -> None:
        """Prepare these products."""
        self.products = tuple(products)
        self._lately: dict[tuple[str, bool], tuple[Entity, ...]] = {}
        self._names = [
            _Name(
                _plain(name),
                len(_plain(name).split()) if name.isascii() else len(name),
                product,
                _plain(name).replace(" ", ""),
            )
            for product in products
            for name in product.names
            if _plain(name)
        ]
        # Names that end in a word of the kind that names nothing by itself: "tea set".
        self._written = frozenset(name.plain for name in self._names if name.size > 1)
        self._heads = _heads(products)
        self.options: dict[str, tuple[str, ...]] = {}
        values: dict[str, dict[str, None]] = {}
        for product in products:
            for options in product.variants.values():
                for option, value in options.items():
                    values.setdefault(option, {})[value] = None
        self.options = {option: tuple(found) for option, found in values.items()}
        self.said = tuple(
            dict.fromkeys(
                (
                    *(name for one in products for name in one.names),
                    *(v for found in values.values() for v in found),
                )
            )
        )

    def find(self, text: str, *, asked: bool = False) -> list[Entity]:
        """The products that a text names; where one was `asked` for, by less likeness."""
        # One turn's words are read for several slots.
        found = self._lately.get((text, asked))
        if found is None:
            if len(self._lately) >= _REMEMBERED:
                self._lately.clear()
            found = self._lately[text, asked] = tuple(self._found(text, asked))
        return list(found)

    def _found(self, text: str, asked: bool) -> list[Entity]:
        least = LEAST_ASKED if asked else LEAST
        made = figures(text)
        words = list(_WORD.finditer(made.text.casefold()))
        windows = self._windows(made.text.casefold(), words)
        hits = [hit for name in self._names if (hit := _best(windows, name, least)) is not None]
        hits += self._by_head(words)
        hits.sort(key=lambda hit: (-hit.score, hit.start - hit.end, hit.start, hit.product.id))
        found: list[Entity] = []
        taken: list[_Hit] = []
        for hit in hits:
            if any(hit.start < other.end and other.start < hit.end for other in taken):
                continue
            taken.append(hit)
            found.append(self._entity(hit, hits, made.span(hit.start, hit.end)))
        return found

    def _windows(self, text: str, words: Sequence[re.Match[str]]) -> dict[int, list[_Window]]:
        """Every run of words that may be a name, by the number of its words."""
        longest = max((name.size for name in self._names), default=0) + 1
        windows: dict[int, list[_Window]] = {size: [] for size in range(1, longest + 1)}
        for at, first in enumerate(words):
            for size in range(1, min(longest, len(words) - at) + 1):
                last = words[at + size - 1]
                heard = _plain(text[first.start() : last.end()])
                if (first[0] in _COMMON or last[0] in _COMMON) and heard not in self._written:
                    continue
                head = size == 1 and _singular(heard) in self._heads
                windows[size].append(
                    _Window(first.start(), last.end(), heard, heard.replace(" ", ""), heard.isascii(), head)
                )
        return windows

    def _by_head(self, words: Sequence[re.Match[str]]) -> list[_Hit]:
        """Products by the last word of their names alone: "the charger"; whoever shares it is a rival."""
        return [
            _Hit(HEAD, product, word.start(), word.end())
            for word in words
            for product in self._heads.get(_singular(word[0]), ())
        ]

    def _entity(self, hit: _Hit, hits: Sequence[_Hit], span: tuple[int, int]) -> Entity:
        rivals: dict[str, None] = {hit.product.id: None}
        for other in hits:
            near = other.start < hit.end and hit.start < other.end
            if near and hit.score - other.score < AHEAD and (hit.score < 1 or other.score == 1):
                rivals[other.product.id] = None
        parts = {"name": hit.product.names[0]}
        if len(rivals) > 1:
            return Entity("product", hit.product.id, *span, 0.4, "unsure", tuple(rivals)[:3], parts)
        if hit.score == 1:
            return Entity("product", hit.product.id, *span, 0.95, "listed", parts=parts)
        return Entity("product", hit.product.id, *span, round(hit.score * 0.9, 2), "corrected", parts=parts)

    def product(self, id_: str) -> Product | None:
        """The product of that id."""
        return next((one for one in self.products if one.id == id_), None)


def _heads(products: Sequence[Product]) -> dict[str, tuple[Product, ...]]:
    heads: dict[str, tuple[Product, ...]] = {}
    for product in products:
        for name in product.names:
            words = _plain(name).split()
            if len(words) > 1 and name.isascii() and words[-1] not in _COMMON:
                heads[_singular(words[-1])] = (*heads.get(_singular(words[-1]), ()), product)
    return heads


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word


def _plain(name: str) -> str:
    return _SPACES.sub(" ", name.casefold()).strip()


def _best(windows: Mapping[int, Sequence[_Window]], name: _Name, least: float) -> _Hit | None:
    """Where a name is heard best, if anywhere: in as many words as it has, in one more or one fewer."""
    best: _Hit | None = None
    for size in (name.size, name.size - 1, name.size + 1):
        for window in windows.get(size, ()):
            if window.ascii != name.plain.isascii() or (window.head and name.size > 1):
                continue
            score = _score(window, name)
            if score >= least + (_SHORT_NAME if len(name.joined) < 3 else 0) and (
                best is None or score > best.score
            ):
                best = _Hit(score, name.product, window.start, window.end)
    return best


def _score(window: _Window, name: _Name) -> float:
    run, joined = window.run, name.joined
    if run in (joined, joined + "s", joined + "es") or run + "s" == joined:
        return 1.0
    if not window.ascii:
        return likeness(run, joined)
    if abs(len(run) - len(joined)) > max(2, len(joined) // 3):
        return 0.0
    alike = likeness(window.heard.removesuffix("s"), name.plain.removesuffix("s"))
    return alike if len(joined) > 5 or alike > 0.85 else 0.0


def find_products(text: str, language: str, context: Context) -> list[Entity]:
    """The products that a text names; none without a catalogue."""
    catalogue = context.valid.catalogue
    return catalogue.find(text, asked="product" in context.expected) if catalogue else []
