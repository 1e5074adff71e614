"""One pyVoIP call as a `Line`."""

from __future__ import annotations

import sys
import threading
import uuid
from array import array
from collections import deque
from collections.abc import Mapping
from typing import Any

from telephony.line import (
    FRAME_SECONDS,
    Key,
    LineError,
    LineInfo,
    MarkPlayed,
    Played,
    TransferUnsupportedError,
)
from telephony.pacer import Beat, Pacer
from telephony.queued_line import QueuedLine

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


class PyVoipLine(QueuedLine):
    """One call; made by `PyVoipTransport`, with its clock at 0.

    pyVoIP has neither events nor a queue one can ask: state, keys and audio are polled
    on the beat, and how much is still unsent is read off its buffers. What it holds, `LEAD` seconds at most,
    is played whatever `pause` and `flush` say.

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
        headers = call.request.headers
        info = LineInfo(
            call_id=str(uuid.uuid4()),
            transport="pyvoip",
            peer=server,
            caller=str(headers["From"].get("number", "")),
            dialled=str(headers["To"].get("number", "")),
            flow=headers.get("X-Parley-Flow"),
            variables={"SIP-Call-ID": str(headers["Call-ID"])},
        )
        super().__init__(info, RATE)
        self._call = call
        self._pacer = pacer
        self._thread_over = over
        self._silence_limit = silence_limit
        self._leaving: deque[Played | MarkPlayed] = deque()
        self._leaves_at = 0.0
        self._heard_at = 0.0
        self._beat: Beat | None = None

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        now = self.now()
        leaving = (e.at + len(e.pcm) / 2 / RATE - now for e in self._leaving if isinstance(e, Played))
        return self._playout.queued + max(0.0, max(leaving, default=0.0))

    async def answer(self) -> None:
        """Pick up. Raises LineError when the caller is gone, or offers no codec that works."""
        if self._beat is not None:
            return
        if self.ended or self._call.state.name != "RINGING":
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

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """PyVoIP has no REFER. Raises TransferUnsupportedError."""
        raise TransferUnsupportedError(f"{self._info.peer}: pyVoIP can't transfer a call to {target!r}")

    async def hang_up(self) -> None:
        """End the call at once (BYE; 486 where it was not answered)."""
        self.close("parley", "")

    def close(self, by: str, reason: str) -> None:
        """End the call towards both sides, once."""
        if self.ended:
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
        self._end(by, reason)
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
            self._heard(pcm, now)

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
