"""A process that answers questions in lines of JSON, and which processor it runs on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parley.children import ended

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

START_SECONDS = 30.0
ANSWER_SECONDS = 60.0


class MediaBenchError(Exception):
    """A process of the measurement failed; the message says which and what it said."""


class Asked:
    """A running process; see `asking`."""

    def __init__(self, module: str, process: asyncio.subprocess.Process) -> None:
        self._module = module
        self._process = process

    async def ask(self, question: str) -> dict[str, Any]:
        """The answer to one question. Raises MediaBenchError when none comes."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        self._process.stdin.write(f"{question}\n".encode())
        return await self.hear(ANSWER_SECONDS)

    async def hear(self, seconds: float) -> dict[str, Any]:
        """The next line it says. Raises MediaBenchError when none comes within `seconds`."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            async with asyncio.timeout(seconds):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise MediaBenchError(f"{self._module}: expected an answer within {seconds:.0f} s") from None
        if not line:
            raise MediaBenchError(f"{self._module}: expected an answer, but it ended (see above)")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.asynccontextmanager
async def asking(module: str, job: DataclassInstance) -> AsyncGenerator[tuple[Asked, dict[str, Any]]]:
    """Run `python -m module JOB` until the block is left; yields it and the first line it said.

    The process ends with its standard input; one that does not is killed.
    Raises MediaBenchError when it does not start.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, json.dumps(asdict(job)),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    asked = Asked(module, process)
    try:
        yield asked, await asked.hear(START_SECONDS)
    finally:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        process.stdin.close()
        await ended(process, START_SECONDS)


def two_cores() -> tuple[int, int] | None:
    """A processor for the server and one for its callers, `None` where this process may use only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[-1]) if len(cores) > 1 else None


def pin(core: int | None) -> None:
    """Run on that processor only, threads made from now on included."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def say(what: dict[str, Any]) -> None:
    """One line of JSON to whoever started this process."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
