"""What waits for Asterisk's manager interface: readers of events, and actions that are not answered yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

from telephony.ami_wire import AmiError, AmiEvent, AmiResponse

MAX_LISTED = 10_000
"""Most events kept of one answer."""

UNREAD_LIMIT = 1000
"""Events kept for one reader; of a slower one the oldest are dropped."""

Last: TypeAlias = Callable[[AmiEvent], bool]
"""Tells the last event of an answer."""


class AmiEvents:
    """A reader's view of the events, from now on: `with` closes it, `async for` reads it.

    Attributes:
        dropped: events that came faster than they were read.
    """

    def __init__(self, names: frozenset[str], close: Callable[[AmiEvents], None]) -> None:
        self.dropped = 0
        self._names = names
        self._close = close
        self._unread: deque[AmiEvent] = deque(maxlen=UNREAD_LIMIT)
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, event: AmiEvent) -> None:
        """Keep an event if this reader wants it."""
        if self._names and event.name not in self._names:
            return
        self.dropped += len(self._unread) == UNREAD_LIMIT
        self._unread.append(event)
        self._wake.set()

    def close(self) -> None:
        """No more events. Safe to call twice."""
        self._closed = True
        self._wake.set()
        self._close(self)

    def __aiter__(self) -> AsyncIterator[AmiEvent]:
        return self

    async def __anext__(self) -> AmiEvent:
        while not self._unread:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._unread.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(slots=True)
class Asked:
    """An action that is not answered yet.

    Attributes:
        answer: the response, once all of it has come.
        last: for an action that is answered with events, tells the last of them.
        events: those that have come.
        response: the first part of such an answer.
    """

    answer: asyncio.Future[AmiResponse]
    last: Last | None
    events: list[AmiEvent] = field(default_factory=list)
    response: AmiResponse | None = None

    def responded(self, response: AmiResponse) -> None:
        """The response came."""
        self.response = response
        if self.last is None or not response.ok:
            self._done()

    def happened(self, event: AmiEvent) -> None:
        """An event of the answer came."""
        if self.last is None or self.answer.done():
            return
        if len(self.events) == MAX_LISTED:
            self.fail(f"expected an answer of at most {MAX_LISTED} events, got more")
            return
        self.events.append(event)
        if self.last(event):
            self._done()

    def fail(self, problem: str) -> None:
        """There will be no answer."""
        if not self.answer.done():
            self.answer.set_exception(AmiError(problem))

    def _done(self) -> None:
        if not self.answer.done():
            self.answer.set_result(self.response or AmiResponse(True, {}))
