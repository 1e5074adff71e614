"""What happens on one line, in order, from whoever sees it to the one who reads it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from telephony.line import HungUp, LineEvent

UNREAD_LIMIT = 3000
"""Events that may wait for a reader: one minute of audio. Beyond that the call's reader is stuck."""


class EventStream:
    """The queue behind `Line.events`. Nothing follows the `HungUp` that ends it.

    Args:
        limit: unread events after which the stream ends itself with an error.
    """

    def __init__(self, limit: int = UNREAD_LIMIT) -> None:
        self._limit = limit
        self._unread: deque[LineEvent] = deque()
        self._reader: asyncio.Future[None] | None = None
        """Waited on by the reader while there is nothing to read."""
        self._iterated = False
        self.hung_up: HungUp | None = None

    @property
    def ended(self) -> bool:
        """Whether the call is over (its last events may still be unread)."""
        return self.hung_up is not None

    def put(self, event: LineEvent) -> None:
        """Add an event; ignored once the stream has ended. A `HungUp` ends it."""
        if self.ended:
            return
        if not isinstance(event, HungUp) and len(self._unread) >= self._limit:
            event = HungUp(
                event.at, "error", f"{self._limit} events were not read: the call's reader is stuck"
            )
        if isinstance(event, HungUp):
            self.hung_up = event
        self._unread.append(event)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def events(self) -> AsyncIterator[LineEvent]:
        """Yield everything up to and including `HungUp`. Raises RuntimeError the second time."""
        if self._iterated:
            raise RuntimeError("the events of a line may be iterated once")
        self._iterated = True
        while True:
            while not self._unread:
                self._reader = asyncio.get_running_loop().create_future()
                await self._reader
            event = self._unread.popleft()
            yield event
            if isinstance(event, HungUp):
                return
