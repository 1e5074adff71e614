"""Virtual time: an event loop whose clock jumps to the next timer instead of waiting for it.

Time passes by timers alone. Work that takes real time (a thread, another process, a server) takes
none of it: while such work is outstanding the clock stands still.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_IDLE_SELECTS = 1000
PATIENCE_SECONDS = 600.0
"""Real seconds for which the clock stands still for outside work before that counts as hung: reading a
long prompt may take a language model minutes."""

_LOOK_SECONDS = 1.0


class _JumpingSelector(selectors.DefaultSelector):
    """Turns every wait into a jump of the clock, unless something outside is being waited for."""

    def __init__(self, *, paced: bool, patience: float) -> None:
        super().__init__()
        self.now = 0.0
        self.outside: list[str] = []
        self._patience = patience
        self._began = time.monotonic() if paced else None
        self._idle = 0
        self._waits_since: float | None = None

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            self._waits_since = None
            return ready
        if self.outside:
            return self._stand_still()
        if timeout is None:
            self._idle += 1
            if self._idle > MAX_IDLE_SELECTS:
                raise RuntimeError("nothing is scheduled and nothing will ever happen: a task waits for ever")
            return super().select(0.001)
        return self._jump(self.now + timeout)

    def _jump(self, then: float) -> Any:
        if self._began is not None and (early := self._began + then - time.monotonic()) > 0:
            ready = super().select(early)
            if ready or self._began + then > time.monotonic():
                return ready
        self.now = then
        return []

    def _stand_still(self) -> Any:
        since = self._waits_since = self._waits_since or time.monotonic()
        ready = super().select(min(_LOOK_SECONDS, self._patience))
        if ready:
            self._waits_since = None
        elif time.monotonic() - since > self._patience:
            raise RuntimeError(f"{self.outside[0]}: no end of it after {self._patience:g} s of real time")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`loop.time()` starts at 0 and passes only by timers.

    Args:
        paced: never be ahead of real time; the times are the same.
        patience: real seconds to wait for outside work before giving up with a RuntimeError.
    """

    def __init__(self, *, paced: bool = False, patience: float = PATIENCE_SECONDS) -> None:
        self._jumping = _JumpingSelector(paced=paced, patience=patience)
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now

    @contextlib.contextmanager
    def holding(self, what: str) -> Generator[None]:
        """Let the clock stand still inside; `what` names the work if it never ends."""
        self._jumping.outside.append(what)
        try:
            yield
        finally:
            self._jumping.outside.remove(what)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run `func` in a thread, during which no virtual time passes."""
        future = super().run_in_executor(executor, func, *args)
        hold = self.holding("a thread")
        hold.__enter__()
        future.add_done_callback(lambda _: hold.__exit__(None, None, None))
        return future

    async def shutdown_default_executor(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the threads."""
        with self.holding("a thread at the end"):
            await super().shutdown_default_executor(*args, **kwargs)


def run_virtual(main: Coroutine[Any, Any, T], *, paced: bool = False) -> T:
    """Run `main` to its end in virtual time, which is never ahead of real time if `paced`."""
    with asyncio.Runner(loop_factory=partial(VirtualLoop, paced=paced)) as runner:
        return runner.run(main)
