"""What is heard while Parley speaks and is not the caller: Parley's own echo, and people around him."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from statistics import median

from parley.echo import EchoWatch
from telephony.line import Frame, Played

QUIETER_DB = 7.0
"""Voices so much below the caller's own are others'. Babble 10 dB below a caller was 8 to 16 dB below
his turns, by the measure of `Ear.level`."""

_TURNS = 5
_LOOK_SECONDS = 0.15
_EXPECTED_SECONDS = 10.0


class Overheard:
    """One call's watch on who it is that speaks.

    Args:
        rate: of the line, samples per second.
        level: dB of the caller's audio between two times on the call's clock, see `Ear.level`.
    """

    def __init__(self, rate: int, level: Callable[[float, float], float]) -> None:
        self._echo = EchoWatch(rate)
        self._level = level
        self._turns: deque[float] = deque(maxlen=_TURNS)
        self._background = False
        self._background_at = float("-inf")

    def heard(self, frame: Frame) -> None:
        """The line's next samples from the caller's side."""
        self._echo.heard(frame.pcm, frame.at)

    def played(self, played: Played) -> None:
        """What has just left for the caller."""
        self._echo.played(played.pcm, played.at)

    def learn(self, start: float, end: float) -> None:
        """The caller himself spoke between two times."""
        self._turns.append(self._level(start, end))

    def is_background(self, start: float, end: float) -> bool:
        """Whether what was heard between two times is too quiet to be the caller. Unknown until he spoke."""
        return bool(self._turns) and self._level(start, end) < median(self._turns) - QUIETER_DB

    def expected(self, since: float, now: float) -> bool:
        """Whether a sound that has just begun is likely not to be the caller."""
        if self._echo.expected(now):
            return True
        return now - self._background_at < _EXPECTED_SECONDS and self.is_background(since, now)

    def begin(self, at: float, now: float) -> str | None:
        """A sound like speech began at `at` while Parley speaks, and is known `now`.

        Returns:
            `echo` or `background` if it is not the caller; the sound is then watched, see `caller_since`.
        """
        if self._echo.begin(now):
            return "echo"
        self._background = self.is_background(at, now)
        if not self._background:
            return None
        self._background_at = now
        return "background"

    def end(self) -> bool:
        """The sound is over; says whether it was not the caller to its end."""
        background, self._background = self._background, False
        return self._echo.end() or background

    def caller_since(self, now: float) -> float | None:
        """Since when the caller has been speaking in a sound that did not begin with him, if he does."""
        if self._echo.is_caller(now):
            return now - self._echo.window
        if self._background and not self.is_background(now - _LOOK_SECONDS, now):
            self._background = False
            return now - _LOOK_SECONDS
        return None
