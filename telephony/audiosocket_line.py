"""One call over Asterisk's AudioSocket: samples both ways over a TCP connection of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from telephony.arrivals import Arrivals, Departure
from telephony.audiosocket_wire import (
    Audio,
    CallId,
    Dtmf,
    Failure,
    Hangup,
    Message,
    Unknown,
    encode,
)
from telephony.event_stream import EventStream
from telephony.inbound_clock import InboundClock
from telephony.line import FRAME_SECONDS, Frame, HungUp, Key, LineEvent, LineInfo
from telephony.pacer import Beat, Pacer
from telephony.playout import Playout

_WRITE_LIMIT = 64_000
"""Bytes that may wait for Asterisk to read them: 4 s of audio, by then the call is lost anyway."""

_log = logging.getLogger(__name__)


class AudioSocketLine:
    """One call over AudioSocket; see `telephony.line.Line`.

    Made by `AudioSocketTransport`, whose connection calls `received`.
    """

    def __init__(
        self,
        socket: asyncio.Transport,
        info: LineInfo,
        rate: int,
        pacer: Pacer,
        *,
        arrivals: Arrivals,
        clock: Callable[[], float],
    ) -> None:
        self._socket = socket
        self._info = info
        self._rate = rate
        self._arrivals = arrivals
        self._clock = clock
        self._started = clock()
        self._stream = EventStream()
        self.departure = Departure()
        self._playout = Playout(rate)
        self._inbound = InboundClock()
        self._frame_samples = round(rate * FRAME_SECONDS)
        self._beat: Beat = pacer.join(self._tick)

    @property
    def info(self) -> LineInfo:
        """Who calls whom, and how."""
        return self._info

    @property
    def rate(self) -> int:
        """Samples per second in both directions."""
        return self._rate

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self._stream.ended

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        return self._playout.queued

    def now(self) -> float:
        """Seconds on the call's clock."""
        return self._clock() - self._started

    async def answer(self) -> None:
        """Nothing to do: the dialplan answered before it opened the socket."""

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, until `HungUp`."""
        return self._stream.events()

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples."""
        if not self.ended:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""
        if not self.ended:
            self._playout.mark(name)

    def pause(self) -> None:
        """Send silence from the next frame on."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything not yet sent, and any pause."""
        self._playout.flush()

    async def transfer(self, target: str) -> None:
        """Leave `target` for the dialplan's `after` step, or have the manager interface move the caller."""
        await self.departure.move(self._arrivals.transfer(self._info.call_id, target))
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the media; the dialplan goes on behind it."""
        if self.ended:
            return
        if not self._socket.is_closing():
            self._socket.write(encode(Hangup()))
        self.finish("parley")

    def finish(self, by: str, reason: str = "") -> None:
        """The call is over: report it and let the socket go."""
        if self.ended:
            return
        self._beat.leave()
        self._stream.put(HungUp(self.now(), by, reason))
        self._socket.close()

    def received(self, messages: list[Message]) -> None:
        """What one read from the socket brought."""
        now = self.now()
        audio = [m for m in messages if isinstance(m, Audio)]
        at = self._inbound.place(sum(len(m.pcm) / 2 / m.rate for m in audio), now) if audio else now
        for message in messages:
            match message:
                case Audio(pcm, rate):
                    if rate != self._rate:
                        self.finish(
                            "error", f"the rate changed from {self._rate} to {rate} Hz during the call"
                        )
                        return
                    self._stream.put(Frame(pcm, rate, at))
                    at += len(pcm) / 2 / rate
                case Dtmf(digit):
                    self._stream.put(Key(digit, now))
                case Hangup():
                    self.finish("caller")
                case Failure(code):
                    self.finish("error", f"Asterisk reports AudioSocket error {code.hex() or '(no code)'}")
                case CallId():
                    self.finish("error", "a second UUID came on a connection that had one")
                case Unknown(kind, payload):
                    peer = self._info.peer
                    _log.warning("%s: ignored AudioSocket message 0x%02x, %d bytes", peer, kind, len(payload))

    def _tick(self, deadline: float) -> None:
        if self._socket.is_closing():
            return  # the connection is gone; why is being found out
        if self._socket.get_write_buffer_size() > _WRITE_LIMIT:
            self.finish("error", f"{self._info.peer} no longer reads what is sent to it")
            return
        taken = self._playout.take(self._frame_samples, deadline - self._started)
        self._socket.write(encode(Audio(taken.pcm, self._rate)))
        for event in taken.events:
            self._stream.put(event)
