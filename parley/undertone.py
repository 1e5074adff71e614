"""A sound that goes on under Parley's speech and had no words in it so far: when to look into it again.

A hum, a motor, a television. A caller may begin to speak in the middle of it, and nothing marks where:
so it is recognised again and again while it lasts, without stopping Parley for that.
"""

from __future__ import annotations

from dataclasses import dataclass

_MOST = 2.0
"""Seconds between two looks: whoever speaks into a motor's noise is heard after so long at the latest."""

_LEAST = 0.5
"""Less than that is hardly worth another look, seconds."""

_BACK = 3.0
"""Seconds that one look takes in: what was there before was looked into already."""


@dataclass(slots=True)
class Undertone:
    """One such sound. All times are seconds on the call's clock.

    Attributes:
        start: where the next look begins.
        looked: up to when it was looked into.
    """

    start: float
    looked: float

    @property
    def next_look(self) -> float:
        """When to look again: the longer it had no words, the less often."""
        return self.looked + min(_MOST, max(_LEAST, self.looked - self.start))

    def look(self, now: float) -> tuple[float, float]:
        """Look into it: the span to recognise."""
        self.start = max(self.start, now - _BACK)
        self.looked = now
        return self.start, now
