"""The scripted caller's web page: speaks the page's WebSocket as the page does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from telephony import browser_wire as wire
from telephony.inbound_clock import InboundClock
from telephony.line import FRAME_SECONDS, LineError
from telephony.pacer import Beat, Pacer
from telephony.tape import HEARD, SAID, Tape


class BrowserPhone:
    """A page for one call.

    Args:
        rate: samples per second; must be what Parley's `ready` says.
    """

    def __init__(self, *, rate: int = 16000) -> None:
        self.tape = Tape(rate)
        self.ended = asyncio.Event()
        self.ended_by = ""
        self.reason = ""
        self.keys: list[tuple[str, float]] = []
        self.packets = {"sent": 0, "received": 0}
        self.shown: list[Mapping[str, Any]] = []
        self._start = time.monotonic()
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._answered = asyncio.Event()
        self._arrivals = InboundClock()
        self._queue = bytearray()
        self._said_to = 0.0
        self._hanging_up = False
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._beat: Beat | None = None

    def now(self) -> float:
        """Seconds since the page called."""
        return time.monotonic() - self._start

    @property
    def unsent(self) -> float:
        """Seconds queued and not yet spoken."""
        return len(self._queue) / 2 / self.tape.rate

    @property
    def spoken_to(self) -> float:
        """When the last sample that left was spoken."""
        return self._said_to

    async def dial(self, uri: str, timeout: float) -> None:  # noqa: ASYNC109 - of the call, not the task
        """Press the page's button and wait until Parley picks up.

        Args:
            uri: the page's address (`http://127.0.0.1:8080`), or that of its WebSocket.
            timeout: seconds to wait.

        Raises:
            LineError: refused, busy, or no answer.
        """
        parts = urlsplit(uri)
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        path = parts.path if parts.path.endswith("/call") else "/call"
        query = f"?{parts.query}" if parts.query else ""
        self._session = aiohttp.ClientSession()
        self._start = time.monotonic()
        try:
            async with asyncio.timeout(timeout):
                self._socket = await self._session.ws_connect(
                    f"{scheme}://{parts.netloc}{path}{query}", origin=f"{scheme}://{parts.netloc}"
                )
                self._tasks = [
                    asyncio.create_task(self._receive(self._socket)),
                    asyncio.create_task(self._send(self._socket)),
                ]
                await self._answered.wait()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            await self.put_down()
            raise LineError(f"{uri}: expected an answer, got: {error or 'none in time'}") from error
        if self.ended.is_set():
            await self.put_down()
            raise LineError(f"{uri}: expected an answer, got: {self.reason or 'the call ended'}")
        self._beat = Pacer().join(self._tick)

    def send(self, pcm: bytes) -> None:
        """Queue samples at the tape's rate."""
        self._queue += pcm

    async def press(self, digits: str) -> None:
        """Press keys of the keypad."""
        for digit in digits:
            self._outbox.put_nowait(wire.key(digit))

    async def hang_up(self) -> None:
        """Press the hang-up button, and wait until the call is over."""
        if self._socket is None or self.ended.is_set():
            return
        self._hanging_up = True
        self._outbox.put_nowait(wire.hang_up())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.ended.wait()

    async def put_down(self) -> None:
        """Close the page."""
        if self._beat is not None:
            self._beat.leave()
        if self._socket is not None:
            await self._socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._end("error", "the connection was lost")

    def _tick(self, _deadline: float) -> None:
        # A microphone never stops: silence is sent as well.
        size = int(self.tape.rate * FRAME_SECONDS) * 2
        speaking = bool(self._queue)
        pcm = bytes(self._queue[:size]).ljust(size, b"\0")
        del self._queue[:size]
        if speaking:
            at = self.now() - FRAME_SECONDS
            if abs(at - self._said_to) < FRAME_SECONDS:
                at = self._said_to
            self.tape.put(SAID, pcm, at)
            self._said_to = at + FRAME_SECONDS
        self._outbox.put_nowait(pcm)

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                message = await self._outbox.get()
                if isinstance(message, bytes):
                    await socket.send_bytes(message)
                    self.packets["sent"] += 1
                else:
                    await socket.send_str(message)

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self.packets["received"] += 1
                seconds = len(message.data) / 2 / self.tape.rate
                # When it came is when it can be played: its end is a packet later.
                at = self._arrivals.place(seconds, self.now() + seconds)
                self.tape.put(HEARD, message.data, at)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data))
        self._end("error", "the connection was lost")

    def _take(self, event: Mapping[str, Any]) -> None:
        kind = event.get("type")
        if kind == "ready" and event["rate"] != self.tape.rate:
            self._end("error", f"expected {self.tape.rate} samples per second, Parley has {event['rate']}")
        elif kind == "answered":
            self._answered.set()
        elif kind == "show":
            self.shown.append({**event["event"], "at": self.now()})
        elif kind == "ended":
            by = {"parley": "callee"}.get(event["by"], event["by"])
            self._end("caller" if self._hanging_up else by, event["reason"])

    def _end(self, by: str, reason: str) -> None:
        if not self.ended.is_set():
            self.ended_by, self.reason = by, reason
            self.ended.set()
            self._answered.set()
