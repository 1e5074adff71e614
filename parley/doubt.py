"""A sound in a pause may be the caller who goes on: how long a turn is kept open for it. Pure."""

from __future__ import annotations

from parley.poise import SUSPENSE

_GLIMPSE = 0.2
"""Seconds for a trace of a voice: a word that begins with "s" has no more than that for its first 0.1 s."""

_IN_VAIN = 0.1
"""Who waited longer than this, in seconds, for traces that came to nothing is not kept waiting again."""


class Doubt:
    """What is heard of a caller's pause, over one call.

    A trace of a voice keeps a turn open until one has come to nothing: people talk around this caller.
    """

    def __init__(self) -> None:
        self._suspected = False
        self._glimpsed = False
        self._waits = False
        self._trusts = True

    @property
    def seconds(self) -> float:
        """How much longer the turn is kept open."""
        if self._suspected:
            return SUSPENSE
        return _GLIMPSE if self._glimpsed and self._trusts else 0.0

    def pause_begins(self) -> None:
        """The caller has paused."""
        self._glimpsed = self._waits = False

    def heard(self, *, suspected: bool, trace: bool) -> None:
        """There is a sound that may become speech, or a trace of a voice in this pause, or none."""
        self._suspected = suspected
        self._glimpsed = trace
        self._waits |= trace

    def goes_on(self) -> None:
        """It was the caller: traces are worth waiting for."""
        self._trusts |= self._waits

    def turn_ends(self, waited: float) -> None:
        """Nobody went on, and the caller has waited for that, in seconds."""
        if self._waits and waited > _IN_VAIN:
            self._trusts = False
