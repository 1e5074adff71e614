"""How long the language model usually thinks: whether waiting a moment for its words is worth it."""

from __future__ import annotations

from collections import deque
from statistics import median

_REMEMBERED = 9


class ThinkingTime:
    """The last answers of the language model, over all calls."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)

    def took(self, seconds: float) -> None:
        """The first phrase of an answer was there, as samples, so long after it was begun."""
        self._seconds.append(seconds)

    def worth_waiting(self, already: float, patience: float) -> bool:
        """Whether the first phrase is likely to be there within `patience` seconds.

        Args:
            already: seconds that have been spent on it.
            patience: how long to wait for it in silence, in seconds.
        """
        return not self._seconds or median(self._seconds) <= already + patience
