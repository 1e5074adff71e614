"""How one server stands: whether it is well, how much it does, how fast it begins. Pure.

Time is passed in: seconds on one clock.
"""

from __future__ import annotations

from collections import deque
from statistics import median

CHECK_EVERY = 5.0
"""Seconds between two looks at a server that is well."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""A server that failed is looked at again after so many seconds, doubled each time, up to the longest."""

REMEMBERED = 32
"""Of how many replies the time to the first text is remembered."""

NONSENSE_IN_A_ROW = 3
"""So many replies that must not be spoken, one after the other, count as a failure of the server."""


class Standing:
    """One server's health, load and speed.

    Attributes:
        in_flight: replies being written now.
        replies, failures: so many were asked for and came to nothing.
        trouble: what was wrong last, empty while the server is well.
    """

    def __init__(self) -> None:
        self.in_flight = 0
        self.replies = 0
        self.failures = 0
        self.trouble = ""
        self._firsts: deque[float] = deque(maxlen=REMEMBERED)
        self._in_a_row = 0
        self._nonsense = 0
        self._next_look = 0.0

    @property
    def is_well(self) -> bool:
        """Whether it gets requests."""
        return not self.trouble

    @property
    def first_token(self) -> float | None:
        """Median seconds to the first piece of text, None before there was one."""
        return median(self._firsts) if self._firsts else None

    @property
    def next_look(self) -> float:
        """When its health is to be looked at next."""
        return self._next_look

    def began(self) -> None:
        """A reply is asked for."""
        self.in_flight += 1
        self.replies += 1

    def first(self, seconds: float) -> None:
        """The first piece of text came after so many seconds."""
        self._firsts.append(seconds)

    def wrote(self, now: float) -> None:
        """A reply was written to its end."""
        self._nonsense = self._in_a_row = 0
        self.trouble = ""
        self._next_look = now + CHECK_EVERY

    def ended(self) -> None:
        """A reply is over, however it ended."""
        self.in_flight -= 1

    def failed(self, trouble: str, now: float) -> None:
        """A reply came to nothing through the server's fault."""
        self.failures += 1
        self._fell(trouble, now)

    def wrote_nonsense(self, trouble: str, now: float) -> None:
        """A reply could not be spoken. A model may do that; one that goes on doing so is out of order."""
        self.failures += 1
        self._nonsense += 1
        if self._nonsense >= NONSENSE_IN_A_ROW:
            self._nonsense = 0
            self._fell(trouble, now)

    def looked(self, trouble: str, now: float) -> None:
        """Its health was looked at; `trouble` is empty if all is well.

        A server that answers this look but no request is not believed at once: it is the same number of
        failures in a row that its next failure adds to.
        """
        if trouble:
            self._fell(trouble, now)
        else:
            self.trouble = ""
            self._next_look = now + CHECK_EVERY

    def _fell(self, trouble: str, now: float) -> None:
        self.trouble = trouble
        self._in_a_row += 1
        self._next_look = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self._in_a_row - 1))
