"""Watches a served Parley from outside; only its asyncio tasks it has to tell by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import psutil

from parley.benches.soak.growth import Sample
from parley.demo.servers import DemoError
from parley.status import Status

STATUS_SECONDS = 10.0
"""How long a busy server may take to log its status, and to end a call that was hung up."""

_AGAIN = 0.05


class Watch:
    """Samples of one server process, in order of time."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._begun = time.monotonic()
        self._status: asyncio.Future[Status] | None = None

    def heard(self, line: str) -> None:
        """The server has said a line."""
        status = Status.parse(line)
        if status is not None and self._status is not None and not self._status.done():
            self._status.set_result(status)

    async def sample(self, pid: int, calls: int, *, idle: bool = False) -> Sample:
        """Look at the process now, or once no call is running.

        Raises:
            DemoError: it is gone, says nothing, or never comes to rest.
        """
        try:
            async with asyncio.timeout(STATUS_SECONDS):
                while (status := await self._ask(pid)).calls and idle:  # noqa: ASYNC110 - seen from outside
                    await asyncio.sleep(_AGAIN)
            sample = _sample(psutil.Process(pid), time.monotonic() - self._begun, calls, status)
        except (ProcessLookupError, psutil.NoSuchProcess):
            raise DemoError("Parley has ended during the measurement") from None
        except TimeoutError:
            wanted = "its status, with no call running," if idle else "its status"
            raise DemoError(f"expected Parley to log {wanted} within {STATUS_SECONDS:.0f} s") from None
        self.samples.append(sample)
        return sample

    async def _ask(self, pid: int) -> Status:
        self._status = asyncio.get_running_loop().create_future()
        os.kill(pid, signal.SIGUSR1)
        return await self._status


def _sample(process: psutil.Process, at: float, calls: int, status: Status) -> Sample:
    with process.oneshot():
        sockets = len(process.net_connections("all"))
        return Sample(
            at=round(at, 1),
            calls=calls,
            memory=process.memory_info().rss,
            threads=process.num_threads(),
            sockets=sockets,
            files=process.num_fds() - sockets,
            tasks=status.tasks,
        )
