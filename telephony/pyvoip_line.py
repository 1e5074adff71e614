"""One pyVoIP call as a `Line`."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from array import array
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

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
    MarkPlayed,
    Played,
    TransferUnsupportedError,
)
from telephony.pacer import Beat, Pacer
from telephony.playout import Playout

RATE = 8000

LEAD = 0.06
"""Seconds of audio kept in pyVoIP's own queue, which its thread empties at its own pace."""

_SEND_DELAY = 0.01
_FRAME = int(RATE * FRAME_SECONDS)
_GAP = 0
"""What pyVoIP fills holes in the caller's audio with; no µ-law or A-law sample decodes to it."""


def from_unsigned(samples: bytes) -> bytes:
    """PyVoIP's 8-bit unsigned linear samples as s16le, holes as silence."""
    wide = array("h", [0 if value == _GAP else (value - 128) << 8 for value in samples])
    if sys.byteorder == "big":
        wide.byteswap()
    return wide.tobytes()


def to_unsigned(pcm: bytes) -> bytes:
    """s16le samples as the 8-bit unsigned linear ones that pyVoIP takes, rounded."""
    wide = array("h", pcm)
    if sys.byteorder == "big":
        wide.byteswap()
    return bytes(min(255, ((sample + 128) >> 8) + 128) for sample in wide)


class PyVoipLine:
    """One call; made by `PyVoipTransport`, with its clock at 0.

    pyVoIP has neither events nor a queue one can ask: state, keys and audio are polled
    on the beat, and how much is still unsent is read off its buffers.

    Args:
        call: pyVoIP's call, still ringing.
        pacer: the 20 ms beat.
        over: set when the call has ended: the thread that pyVoIP gave it waits for that.
        server: the PBX, for messages.
        silence_limit: seconds without RTP from the caller after which the call is over.
    """

    def __init__(
        self, call: Any, *, pacer: Pacer, over: threading.Event, server: str, silence_limit: float
    ) -> None:
        self._start = time.monotonic()
        self._call = call
        self._pacer = pacer
        self._thread_over = over
        self._silence_limit = silence_limit
        self._playout = Playout(RATE)
        self._leaving: deque[Played | MarkPlayed] = deque()
        self._leaves_at = 0.0
        self._heard_at = 0.0
        self._arrivals = InboundClock()
        self._events = EventStream()
        self._beat: Beat | None = None
        headers = call.request.headers
        self._info = LineInfo(
            call_id=str(uuid.uuid4()),
            transport="pyvoip",
            peer=server,
            caller=str(headers["From"].get("number", "")),
            dialled=str(headers["To"].get("number", "")),
            flow=headers.get("X-Parley-Flow"),
            variables={"SIP-Call-ID": str(headers["Call-ID"])},
        )

    @property
    def info(self) -> LineInfo:
        """Who calls whom."""
        return self._info

    @property
    def rate(self) -> int:
        """8000 samples per second."""
        return RATE

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        now = self.now()
        leaving = (e.at + len(e.pcm) / 2 / RATE - now for e in self._leaving if isinstance(e, Played))
        return self._playout.queued + max(0.0, max(leaving, default=0.0))

    def now(self) -> float:
        """Seconds since Parley was told of the call, a second after the INVITE."""
        return time.monotonic() - self._start

    async def answer(self) -> None:
        """Pick up. Raises LineError when the caller is gone, or offers no codec that works."""
        if self._beat is not None:
            return
        if self._events.ended or self._call.state.name != "RINGING":
            raise LineError(f"{self._info.peer}: the caller hung up before the call was answered")
        self._choose_codec()
        try:
            self._call.answer()
        except Exception as error:  # pyVoIP lets through whatever sockets and its parser raise
            raise LineError(f"{self._info.peer}: pyVoIP could not answer: {error}") from error
        self._heard_at = self.now()
        self._beat = self._pacer.join(self._tick)

    def _choose_codec(self) -> None:
        """Send µ-law: what pyVoIP sends as A-law is µ-law under a wrong name."""
        clients = self._call.RTPClients
        for client in clients:
            ulaw = [codec for codec in client.assoc.values() if codec.name == "PCMU"]
            if not ulaw:
                raise LineError(f"{self._info.peer}: expected G.711 µ-law (PCMU) among the caller's codecs")
            client.preference = ulaw[0]
        if len(clients) != 1:
            raise LineError(f"{self._info.peer}: expected one audio stream, got {len(clients)}")

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, in order, until `HungUp`."""
        return self._events.events()

    def play(self, pcm: bytes) -> None:
        """Queue samples. Ignored after hang-up."""
        if not self._events.ended:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has left."""
        self._playout.mark(name)

    def pause(self) -> None:
        """Stop within `LEAD` seconds; what is queued stays queued."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything that pyVoIP does not hold yet (at most `LEAD` seconds), and any pause."""
        self._playout.flush()

    async def transfer(self, target: str) -> None:
        """PyVoIP has no REFER. Raises TransferUnsupportedError."""
        raise TransferUnsupportedError(f"{self._info.peer}: pyVoIP can't transfer a call to {target!r}")

    async def hang_up(self) -> None:
        """End the call at once (BYE; 486 where it was not answered)."""
        self.close("parley", "")

    def close(self, by: str, reason: str) -> None:
        """End the call towards both sides, once."""
        if self._events.ended:
            return
        if self._beat is not None:
            self._beat.leave()
        try:
            if self._call.state.name == "ANSWERED":
                self._call.hangup()
            elif self._call.state.name == "RINGING":
                self._call.deny()
        except Exception as error:  # the call is over here whatever pyVoIP makes of it
            by, reason = "error", f"{self._info.peer}: pyVoIP could not hang up: {error}"
        now = self.now()
        while self._leaving and self._leaving[0].at <= now:
            self._events.put(self._leaving.popleft())
        self._events.put(HungUp(now, by, reason))
        self._thread_over.set()

    def _tick(self, _deadline: float) -> None:
        now = self.now()
        if self._call.state.name == "ENDED":
            self.close("caller", "")
            return
        while digit := self._call.get_dtmf():
            self._events.put(Key(digit, now))
        client = self._call.RTPClients[0]
        self._hear(client.pmin, now)
        if now - self._heard_at > self._silence_limit:
            self.close("error", f"{self._info.peer}: no RTP from the caller for {self._silence_limit:g} s")
            return
        self._send(client.pmout, now)
        while self._leaving and self._leaving[0].at <= now:
            self._events.put(self._leaving.popleft())

    def _hear(self, received: Any, now: float) -> None:
        """Take all that has come: reading more than that would give made-up silence."""
        count = _unread(received)
        if count:
            pcm = from_unsigned(received.read(count))
            self._heard_at = now
            self._events.put(Frame(pcm, RATE, self._arrivals.place(count / RATE, now)))

    def _send(self, unsent: Any, now: float) -> None:
        held = _unread(unsent) / RATE
        if not held:
            self._leaves_at = max(self._leaves_at, now + _SEND_DELAY)
        while held < LEAD:
            taken = self._playout.take(_FRAME, self._leaves_at)
            self._leaving.extend(taken.events)
            if not taken.audible:
                return
            self._call.write_audio(to_unsigned(taken.pcm))
            self._leaves_at += FRAME_SECONDS
            held += FRAME_SECONDS


def _unread(buffer: Any) -> int:
    """Samples in one of pyVoIP's buffers that were not read yet."""
    with buffer.bufferLock:
        return max(0, int(buffer.buffer.getbuffer().nbytes) - int(buffer.buffer.tell()))
