"""Locks between processes: a file each, released by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

_POLL_SECONDS = 0.1


class StoppedError(Exception):
    """The work was asked to stop before it was done; what was downloaded whole is kept."""


class FileLock:
    """An advisory lock on a file (flock): many may share it, or one may hold it alone.

    The file stays where it is when the lock is released: removing it would let two
    processes hold locks of the same name.

    Args:
        path: the lock's file; its folder is made if needed.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: FileIO = path.open("ab", buffering=0)

    def try_shared(self) -> bool:
        """Take it together with others (also after having had it alone); false if someone has it alone."""
        return self._take(fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Take it alone; false if anyone holds it."""
        return self._take(fcntl.LOCK_EX)

    def _take(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give it up. Safe to call twice."""
        self._file.close()


@contextmanager
def alone(path: Path, stop: threading.Event, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock at `path` alone, waiting for it as long as need be.

    Args:
        path: the lock's file.
        stop: set to give up waiting.
        waiting: called once if someone else holds it.

    Raises:
        StoppedError: `stop` was set before the lock was had.
    """
    lock = FileLock(path)
    try:
        if not lock.try_alone():
            waiting()
            while not lock.try_alone():
                pause(stop, _POLL_SECONDS)
        yield
    finally:
        lock.release()


def pause(stop: threading.Event, seconds: float) -> None:
    """Sleep, unless asked to stop, which raises StoppedError."""
    if stop.wait(seconds):
        raise StoppedError


def poll_until(stop: threading.Event, ready: Callable[[], bool], limit: float | None = None) -> bool:
    """Wait until `ready`; false if `limit` seconds went by first. Raises StoppedError when asked to stop."""
    deadline = None if limit is None else time.monotonic() + limit
    while not ready():
        if deadline is not None and time.monotonic() >= deadline:
            return False
        pause(stop, _POLL_SECONDS)
    return True
