"""One model, many calls: work done one at a time, what callers wait for before what is a guess."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Urgent = Callable[[], bool]
"""Asked each time the worker becomes free: a guess may have become what a caller waits for."""


def always() -> bool:
    """Somebody waits for this."""
    return True


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Callable[[], Any]
    urgent: Urgent
    done: asyncio.Future[Any]


class WorkQueue:
    """A worker thread of its own behind a queue on the event loop.

    What is urgent goes first, in the order in which it was asked for; the rest follows in its own
    order. What was cancelled before it began costs nothing; what runs is never interrupted, so
    urgent work waits for one piece of other work at most.
    """

    def __init__(self, name: str) -> None:
        """Work in a thread called `name`."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: deque[_Waiting] = deque()
        self._running: Future[Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether work that is begun now would have to wait."""
        return self._running is not None and not self._running.done()

    async def run(self, work: Callable[[], T], urgent: Urgent = always) -> T:
        """Do `work` when it is its turn. Raises what it raises, RuntimeError after `close`."""
        one = _Waiting(work, urgent, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._next()
        try:
            result: T = await one.done
        finally:
            if one in self._waiting:
                self._waiting.remove(one)
        return result

    def close(self) -> None:
        """Drop what waits, and wait for what is running."""
        for one in self._waiting:
            one.done.cancel()
        self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _next(self) -> None:
        if self.busy or not self._waiting:
            return
        one = next((one for one in self._waiting if one.urgent()), self._waiting[0])
        self._waiting.remove(one)
        try:
            self._running = self._pool.submit(one.work)
        except RuntimeError as error:
            one.done.set_exception(error)
            return
        asyncio.wrap_future(self._running).add_done_callback(lambda future: self._finished(one, future))

    def _finished(self, one: _Waiting, future: asyncio.Future[Any]) -> None:
        if future.cancelled():
            one.done.cancel()
        elif (error := future.exception()) is not None:
            if not one.done.done():
                one.done.set_exception(error)
        elif not one.done.done():
            one.done.set_result(future.result())
        self._next()
