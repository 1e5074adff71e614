"""Processes that Parley starts end when they are told to, or are killed."""

import asyncio
import sys
import time

from parley.children import end

STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
)


async def started(code: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


async def test_one_that_listens_ends_at_once() -> None:
    process = await started("import signal; print('up', flush=True); signal.pause()")
    began = time.monotonic()
    await end(process, 20)
    assert process.returncode == -15
    assert time.monotonic() - began < 10


async def test_one_that_does_not_is_killed() -> None:
    process = await started(STUBBORN)
    await end(process, 0.2)
    assert process.returncode == -9


async def test_one_that_has_ended_is_left_alone() -> None:
    process = await started("print('up', flush=True)")
    await process.wait()
    await end(process, 1)
    assert process.returncode == 0
