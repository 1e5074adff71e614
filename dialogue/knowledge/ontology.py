"""The types of things that a shop's callers speak of, with their names in English and Chinese.

They stand in Turtle files in `data/ontology`, as classes of RDF Schema with SKOS' alternative labels
(https://www.w3.org/TR/rdf-schema/, https://www.w3.org/TR/skos-reference/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

TYPE = "urn:parley:type:"
TERM = "urn:parley:term:"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
LABEL = NamedNode(_RDFS + "label")
SUBCLASS = NamedNode(_RDFS + "subClassOf")
ALTERNATIVE = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
VALUE_OF = NamedNode(TERM + "valueOf")
EXCLUSIVE = NamedNode(TERM + "exclusive")
VALUE = NamedNode(TERM + "Value")

FILES = ("products.ttl", "attributes.ttl", "commerce.ttl", "values.ttl")
LANGUAGES = ("en", "zh")


class OntologyError(Exception):
    """An ontology that cannot be read: names the file and line, what was expected and what came."""


@dataclass(slots=True)
class Concept:
    """A type, or a value of an option.

    Attributes:
        name: what its IRI ends with.
        labels: by language, the name under which it is shown and said.
        others: by language, further names that callers use.
        parents: names of the types that it is a kind of.
        value_of: for a value, the type of attribute that it is a value of; None if it is no value, ""
            for a value of several.
        exclusive: whether a thing is of one only of the types below this one.
    """

    name: str
    labels: dict[str, str] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=lambda: {"en": [], "zh": []})
    parents: list[str] = field(default_factory=list)
    value_of: str | None = None
    exclusive: bool = False

    def names(self, language: str | None = None) -> Iterator[str]:
        """All names, or those in one language; the label first."""
        for one in LANGUAGES if language is None else (language,):
            if one in self.labels:
                yield self.labels[one]
            yield from self.others[one]


class Ontology:
    """Types and values by name.

    Args:
        quads: triples of the Turtle files.
    """

    def __init__(self, quads: list[Quad]) -> None:
        self.quads = quads
        found: dict[str, Concept] = {}
        for quad in quads:
            name = _name(quad.subject)
            _read(found.setdefault(name, Concept(name)), quad.predicate, quad.object)
        self.types = {name: one for name, one in found.items() if one.value_of is None}
        self.values = {name: one for name, one in found.items() if one.value_of is not None}
        self._above: dict[str, frozenset[str]] = {}

    def above(self, name: str) -> frozenset[str]:
        """A type and all types that it is a kind of."""
        if name not in self._above:
            self._above[name] = frozenset(self._walk(name))
        return self._above[name]

    def _walk(self, name: str) -> Iterator[str]:
        waiting, seen = [name], set[str]()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                yield one
                waiting.extend(self.types[one].parents if one in self.types else ())

    def is_a(self, name: str, kind: str) -> bool:
        """Whether a type is the other one or a kind of it."""
        return kind in self.above(name)

    def below(self, name: str | None) -> list[Concept]:
        """The types right below one, or the topmost ones."""
        return [one for one in self.types.values() if (name in one.parents if name else not one.parents)]

    def rivals(self, name: str) -> set[str]:
        """The types of which a thing of this type is none, such as other statuses of an order."""
        above = [one for one in self.types[name].parents if self.types[one].exclusive]
        return {other.name for one in above for other in self.below(one)} - {name}

    def problems(self) -> Iterator[str]:
        """What is wrong: cycles, unknown parents, missing labels, one label for two types."""
        taken: dict[tuple[str, str], str] = {}
        for one in self.types.values():
            for parent in one.parents:
                if parent not in self.types:
                    yield f"{one.name}: expected a known type above it, found {parent}"
                elif one.name in self.above(parent):
                    yield f"{one.name}: expected no cycle, found it above its own parent {parent}"
            for language in LANGUAGES:
                label = one.labels.get(language)
                if label is None:
                    yield f"{one.name}: expected a label in {language}, found none"
                    continue
                other = taken.setdefault((language, label.casefold()), one.name)
                if other != one.name:
                    yield f"{one.name}: expected a label of its own, found {label!r}, which is {other}'s"


def _name(node: object) -> str:
    iri = node.value if isinstance(node, NamedNode) else str(node)
    return iri.removeprefix(TYPE)


def _read(concept: Concept, predicate: NamedNode, value: object) -> None:
    if isinstance(value, Literal) and predicate in (LABEL, ALTERNATIVE):
        language = value.language or ""
        if predicate == LABEL:
            concept.labels[language] = value.value
        else:
            concept.others.setdefault(language, []).append(value.value)
    elif predicate == SUBCLASS:
        concept.parents.append(_name(value))
    elif predicate == VALUE_OF:
        concept.value_of = _name(value)
    elif predicate == RDF_TYPE and value == VALUE:
        concept.value_of = concept.value_of or ""
    elif predicate == EXCLUSIVE:
        concept.exclusive = True


def load_ontology() -> Ontology:
    """The ontology that comes with Parley.

    Raises:
        OntologyError: a file is no Turtle.
    """
    quads: list[Quad] = []
    for name in FILES:
        text = files("dialogue.knowledge").joinpath("data", "ontology", name).read_text(encoding="utf-8")
        quads.extend(read_turtle(text, name))
    return Ontology(quads)


def read_turtle(text: str, name: str) -> list[Quad]:
    """The triples of a Turtle text.

    Raises:
        OntologyError: it is no Turtle.
    """
    try:
        return list(parse(text, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise OntologyError(f"{name}:{error.lineno}: expected Turtle, found {error.msg}") from error


def store_of(ontology: Ontology) -> Store:
    """A graph in memory with the ontology in it."""
    store = Store()
    store.extend(ontology.quads)
    return store
