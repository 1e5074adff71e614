"""Accuracy and Matthews' correlation of recognised intents, as HINT3 (Arora et al., 2020) counts them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parley.benches.intent.table import OUT_OF_SCOPE


def figures(
    wanted: Sequence[str], found: Sequence[str], weights: Sequence[float] | None = None
) -> dict[str, float]:
    """Compare labels with what was recognised.

    Args:
        wanted: the labels; `OUT_OF_SCOPE` is one class like the others.
        found: what was recognised, in the same order.
        weights: how much each sentence counts, all alike by default.

    Returns:
        `accuracy` over all sentences, `in_scope_accuracy` over those with an intent, `oos_recall` over
        those without (0 where there are none of them), and `mcc`, Gorodkin's correlation for several
        classes (0 where it is undefined).
    """
    weighed = np.ones(len(wanted)) if weights is None else np.asarray(weights, dtype=np.float64)
    classes = {label: i for i, label in enumerate(sorted({*wanted, *found}))}
    confusion = np.zeros((len(classes), len(classes)))
    for label, one, weight in zip(wanted, found, weighed, strict=True):
        confusion[classes[label], classes[one]] += weight
    inside = np.asarray([label != OUT_OF_SCOPE for label in wanted])
    right = np.asarray([label == one for label, one in zip(wanted, found, strict=True)])
    return {
        "accuracy": _share(right, weighed),
        "in_scope_accuracy": _share(right[inside], weighed[inside]),
        "oos_recall": _share(right[~inside], weighed[~inside]),
        "mcc": round(correlation(confusion), 4),
    }


def correlation(confusion: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Matthews' correlation of a confusion matrix (rows: wanted; Gorodkin, 2004)."""
    total, hits = confusion.sum(), np.trace(confusion)
    wanted, found = confusion.sum(axis=1), confusion.sum(axis=0)
    spread = (total**2 - found @ found) * (total**2 - wanted @ wanted)
    return float((hits * total - wanted @ found) / np.sqrt(spread)) if spread > 0 else 0.0


def calibration_error(
    probabilities: Sequence[float], right: Sequence[bool], weights: Sequence[float]
) -> float:
    """Expected calibration error over ten bins: how far probabilities are from how often they are right."""
    said, was, weighed = (np.asarray(one, dtype=np.float64) for one in (probabilities, right, weights))
    bins = np.minimum((said * 10).astype(int), 9)
    gaps = [abs(float((weighed * (said - was))[bins == one].sum())) for one in range(10)]
    return round(sum(gaps) / float(weighed.sum()), 4)


def _share(
    right: np.ndarray[tuple[int], np.dtype[np.bool_]], weights: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    return round(float((right * weights).sum() / weights.sum()), 4) if len(right) else 0.0
