"""Answers to questions about a shop's rules: a sentence of its documents, word for word, or nothing.

A sentence answers if it speaks of everything that the question speaks of. A word of the question that
neither the sentence nor the headings above it know might be what matters ("do you ship *to the moon*?"),
so then there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from dialogue.knowledge.answer import Answer
from dialogue.knowledge.cues import Cue
from dialogue.knowledge.documents import Statement
from dialogue.knowledge.ontology import Ontology
from dialogue.knowledge.terms import TIME_UNITS, Terms, contains, is_chinese, terms, unit_of
from dialogue.knowledge.topics import TypeFinder, details, with_cues

_ONLY = frozenset({"only", "只", "仅", "unless", "until"})
_ABLE = re.compile(r"\b(?:can|cannot|may|possible|free|only|every)\b|可以|不能|支持|免费|只能")
_AMOUNT = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:元|美元|dollars|%|percent)|\bfree\b|\bno (?:fee|charge)\b"
    r"|免费|包邮|免运费|承担|不用付"
)
_CLOCK = re.compile(r"\d\s?(?:a\.?m|p\.?m|点|o'clock)|\b(?:immediately|at once|as soon as)\b|立即|当天")
_WEAK = frozenset(
    {"Product", "Shop", "Customer", "Order", "OrderItem", "Policy", "Time", "Person", "Price"}
) | {*("Day", "Week", "Month", "Year", "Duration", "Agent", "Attribute", "Kind", "Colour")}
"""Types that nearly every rule speaks of; they do not have to be in the sentence."""
_PERSONAL = re.compile(r"^\W*(?:and |so )?(?:is|are|has|have) my\b|了(?:吗|没有?|么)\W*$", re.IGNORECASE)
"""How the caller's own order is doing, which no rule can tell: "has my parcel been shipped?"."""
_IN_SENTENCE, _NEARLY, _IN_HEADING = 1.0, 0.9, 0.6
_STRANGE, _OTHER_GOODS = 0.05, -0.5
_SEVERAL: frozenset[Cue] = frozenset({"how_long", "price", "how_many", "which"})
"""Questions that several sentences may answer together."""

MOST = 3
"""Sentences of one answer."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text speaks of: types, those with the types right above them (`wide`), and its words."""

    types: frozenset[str]
    wide: frozenset[str]
    words: Terms
    bag: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Rule:
    statement: Statement
    own: _Read
    heading: _Read


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question speaks of: for each name the types that it may mean; other words; how it was put."""

    types: tuple[frozenset[str], ...]
    others: tuple[Terms, ...]
    cues: frozenset[Cue]


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
        self._lexicon = with_cues(finder)
        self._details = details(ontology)
        self._covered: dict[str, list[float]] = {}
        self._names = {
            name: tuple(filter(None, map(terms, one.names()))) for name, one in ontology.types.items()
        }
        # Names of several words may stand apart: "students get a discount".
        self._long_names = {
            name: tuple(one for one in names if len(one) > (3 if is_chinese("".join(one)) else 1))
            for name, names in self._names.items()
        }
        # Only the nearest heading: "Returns and refunds" over "Refunds" does not make a refund a return.
        self._rules = [
            _Rule(one, self._read(one.text), self._read(one.passage.title.rpartition(" › ")[2]))
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
        sold = frozenset(above for one in products for above in self._ontology.above(one))
        asked = self._asked(question, goods=bool(sold)) if not _PERSONAL.search(question) else None
        if asked is None:
            return None
        shares = [
            [max(each) for each in zip(*map(self._coverage, names), strict=True)] for names in asked.types
        ]
        scored = [
            (score, rule.statement)
            for number, rule in enumerate(self._rules)
            if rule.statement.passage.language == language
            and (score := self._score(asked, [share[number] for share in shares], rule, sold)) is not None
        ]
        if not scored:
            return None
        best = max(score for score, _ in scored)
        first = next(statement for score, statement in scored if score == best)
        # "How long does delivery take?" has several answers under one heading: standard, express.
        alike = [one for score, one in scored if score == best and one.passage.title == first.passage.title]
        chosen = alike[:MOST] if asked.cues & _SEVERAL else [first]
        space = "" if language == "zh" else " "
        sources = tuple(replace(one.passage.source(), line=one.line) for one in chosen)
        return Answer(space.join(one.text for one in chosen), "policy", sources, language)

    def _read(self, text: str) -> _Read:
        types = frozenset(self._finder.types_in(text))
        wide = types.union(*(self._ontology.types[one].parents for one in types))
        words = terms(text)
        return _Read(types, wide, words, frozenset(words))

    def _asked(self, question: str, *, goods: bool) -> _Asked | None:
        """What a question speaks of. Of goods that the shop sells, colour and size do not matter."""
        said = terms(question)
        types: list[frozenset[str]] = []
        others: list[Terms] = []
        found: set[Cue] = set()
        start = 0
        while start < len(said):
            span = self._lexicon.at(said, start)
            end, meanings = (start + 1, ()) if span is None else (span.end, span.meanings)
            found.update(cast(Cue, name) for kind, name in meanings if kind == "cue")
            named = [name for kind, name in meanings if kind == "type"]
            if named:
                types.append(frozenset(named))
            elif span is None and goods and (detail := self._details.at(said, start)) is not None:
                end = detail.end
            elif span is None:
                self._stranger(said, start, others)
            start = end
        # "Is it cheaper for members?" compares, which no single rule does.
        strong = found.isdisjoint({"cheapest", "dearest"}) and any(not names & _WEAK for names in types)
        return _Asked(tuple(types), tuple(others), frozenset(found)) if strong else None

    def _stranger(self, said: Terms, place: int, others: list[Terms]) -> None:
        """Note a term that nobody knows; Chinese characters that stand together are one word."""
        joins = others and is_chinese(said[place]) and is_chinese(others[-1][-1])
        if joins and self._lexicon.at(said, place - 1) is None:
            others[-1] = (*others[-1], said[place])
        else:
            others.append((said[place],))

    def _score(
        self, asked: _Asked, shares: Sequence[float], rule: _Rule, sold: frozenset[str]
    ) -> float | None:
        """How well a sentence answers; None if it does not speak of all that is asked."""
        own, heading, text = rule.own, rule.heading, rule.statement.text
        score, inside = 0.0, False
        for names, share in zip(asked.types, shares, strict=True):
            weak = bool(names & _WEAK)
            if share == 0 and not weak and not names & sold:
                return None
            inside = inside or (share >= _NEARLY and not weak)
            score += share * (0.3 if weak else 1.0)
        for other in asked.others:
            share = _words_covered(other, own, heading)
            if share == 0:
                return None
            score += share
        # Under "Delivery time", what takes so many days need not say that it is a delivery time.
        inside = inside or bool(score and asked.cues & {"how_long", "price"})
        if not inside or not _fits(asked.cues, text, own):
            return None
        return score + self._fitness(asked, rule, sold)

    def _fitness(self, asked: _Asked, rule: _Rule, sold: frozenset[str]) -> float:
        """Which of several sentences that speak of it all is the plainest answer."""
        named = frozenset(name for names in asked.types for name in names)
        own, heading = rule.own, rule.heading
        other_goods = any(
            self._ontology.is_a(one, "Product") and one not in sold | named | _WEAK for one in own.types
        )
        bonus = _OTHER_GOODS if other_goods else 0.0
        if "whether" in asked.cues and _ABLE.search(rule.statement.text):
            bonus += 0.2
        if not (named - _WEAK).isdisjoint(heading.wide):
            bonus += 0.3
        if sold and "Product" in own.types:
            bonus += 0.1  # it speaks of goods
        if not (own.types & sold) <= _WEAK:
            bonus += 0.3  # it speaks of this very kind of product
        if "which" in asked.cues and any(
            len({one for one in own.types if name in self._ontology.types[one].parents}) > 1 for name in named
        ):
            bonus += 0.4  # it lists what there is of it
        strange = [one for one in own.types - named - _WEAK if not self._ontology.above(one) & named]
        return bonus - sum(_STRANGE / (2 if one in heading.types else 1) for one in strange)

    def _coverage(self, name: str) -> list[float]:
        """How well each sentence speaks of a type; kept, since callers ask for the same things."""
        if name not in self._covered:
            self._covered[name] = [self._cover(name, rule.own, rule.heading) for rule in self._rules]
        return self._covered[name]

    def _cover(self, name: str, own: _Read, heading: _Read) -> float:
        if name in own.types or self._named_within(name, own):
            return _IN_SENTENCE
        if name in own.wide:
            return _NEARLY
        # "Only while it is pending" speaks of a processed order as well.
        if self._ontology.rivals(name) & own.types and not _ONLY.isdisjoint(own.words):
            return _NEARLY
        if any(map(own.bag.issuperset, self._long_names[name])):
            return _NEARLY
        both = own.bag | heading.bag
        if name in heading.wide or any(map(both.issuperset, self._long_names[name])):
            return _IN_HEADING
        return 0.0

    def _named_within(self, name: str, text: _Read) -> bool:
        """Whether a name of the type is part of a longer one: "standard delivery" speaks of delivery."""
        return any(
            text.bag.issuperset(one) and contains(text.words, one)
            for one in self._names[name]
            if len(one) > 1 or not is_chinese(one[0])
        )


def _words_covered(other: Terms, own: _Read, heading: _Read) -> float:
    if contains(own.words, other):
        return _IN_SENTENCE
    if contains(heading.words, other):
        return _IN_HEADING
    # "Only one coupon" answers for two.
    counted = other[0].isdigit() or unit_of(other[0]) == "times"
    return _IN_HEADING if counted and not _ONLY.isdisjoint(own.bag) else 0.0


def _fits(asked: frozenset[Cue], text: str, own: _Read) -> bool:
    """Whether a sentence can answer a question for a time or an amount."""
    timed = _CLOCK.search(text) or any(unit_of(term) in TIME_UNITS for term in own.words)
    if "how_long" in asked and not timed:
        return False
    if "how_many" in asked and not (
        _ONLY & set(own.words) or any(term[0] in "#0123456789" for term in own.words)
    ):
        return False
    return not ("price" in asked and not _AMOUNT.search(text))
