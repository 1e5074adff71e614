"""Products as the graph knows them, read by SPARQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from dialogue.knowledge.answer import Source
from dialogue.knowledge.ontology import TERM, TYPE
from dialogue.knowledge.terms import terms

_PREFIXES = {
    "": TERM,
    "type": TYPE,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}

_PRODUCTS = """
SELECT ?product ?id ?type ?name WHERE {
  ?product a :ShopProduct ; :id ?id ; rdfs:label ?name .
  OPTIONAL { ?product a ?type . FILTER STRSTARTS(STR(?type), STR(type:)) }
} ORDER BY ?product"""

_VALUES = """
SELECT ?product ?option ?type ?optionName ?value ?valueName WHERE {
  ?option :of ?product ; a :ShopOption, ?type ; :position ?first ; rdfs:label ?optionName .
  FILTER STRSTARTS(STR(?type), STR(type:))
  ?value :of ?option ; :position ?second ; rdfs:label ?valueName .
} ORDER BY ?first ?second"""

_VARIANTS = """
SELECT ?product ?variant ?id ?price ?available ?value WHERE {
  ?variant :of ?product ; a :ShopVariant ; :id ?id ; :price ?price ; :available ?available ; :position ?at .
  OPTIONAL { ?variant :value ?value }
} ORDER BY ?at"""

_KINDS = """
SELECT DISTINCT ?kind ?id WHERE { ?product a :ShopProduct, ?type ; :id ?id . ?type rdfs:subClassOf* ?kind }"""

_MINUS = frozenset({"no", "none", "not", "without", "non", "无", "不", "没"})

Names = Mapping[str, str]
"""A name by language; at least one is there."""


def in_language(names: Names, language: str) -> str:
    """The name in a language, or the one there is."""
    return names.get(language) or next(iter(names.values()))


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of an option; `lacks` means that it says "no": none, without, not resistant."""

    key: str
    names: Names
    lacks: bool


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """What can be chosen of a product; `type` is the ontology's."""

    key: str
    type: str
    names: Names
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """What can be bought: `values` are keys of values."""

    id: str
    price: Decimal
    available: bool
    values: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product with all that the graph has of it."""

    id: str
    type: str
    names: Names
    options: tuple[Option, ...]
    variants: tuple[Variant, ...]

    def source(self) -> Source:
        """Its record."""
        return Source("product", self.id, in_language(self.names, "en"))

    def variant_source(self, variant: Variant) -> Source:
        """The record of one of its variants."""
        return Source("variant", variant.id, in_language(self.names, "en"))


@dataclass(slots=True)
class _Draft:
    type: str
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)


def products_in(store: Store) -> list[Product]:
    """All products of a graph."""
    heads: dict[str, tuple[str, str, dict[str, str]]] = {}
    for row in _select(store, _PRODUCTS):
        head = heads.setdefault(_iri(row["product"]), (_text(row["id"]), _type(row["type"]), {}))
        _name(head[2], row["name"])
    return [_product(store, iri, *head) for iri, head in heads.items()]


def of_kind(store: Store, kind: str) -> set[str]:
    """Ids of the products whose type is this one or a kind of it."""
    rows = _select(store, _KINDS, {Variable("kind"): NamedNode(TYPE + kind)})
    return {_text(row["id"]) for row in rows}


def _product(store: Store, iri: str, id_: str, kind: str, names: Names) -> Product:
    product = {Variable("product"): NamedNode(iri)}
    drafts: dict[str, _Draft] = {}
    for row in _select(store, _VALUES, product):
        draft = drafts.setdefault(_iri(row["option"]), _Draft(_type(row["type"])))
        _name(draft.names, row["optionName"])
        _name(draft.values.setdefault(_iri(row["value"]), {}), row["valueName"])
    variants: dict[str, tuple[str, Decimal, bool, set[str]]] = {}
    for row in _select(store, _VARIANTS, product):
        price, available = Decimal(_text(row["price"])), _text(row["available"]) == "true"
        variant = variants.setdefault(_iri(row["variant"]), (_text(row["id"]), price, available, set()))
        if row["value"] is not None:
            variant[3].add(_iri(row["value"]))
    return Product(
        id_,
        kind,
        names,
        tuple(
            Option(key, draft.type, draft.names, tuple(_value(*pair) for pair in draft.values.items()))
            for key, draft in drafts.items()
        ),
        tuple(Variant(one, price, there, frozenset(keys)) for one, price, there, keys in variants.values()),
    )


def _value(key: str, names: Names) -> Value:
    lacks = any(not _MINUS.isdisjoint(terms(name)) for name in names.values())
    return Value(key, names, lacks)


def _select(store: Store, query: str, given: Mapping[Variable, NamedNode] | None = None) -> QuerySolutions:
    found = store.query(query, prefixes=_PREFIXES, substitutions=dict(given or {}))
    if not isinstance(found, QuerySolutions):
        raise TypeError("expected a SELECT query")
    return found


def _iri(node: object) -> str:
    if not isinstance(node, NamedNode):
        raise TypeError(f"expected an IRI, found {node}")
    return node.value


def _text(node: object) -> str:
    if not isinstance(node, Literal):
        raise TypeError(f"expected a literal, found {node}")
    return node.value


def _type(node: object) -> str:
    return _iri(node).removeprefix(TYPE)


def _name(names: dict[str, str], node: object) -> None:
    if isinstance(node, Literal):
        names[node.language or "en"] = node.value
