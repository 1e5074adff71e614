"""When the caller's samples were spoken, judged from when they arrived.

Pure. Frames come from a network and through an event loop, so their arrival
jitters, and after a stall several come at once; the samples themselves do not
jitter. Audio is therefore laid end to end, and the line is only re-drawn where
the evidence is plain: after a long gap, when everything has been late for a
while (a key held down, silence suppression), or when audio would otherwise lie
in the future.
"""

from __future__ import annotations

LATE_SECONDS = 0.06
"""Audio later than this was either held up on its way, or spoken later."""

PATIENCE_SECONDS = 0.2
"""Audio that was held up is caught up with within this time; if it still is late it was spoken later."""

GAP_SECONDS = 0.15
"""Audio this late was spoken later: only a machine that stands still holds it up for so long."""

EARLY_SECONDS = 0.03
"""Audio this much too early is jitter of the audio before it."""


class InboundClock:
    """Places arriving audio on the call's clock. Times go back only where audio would lie in the future."""

    def __init__(self) -> None:
        self._end: float | None = None
        self._late_for = 0.0
        self._least_late = GAP_SECONDS

    def place(self, seconds: float, now: float) -> float:
        """Time of the first sample of audio that has just arrived.

        Args:
            seconds: how much audio arrived together (several frames read at
                once after a stall are one piece: all of them were spoken by now).
            now: seconds on the call's clock.
        """
        at = now - seconds
        if self._end is not None and -EARLY_SECONDS <= at - self._end <= GAP_SECONDS:
            at = self._end + self._shift(at - self._end, seconds)
        else:
            self._in_time()
        self._end = at + seconds
        return at

    def _shift(self, late: float, seconds: float) -> float:
        """By how much the line is to be re-drawn."""
        if late <= LATE_SECONDS:
            self._in_time()
            return 0.0
        self._late_for += seconds
        self._least_late = min(self._least_late, late)
        if self._late_for < PATIENCE_SECONDS:
            return 0.0
        shift = self._least_late
        self._in_time()
        return shift

    def _in_time(self) -> None:
        self._late_for = 0.0
        self._least_late = GAP_SECONDS
