"""Work that is done at the same time, and is over before anybody goes on."""

from __future__ import annotations

import asyncio
from typing import Any


async def together(*tasks: asyncio.Task[Any]) -> None:
    """Wait until every task has ended, and raise the error of the first that has one, in their order.

    Unlike in a task group none is cancelled because another failed: what a thread is loading
    must not be closed under it. Cancelled, this cancels them all.
    """
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        task.result()
