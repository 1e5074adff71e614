"""The calls a transport has at the moment: one task each, none can hurt another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telephony.line import Line, OnCall

_log = logging.getLogger(__name__)


class Calls:
    """Runs `on_call` once a line and ends the line whatever happens in it.

    Args:
        on_call: what to do with each line.
        failed: called with the line when `on_call` raised, before the line is hung up.
    """

    def __init__(self, on_call: OnCall, failed: Callable[[Line], None] | None = None) -> None:
        self._on_call = on_call
        self._failed = failed
        self._lines: dict[asyncio.Task[None], Line] = {}

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are up."""
        return tuple(self._lines.values())

    def begin(self, line: Line) -> asyncio.Task[None]:
        """Hand the line over; it is hung up when `on_call` is done with it."""
        task = asyncio.create_task(self._run(line), name=f"call {line.info.call_id}")
        self._lines[task] = line
        task.add_done_callback(lambda done: self._lines.pop(done, None))
        return task

    async def _run(self, line: Line) -> None:
        try:
            await self._on_call(line)
        except Exception:
            _log.exception("call %s from %s failed", line.info.call_id, line.info.peer)
            if self._failed is not None:
                self._failed(line)
        finally:
            await line.hang_up()

    async def end(self, grace: float = 5.0) -> None:
        """Hang up every line, give `on_call` up to `grace` seconds to finish, then cancel it."""
        tasks = list(self._lines)
        for line in self.lines:
            await line.hang_up()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            _log.warning("%s was still running %.0f s after its hang-up: cancelled", task.get_name(), grace)
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
