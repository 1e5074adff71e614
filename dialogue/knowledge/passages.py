"""Passages of documents, found by words: Okapi BM25 (Robertson and others, TREC-3, 1994).

English stems, Chinese characters in pairs, quantities, and the ontology's types: these find a passage
that says it in other words, or in the other language.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from dialogue.knowledge.answer import Passage
from dialogue.knowledge.terms import is_chinese, terms
from dialogue.words import LIGHT

_K1, _B = 1.2, 0.75
_TITLE_WEIGHT = 2
_LEAST = 0.2
"""A passage below this share of the best one's score is left out."""

_EVIDENCE = 0.25
"""The least share of a question's telling terms, by weight, that evidence for an answer has."""
_AS_GOOD = 0.7
"""A second passage below this part of the best one's share would only take time to read."""


class PassageIndex:
    """Finds passages.

    Args:
        passages: to be found.
        types: the ontology's types that a text speaks of.
    """

    def __init__(self, passages: Iterable[Passage], types: Callable[[str], Iterable[str]]) -> None:
        self._passages = list(passages)
        self._types = types
        bags = [self._bag(f"{one.title}\n" * _TITLE_WEIGHT + one.text) for one in self._passages]
        self._lengths = [sum(bag.values()) for bag in bags]
        self._mean = sum(self._lengths) / max(1, len(bags))
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for number, bag in enumerate(bags):
            for token, count in bag.items():
                self._postings.setdefault(token, []).append((number, count))

    def _bag(self, text: str) -> Counter[str]:
        said = terms(text)
        bag = Counter(term for term in said if not is_chinese(term) and term not in LIGHT)
        bag.update(a + b for a, b in pairwise(said) if is_chinese(a) and is_chinese(b))
        bag.update(f"@{name}" for name in self._types(text))
        return bag

    def weight(self, token: str) -> float:
        """How telling a token is: rare ones more."""
        count = len(self._postings.get(token, ()))
        return math.log(1 + (len(self._passages) - count + 0.5) / (count + 0.5))

    def near(self, question: str, language: str, k: int = 2) -> Sequence[Passage]:
        """The `k` passages that speak of enough of a question to be told as evidence; often there are none.

        Measured is not how good a passage is in comparison with others, but how much of what is telling in
        the question it has. Of a passage in two languages only the one in the language is given.
        """
        bag = self._bag(question)
        whole = sum(self.weight(token) for token in bag)
        shares: dict[int, float] = {}
        for token in bag:
            for number, _ in self._postings.get(token, ()):
                shares[number] = shares.get(number, 0.0) + self.weight(token) / whole
        own = {one: share for one, share in shares.items() if self._passages[one].language == language}
        # Another language shares its types only with the question, and one of its own says the same.
        found = own if max(own.values(), default=0.0) >= _EVIDENCE else shares
        least = max(_EVIDENCE, _AS_GOOD * max(found.values(), default=0.0))
        good = sorted(
            (one for one, share in found.items() if share >= least), key=lambda one: (-found[one], one)
        )
        return [self._passages[one] for one in good[: max(0, k)]]

    def find(self, question: str, language: str, k: int = 3) -> Sequence[Passage]:
        """The `k` best passages, the best first; those in the language before all others."""
        scores: dict[int, float] = {}
        for token in self._bag(question):
            weight = self.weight(token)
            for number, count in self._postings.get(token, ()):
                long = 1 - _B + _B * self._lengths[number] / self._mean
                scores[number] = scores.get(number, 0.0) + weight * count * (_K1 + 1) / (count + _K1 * long)
        least = _LEAST * max(scores.values(), default=0.0)
        good = [number for number, score in scores.items() if score >= least]
        good.sort(key=lambda number: (self._passages[number].language != language, -scores[number], number))
        return [self._passages[number] for number in good[: max(0, k)]]
