"""A call from the page as a `Line`."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from telephony import browser_wire as wire
from telephony.event_stream import EventStream
from telephony.inbound_clock import InboundClock
from telephony.line import (
    FRAME_SECONDS,
    Frame,
    HungUp,
    Key,
    LineError,
    LineEvent,
    LineInfo,
    TransferUnsupportedError,
)
from telephony.pacer import Beat, Pacer
from telephony.playout import Playout

_OUTBOX = 500
"""Messages that may wait for the browser (10 s of audio) before it counts as gone."""


class BrowserLine:
    """One call; made by `BrowserTransport`, which moves the messages.

    Args:
        peer: the browser's address.
        dialled: the number the page was opened for, empty for the default flow.
        flow: the flow the page asked for.
        rate: samples per second of both directions.
        pacer: the 20 ms beat.
    """

    def __init__(self, *, peer: str, dialled: str, flow: str | None, rate: int, pacer: Pacer) -> None:
        self._start = time.monotonic()
        self._info = LineInfo(str(uuid.uuid4()), "browser", peer, "browser", dialled, flow)
        self._rate = rate
        self._pacer = pacer
        self._playout = Playout(rate)
        self._arrivals = InboundClock()
        self._events = EventStream()
        self._beat: Beat | None = None
        self._answered = False
        self._over = False
        self.outbox: asyncio.Queue[bytes | str] = asyncio.Queue()

    @property
    def info(self) -> LineInfo:
        """Who calls."""
        return self._info

    @property
    def rate(self) -> int:
        """Samples per second in both directions."""
        return self._rate

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet sent to the page."""
        return self._playout.queued

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._over

    def now(self) -> float:
        """Seconds since the page called."""
        return time.monotonic() - self._start

    async def answer(self) -> None:
        """Tell the page that the call was picked up. Raises LineError when it has gone."""
        if self._over:
            raise LineError(f"{self._info.peer}: the caller hung up before the call was answered")
        if not self._answered:
            self._answered = True
            self._beat = self._pacer.join(self._tick)
            self._put(wire.answered())

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, in order, until `HungUp`."""
        return self._events.events()

    def play(self, pcm: bytes) -> None:
        """Queue samples. Ignored after hang-up."""
        if not self._over:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far was sent."""
        self._playout.mark(name)

    def pause(self) -> None:
        """Stop sending; what is queued stays queued."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything not yet sent, any pause, and what the page has buffered."""
        self._playout.flush()
        if self._answered and not self._over:
            self._put(wire.flush())

    def show(self, event: Mapping[str, Any]) -> None:
        """Put something on the page, see `telephony.browser.Screen`."""
        if not self._over:
            self._put(wire.show(event))

    async def transfer(self, target: str) -> None:
        """A web page can't be handed over. Raises TransferUnsupportedError."""
        raise TransferUnsupportedError(f"{self._info.peer}: a call from a browser can't go to {target!r}")

    async def hang_up(self) -> None:
        """End the call."""
        self.close("parley", "")

    def receive(self, message: wire.FromPage) -> None:
        """Take a message from the page."""
        if self._over:
            return
        if isinstance(message, wire.Audio):
            # Until the call is answered a caller can't be heard, as on the telephone.
            if self._answered:
                at = self._arrivals.place(len(message.pcm) / 2 / self._rate, self.now())
                self._events.put(Frame(message.pcm, self._rate, at))
        elif isinstance(message, wire.KeyPressed):
            self._events.put(Key(message.digit, self.now()))
        else:
            self.close("caller", "")

    def close(self, by: str, reason: str) -> None:
        """Report the end of the call to both sides, once."""
        if self._over:
            return
        self._over = True
        if self._beat is not None:
            self._beat.leave()
        self.outbox.put_nowait(wire.ended(by, reason))
        self._events.put(HungUp(self.now(), by, reason))

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
