"""How far frames were from the beat they should keep, and the search for the most calls: pure logic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telephony.line import FRAME_SECONDS

Seconds = NDArray[np.float64]

_ON_TIME = FRAME_SECONDS / 4
"""How late a frame may be and still count for its own place on the beat, when places were left out."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """One call's frames against a perfect beat.

    Attributes:
        errors: seconds between each frame and its place on the beat, early or late.
        missed: places on the beat that got no frame.
    """

    errors: Seconds
    missed: int


def pacing(arrivals: Sequence[float] | Seconds, period: float = FRAME_SECONDS) -> Pacing:
    """Lay one call's frames onto a beat of `period` seconds.

    The beat's phase is the one at which half of the frames are early. A frame that never came
    shifts all that follow by a whole period for good; frames that are only late do not, because
    later ones come in time again.

    Args:
        arrivals: when each frame came, in seconds, in order.
        period: seconds between two places on the beat.
    """
    times = np.asarray(arrivals, dtype=np.float64)
    if not times.size:
        return Pacing(times, 0)
    late = times - times[0] - np.arange(times.size) * period
    # The least lateness that is still to come: what is made up for later was no frame left out.
    to_come = np.minimum.accumulate(late[::-1])[::-1]
    left_out = np.floor((to_come - to_come[0] + _ON_TIME) / period)
    late -= left_out * period
    return Pacing(np.abs(late - np.median(late)), int(left_out[-1]))


def spread(seconds: Sequence[float] | Seconds) -> dict[str, float]:
    """Median, 99th percentile and maximum in milliseconds; zeros when there is nothing."""
    values = np.asarray(seconds, dtype=np.float64) * 1000
    if not values.size:
        return {"p50_ms": 0.0, "p99_ms": 0.0, "max_ms": 0.0}
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "max_ms": round(values.max(), 3)}


class Search:
    """Looks for the most calls that are held: doubles until it fails, then halves the gap.

    Args:
        start: the first number tried.
        most: no larger number is tried.
        precision: the gap, as a share of the number found, at which it is good enough.
    """

    def __init__(self, start: int, most: int, precision: float = 0.05) -> None:
        if not 1 <= start <= most:
            raise ValueError(f"expected a start from 1 to {most}, got {start}")
        self.held = 0
        """The largest number that was held."""
        self.failed: int | None = None
        """The smallest number that was not."""
        self._start = start
        self._most = most
        self._precision = precision

    @property
    def next(self) -> int | None:
        """The number to try next; `None` when the search is over."""
        if self.failed is None:
            larger = min(self._most, self.held * 2 or self._start)
            return larger if larger > self.held else None
        if self.failed - self.held <= max(1, self.held * self._precision):
            return None
        return (self.held + self.failed) // 2

    def tried(self, calls: int, held: bool) -> None:
        """Take the outcome of a trial."""
        if held:
            self.held = max(self.held, calls)
        else:
            self.failed = calls if self.failed is None else min(self.failed, calls)
