"""Trains the classifier of `dialogue.emotions.polarity` from labelled sentences; plain numpy, seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from dialogue.emotions.lexicon import Lexicon
from dialogue.emotions.polarity import BUCKETS, Weights, buckets, features

_SEEN = 2
"""Features in fewer sentences than this say nothing."""
_SMOOTHING = 1.0
_RATE, _BIAS_RATE, _PULL = 0.6, 0.02, 1e-5

Labelled = Sequence[tuple[str, bool]]


def learn(
    texts: Labelled,
    language: str,
    lexicon: Lexicon,
    *,
    rounds: int = 6,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Weights, float]:
    """Weights and bias from sentences of one language, each with whether it is positive.

    AdaGrad (Duchi et al. 2011) one sentence at a time, in an order that is the same every time.

    Args:
        texts: sentences, and whether each is positive.
        language: `en` or `zh`.
        lexicon: what the classifier will be used with.
        rounds: how often all of them are gone through.
        progress: called after the features, and after each round.

    Raises:
        ValueError: only one kind of sentence is there.
    """
    labels = np.array([positive for _, positive in texts], dtype=bool)
    if labels.all() or not labels.any():
        raise ValueError(f"expected positive and negative texts in {language}, found only one kind")
    rows = [buckets(features(text, language, lexicon)) for text, _ in texts]
    ratio = _log_ratios(rows, labels)
    progress()
    slope, seen, bias = np.zeros(BUCKETS), np.full(BUCKETS, 0.1), 0.0
    random = np.random.default_rng(0)
    for _ in range(rounds):
        for index in random.permutation(len(rows)):
            row = rows[index]
            if not len(row):
                continue
            size = len(row) ** -0.5
            score = float(slope[row] @ ratio[row]) * size + bias
            error = 1 / (1 + np.exp(-np.clip(score, -30, 30))) - labels[index]
            step = error * size * ratio[row] + _PULL * slope[row]
            seen[row] += step * step
            slope[row] -= _RATE * step / np.sqrt(seen[row])
            bias -= _BIAS_RATE * float(error)
        progress()
    return (slope * ratio).astype(np.float32), bias


def _log_ratios(
    rows: Sequence[npt.NDArray[np.int64]], labels: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """How much likelier each feature is in positive sentences than in negative ones, as a logarithm."""
    counts = np.zeros((2, BUCKETS))
    for row, positive in zip(rows, labels, strict=True):
        counts[int(positive), row] += 1
    rare = counts.sum(axis=0) < _SEEN
    share = (counts + _SMOOTHING) / (counts + _SMOOTHING).sum(axis=1, keepdims=True)
    ratio: npt.NDArray[np.float64] = np.log(share[1] / share[0])
    ratio[rare] = 0.0
    return ratio
