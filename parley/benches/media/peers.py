"""Far ends that talk and listen as Asterisk does, with as little work as possible: they share a machine."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from array import array
from collections import deque
from typing import cast

from telephony.audiosocket_wire import HEADER_BYTES, Audio, CallId, encode
from telephony.line import FRAME_SECONDS

FRAME_BYTES = 320
"""One frame: 20 ms at 8 kHz, 16 bit."""

_SAMPLES = bytes(range(1, 81)) * 4
"""What every caller says: quiet, and no digital silence."""


class Peer(asyncio.Protocol):
    """One caller's connection.

    Attributes:
        keeping: whether a measurement is going on.
        arrivals: when frames came meanwhile.
        received: frames altogether.
        sent: frames sent altogether.
        closed: whether the server ended the connection.
    """

    def __init__(self) -> None:
        self.arrivals = array("d")
        self.keeping = False
        self.received = 0
        self.sent = 0
        self.closed = False
        self._talks = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only
        self._greet()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self.closed = True

    def tick(self) -> None:
        """Another 20 ms have passed: send a frame."""
        if self._talks and not self.closed:
            self._send(self._frame)
            self.sent += 1

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def _came(self, frames: int) -> None:
        self.received += frames
        if self.keeping:
            now = time.monotonic()
            for _ in range(frames):
                self.arrivals.append(now)

    def _send(self, message: bytes) -> None:
        if self._transport is not None and not self.closed:
            self._transport.write(message)

    @property
    def _frame(self) -> bytes:
        """A frame of audio, as it is sent."""
        raise NotImplementedError

    def _greet(self) -> None:
        """The connection is up: say which call this is, and set `_talks` when audio may follow."""
        raise NotImplementedError


class AudioSocketPeer(Peer):
    """Sends and takes AudioSocket frames; all that come have the same length."""

    _AUDIO = encode(Audio(_SAMPLES, 8000))
    _MESSAGE_BYTES = HEADER_BYTES + FRAME_BYTES

    def __init__(self) -> None:
        super().__init__()
        self._unfinished = 0

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        frames, self._unfinished = divmod(self._unfinished + len(data), self._MESSAGE_BYTES)
        self._came(frames)

    @property
    def _frame(self) -> bytes:
        return self._AUDIO

    def _greet(self) -> None:
        self._send(encode(CallId(uuid.uuid4())))
        self._talks = True


class WebSocketPeer(Peer):
    """Plays from a queue at a beat of its own as chan_websocket does, and echoes marks.

    Args:
        path: path of the server's WebSocket.

    Attributes:
        leads: for each frame that came while `keeping`, the seconds left until it had to be played.
        gaps: how often there was nothing to play then.
    """

    _TEXT, _BINARY, _PING, _PONG = 0x1, 0x2, 0x9, 0xA

    def __init__(self, path: str) -> None:
        super().__init__()
        self.leads = array("d")
        self.gaps = 0
        self._path = path
        self._buffer = bytearray()
        self._queue: deque[str | None] = deque()
        """Frames (`None`) and marks, in order."""
        self._audio = _masked(self._BINARY, _SAMPLES)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._buffer += data
        if not self._talks:
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.close()
                return
            self._talks = True
            self._buffer = bytearray(rest)
            self._send_event({
                "event": "MEDIA_START", "channel": "WebSocket/bench", "format": "slin",
                "optimal_frame_size": FRAME_BYTES, "ptime": round(FRAME_SECONDS * 1000),
            })  # fmt: skip
        while self._take_message():
            pass

    def tick(self) -> None:
        """See `Peer`; also plays the next frame."""
        super().tick()
        while self._queue and (mark := self._queue[0]) is not None:
            self._queue.popleft()
            self._send_event({"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark})
        if self._queue:
            self._queue.popleft()
        elif self.keeping:
            self.gaps += 1

    def _came(self, frames: int) -> None:
        super()._came(frames)
        for _ in range(frames):
            if self.keeping:
                self.leads.append(len(self._queue) * FRAME_SECONDS)
            self._queue.append(None)

    def _take_message(self) -> bool:
        """Take one whole message off the buffer, if there is one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        start, length = 2, buffer[1]  # a server does not mask what it sends
        if length == 126:
            if len(buffer) < 4:
                return False
            start, length = 4, int.from_bytes(buffer[2:4], "big")
        if len(buffer) < start + length:
            return False
        kind = buffer[0] & 0xF
        if kind == self._BINARY:
            self._came(length // FRAME_BYTES)
        elif kind == self._TEXT:
            self._on_command(json.loads(buffer[start : start + length]))
        elif kind == self._PING:
            self._send(_masked(self._PONG, bytes(buffer[start : start + length])))
        del buffer[: start + length]
        return True

    def _on_command(self, command: dict[str, str]) -> None:
        if command["command"] == "MARK_MEDIA":
            self._queue.append(command["correlation_id"])

    def _send_event(self, event: dict[str, object]) -> None:
        self._send(_masked(self._TEXT, json.dumps(event).encode()))

    @property
    def _frame(self) -> bytes:
        return self._audio

    def _greet(self) -> None:
        request = (
            f"GET {self._path}?call={uuid.uuid4()} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: media\r\n"
            "Sec-WebSocket-Key: cGFybGV5LWJlbmNoLWtleQ==\r\n\r\n"
        )
        self._send(request.encode())


def _masked(kind: int, payload: bytes) -> bytes:
    """A client's WebSocket message (RFC 6455, 5.2), under a mask of zeros: the payload stays as it is."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | kind, 0x80 | length))
    else:
        head = bytes((0x80 | kind, 0x80 | 126)) + length.to_bytes(2, "big")
    return head + bytes(4) + payload
