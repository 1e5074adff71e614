"""The graph: a shop's catalogue and its documents as triples beside the ontology.

product --rdf:type--> Product and the ontology's type       rdfs:label en, zh
option  --of--------> product, rdf:type attribute's type     rdfs:label en, zh   position
value   --of--------> option                                 rdfs:label en, zh   position
variant --of--------> product, --value--> value              price   available   position
passage --about-----> types                                  title   text   file   line
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from dialogue.knowledge.answer import Passage
from dialogue.knowledge.catalogue import Catalogue
from dialogue.knowledge.lexicon import Lexicon
from dialogue.knowledge.ontology import LABEL, LANGUAGES, RDF_TYPE, TERM, TYPE, Concept, Ontology, store_of
from dialogue.knowledge.terms import Terms, is_chinese, terms

SHOP = "urn:parley:shop:"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMAL, _BOOLEAN = NamedNode(_XSD + "decimal"), NamedNode(_XSD + "boolean")


def term(name: str) -> NamedNode:
    """One of Parley's own predicates or classes."""
    return NamedNode(TERM + name)


def type_iri(name: str) -> NamedNode:
    """A type of the ontology."""
    return NamedNode(TYPE + name)


_OF, _VALUE, _PRICE, _AVAILABLE, _POSITION = map(term, ("of", "value", "price", "available", "position"))
_ID, _ABOUT, _TITLE, _TEXT, _FILE, _LINE = map(term, ("id", "about", "title", "text", "file", "line"))


class Classifier:
    """Which type a name is of: the last known one in an English name ("Cotton *T-Shirt*") or a Chinese one.

    Args:
        ontology: types and their names.
        root: only types below this one are found.
        fallback: the type of what has no known name.
    """

    def __init__(self, ontology: Ontology, root: str, fallback: str) -> None:
        self._fallback = fallback
        self._names: Lexicon[str] = Lexicon()
        for one in ontology.types.values():
            if ontology.is_a(one.name, root):
                for name in one.names():
                    self._names.add(terms(name), one.name)

    def type_of(self, names: Iterable[str]) -> str:
        """The type that the first of the names tells."""
        best: str | None = None
        for name in names:
            found = list(self._names.all_in(terms(name)))
            if found and len(found[-1].meanings) == 1:
                if found[-1].end - found[-1].start == len(terms(name)):
                    return found[-1].meanings[0]
                best = best or found[-1].meanings[0]
        return best or self._fallback


class Filler:
    """Writes a catalogue and passages into a store.

    Args:
        ontology: gives types, and names in a language that the shop has none in.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._products = Classifier(ontology, "Product", "Product")
        self._attributes = Classifier(ontology, "Attribute", "Attribute")
        self._ontology = ontology
        self._types = _by_name(ontology.types.values())
        self._values = _by_name(ontology.values.values())

    def fill(self, catalogue: Catalogue, about: Mapping[Passage, Iterable[str]]) -> Store:
        """A new graph.

        Args:
            catalogue: of the shop.
            about: for each passage the types that it speaks of.
        """
        store = store_of(self._ontology)
        store.extend(quad for product in catalogue.products for quad in self._product(product))
        store.extend(quad for passage, types in about.items() for quad in _passage(passage, types))
        return store

    def _type_of(self, names: Mapping[str, str], kind: str) -> Concept | None:
        """The type whose very name this is, if it is a kind of the type."""
        found = next((self._types[key] for key in map(terms, names.values()) if key in self._types), None)
        return found if found is not None and self._ontology.is_a(found.name, kind) else None

    def _value_of(self, names: Mapping[str, str], kind: str) -> Concept | None:
        """The value whose very name this is; a medium size is another word than a medium ventilation."""
        found = next((self._values[key] for key in map(terms, names.values()) if key in self._values), None)
        fits = found is not None and (found.value_of != "Size" or self._ontology.is_a(kind, "Size"))
        return found if fits else None

    def _product(self, product: Mapping[str, Any]) -> Iterator[Quad]:
        node = NamedNode(f"{SHOP}product:{_part(product['product_id'])}")
        names = {_language(product["name"]): product["name"], **(product.get("names") or {})}
        yield Quad(node, RDF_TYPE, term("ShopProduct"))
        yield Quad(node, RDF_TYPE, type_iri(self._products.type_of(names.values())))
        yield Quad(node, _ID, Literal(product["product_id"]))
        yield from _labels(node, names, self._type_of(names, "Product"))
        options: dict[str, NamedNode] = {}
        values: dict[tuple[str, str], NamedNode] = {}
        for position, variant in enumerate(product["variants"].values()):
            iri = NamedNode(f"{SHOP}variant:{_part(product['product_id'])}:{_part(variant['item_id'])}")
            yield Quad(iri, RDF_TYPE, term("ShopVariant"))
            yield Quad(iri, _OF, node)
            yield Quad(iri, _ID, Literal(variant["item_id"]))
            yield Quad(iri, _PRICE, Literal(str(variant["price"]), datatype=_DECIMAL))
            yield Quad(
                iri, _AVAILABLE, Literal("true" if variant["available"] else "false", datatype=_BOOLEAN)
            )
            yield _at(iri, position)
            for option, value in _pairs(variant):
                key = next(iter(option.values()))
                if key not in options:
                    options[key] = NamedNode(f"{node.value}:option:{len(options)}")
                    yield from self._option(options[key], node, option, len(options))
                pair = (key, next(iter(value.values())))
                if pair not in values:
                    values[pair] = NamedNode(f"{options[key].value}:value:{len(values)}")
                    yield Quad(values[pair], RDF_TYPE, term("ShopValue"))
                    yield Quad(values[pair], _OF, options[key])
                    yield _at(values[pair], len(values))
                    kind = self._attributes.type_of(option.values())
                    yield from _labels(values[pair], value, self._value_of(value, kind))
                yield Quad(iri, _VALUE, values[pair])

    def _option(
        self, node: NamedNode, product: NamedNode, names: Mapping[str, str], at: int
    ) -> Iterator[Quad]:
        yield Quad(node, RDF_TYPE, term("ShopOption"))
        yield Quad(node, RDF_TYPE, type_iri(self._attributes.type_of(names.values())))
        yield Quad(node, _OF, product)
        yield _at(node, at)
        yield from _labels(node, names, self._type_of(names, "Attribute"))


def _by_name(concepts: Iterable[Concept]) -> dict[Terms, Concept]:
    found: dict[Terms, Concept] = {}
    for one in concepts:
        for name in one.names():
            found.setdefault(terms(name), one)
    return found


def _labels(node: NamedNode, names: Mapping[str, str], known: Concept | None) -> Iterator[Quad]:
    """Labels in both languages; one that the shop does not give is the ontology's, if it has one."""
    for language in LANGUAGES:
        name = names.get(language) or (known.labels.get(language) if known is not None else None)
        if name:
            yield Quad(node, LABEL, Literal(name, language=language))


def _at(node: NamedNode, position: int) -> Quad:
    return Quad(node, _POSITION, Literal(position))


def _part(text: str) -> str:
    """An id as part of an IRI."""
    return "".join(char if char.isalnum() and char.isascii() else f"%{ord(char):02X}" for char in text)


def _language(text: str) -> str:
    return "zh" if is_chinese(text) else "en"


def _pairs(variant: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The options of a variant with their values, by language; translations stand in the same order."""
    main = variant["options"]
    others = {
        language: list(given.items())
        for language in LANGUAGES
        if len(given := variant.get(f"options_{language}") or {}) == len(main)
    }
    for number, (option, value) in enumerate(main.items()):
        names, values = {_language(option): option}, {_language(value): value}
        if names.keys() != values.keys():
            values = dict.fromkeys(names, value)  # "颜色: RGB"
        for language, pairs in others.items():
            names[language], values[language] = pairs[number]
        yield names, values


def _passage(passage: Passage, types: Iterable[str]) -> Iterator[Quad]:
    node = NamedNode(f"{SHOP}passage:{_part(passage.id)}")
    yield Quad(node, RDF_TYPE, term("ShopPassage"))
    yield Quad(node, _ID, Literal(passage.id))
    yield Quad(node, _TITLE, Literal(passage.title, language=passage.language))
    yield Quad(node, _TEXT, Literal(passage.text, language=passage.language))
    yield Quad(node, _FILE, Literal(passage.file))
    yield Quad(node, _LINE, Literal(passage.line))
    for name in types:
        yield Quad(node, _ABOUT, type_iri(name))
