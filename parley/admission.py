"""Whether one more caller would be answered well: by the number of calls, and how long callers wait now."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from statistics import median

from parley.journal import TurnRecord
from telephony.line import HungUp, LineInfo

WINDOW_SECONDS = 60.0
"""Turns of so long ago say nothing about now."""

LEAST_TURNS = 5
"""Fewer turns are chance."""


class Admission:
    """Watches every call's turns, and says whether there is room for another call.

    What counts of a turn is the caller's wait from his last sound to the reply's first, without the
    language model's share: an acknowledgement covers that one, and a slow model elsewhere is no
    reason to turn callers away from a machine that has time.

    Args:
        max_calls: calls at the same time.
        max_delay: seconds; while half of the last minute's turns took longer, no further call is
            taken. `None` for no such limit.
        clock: the time now, in seconds.
    """

    name = "admission"

    def __init__(
        self, max_calls: int, max_delay: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_calls = max_calls
        self._max_delay = max_delay
        self._clock = clock
        self._waits: deque[tuple[float, float]] = deque(maxlen=1000)

    def refusal(self, calls: int) -> str | None:
        """Why no call is taken beside the `calls` that are running, `None` if one is.

        Where nobody is on the line nobody is harmed: the first call is always taken.
        """
        if calls >= self._max_calls:
            return f"all {self._max_calls} lines are busy"
        delay = self._delay()
        if calls and self._max_delay is not None and delay is not None and delay > self._max_delay:
            return f"callers wait {delay:.2f} s, more than {self._max_delay:g} s"
        return None

    def _delay(self) -> float | None:
        now = self._clock()
        recent = [wait for at, wait in self._waits if at > now - WINDOW_SECONDS]
        return median(recent) if len(recent) >= LEAST_TURNS else None

    # -- what is observed --------------------------------------------------------------------

    def call(self, info: LineInfo, started: datetime) -> Admission:
        """All calls count alike."""
        return self

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete."""
        ms = turn.times.ms()
        if turn.utterance is not None and "total" in ms:
            self._waits.append((self._clock(), (ms["total"] - ms.get("first_phrase", 0.0)) / 1000))

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """A call is over."""

    def refused(self, info: LineInfo) -> None:
        """A call was not taken."""
