"""Groups of sentences that mean the same: agglomerative clustering of vectors, by average likeness.

Follows chains of nearest neighbours (Murtagh, Computer Journal 26, 1983), which for average linkage comes to
the same groups as always merging the two that are most alike, in time that grows with the square of their
number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def clusters(vectors: Floats, weights: Sequence[int], least: float) -> list[list[int]]:
    """Groups of rows whose average likeness to one another is at least `least`.

    Args:
        vectors: of length 1, shape (n, dimensions).
        weights: how often each row counts.
        least: cosine from which two groups become one, -1 to 1.

    Returns:
        The row numbers of each group; every row is in one.
    """
    likeness = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(likeness, -np.inf)
    sizes = np.asarray(weights, dtype=np.float64).copy()
    members = [[row] for row in range(len(vectors))]
    waiting = dict.fromkeys(range(len(vectors)))
    done: list[list[int]] = []
    chain: list[int] = []
    while waiting:
        if not chain:
            chain.append(next(iter(waiting)))
        last = chain[-1]
        before = chain[-2] if len(chain) > 1 else None
        near = int(likeness[last].argmax())
        best = float(likeness[last, near])
        if best < least:
            # Nothing comes nearer to it by the merging of others: average linkage is reducible.
            done.append(members[chain.pop()])
            _leave(likeness, waiting, last)
        elif before is not None and likeness[last, before] == best:
            del chain[-2:]
            _merge(likeness, sizes, before, last)
            members[before] += members[last]
            _leave(likeness, waiting, last)
        else:
            chain.append(near)
    return done


def _merge(likeness: Floats, sizes: Floats, one: int, other: int) -> None:
    """Make `one` the group of both."""
    total = sizes[one] + sizes[other]
    row = (sizes[one] * likeness[one] + sizes[other] * likeness[other]) / total
    row[[one, other]] = -np.inf
    likeness[one], likeness[:, one] = row, row
    sizes[one] = total


def _leave(likeness: Floats, waiting: dict[int, None], row: int) -> None:
    likeness[row], likeness[:, row] = -np.inf, -np.inf
    del waiting[row]
