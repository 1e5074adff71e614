"""One call over Asterisk's AudioSocket: samples both ways over a TCP connection of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

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
from telephony.line import FRAME_SECONDS, Frame, Key, LineInfo
from telephony.pacer import Beat, Pacer
from telephony.queued_line import QueuedLine

_WRITE_LIMIT = 64_000
"""Bytes that may wait for Asterisk to read them: 4 s of audio, by then the call is lost anyway."""

_log = logging.getLogger(__name__)


class AudioSocketLine(QueuedLine):
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
        super().__init__(info, rate, clock)
        self._socket = socket
        self._arrivals = arrivals
        self.departure = Departure()
        self._frame_samples = round(rate * FRAME_SECONDS)
        self._beat: Beat = pacer.join(self._tick)

    async def answer(self) -> None:
        """Nothing to do: the dialplan answered before it opened the socket."""

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """Leave `target` for the dialplan's `after` step, or have the manager interface move the caller."""
        await self.departure.move(self._arrivals.transfer(self._info.call_id, target, about))
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
        self._end(by, reason)
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
                    self._events.put(Frame(pcm, rate, at))
                    at += len(pcm) / 2 / rate
                case Dtmf(digit):
                    self._events.put(Key(digit, now))
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
            self._events.put(event)
