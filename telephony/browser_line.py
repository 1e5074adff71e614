"""A call from the page as a `Line`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from telephony import browser_wire as wire
from telephony.line import (
    FRAME_SECONDS,
    Key,
    LineError,
    LineInfo,
    TransferUnsupportedError,
)
from telephony.pacer import Beat, Pacer
from telephony.queued_line import QueuedLine

_OUTBOX = 500
"""Messages that may wait for the browser (10 s of audio) before it counts as gone."""


class BrowserLine(QueuedLine):
    """One call; made by `BrowserTransport`, which moves the messages.

    Args:
        peer: the browser's address.
        dialled: the number the page was opened for, empty for the default flow.
        flow: the flow the page asked for.
        rate: samples per second of both directions.
        pacer: the 20 ms beat.
    """

    def __init__(self, *, peer: str, dialled: str, flow: str | None, rate: int, pacer: Pacer) -> None:
        super().__init__(LineInfo(str(uuid.uuid4()), "browser", peer, "browser", dialled, flow), rate)
        self._pacer = pacer
        self._beat: Beat | None = None
        self._answered = False
        self.outbox: asyncio.Queue[bytes | str] = asyncio.Queue()

    async def answer(self) -> None:
        """Tell the page that the call was picked up. Raises LineError when it has gone."""
        if self.ended:
            raise LineError(f"{self._info.peer}: the caller hung up before the call was answered")
        if not self._answered:
            self._answered = True
            self._beat = self._pacer.join(self._tick)
            self._put(wire.answered())

    def flush(self) -> None:
        """Drop everything not yet sent, any pause, and what the page has buffered."""
        super().flush()
        if self._answered and not self.ended:
            self._put(wire.flush())

    def show(self, event: Mapping[str, Any]) -> None:
        """Put something on the page, see `telephony.browser.Screen`."""
        if not self.ended:
            self._put(wire.show(event))

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """A web page can't be handed over. Raises TransferUnsupportedError."""
        raise TransferUnsupportedError(f"{self._info.peer}: a call from a browser can't go to {target!r}")

    async def hang_up(self) -> None:
        """End the call."""
        self.close("parley", "")

    def receive(self, message: wire.FromPage) -> None:
        """Take a message from the page."""
        if self.ended:
            return
        if isinstance(message, wire.Audio):
            # Until the call is answered a caller can't be heard, as on the telephone.
            if self._answered:
                self._heard(message.pcm, self.now())
        elif isinstance(message, wire.KeyPressed):
            self._events.put(Key(message.digit, self.now()))
        else:
            self.close("caller", "")

    def close(self, by: str, reason: str) -> None:
        """Report the end of the call to both sides, once."""
        if self.ended:
            return
        if self._beat is not None:
            self._beat.leave()
        self.outbox.put_nowait(wire.ended(by, reason))
        self._end(by, reason)

    def _tick(self, _deadline: float) -> None:
        taken = self._playout.take(int(self._rate * FRAME_SECONDS), self.now())
        for event in taken.events:
            self._events.put(event)
        if taken.audible:
            self._put(taken.pcm)

    def _put(self, message: bytes | str) -> None:
        if self.outbox.qsize() >= _OUTBOX:
            self.close("error", f"{self._info.peer}: the browser takes no more audio")
            return
        self.outbox.put_nowait(message)
