"""Processes that demonstrations and benchmarks start: ended in bounded time, never left behind."""

from __future__ import annotations

import asyncio
import contextlib


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Ask a process to end (SIGTERM), and kill it after so many seconds. Safe for one that has ended."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await ended(process, seconds)


async def ended(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Wait so many seconds for a process that was told to end in a way of its own, then kill it."""
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
