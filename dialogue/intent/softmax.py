"""Multinomial logistic regression over a kernel, in a dozen lines of numpy.

By the representer theorem the weights of an L2-regularised regression are sums of its examples, so
it is solved for one number an example and class. A few hundred examples train in well under a
second, always to the same result. Each step is a Newton step with the Hessian's upper bound
(Böhning, Ann. Inst. Statist. Math. 44, 1992), whose inverse is made once; momentum shortens the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 200
_CLOSE = 1e-3
"""The largest change of a coefficient at which the search ends."""


def probabilities(scores: Floats) -> Floats:
    """Softmax over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    softened: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return softened


def fit(kernel: Floats, classes: NDArray[np.intp], count: int, strength: float) -> Floats:
    """Coefficients of each example for each class; `kernel_of_new_ones @ coefficients` are the scores.

    Args:
        kernel: likeness of each example with each, shape (n, n), positive semi-definite.
        classes: the class of each example, shape (n,), 0 to `count` - 1.
        count: how many classes there are.
        strength: inverse of the regularisation, as `C` in scikit-learn.

    Returns:
        Shape (n, count).
    """
    size = len(kernel)
    wanted = np.eye(count)[classes]
    damping = 1.0 / strength
    inverse = np.linalg.inv(0.5 * kernel + damping * np.eye(size))
    found = np.zeros((size, count))
    ahead, speed = found, 1.0
    for _ in range(_STEPS):
        gradient = probabilities(kernel @ ahead) - wanted + damping * ahead
        step = ahead - inverse @ gradient
        if np.sum((ahead - step) * (step - found)) > 0:
            speed = 1.0
        faster = (1 + np.sqrt(1 + 4 * speed**2)) / 2
        ahead, change = step + (speed - 1) / faster * (step - found), np.abs(step - found).max()
        found, speed = step, faster
        if change < _CLOSE:
            break
    return found
