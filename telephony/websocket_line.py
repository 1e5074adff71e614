"""One call over Asterisk's chan_websocket.

Asterisk paces what it plays, pauses, flushes and echoes marks, so a pause or a
flush acts within one frame although audio is sent up to 300 ms ahead. What was
really played is told by a model of Asterisk's queue (`telephony.remote_queue`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from aiohttp import WSCloseCode, web

from telephony.arrivals import Arrivals, Departure
from telephony.g711 import pcm_to_ulaw, ulaw_to_pcm
from telephony.line import FRAME_SECONDS, Key, LineInfo
from telephony.pacer import Pacer
from telephony.playout import PlayoutEvent, later
from telephony.queued_line import QueuedLine
from telephony.remote_queue import RemoteQueue
from telephony.websocket_wire import (
    RATES,
    DtmfEnd,
    MarkProcessed,
    MediaStart,
    Problem,
    WebSocketError,
    Xoff,
    Xon,
    command,
    parse_event,
)

LEAD_SECONDS = 0.3
"""How far ahead of playing audio is sent: enough for a stall here, little enough to forget on a flush."""

BATCH_SECONDS = 0.08
"""Sent at a time while playing goes on: a message for every frame would cost the most of all."""

TAIL_SECONDS = 0.06
"""A last piece shorter than a frame is held back for what may follow it until so little is ahead."""

SYNC_FRAMES = 10
"""A mark is sent at least this often: a far end that misses ticks of its timer is noticed within 0.4 s."""

MEDIA_BYTES = 8000
"""Longest media message: one that Asterisk has to read in many pieces makes it drop the call."""

SETTLE_FRAMES = 3
"""Silence that is sent with the answer: a phone takes some milliseconds until it plays what comes."""

_OUTBOX_LIMIT = 1000

_log = logging.getLogger(__name__)


class WebSocketLine(QueuedLine):
    """One call over chan_websocket; see `telephony.line.Line`.

    Made by `WebSocketTransport`, which also reads the socket and calls `media` and `event`.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        start: MediaStart,
        info: LineInfo,
        pacer: Pacer,
        *,
        as_json: bool,
        arrivals: Arrivals,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(info, RATES[start.format], clock)
        self._socket = socket
        self._as_json = as_json
        self._ulaw = start.format == "ulaw"
        self._arrivals = arrivals
        self.departure = Departure()
        self._remote = RemoteQueue()
        self._frame_samples = round(self._rate * FRAME_SECONDS)
        self._position = 0.0
        self._syncs = 0
        self._since_sync = 0
        self._held = False
        self._answered = False
        self._outbox: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write(), name=f"websocket {info.call_id}")
        self._beat = pacer.join(self._tick)

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        return self._playout.queued + self._remote.ahead

    async def answer(self) -> None:
        """Answer the caller; does nothing if the channel was dialled without `n`."""
        if self.ended or self._answered:
            return
        self._answered = True
        self._command("ANSWER")
        silence = bytearray()
        self._send_mark((), silence)
        for _ in range(SETTLE_FRAMES):
            frame = bytes(2 * self._frame_samples)
            silence += pcm_to_ulaw(frame) if self._ulaw else frame
            self._remote.send_frame((), self.now())
            self._position += FRAME_SECONDS
        self._send_media(silence)

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples."""
        super().play(pcm)
        self._send_ahead()

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""
        super().mark(name)
        self._send_ahead()

    def pause(self) -> None:
        """Have Asterisk play silence; what is queued stays."""
        if not self.ended and not self._playout.paused:
            self._report(self._remote.advance(self.now()))
            self._playout.pause()
            self._remote.pause()
            self._command("PAUSE_MEDIA")

    def resume(self) -> None:
        """Go on after `pause`."""
        if not self.ended and self._playout.paused:
            self._playout.resume()
            self._remote.resume(self.now())
            self._command("CONTINUE_MEDIA")
            self._send_ahead()

    def flush(self) -> None:
        """Drop everything not yet played, here and in Asterisk, and any pause."""
        if self.ended:
            return
        self._report(self._remote.advance(self.now()))
        paused = self._playout.paused
        self._playout.flush()
        self._remote.flush()
        self._command("FLUSH_MEDIA")
        if paused:
            self._command("CONTINUE_MEDIA")  # FLUSH_MEDIA leaves Asterisk paused

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """Leave `target` for the dialplan's `after` step, or have the manager interface move the caller."""
        await self.departure.move(self._arrivals.transfer(self._info.call_id, target, about))
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the media; the dialplan goes on behind it."""
        if self.ended:
            return
        self._command("HANGUP")
        self.finish("parley")
        await asyncio.wait([self._writing], timeout=1.0)

    def finish(self, by: str, reason: str = "") -> None:
        """The call is over: report it and let the socket go once everything is sent."""
        if self.ended:
            return
        self._report(self._remote.advance(self.now()))
        self._beat.leave()
        self._end(by, reason)
        self._outbox.put_nowait(None)

    def media(self, payload: bytes, arrived: float) -> None:
        """A BINARY message came at `arrived` on the transport's clock. Raises WebSocketError."""
        pcm = ulaw_to_pcm(payload) if self._ulaw else payload
        if len(pcm) % 2:
            raise WebSocketError(f"media: expected whole 16-bit samples, got {len(pcm)} bytes")
        if pcm:
            self._heard(pcm, max(0.0, arrived - self._started))

    def event(self, text: str) -> None:
        """A TEXT message came. Raises WebSocketError."""
        match parse_event(text):
            case DtmfEnd(digit):
                self._events.put(Key(digit, self.now()))
            case MarkProcessed(sync):
                self._report(self._remote.echoed(sync, self.now()))
            case Xoff():
                self._held = True
            case Xon():
                self._held = False
                self._send_ahead()
            case Problem(problem):
                _log.warning("%s: Asterisk reports: %s", self._info.peer, problem)
            case MediaStart():
                raise WebSocketError("a second MEDIA_START came on a connection that had one")
            case _:
                pass  # STATUS and the like, which nobody asked for

    def _report(self, events: list[PlayoutEvent]) -> None:
        for event in events:
            self._events.put(event)

    def _tick(self, _deadline: float) -> None:
        self._report(self._remote.advance(self.now()))
        if self._remote.ahead <= LEAD_SECONDS - BATCH_SECONDS:
            self._send_ahead()

    def _send_ahead(self) -> None:
        """Send what Asterisk shall have by now: audio up to `LEAD_SECONDS`, and the marks behind it."""
        if self.ended or self._held or self._playout.paused:
            return
        media = bytearray()
        while self._remote.ahead < LEAD_SECONDS and self._sendable():
            if self._playout.queued:
                if not self._remote.ahead or self._since_sync >= SYNC_FRAMES:
                    self._send_mark((), media)
                self._send_frame(media)
            marks = self._playout.take(0, self._position).events
            if marks:
                self._send_mark(self._from_here(marks), media)
        self._send_media(media)

    def _sendable(self) -> bool:
        """Whether a whole frame, a tail that can't wait, or a mark is queued."""
        samples = round(self._playout.queued * self._rate)
        if 0 < samples < self._frame_samples:
            return self._remote.ahead < TAIL_SECONDS
        return not self._playout.idle

    def _send_frame(self, media: bytearray) -> None:
        taken = self._playout.take(self._frame_samples, self._position)
        if len(media) + len(taken.pcm) > MEDIA_BYTES:
            self._send_media(media)
        media += pcm_to_ulaw(taken.pcm) if self._ulaw else taken.pcm
        self._remote.send_frame(self._from_here(taken.events), self.now())
        self._position += FRAME_SECONDS
        self._since_sync += 1

    def _send_mark(self, events: tuple[PlayoutEvent, ...], media: bytearray) -> None:
        self._send_media(media)
        self._syncs += 1
        self._since_sync = 0
        self._command("MARK_MEDIA", str(self._syncs))
        self._remote.send_mark(str(self._syncs), events, self.now())

    def _send_media(self, media: bytearray) -> None:
        if media:
            self._enqueue(bytes(media))
            media.clear()

    def _from_here(self, events: tuple[PlayoutEvent, ...]) -> tuple[PlayoutEvent, ...]:
        """Dates counted from the position that will be sent next."""
        return tuple(later(event, -self._position) for event in events)

    def _command(self, name: str, mark: str = "") -> None:
        self._enqueue(command(name, mark, as_json=self._as_json))

    def _enqueue(self, message: str | bytes) -> None:
        if self.ended:
            return
        if self._outbox.qsize() >= _OUTBOX_LIMIT:
            self.finish("error", f"{self._info.peer} no longer reads what is sent to it")
            return
        self._outbox.put_nowait(message)

    async def _write(self) -> None:
        try:
            while (message := await self._outbox.get()) is not None:
                if isinstance(message, str):
                    await self._socket.send_str(message)
                else:
                    await self._socket.send_bytes(message)
        except ConnectionError as error:
            self.finish("error", f"{self._info.peer}: {error}")
        await self._socket.close(code=WSCloseCode.OK)
