"""Likeness of sentences by their words and letters, or characters and syllables.

Bags are weighted by rarity, as in TF-IDF. What no example contains counts into a sentence's length,
so that "the cost of xylophones" is not all "cost". Letters within words survive misspelling,
syllables survive homophones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dialogue.words import normalise, pinyin

Floats = NDArray[np.float64]
Grams: TypeAlias = Callable[[str], list[str]]
"""Takes a sentence apart."""

_WORD = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[a-z0-9]+|[一-鿿]")


def english_units(text: str) -> list[str]:
    """The words of a sentence."""
    return _WORD.findall(normalise(text))


def chinese_units(text: str) -> list[str]:
    """The characters of a sentence, and Latin words and numbers in one piece."""
    return _HAN.findall(normalise(text))


def english_words(text: str) -> list[str]:
    """Words and pairs of neighbours."""
    return _with_pairs(english_units(text))


def english_letters(text: str) -> list[str]:
    """Runs of two to four letters within words."""
    padded = [f" {word} " for word in english_units(text)]
    return [word[i : i + n] for word in padded for n in (2, 3, 4) for i in range(len(word) - n + 1)]


def chinese_characters(text: str) -> list[str]:
    """Characters and pairs of neighbours."""
    return _with_pairs(chinese_units(text))


def chinese_syllables(text: str) -> list[str]:
    """Syllables without tones and pairs of neighbours; the same for homophones."""
    return _with_pairs(pinyin("".join(chinese_units(text))))


def _with_pairs(units: Iterable[str]) -> list[str]:
    listed = list(units)
    return listed + [f"{left} {right}" for left, right in pairwise(listed)]


class Bags:
    """Compares sentences with given ones, by one way of taking them apart.

    Args:
        sentences: the given ones.
        grams: takes a sentence apart.
    """

    def __init__(self, sentences: Sequence[str], grams: Grams) -> None:
        self._grams = grams
        self._size = len(sentences)
        bags = [self._count(sentence) for sentence in sentences]
        stands: dict[str, list[int]] = {}
        for place, bag in enumerate(bags):
            for gram in bag:
                stands.setdefault(gram, []).append(place)
        self._strange = float(np.log(1 + len(bags)) + 1)
        self._rarity = {gram: self._strange - float(np.log(1 + len(one))) for gram, one in stands.items()}
        lengths = [math.hypot(*(weight * self._rarity[gram] for gram, weight in bag.items())) for bag in bags]
        self._postings = {
            gram: (
                np.asarray(places, dtype=np.intp),
                np.asarray([bags[i][gram] * self._rarity[gram] / lengths[i] for i in places]),
            )
            for gram, places in stands.items()
        }

    def compare(self, sentence: str) -> Floats:
        """The cosine with each of the given sentences, shape (n,), 0 to 1."""
        likeness = np.zeros(self._size)
        square = 0.0
        for gram, count in self._count(sentence).items():
            weight = count * self._rarity.get(gram, self._strange)
            square += weight * weight
            if gram in self._postings:
                places, weights = self._postings[gram]
                likeness[places] += weight * weights
        return likeness / max(math.sqrt(square), 1e-9)

    def _count(self, sentence: str) -> dict[str, float]:
        counts: dict[str, float] = {}
        for gram in self._grams(sentence):
            counts[gram] = counts.get(gram, 0.0) + 1
        return {gram: 1 + float(np.log(count)) for gram, count in counts.items()}
