"""A phone without a network for the scripted caller, in virtual time, and whom it may call."""

from __future__ import annotations

import asyncio
from typing import Protocol

import numpy as np

from telephony.line import FRAME_SECONDS, LineError
from telephony.tape import HEARD, SAID, Tape

RATE = 8000
FRAME = int(RATE * FRAME_SECONDS) * 2


def tone(seconds: float, level: float = 8000) -> bytes:
    t = np.arange(round(seconds * RATE)) / RATE
    return bytes((level * np.sin(2 * np.pi * 500 * t + 1.57)).astype("<i2").tobytes())


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * 2)


class Callee(Protocol):
    """The other side: hears every frame of the caller's and may say something at any time."""

    def frame(self, said: bytes, at: float) -> bytes | None: ...


class Nobody:
    """Says nothing."""

    def frame(self, said: bytes, at: float) -> bytes | None:
        return None


class Replies:
    """Says `reply` exactly `delay` seconds after the caller's last loud sample, once a question."""

    def __init__(self, delay: float, reply: bytes) -> None:
        self._delay, self._reply = delay, reply
        self._due: float | None = None
        self._left = b""

    def frame(self, said: bytes, at: float) -> bytes | None:
        loud = np.flatnonzero(np.abs(np.frombuffer(said, "<i2").astype(int)) > 500)
        if len(loud):
            self._due = at + (int(loud[-1]) + 1) / RATE + self._delay
        if self._due is not None and at + FRAME_SECONDS > self._due:
            self._left = silence(max(0.0, self._due - at)) + self._reply
            self._due = None
        frame, self._left = self._left[:FRAME], self._left[FRAME:]
        return frame or None


class FakePhone:
    """Moves a frame every 20 ms, both ways at once."""

    def __init__(self, callee: Callee | None = None, *, refuses: str = "", hangs_up_at: float = 1e9) -> None:
        self.tape = Tape(RATE)
        self.ended = asyncio.Event()
        self.ended_by = ""
        self.reason = ""
        self.keys: list[tuple[str, float]] = []
        self.packets = {"sent": 0, "received": 0}
        self.pressed: list[tuple[str, float]] = []
        self.dialled = ""
        self.is_down = False
        self._callee = callee or Nobody()
        self._refuses, self._hangs_up_at = refuses, hangs_up_at
        self._queue = b""
        self._start = 0.0
        self._running: asyncio.Task[None] | None = None

    def now(self) -> float:
        return asyncio.get_running_loop().time() - self._start

    @property
    def unsent(self) -> float:
        return len(self._queue) / 2 / RATE

    @property
    def spoken_to(self) -> float:
        return self.tape.seconds(SAID)

    async def dial(self, uri: str, timeout: float) -> None:  # noqa: ASYNC109 - the protocol's
        self.dialled = uri
        self._start = asyncio.get_running_loop().time()
        if self._refuses:
            raise LineError(f"{uri}: expected an answer, got: {self._refuses}")
        await asyncio.sleep(0.5)
        self._running = asyncio.create_task(self._run())

    def send(self, pcm: bytes) -> None:
        self._queue += pcm

    async def press(self, digits: str) -> None:
        if self.ended.is_set():
            raise LineError(f"keys {digits!r}: the call is over")
        self.pressed += [(digit, self.now()) for digit in digits]

    async def hang_up(self) -> None:
        self._end("caller")

    async def put_down(self) -> None:
        self.is_down = True
        self._end("error")
        if self._running is not None:
            await self._running

    def _end(self, by: str) -> None:
        if not self.ended.is_set():
            self.ended_by = by
            self.ended.set()

    async def _run(self) -> None:
        tick = 25
        while not self.ended.is_set():
            at = tick * FRAME_SECONDS
            await asyncio.sleep(at + FRAME_SECONDS - self.now())
            speaking = bool(self._queue)
            said, self._queue = self._queue[:FRAME].ljust(FRAME, b"\0"), self._queue[FRAME:]
            if speaking:
                self.tape.put(SAID, said, at)
            heard = self._callee.frame(said, at)
            if heard is not None:
                self.tape.put(HEARD, heard, at)
            if at >= self._hangs_up_at:
                self._end("callee")
            tick += 1
