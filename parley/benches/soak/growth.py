"""Whether a process has grown: samples of its counts, and their first fifth against their last. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

FLAT_PERCENT = 5.0
"""Memory may grow by so much and is still called flat."""

COUNTS = ("threads", "sockets", "files", "tasks")


@dataclass(frozen=True, slots=True)
class Sample:
    """A process at one moment.

    Attributes:
        at: seconds since the measurement began.
        calls: calls that had been made by then.
        memory: resident set in bytes.
        threads: threads of the process, of all libraries.
        sockets: open sockets.
        files: other open descriptors.
        tasks: asyncio tasks.
    """

    at: float
    calls: int
    memory: int
    threads: int
    sockets: int
    files: int
    tasks: int


def growth(samples: Sequence[Sample], warm_up: float = 0.1) -> dict[str, Any]:
    """Compare the first fifth of the samples after the warm-up with the last fifth.

    Args:
        samples: in order of time, at equal distances.
        warm_up: share of them that is left out: what is made once is made then.

    Returns:
        `memory` (`first_mb` and `last_mb`, means, and `percent`), each of `COUNTS` (`first` and
        `last`, medians), and `flat`: memory grew by 5 % at most and no count grew.

    Raises:
        ValueError: fewer than two samples are left.
    """
    warm = samples[round(len(samples) * warm_up) :]
    if len(warm) < 2:
        raise ValueError(f"expected at least 2 samples after the warm-up, got {len(warm)}")
    fifth = max(1, len(warm) // 5)
    first, last = warm[:fifth], warm[-fifth:]
    before, after = (mean(one.memory for one in part) for part in (first, last))
    percent = (after - before) / before * 100
    counts = {
        name: {
            "first": median(getattr(one, name) for one in first),
            "last": median(getattr(one, name) for one in last),
        }
        for name in COUNTS
    }
    return {
        "memory": {
            "first_mb": round(before / 1e6, 1),
            "last_mb": round(after / 1e6, 1),
            "percent": round(percent, 2),
        },
        **counts,
        "flat": percent <= FLAT_PERCENT and all(one["last"] <= one["first"] for one in counts.values()),
    }


def thinned(samples: Sequence[Sample], most: int = 100) -> list[Sample]:
    """At most `most` of the samples, evenly, the last one among them."""
    step = -(-len(samples) // most) or 1
    return list(samples[::-1][::step][::-1])
