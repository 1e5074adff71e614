"""Threads for a model, fed by deadline.

A voice that renders piece by piece needs the next piece only when the caller has heard
those before. Work is therefore done in order of when its sound is due: the first piece
of a new reply goes before the fifth of another call's.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(order=True, slots=True)
class _Job:
    due: float
    number: int
    work: Callable[[], Any] = field(compare=False)
    result: Future[Any] = field(compare=False)


class Inference:
    """Runs a model's work in threads of its own.

    Args:
        name: for the threads' names.
        threads: how many pieces of work run at the same time.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._jobs: list[_Job] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    async def run(self, work: Callable[[], T], *, slack: float = 0.0) -> T:
        """Do `work` in a thread and return what it returns.

        Args:
            work: called without arguments.
            slack: seconds until the result is needed; more urgent work goes first.

        Cancelling drops work that has not begun.
        """
        job = _Job(time.monotonic() + slack, next(self._numbers), work, Future())
        with self._lock:
            heapq.heappush(self._jobs, job)
        self._pool.submit(self._one)
        result: T = await asyncio.wrap_future(job.result)
        return result

    def close(self) -> None:
        """End the threads after the work in hand; what waits is cancelled."""
        with self._lock:
            waiting, self._jobs = self._jobs, []
        for job in waiting:
            job.result.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _one(self) -> None:
        with self._lock:
            if not self._jobs:
                return
            job = heapq.heappop(self._jobs)
        if not job.result.set_running_or_notify_cancel():
            return
        try:
            job.result.set_result(job.work())
        except BaseException as error:
            # Not swallowed: whoever awaits the result gets it.
            job.result.set_exception(error)
