"""Which turn of one run is which of another, and which events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from parley.replay.outcome import Event, Turn

T = TypeVar("T")
Pair: TypeAlias = tuple[T | None, T | None]

TURN_SECONDS = 1.5
"""How far turns may lie apart and still answer the same thing, if the caller's speech does not overlap."""


def match_turns(old: Sequence[Turn], new: Sequence[Turn]) -> list[Pair[Turn]]:
    """Pairs in order of time; `None` on the side that has no such turn."""
    return _aligned(old, new, _turn_fit)


def match_events(old: Sequence[Event], new: Sequence[Event], tolerance: float) -> list[Pair[Event]]:
    """Pairs of events of one name; those further apart than `tolerance` seconds stay alone."""

    def fit(one: Event, other: Event) -> float:
        apart = abs(one.at - other.at)
        return 0.0 if apart > tolerance else 2.0 - apart / max(tolerance, 1e-9)

    return _aligned(old, new, fit)


def _turn_fit(one: Turn, other: Turn) -> float:
    if one.input != other.input:
        return 0.0
    if one.input == "arrived":
        return 2.0
    apart = abs(one.at - other.at)
    overlap = _overlap(one, other)
    if apart > TURN_SECONDS and overlap <= 0:
        return 0.0
    return 1.0 + 1.0 / (1.0 + apart)


def _overlap(one: Turn, other: Turn) -> float:
    """Seconds of the caller's speech that both turns answer."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return 0.0
    return min(one.end, other.end) - max(one.start, other.start)


def _aligned(old: Sequence[T], new: Sequence[T], fit: Callable[[T, T], float]) -> list[Pair[T]]:
    """Pair two sequences without crossing, so that the sum of `fit` (0: not at all) is greatest."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            fits = fit(old[i], new[j])
            paired = best[i + 1][j + 1] + fits if fits > 0 else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[Pair[T]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        fits = fit(old[i], new[j])
        if fits > 0 and best[i][j] == best[i + 1][j + 1] + fits:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    pairs += [(one, None) for one in old[i:]]
    return pairs + [(None, one) for one in new[j:]]
