"""How a pull shows what it does: bars on a terminal, a line every few seconds in a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


class PullProgress(Protocol):
    """What a pull reports to; called from several threads."""

    def begin(self, model: str, total: int) -> None:
        """Work on a model of `total` bytes starts."""

    def update(self, model: str, done: int, note: str) -> None:
        """`done` bytes of the model are there; `note` says in a few words what is being done."""

    def end(self, model: str, outcome: str) -> None:
        """Work on the model is over: `ready`, `already there`, `failed` or `stopped`."""


class NoProgress:
    """Shows nothing."""

    def begin(self, model: str, total: int) -> None:
        """Nothing is shown."""

    def update(self, model: str, done: int, note: str) -> None:
        """Nothing is shown."""

    def end(self, model: str, outcome: str) -> None:
        """Nothing is shown."""


class BarProgress:
    """One bar a model, with bytes, speed and the time that is left. A context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<16}"),
            BarColumn(bar_width=24),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[note]}"),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, model: str, total: int) -> None:
        """Add the model's bar."""
        self._tasks[model] = self._progress.add_task(model, total=total, note="")

    def update(self, model: str, done: int, note: str) -> None:
        """Move the model's bar."""
        self._progress.update(self._tasks[model], completed=done, note=note)

    def end(self, model: str, outcome: str) -> None:
        """Fill the bar if all went well, and write the outcome beside it."""
        task = self._tasks[model]
        if outcome in {"ready", "already there"}:
            total = next(one.total for one in self._progress.tasks if one.id == task)
            self._progress.update(task, completed=total)
        self._progress.update(task, note=outcome)
        self._progress.stop_task(task)


class LineProgress:
    """One line a model every few seconds, for logs. A context manager, like the bars.

    Args:
        write: takes each line (default: print to standard error through rich).
        every: seconds between two lines about the same model.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        write: Callable[[str], None] | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write or _plain(Console(stderr=True))
        self._every = every
        self._clock = clock
        self._lock = threading.Lock()
        self._totals: dict[str, int] = {}
        self._begun: dict[str, float] = {}
        self._shown: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to undo: every line is whole."""

    def begin(self, model: str, total: int) -> None:
        """Remember the total; the first line follows only if the work takes a while."""
        with self._lock:
            self._totals[model] = total
            self._begun[model] = self._shown[model] = self._clock()

    def update(self, model: str, done: int, note: str) -> None:
        """Write a line if the last one about this model is long enough ago."""
        with self._lock:
            now = self._clock()
            if now - self._shown[model] < self._every:
                return
            self._shown[model] = now
            total = self._totals[model]
            share = 100 * done // total if total else 100
            self._write(f"{model}: {share} %, {done / 1e6:.1f} of {total / 1e6:.1f} MB, {note}")

    def end(self, model: str, outcome: str) -> None:
        """Write how it ended and how long it took."""
        with self._lock:
            seconds = self._clock() - self._begun[model]
            self._write(f"{model}: {outcome} ({self._totals[model] / 1e6:.1f} MB, {seconds:.1f} s)")


def progress_for(console: Console | None = None) -> BarProgress | LineProgress:
    """The display that fits where output goes: bars on a terminal, lines elsewhere.

    Use it as a context manager: `with progress_for(console) as shown: store.pull(names, shown)`.
    """
    console = console or Console(stderr=True)
    return BarProgress(console) if console.is_terminal else LineProgress(_plain(console))


def _plain(console: Console) -> Callable[[str], None]:
    def write(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    return write


class Meter:
    """Adds up what the parts of one model report, and passes the sum on.

    Args:
        progress: where to.
        model: its name.
    """

    def __init__(self, progress: PullProgress, model: str) -> None:
        self._progress = progress
        self._model = model
        self._lock = threading.Lock()
        self._done: dict[str, float] = {}

    def set(self, part: str, done: float, note: str) -> None:
        """`done` bytes of `part` are there."""
        with self._lock:
            self._done[part] = done
            total = sum(self._done.values())
        self._progress.update(self._model, int(total), note)

    def drop(self, prefix: str) -> None:
        """Forget the parts whose name starts with `prefix`: they are fetched anew, from elsewhere."""
        with self._lock:
            self._done = {part: n for part, n in self._done.items() if not part.startswith(prefix)}
