"""What is known of a feeling: seven classes with probabilities, valence and arousal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

LABELS: Final = ("neutral", "happy", "angry", "anxious", "sad", "surprised", "disgusted")
"""The classes, in the order of all scores (the same as `asr.emotion.LABELS`)."""

_VALENCE: Final = (0.0, 0.8, -0.7, -0.6, -0.7, 0.2, -0.7)
_AROUSAL: Final = (0.1, 0.6, 0.8, 0.7, 0.2, 0.8, 0.5)

CALM: Final = (1.0, *(0.0,) * (len(LABELS) - 1))
"""The scores of somebody who feels nothing in particular."""


@dataclass(frozen=True, slots=True)
class Emotion:
    """A feeling.

    Attributes:
        scores: probability of each of `LABELS`, in their order.
        valence: unpleasant (-1) to pleasant (1).
        arousal: calm (0) to excited (1).
    """

    scores: tuple[float, ...]
    valence: float
    arousal: float

    @property
    def label(self) -> str:
        """The likeliest class."""
        return LABELS[int(np.argmax(self.scores))]

    @property
    def confidence(self) -> float:
        """Probability of the likeliest class, 0 to 1."""
        return max(self.scores)

    def of(self, label: str) -> float:
        """Probability of one class, 0 to 1."""
        return self.scores[LABELS.index(label)]

    def as_mapping(self) -> Mapping[str, object]:
        """What is written down of it: label, confidence, valence, arousal, and the scores by class."""
        return MappingProxyType(
            {
                "label": self.label,
                "confidence": round(self.confidence, 3),
                "valence": round(self.valence, 3),
                "arousal": round(self.arousal, 3),
                "scores": {k: round(p, 3) for k, p in zip(LABELS, self.scores, strict=True)},
            }
        )


def emotion_of(scores: Sequence[float] | npt.NDArray[np.float64], valence: float | None = None) -> Emotion:
    """The emotion of seven weights (they need not add up to 1), with a valence of its own if one is known.

    Raises:
        ValueError: there are not seven, or they are not a distribution.
    """
    weights = np.asarray(scores, dtype=np.float64)
    if weights.shape != (len(LABELS),) or not np.all(weights >= 0) or not weights.sum() > 0:
        raise ValueError(f"expected {len(LABELS)} weights of 0 or more, found {list(scores)}")
    shares = weights / weights.sum()
    pleasant = float(shares @ _VALENCE) if valence is None else valence
    return Emotion(tuple(float(p) for p in shares), pleasant, float(shares @ _AROUSAL))
