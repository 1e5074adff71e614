"""Which known answer a caller's words ask for, if any.

Examples and words are compared as weighted bags in two views each: words and three-letter runs for
English, characters and toneless syllables for Chinese (recognisers write homophones). What no
example contains weighs most: "the weather on mars" must not match "the status of my order" because
of "the" and "of". Pure arithmetic, well under two milliseconds a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from dialogue.words import (
    LIGHT,
    Features,
    char_features,
    chinese_chars,
    english_words,
    letter_features,
    pinyin,
    sound_features,
    word_features,
)

Floats = NDArray[np.float32]

THRESHOLD = 0.5
"""Scores from here on are answers; calibrated on the table in tests/dialogue/test_known.py."""

ALIKE = 0.7
"""Weight of the best example against that of all examples together."""

PAIR = 0.2
"""How much a pair of words counts as strange when no example has it."""

CLAUSE = 0.95
"""A clause that fits counts a little less than a whole sentence that fits."""

NAMED = 0.4
"""How much of what lacks to a full score a keyword adds."""

CLEARLY = 0.25
"""A courtesy goes before a question that it outdoes by this much: "没有了" is no question of "有没有"."""

_REMEMBERED = 64
"""Sentences whose answers are kept."""

_CLAUSE = re.compile(r"[,.;!?，。；！？、]|\b(?:and|but|because|so)\b|但是|不过|因为|所以|然后")


@dataclass(frozen=True, slots=True)
class Match:
    """How well a sentence fits a known answer: `score` from 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is matched by; a `courtesy` gives way to any other answer."""

    examples: Sequence[str]
    keywords: Sequence[str] = ()
    courtesy: bool = False


class _View:
    """One way of comparing sentences: cosine over features weighted by their rarity among answers."""

    def __init__(self, bags: Sequence[Features], owners: NDArray[np.intp]) -> None:
        self.columns: dict[str, int] = {}
        for bag in bags:
            for name in bag:
                self.columns.setdefault(name, len(self.columns))
        answers = int(owners.max()) + 1 if len(owners) else 0
        used = np.zeros((answers, len(self.columns)), dtype=bool)
        self._matrix: Floats = np.zeros((len(bags), len(self.columns)), dtype=np.float32)
        for row, bag in enumerate(bags):
            for name, weight in bag.items():
                self._matrix[row, self.columns[name]] = weight
                used[owners[row], self.columns[name]] = True
        rarity = np.log((1 + answers) / (1 + used.sum(axis=0))) + 0.5
        self._rarity: Floats = rarity.astype(np.float32)
        self._used: Floats = used.astype(np.float32)
        self._unseen = float(np.log(1 + answers) + 0.5) if answers else 1.0
        self._matrix *= self._rarity
        norms = np.linalg.norm(self._matrix, axis=1, keepdims=True)
        self._matrix /= np.maximum(norms, 1e-6)

    def compare(self, bag: Features) -> tuple[Floats, Floats]:
        """How `bag` fits: its cosine with each example, and the share that each answer explains, 0 to 1."""
        places, weights, strange = [], [], 0.0
        for name, weight in bag.items():
            place = self.columns.get(name)
            if place is None:
                # Pairs of words are new in most sentences; only new words make a sentence strange.
                strange += (weight * self._unseen) ** 2 * (PAIR if " " in name else 1.0)
            else:
                places.append(place)
                weights.append(weight * float(self._rarity[place]))
        known = np.asarray(weights, dtype=np.float32)
        norm = float(np.sqrt(float(known @ known) + strange))
        if not places or norm == 0.0:
            return np.zeros(len(self._matrix), np.float32), np.zeros(len(self._used), np.float32)
        return self._matrix[:, places] @ known / norm, self._used[:, places] @ known**2 / norm**2


class KnownAnswers:
    """Finds the known answer that a sentence asks for.

    Args:
        asked: by the answer's name, its examples and keywords, in any language.

    Attributes:
        examples: the examples by the answer's name.
        sentences: all examples and keywords.
        courtesies: names of the answers that give way to any other.
    """

    def __init__(self, asked: Mapping[str, Asked]) -> None:
        self.examples = {name: tuple(one.examples) for name, one in asked.items()}
        self.sentences = tuple(text for one in asked.values() for text in (*one.examples, *one.keywords))
        self._names = tuple(asked)
        self._lately: dict[str, tuple[Match, ...]] = {}
        self.courtesies = frozenset(name for name, one in asked.items() if one.courtesy)
        sentences = [(i, text) for i, one in enumerate(asked.values()) for text in one.examples]
        self._english = _Side([s for s in sentences if english_words(s[1])], english_words, word_features)
        self._english.second(letter_features)
        self._chinese = _Side([s for s in sentences if chinese_chars(s[1])], chinese_chars, char_features)
        self._chinese.second(sound_features)
        self._vocabulary = Vocabulary([w for _, text in sentences for w in english_words(text)])
        self._keywords = [[_keyword(keyword) for keyword in one.keywords] for one in asked.values()]

    def rank(self, text: str) -> list[Match]:
        """Every answer that the sentence resembles at all, the best first."""
        # A turn's words are weighed while they are spoken, and asked again when they are answered.
        found = self._lately.get(text)
        if found is None:
            if len(self._lately) >= _REMEMBERED:
                self._lately.clear()
            found = self._lately[text] = tuple(self._ranked(text))
        return list(found)

    def _ranked(self, text: str) -> list[Match]:
        best = self._scores(text)
        for clause in _clauses(text):
            best = np.maximum(best, CLAUSE * self._scores(clause))
        order = np.argsort(-best)
        return [Match(self._names[i], min(1.0, float(best[i]))) for i in order if best[i] > 0.05]

    def find(
        self, text: str, threshold: float = THRESHOLD, ranking: Sequence[Match] | None = None
    ) -> Match | None:
        """The answer that the sentence asks for, None when it asks for none; `ranking` saves its `rank`."""
        fitting = [
            match for match in (self.rank(text) if ranking is None else ranking) if match.score >= threshold
        ]
        courtesies = [match for match in fitting if match.name in self.courtesies]
        asked = next((match for match in fitting if match.name not in self.courtesies), None)
        if asked is None or (courtesies and courtesies[0].score > asked.score + CLEARLY):
            # "Thank you very much, goodbye": the word that gives an answer away goes before politeness.
            named = (match for match in courtesies if self._is_named(match.name, text))
            return next(named, next(iter(courtesies), None))
        return asked

    def _is_named(self, name: str, text: str) -> bool:
        spoken = _spoken(english_words(text), chinese_chars(text))
        return any(_occurs(keyword, spoken) for keyword in self._keywords[self._names.index(name)])

    def _scores(self, text: str) -> Floats:
        words, chars = self._vocabulary.mend(english_words(text)), chinese_chars(text)
        size = len(self._names)
        scores = np.zeros(size, dtype=np.float32)
        total = len(words) + len(chars)
        if words:
            scores += len(words) / total * self._english.scores(words, size)
        if chars:
            scores += len(chars) / total * self._chinese.scores(chars, size)
        spoken = _spoken(words, chars)
        for i, keywords in enumerate(self._keywords):
            if any(_occurs(keyword, spoken) for keyword in keywords):
                scores[i] += (1 - scores[i]) * NAMED
        return scores


class _Side:
    """One script's examples in two views."""

    def __init__(
        self,
        sentences: Sequence[tuple[int, str]],
        units: Callable[[str], list[str]],
        features: Callable[[Sequence[str]], Features],
    ) -> None:
        self._owners: NDArray[np.intp] = np.asarray([i for i, _ in sentences], dtype=np.intp)
        self._units = [units(text) for _, text in sentences]
        self._views: list[tuple[Callable[[Sequence[str]], Features], _View]] = []
        self.second(features)

    def second(self, features: Callable[[Sequence[str]], Features]) -> None:
        """Add a view; the views count alike."""
        self._views.append((features, _View([features(units) for units in self._units], self._owners)))

    def scores(self, units: Sequence[str], answers: int) -> Floats:
        """For each answer how well its best example fits, and how much all of them together explain."""
        made = np.zeros(answers, dtype=np.float32)
        if not len(self._owners):
            return made
        for features, view in self._views:
            alike, explained = view.compare(features(units))
            best = np.zeros(len(explained), dtype=np.float32)
            np.maximum.at(best, self._owners, alike)
            made[: len(best)] += (ALIKE * best + (1 - ALIKE) * explained) / len(self._views)
        return made


class Vocabulary:
    """Mends misrecognised words: "older" is not in any example, "order" is."""

    LEAST = 0.79
    """The likeness from which a word is taken for another."""

    LEAST_INSIDE = 0.85
    """The same for words that begin differently: recognisers mostly get the beginning right."""

    def __init__(self, words: Sequence[str]) -> None:
        self._known = frozenset(words)
        self._words = [(word, _letter_pairs(word)) for word in sorted(self._known) if len(word) > 3]
        self._mended: dict[str, str] = {}

    def mend(self, words: Sequence[str]) -> list[str]:
        """The words, with unknown ones replaced by the known word that sounds like them, if any."""
        return [word if word in self._known else self._nearest(word) for word in words]

    def _nearest(self, word: str) -> str:
        if len(word) < 4 or word.isdigit() or word in LIGHT:
            return word
        if word not in self._mended:
            if len(self._mended) > 4096:
                self._mended.clear()
            self._mended[word] = self._search(word)
        return self._mended[word]

    def _search(self, word: str) -> str:
        best, found = self.LEAST, word
        pairs = _letter_pairs(word)
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(word)
        for known, known_pairs in self._words:
            if abs(len(known) - len(word)) > 2 or len(pairs & known_pairs) < 2:
                continue
            matcher.set_seq1(known)
            least = max(best, self.LEAST_INSIDE if known[0] != word[0] else 0.0)
            if matcher.quick_ratio() > least and (ratio := matcher.ratio()) > least:
                best, found = ratio, known
        return found


def _letter_pairs(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def _clauses(text: str) -> list[str]:
    """The clauses of a longer sentence that are long enough to be a question by themselves."""
    parts = [part for part in _CLAUSE.split(text) if part.strip()]
    if len(parts) < 2:
        return []
    return [part for part in parts if len(english_words(part)) + len(chinese_chars(part)) / 1.5 > 2][:6]


def _spoken(words: Sequence[str], chars: Sequence[str]) -> tuple[str, str, str]:
    """A sentence as stems, characters and syllables, to look for keywords in."""
    signs = "".join(chars)
    return f" {' '.join(words)} ", signs, f" {' '.join(pinyin(signs))} "


def _keyword(text: str) -> tuple[str, str, str]:
    """A keyword as stems, characters and syllables, those empty that it has not."""
    words, chars = english_words(text), "".join(chinese_chars(text))
    return f" {' '.join(words)} " if words else "", chars, f" {' '.join(pinyin(chars))} " if chars else ""


def _occurs(keyword: tuple[str, str, str], spoken: tuple[str, str, str]) -> bool:
    # Syllables alone are only trusted for words of two characters and more.
    by_sound = len(keyword[1]) > 1 and keyword[2] in spoken[2]
    by_sign = any(part and part in said for part, said in zip(keyword[:2], spoken[:2], strict=True))
    return by_sound or by_sign
