"""Who else is told of calls and turns, and how a call is kept from being harmed by it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from parley.journal import TurnRecord
from telephony.line import HungUp, LineInfo

log = logging.getLogger(__name__)


class ObservingError(Exception):
    """Metrics or traces cannot be had as configured: names the key, what was expected and what came."""


class CallWatch(Protocol):
    """Told what happens in one call."""

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete."""

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """The call is over; `language` is the one spoken last."""


class Observer(Protocol):
    """Told of every call. All methods return at once: they run in the event loop's thread."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    def call(self, info: LineInfo, started: datetime) -> CallWatch:
        """A call begins, whose clock stood at 0 at `started` (with a zone)."""

    def refused(self, info: LineInfo) -> None:
        """A caller was not taken because all lines are busy, or Parley is stopping."""


class Observers:
    """All observers. What one of them raises is logged and goes no further."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = tuple(observers)

    def beside(self, observer: Observer) -> Observers:
        """These and one more."""
        return Observers((*self._observers, observer))

    def call(self, info: LineInfo, started: datetime, journal: CallWatch) -> CallWatch:
        """A call begins; what is returned tells `journal` first and then every observer."""
        watches: list[tuple[str, CallWatch]] = []
        for observer in self._observers:
            with _harmless(observer.name):
                watches.append((observer.name, observer.call(info, started)))
        return _Watched(journal, watches)

    def refused(self, info: LineInfo) -> None:
        """A caller was not taken."""
        for observer in self._observers:
            with _harmless(observer.name):
                observer.refused(info)


class _Watched:
    """One call's journal, and those who are told as well."""

    def __init__(self, journal: CallWatch, watches: Sequence[tuple[str, CallWatch]]) -> None:
        self._journal = journal
        self._watches = watches

    def turn(self, turn: TurnRecord) -> None:
        self._journal.turn(turn)
        for name, watch in self._watches:
            with _harmless(name):
                watch.turn(turn)

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        self._journal.ended(hung_up, language=language)
        for name, watch in self._watches:
            with _harmless(name):
                watch.ended(hung_up, language=language)


@contextlib.contextmanager
def _harmless(name: str) -> Iterator[None]:
    try:
        yield
    except Exception:
        log.exception("%s failed; the call goes on", name)
