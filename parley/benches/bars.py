"""A bar that fills by the clock, for work whose length is known beforehand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

_STEP = 0.25
"""Seconds between two steps of the bar: seldom, because what is measured shares the machine."""


@contextlib.asynccontextmanager
async def clock_bar(console: Console) -> AsyncGenerator[Callable[[str, float], None]]:
    """Yields what is told the name of the next piece of work, and how many seconds it will take."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=1 / _STEP) as progress:
        bar: list[TaskID] = []

        def tell(what: str, seconds: float) -> None:
            for done in bar:
                progress.remove_task(done)
            bar[:] = [progress.add_task(what, total=seconds)]

        async def tick() -> None:
            while True:
                await asyncio.sleep(_STEP)
                for task in bar:
                    progress.advance(task, _STEP)

        ticking = asyncio.create_task(tick())
        try:
            yield tell
        finally:
            ticking.cancel()
