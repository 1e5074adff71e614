"""One language's examples, and how a sentence compares with them.

Two regressions are trained over the same likeness of sentences: one tells the intents apart, the
other knows the background as one more class. What they say, and how near the nearest examples are,
goes to `dialogue.intent.scope`, which judges whether the sentence asks for any of the intents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.intent import ngrams, softmax
from dialogue.intent.encoder import Encoder, encode_all
from dialogue.intent.keeping import Arrays, kept
from dialogue.intent.ngrams import Bags
from dialogue.known import Vocabulary
from dialogue.words import normalise

Floats = NDArray[np.float64]

_LATIN_WORD = re.compile(r"[a-z0-9]+")

STRENGTH = 30.0
"""Inverse of the regressions' regularisation."""

TOO_CLOSE = 0.7
"""Background this like an example is dropped: what is idle talk in one shop is an intent of another."""

MEANING = 0.6
"""Share of the vectors in the likeness of two sentences; the bags of words and letters have the rest."""


_RECIPE = "1"
"""What is trained, and how: raised with every change of it, so that what was kept is not taken for it."""


@dataclass(frozen=True, slots=True)
class Script:
    """What differs between languages: how sentences are taken apart, and the background's file."""

    units: ngrams.Grams
    grams: tuple[ngrams.Grams, ...]
    background: str


LATIN = Script(ngrams.english_units, (ngrams.english_words, ngrams.english_letters), "background-en.txt")
HAN = Script(ngrams.chinese_units, (ngrams.chinese_characters, ngrams.chinese_syllables), "background-zh.txt")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sentence looks like beside the examples of a language.

    Attributes:
        intents: probability of each intent, given that it is one of them; shape (intents,).
        features: what `dialogue.intent.scope` judges by, in the order of its `FEATURES`.
    """

    intents: Floats
    features: Floats


def background(name: str) -> tuple[str, ...]:
    """The sentences of a background file, which lies beside this module."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _fits(arrays: Arrays, own: tuple[int, int], size: int) -> bool:
    """Whether arrays are a training of so many examples, intents and sentences."""
    if set(arrays) != {"kept", "own", "all"} or arrays["kept"].shape != (size,):
        return False
    return arrays["own"].shape == own and arrays["all"].shape == (int(arrays["kept"].sum()), own[1] + 1)


class Side:
    """A language's examples, trained.

    Args:
        examples: sentences with the number of their intent; at least one.
        script: how they are taken apart.
        encoder: makes their vectors, None to compare words and letters only.
        cache: folder for vectors and what was trained, None to keep none.
    """

    def __init__(
        self,
        examples: Sequence[tuple[str, int]],
        script: Script,
        encoder: Encoder | None,
        cache: Path | None = None,
    ) -> None:
        sentences = [normalise(sentence) for sentence, _ in examples]
        owners = np.asarray([owner for _, owner in examples])
        self.intents = np.unique(owners)
        self._owners: NDArray[np.intp] = np.searchsorted(self.intents, owners)
        self._script = script
        self._encoder = encoder
        self._vocabulary = Vocabulary([unit for text in sentences for unit in script.units(text)])
        self._train(sentences, cache)

    def _train(self, sentences: list[str], cache: Path | None) -> None:
        idle = [normalise(one) for one in background(self._script.background)]
        every = [*sentences, *idle]
        self._bags = [Bags(every, grams) for grams in self._script.grams]
        self._vectors: Floats | None = None
        if self._encoder is not None:
            own = encode_all(self._encoder, sentences, cache)
            self._vectors = np.concatenate([own, encode_all(self._encoder, idle, cache)])
        count = self._count = len(sentences)
        whole = (count, len(self.intents)), len(every)
        told = [
            _RECIPE,
            str((STRENGTH, MEANING, TOO_CLOSE)),
            getattr(self._encoder, "name", ""),
            str(count),
            *map(str, self._owners),
            *every,
        ]
        trained = kept(cache, told, lambda: self._fitted(every), lambda arrays: _fits(arrays, *whole))
        self._kept, self._own, self._all = trained["kept"], trained["own"], trained["all"]
        self._sizes = np.bincount(self._owners, minlength=len(self.intents))

    def _fitted(self, every: Sequence[str]) -> Arrays:
        """Which sentences count, and both regressions over them."""
        likeness = np.stack([self._likeness(one, self._vector(i)) for i, one in enumerate(every)])
        count = self._count
        distant = likeness[count:, :count].max(axis=1) < TOO_CLOSE
        among = np.concatenate([np.ones(count, dtype=bool), distant])
        kernel = likeness[np.ix_(among, among)] + 1
        classes = np.concatenate([self._owners, np.full(int(distant.sum()), len(self.intents))])
        own = softmax.fit(kernel[:count, :count], self._owners, len(self.intents), STRENGTH)
        return {
            "kept": among,
            "own": own,
            "all": softmax.fit(kernel, classes, len(self.intents) + 1, STRENGTH),
        }

    def _vector(self, place: int) -> Floats | None:
        return None if self._vectors is None else self._vectors[place]

    def _likeness(self, sentence: str, vector: Floats | None) -> Floats:
        """Likeness with every example and background sentence, about 0 to 1."""
        bags = sum((bag.compare(sentence) for bag in self._bags), np.zeros(1)) / len(self._bags)
        if vector is None or self._vectors is None:
            return bags
        return MEANING * (self._vectors @ vector) + (1 - MEANING) * bags

    def weigh(self, sentence: str) -> Evidence:
        """Compare a sentence with the examples."""
        sentence = self._mended(sentence)
        vector = self._encoder.encode(sentence) if self._encoder is not None else None
        likeness = self._likeness(sentence, vector)[self._kept]
        own, idle = likeness[: self._count], likeness[self._count :]
        intents = softmax.probabilities((own + 1) @ self._own)
        beside = softmax.probabilities((likeness + 1) @ self._all)
        return Evidence(intents, self._features(own, idle, intents, beside))

    def _mended(self, sentence: str) -> str:
        """The sentence, with words that nobody knows replaced by those of examples they resemble."""
        return _LATIN_WORD.sub(self._mended_word, normalise(sentence))

    def _mended_word(self, found: re.Match[str]) -> str:
        word = found.group()
        if self._encoder is not None and self._encoder.knows(word):
            return word
        return self._vocabulary.mend([word])[0]

    def _features(self, own: Floats, idle: Floats, intents: Floats, beside: Floats) -> Floats:
        best = int(intents.argmax())
        share = beside[best] / max(1 - beside[-1], 1e-9)
        spread = -np.sum(intents * np.log(intents + 1e-9)) / np.log(max(len(intents), 2))
        return np.asarray(
            [
                _odds(share),
                _odds(beside[-1]),
                np.sort(own[self._owners == best])[-3:].mean(),
                idle.max(initial=0.0),
                spread,
                np.log(self._sizes[best] / self._sizes.mean()),
            ]
        )


def _odds(probability: float) -> float:
    bounded = min(max(float(probability), 1e-4), 1 - 1e-4)
    return float(np.log(bounded / (1 - bounded)))
