"""A scripted call handler and small servers' counterparts for the transports' tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telephony.line import Frame, HungUp, Line, LineEvent

WAIT = 5.0
"""Seconds after which a test of a transport gives up."""


class Handler:
    """Keeps every line and all its events; runs `script` with each new line."""

    def __init__(self, script: Callable[[Line], Awaitable[None]] | None = None) -> None:
        self.lines: list[Line] = []
        self.seen: list[LineEvent] = []
        self._script = script
        self.news = asyncio.Event()

    async def __call__(self, line: Line) -> None:
        self.lines.append(line)
        self.news.set()
        if self._script is not None:
            await self._script(line)
        async for event in line.events():
            self.seen.append(event)
            self.news.set()

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until `wanted()` holds; fails after `WAIT` seconds."""
        async with asyncio.timeout(WAIT):
            while not wanted():
                self.news.clear()
                await self.news.wait()

    async def line(self) -> Line:
        """The first line."""
        await self.until(lambda: bool(self.lines))
        return self.lines[0]

    async def ended(self) -> HungUp:
        """How the first line ended."""
        await self.until(lambda: any(isinstance(event, HungUp) for event in self.seen))
        return next(event for event in self.seen if isinstance(event, HungUp))

    def heard(self) -> bytes:
        """All of the caller's samples so far."""
        return b"".join(event.pcm for event in self.seen if isinstance(event, Frame))
