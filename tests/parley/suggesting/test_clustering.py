"""Groups by average likeness: the same as merging the nearest pair again and again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from parley.suggesting.clustering import clusters


def around(directions: NDArray[np.float64], count: int, spread: float, seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    rows = np.concatenate([one + spread * random.normal(size=(count, len(one))) for one in directions])
    unit: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def plainly(vectors: NDArray[np.float64], weights: list[int], least: float) -> set[frozenset[int]]:
    """By the definition: merge the two groups that are most alike, until none are alike enough."""
    groups = [[row] for row in range(len(vectors))]

    def likeness(one: list[int], other: list[int]) -> float:
        pairs = [(weights[a] * weights[b], vectors[a] @ vectors[b]) for a in one for b in other]
        return float(sum(weight * value for weight, value in pairs) / sum(weight for weight, _ in pairs))

    while len(groups) > 1:
        best, a, b = max(
            (likeness(one, other), i, j) for i, one in enumerate(groups) for j, other in enumerate(groups[:i])
        )
        if best < least:
            break
        groups[b] += groups.pop(a)
    return {frozenset(group) for group in groups}


def test_what_is_alike_is_one_group() -> None:
    vectors = around(np.eye(4), 5, 0.1, 1)
    found = {frozenset(group) for group in clusters(vectors, [1] * 20, 0.6)}
    assert found == {frozenset(range(begin, begin + 5)) for begin in range(0, 20, 5)}


@pytest.mark.parametrize("seed", range(8))
def test_it_is_average_linkage(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = around(random.normal(size=(4, 6)), 7, 0.5, seed)
    weights = [int(weight) for weight in random.integers(1, 4, 28)]
    for least in (0.3, 0.6):
        assert {frozenset(group) for group in clusters(vectors, weights, least)} == plainly(
            vectors, weights, least
        )


def test_equal_sentences_and_single_ones() -> None:
    same = np.tile(np.eye(3)[0], (4, 1))
    assert clusters(same, [1, 1, 1, 1], 0.9) in ([[0, 1, 2, 3]], [sorted(range(4))])
    assert sorted(clusters(np.eye(3), [9, 1, 1], 0.5)) == [[0], [1], [2]]
    assert clusters(np.eye(1), [1], 0.5) == [[0]]
