"""What a question about products asks: of which product, which options and values, and what of them.

Every word must be understood. A word that is none of the shop's, of the ontology's or of a question's
own might change its meaning, and then there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from pyoxigraph import Store

from dialogue.knowledge.cues import Cue, cues
from dialogue.knowledge.lexicon import Lexicon, Span
from dialogue.knowledge.names import NearNames
from dialogue.knowledge.ontology import Ontology
from dialogue.knowledge.terms import Terms, terms, unit_of
from dialogue.knowledge.views import Product, Value, of_kind

Meaning: TypeAlias = tuple[Literal["value", "attribute", "concept", "cue"], str]
"""What a word may be: a value's key, an option's key or type, a value of the ontology, a cue."""

_LONGEST = 6
_OFF_LIMITS = frozenset({"yes", "no", "none"})


@dataclass(slots=True)
class Question:
    """A question that was understood whole.

    Attributes:
        products: which it asks of; several when a kind of product was named.
        general: whether a kind of product was named, not a product.
        values: keys of values that were named, of the one product.
        attributes: option keys and types of attributes that were named.
        strangers: values of the ontology that were named and that the product does not have.
        quantities: quantities that were named and that the product does not have.
        cues: how it was put.
    """

    products: list[Product]
    general: bool = False
    values: set[str] = field(default_factory=set)
    attributes: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    quantities: list[str] = field(default_factory=list)
    cues: set[Cue] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Mention:
    """Terms `start` to `end` (exclusive) that name a product, or a kind of product that the shop has."""

    start: int
    end: int
    ids: frozenset[str]
    general: bool


class Understanding:
    """Understands questions about the products of one graph.

    Args:
        store: the graph.
        ontology: the types in it.
        products: those in the graph.
    """

    def __init__(self, store: Store, ontology: Ontology, products: Iterable[Product]) -> None:
        self._ontology = ontology
        self._products = {one.id: one for one in products}
        self._names: Lexicon[str] = Lexicon()
        self._kinds: Lexicon[frozenset[str]] = Lexicon()
        self._base = _base(ontology)
        self._known = {term for name in self._base.names() for term in name}
        for concept in ontology.types.values():
            self._known.update(term for name in concept.names() for term in terms(name))
            if ontology.is_a(concept.name, "Product"):
                there = frozenset(of_kind(store, concept.name))
                for name in concept.names() if there else ():
                    self._kinds.add(terms(name), there)
        for product in self._products.values():
            for name in product.names.values():
                self._names.add(terms(name), product.id)
        self._near = NearNames([*self._names.names(), *self._kinds.names()])
        self._of_product = {one.id: _lexicon_of(one, ontology) for one in self._products.values()}

    def understand(self, sentence: str, about: str | None = None) -> Question | None:
        """What a question asks, None if a part of it is not understood or it names no product.

        Args:
            sentence: in English or Chinese, or both.
            about: id of the product that was spoken of, for "it".
        """
        said = terms(sentence)
        named = list(self._named(said)) or self._nearly_named(said)
        if not named and about in self._products:
            named = [_Mention(0, 0, frozenset({about}), general=False)]
        if not named:
            return None
        ids = frozenset().union(*(one.ids for one in named))
        found = Question([one for key, one in self._products.items() if key in ids])
        found.general = any(one.general for one in named)
        rest = _outside(said, named)
        return found if all(self._explain(part, found) for part in rest) else None

    def named(self, sentence: str) -> list[Product]:
        """The products that a sentence names, or may mean."""
        ids = frozenset().union(*(one.ids for one in self._named(terms(sentence))))
        return [product for key, product in self._products.items() if key in ids]

    def _named(self, said: Terms) -> Iterator[_Mention]:
        start = 0
        while start < len(said):
            exact, kind = self._names.at(said, start), self._kinds.at(said, start)
            if exact is not None and (kind is None or exact.end >= kind.end):
                yield _Mention(start, exact.end, frozenset(exact.meanings), general=False)
                start = exact.end
            elif kind is not None:
                yield _Mention(start, kind.end, frozenset().union(*kind.meanings), general=True)
                start = kind.end
            else:
                start += 1

    def _nearly_named(self, said: Terms) -> list[_Mention]:
        """The product whose misheard name has a word that nothing else explains."""
        for length in range(min(_LONGEST, len(said)), 0, -1):
            for start in range(len(said) - length + 1):
                heard = said[start : start + length]
                if all(term in self._known and term.isascii() for term in heard):
                    continue
                name = self._near.nearest(heard)
                if name is not None:
                    exact = frozenset(self._names.get(name))
                    ids = exact or frozenset().union(*self._kinds.get(name))
                    return [_Mention(start, start + length, ids, general=not exact)]
        return []

    def _explain(self, part: Terms, found: Question) -> bool:
        """Note what the words between the names mean; False if one is not understood."""
        product = found.products[0] if len(found.products) == 1 else None
        own = self._of_product[product.id] if product is not None else None
        start = 0
        while start < len(part):
            spans = [lexicon.at(part, start) for lexicon in (own, self._base) if lexicon is not None]
            span = max((one for one in spans if one is not None), key=lambda one: one.end, default=None)
            if span is None:
                span = self._respelt(part, start, own)
            if span is not None:
                _note(span, found)
            elif unit_of(part[start]) is not None:
                found.quantities.append(part[start])
            else:
                return False
            start = span.end if span is not None else start + 1
        return True

    def _respelt(self, part: Terms, start: int, own: Lexicon[Meaning] | None) -> Span[Meaning] | None:
        word = part[start : start + 1]
        if own is None or word[0] in self._known or not word[0].isalpha():
            return None
        name = NearNames(one for one in own.names() if len(one) == 1).nearest(word)
        return Span(start, start + 1, own.get(name)) if name is not None else None


def _note(span: Span[Meaning], found: Question) -> None:
    kinds = {kind for kind, _ in span.meanings}
    for kind, name in span.meanings:
        if kind == "value":
            found.values.add(name)
        elif kind == "attribute" and "value" not in kinds:
            found.attributes.append(name)
        elif kind == "concept" and kinds == {"concept"}:
            found.strangers.append(name)
        elif kind == "cue":
            found.cues.add(cast(Cue, name))


def _outside(said: Terms, named: Iterable[_Mention]) -> Iterator[Terms]:
    start = 0
    for one in named:
        yield said[start : one.start]
        start = one.end
    yield said[start:]


def _base(ontology: Ontology) -> Lexicon[Meaning]:
    """Words that mean the same of every product."""
    base: Lexicon[Meaning] = Lexicon()
    for phrase, cue in cues():
        base.add(phrase, ("cue", cue))
    for concept in ontology.types.values():
        if ontology.is_a(concept.name, "Attribute") and concept.name != "Attribute":
            for name in concept.names():
                base.add(terms(name), ("attribute", concept.name))
    for value in ontology.values.values():
        for name in value.names():
            if name not in _OFF_LIMITS and len(terms(name)) + len(name) > 2:
                base.add(terms(name), ("concept", value.name))
    return base


def _lexicon_of(product: Product, ontology: Ontology) -> Lexicon[Meaning]:
    """The names of a product's options and values, and what callers say instead of them."""
    own: Lexicon[Meaning] = Lexicon()
    synonyms: dict[Terms, list[str]] = {}
    for concept in ontology.values.values():
        for called in concept.names():
            synonyms.setdefault(terms(called), []).extend(concept.names())
    for name in product.names.values():
        for term in terms(name):
            own.add((term,), ("cue", "filler"))  # "the cotton tee"
    for option in product.options:
        for name in option.names.values():
            own.add(terms(name), ("attribute", option.key))
        for value in option.values:
            for each in _names_of(value, synonyms):
                own.add(each, ("value", value.key))
    return own


def _names_of(value: Value, synonyms: dict[Terms, list[str]]) -> Iterator[Terms]:
    for name in value.names.values():
        plain = terms(name)
        if name.casefold() in _OFF_LIMITS or name in {"有", "无", "没有"}:
            continue
        yield plain
        for other in synonyms.get(plain, ()):
            yield terms(other)
        quantities = [term for term in plain if unit_of(term) is not None]
        if len(quantities) == 1:
            yield (quantities[0],)  # "5 degrees" for "to 5 degrees", "1 TB" for "1 TB SSD"
