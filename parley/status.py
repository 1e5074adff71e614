"""What a running Parley holds at the moment, in one line: `kill -USR1` has it logged."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from dataclasses import dataclass

_COUNTS = re.compile(r"status: calls=(\d+) tasks=(\d+) threads=(\d+)")


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of one moment.

    Attributes:
        calls: calls running.
        tasks: asyncio tasks that are not done.
        threads: threads that Python knows of; those of the models' libraries are not among them.
    """

    calls: int
    tasks: int
    threads: int

    @classmethod
    def parse(cls, text: str) -> Status | None:
        """Find the counts in a line of the log; `None` if it is another line."""
        found = _COUNTS.search(text)
        return cls(*map(int, found.groups())) if found else None


def status_line(calls: int) -> str:
    """The status of this process, with the tasks by what they run. To be called on the event loop."""
    tasks = Counter(_work(task) for task in asyncio.all_tasks())
    named = ", ".join(f"{name} {count}" for name, count in sorted(tasks.items()))
    return f"status: calls={calls} tasks={tasks.total()} threads={threading.active_count()} ({named})"


def _work(task: asyncio.Task[object]) -> str:
    """The name of what a task runs, such as `Call._speak`."""
    return str(getattr(task.get_coro(), "__qualname__", "?"))
