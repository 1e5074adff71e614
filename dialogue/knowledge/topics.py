"""What sentences speak of: the ontology's types in a text."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.knowledge.cues import cues
from dialogue.knowledge.lexicon import Lexicon
from dialogue.knowledge.ontology import Ontology
from dialogue.knowledge.terms import terms


class TypeFinder:
    """Finds the ontology's types in a text, except attributes and values of products."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self.names: Lexicon[tuple[str, str]] = Lexicon()
        for one in ontology.types.values():
            if not ontology.is_a(one.name, "Attribute"):
                for name in one.names():
                    self.names.add(terms(name), ("type", one.name))

    def types_in(self, text: str) -> Iterator[str]:
        """Names of types, as often as they are named."""
        for span in self.names.all_in(terms(text)):
            for _, name in span.meanings:
                yield name


def with_cues(finder: TypeFinder) -> Lexicon[tuple[str, str]]:
    """The names of types, and the words of questions."""
    lexicon: Lexicon[tuple[str, str]] = Lexicon()
    for name in finder.names.names():
        for meaning in finder.names.get(name):
            lexicon.add(name, meaning)
    for phrase, cue in cues():
        lexicon.add(phrase, ("cue", cue))
    return lexicon


def details(ontology: Ontology) -> Lexicon[str]:
    """Names of attributes and of their values."""
    lexicon: Lexicon[str] = Lexicon()
    attributes = (one for one in ontology.types.values() if ontology.is_a(one.name, "Attribute"))
    for concept in (*attributes, *ontology.values.values()):
        for name in concept.names():
            lexicon.add(terms(name), concept.name)
    return lexicon
