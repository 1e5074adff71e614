"""Answers to questions about a shop's rules: a sentence of its documents, word for word, or nothing.

A sentence answers if it speaks of everything that the question speaks of. A word of the question that
neither the sentence nor the headings above it know might be what matters ("do you ship *to the moon*?"),
so then there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.knowledge.answer import Answer
from dialogue.knowledge.cues import Cue, cues
from dialogue.knowledge.documents import Statement
from dialogue.knowledge.lexicon import Lexicon
from dialogue.knowledge.ontology import Ontology
from dialogue.knowledge.terms import TIME_UNITS, Terms, contains, is_chinese, terms, unit_of

_ONLY = frozenset({"only", "只", "仅", "unless", "until"})
_ABLE = re.compile(r"\b(?:can|cannot|can't|may|must|only|not|free|no)\b|可以|不能|支持|不支持|只能|需要|不会|无法|能够|必须")
_AMOUNT = re.compile(r"[$€£¥]\s?\d|\d\s?(?:元|美元|dollars|%|percent)|\bfree\b|\bno (?:fee|charge)\b|免费|包邮|免运费")
_FEES = frozenset({"price", "how_many"})
_WEAK = frozenset({"Product", "Shop", "Customer", "Order", "OrderItem", "Policy", "Time", "Person", "Price",
                   "Day", "Week", "Month", "Year", "Duration", "Agent", "Attribute", "Kind", "Colour"})  # fmt: skip
"""Types that nearly every rule speaks of; they do not have to be in the sentence."""
_IN_SENTENCE, _IN_HEADING, _STRANGE = 1.0, 0.6, 0.05


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text speaks of: types (and all above them), and its words."""

    types: frozenset[str]
    wide: frozenset[str]
    words: Terms


@dataclass(frozen=True, slots=True)
class _Asked:
    types: frozenset[str]
    others: tuple[Terms, ...]
    cues: frozenset[Cue]


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


class PolicyAnswers:
    """Finds the sentence that answers.

    Args:
        statements: of all documents.
        ontology: the types in them.
        finder: finds the types.
    """

    def __init__(self, statements: Iterable[Statement], ontology: Ontology, finder: TypeFinder) -> None:
        self._ontology = ontology
        self._finder = finder
        self._lexicon = _with_cues(finder)
        self._statements = [
            (one, self._read(one.text), self._read(one.passage.title), self._read(one.passage.text))
            for one in statements
        ]

    def answer(self, question: str, language: str, products: Iterable[str] = ()) -> Answer | None:
        """The answer, None if no sentence speaks of all that is asked.

        Args:
            question: in the language.
            language: of the documents that may answer.
            products: types of the products that the question names and that the shop sells: a rule
                that speaks of no product holds for them.
        """
        asked = self._asked(question)
        if asked is None:
            return None
        sold = {above for one in products for above in self._ontology.above(one)}
        best: tuple[float, Statement] | None = None
        for statement, own, heading, _ in self._statements:
            if statement.passage.language != language:
                continue
            score = self._score(asked, statement.text, own, heading, sold)
            if score is not None and (best is None or score > best[0]):
                best = (score, statement)
        if best is None:
            return None
        passage = best[1].passage
        source = passage.source()
        source = type(source)(source.kind, source.id, source.title, source.file, best[1].line)
        return Answer(best[1].text, "policy", (source,), language)

    def _read(self, text: str) -> _Read:
        types = frozenset(self._finder.types_in(text))
        wide = frozenset(above for one in types for above in self._ontology.above(one))
        return _Read(types, wide, terms(text))

    def _asked(self, question: str) -> _Asked | None:
        said = terms(question)
        types: set[str] = set()
        others: list[Terms] = []
        found: set[Cue] = set()
        start = 0
        while start < len(said):
            span = self._lexicon.at(said, start)
            end = span.end if span is not None else start + 1
            named = [name for kind, name in span.meanings if kind == "type"] if span is not None else []
            if named:
                types.update(named)
            elif span is None:
                chinese = is_chinese(said[start])
                if chinese and others and is_chinese(others[-1][-1]) and self._lexicon.at(said, start - 1) is None:
                    others[-1] = (*others[-1], said[start])
                else:
                    others.append((said[start],))
            found.update(name for kind, name in (span.meanings if span else ()) if kind == "cue")  # type: ignore[misc]
            start = end
        strong = types - _WEAK
        return _Asked(frozenset(types), tuple(others), frozenset(found)) if strong else None

    def _score(self, asked: _Asked, text: str, own: _Read, heading: _Read, sold: set[str]) -> float | None:
        score, inside = 0.0, False
        for name in asked.types:
            share = self._covered(name, own, heading)
            if share == 0 and name in sold:
                continue
            if share == 0 and name not in _WEAK:
                return None
            inside = inside or (share == _IN_SENTENCE and name not in _WEAK)
            score += share * (0.3 if name in _WEAK else 1.0)
        for other in asked.others:
            if contains(own.words, other):
                score += _IN_SENTENCE
            elif contains(heading.words, other):
                score += _IN_HEADING
            else:
                return None
        if not inside or not _fits(asked.cues, text, own):
            return None
        if any(self._ontology.is_a(one, "Product") and one != "Product" and one not in sold and one not in asked.types
               for one in own.types):  # fmt: skip
            score -= 0.5  # it speaks of other products
        strange = own.types - asked.types - _WEAK - heading.types
        able = 0.2 if "whether" in asked.cues and _ABLE.search(text) else 0.0
        return score + able - _STRANGE * len(strange)

    def _covered(self, name: str, own: _Read, heading: _Read) -> float:
        if name in own.wide:
            return _IN_SENTENCE
        rivals = self._ontology.rivals(name)
        # "Only while it is pending" speaks of a processed order as well.
        if rivals & own.types and not _ONLY.isdisjoint(own.words):
            return 0.9
        return _IN_HEADING if name in heading.wide else 0.0


def _fits(asked: frozenset[Cue], text: str, own: _Read) -> bool:
    """Whether a sentence can answer a question for a time or an amount."""
    if "how_long" in asked and not any(unit_of(term) in TIME_UNITS for term in own.words):
        return bool({"immediately", "once"} & set(own.words)) or "立即" in text or "当天" in text
    return not ("price" in asked and not _AMOUNT.search(text))


def _with_cues(finder: TypeFinder) -> Lexicon[tuple[str, str]]:
    lexicon: Lexicon[tuple[str, str]] = Lexicon()
    for name in finder.names.names():
        for meaning in finder.names.get(name):
            lexicon.add(name, meaning)
    for phrase, cue in cues():
        lexicon.add(phrase, ("cue", cue))
    return lexicon
