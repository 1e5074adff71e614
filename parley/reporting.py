"""How starting up is told: one line for each thing loaded or opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

Report = Callable[[str, str], None]
"""Told what was loaded or opened: a short name, and the rest of the line."""


async def timed(report: Report, name: str, what: str, work: Coroutine[Any, Any, T]) -> T:
    """Do `work`, and report it with the seconds that it took."""
    begun = time.monotonic()
    result = await work
    report(name, f"{what} ({time.monotonic() - begun:.1f} s)")
    return result
