"""Parley stops in mid-word for a sound that may become speech, and goes on if nothing comes of it. Pure."""

from __future__ import annotations

SUSPENSE = 0.4
"""Nothing waits longer than this, in seconds, for a sound to turn out to be speech."""

_FADES = 0.2
"""A sound that fades may come back within a word: Parley stays silent for so many seconds of it at least."""

_CALM = 5.0
"""Seconds after a trace of a voice that came to nothing in which only a sound like speech stops Parley."""


class Poise:
    """What Parley has stopped for, if it has. All times are seconds on the call's clock."""

    def __init__(self) -> None:
        self._cause: float | None = None
        self._last: float | None = None
        self._fading = False
        self._fooled = float("-inf")

    def __bool__(self) -> bool:
        """Whether Parley has stopped for a sound."""
        return self._cause is not None

    @property
    def deadline(self) -> float | None:
        """When Parley goes on, if nothing has come of the sound."""
        return None if self._cause is None else self._cause + (_FADES if self._fading else SUSPENSE)

    def begin(self, cause: float, *, sure: bool) -> bool:
        """Stop for what began at `cause`, once for each, and not for each whisper around.

        Args:
            cause: when it began.
            sure: a sound like speech, and not only a trace of a voice.

        Returns:
            Whether Parley stops.
        """
        if cause == self._last or not (sure or cause >= self._fooled + _CALM):
            return False
        self._cause = self._last = cause
        self._fading = False
        return True

    def heard(self, cause: float | None) -> None:
        """What Parley has stopped for is still heard, or fades (`None`)."""
        if self._fading and cause is not None:
            self._cause = cause
        self._fading = cause is None

    def end(self) -> bool:
        """It is decided otherwise what becomes of it; returns whether Parley had stopped."""
        stopped = self._cause is not None
        self._cause = None
        return stopped

    def was_nothing(self) -> None:
        """It was no speech, or what comes of it never arrived."""
        if self._cause is not None:
            self._fooled = self._cause
        self._cause = None
