"""Whether a sentence asks for any of the intents at all.

A logistic regression over six figures that mean the same in any flow, whatever its intents, so that
a flow with five examples an intent is judged as well as one with fifty. Its coefficients were fitted
on simulated shops by `scripts/fit-intent-scope`, half of whose questions are out of scope: whole
intents held out, another shop's questions, and idle talk. See docs/intents.md.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = (
    "log odds of the best intent among the intents, by the regression that knows the background",
    "log odds of the background",
    "mean likeness of the three nearest examples of the best intent",
    "likeness of the nearest background sentence",
    "entropy over the intents, 0 to 1",
    "log of the best intent's examples by the mean of all intents",
)

COEFFICIENTS: Final = (0.5311, -0.1069, 4.6120, -0.9780, -2.7578, -1.3087)
INTERCEPT: Final = -0.0389


def in_scope(features: NDArray[np.float64]) -> float:
    """Probability that the sentence asks for one of the intents.

    Args:
        features: one number for each of `FEATURES`.
    """
    return 1 / (1 + math.exp(-(float(features @ np.asarray(COEFFICIENTS)) + INTERCEPT)))
