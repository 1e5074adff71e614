"""How a caller feels by what he says: entries of the lexicon first, the classifier for their direction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dialogue.emotions.hits import Hit, hits
from dialogue.emotions.lexicon import Lexicon
from dialogue.emotions.polarity import Polarity
from dialogue.emotions.values import LABELS, Emotion, emotion_of

SHIPPED: Final = Path(__file__).parent / "polarity.npz"
"""The classifier that comes with Parley."""

_CALM_AT_LEAST = 0.08
_QUIET: Final = 0.9
"""How calm words are in which nothing was found."""
_PER_HIT = 1.6
_POSITIVE_AS = {"happy": 1.0}
_NEGATIVE_AS = {"angry": 0.4, "sad": 0.3, "disgusted": 0.15, "anxious": 0.15}
_MIXED = 0.5
"""A hit whose direction the classifier denies ("no problems at all") counts half."""


@dataclass(frozen=True, slots=True)
class WordsEmotion:
    """What words tell.

    Attributes:
        emotion: the seven classes; calm where nothing speaks of a feeling.
        positive: probability that the text speaks well, 0 to 1; 0.5 where nothing tells.
        found: the entries that were found.
    """

    emotion: Emotion
    positive: float
    found: tuple[str, ...]


class WordReader:
    """Reads feelings from words, in English and Chinese; well under a millisecond for a sentence."""

    def __init__(self, lexicon: Lexicon, polarity: Polarity) -> None:
        """Read with these."""
        self.lexicon = lexicon
        self.polarity = polarity
        self._cached = lru_cache(maxsize=256)(self._read)

    def read(self, text: str, language: str) -> WordsEmotion:
        """The feeling in a sentence of this language (`en`, `zh`)."""
        return self._cached(text, language)

    def _read(self, text: str, language: str) -> WordsEmotion:
        found = hits(text, language, self.lexicon)
        positive = self.polarity.positive(text, language, self.lexicon)
        weights = np.zeros(len(LABELS))
        for hit in found:
            weights += _shares(hit, positive)
        strength = float(weights.sum())
        calm = max(_CALM_AT_LEAST, _QUIET * float(np.exp(-_PER_HIT * strength)))
        scores = weights / strength * (1 - calm) if strength > 0 else weights
        scores[0] += calm if strength > 0 else 1.0
        sure = 1 - calm if strength > 0 else 0.0
        valence = sure * (2 * positive - 1)
        return WordsEmotion(emotion_of(scores, valence), positive, tuple(h.entry.phrase for h in found))


def _shares(hit: Hit, positive: float) -> npt.NDArray[np.float64]:
    """What one entry adds to each class; a published word has a direction but no class of its own."""
    weights = np.zeros(len(LABELS))
    amount = abs(hit.polarity)
    agrees = positive if hit.polarity > 0 else 1 - positive
    if hit.entry.emotion is not None and not hit.negated:
        amount = max(amount, 0.3) * max(_MIXED, agrees)
        weights[LABELS.index(hit.entry.emotion)] = amount
        return weights
    for label, share in (_POSITIVE_AS if hit.polarity > 0 else _NEGATIVE_AS).items():
        weights[LABELS.index(label)] = share * amount * agrees
    return weights
