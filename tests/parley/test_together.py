"""What is loaded at the same time: all of it ends, the first error is told, and who gives up stops all."""

from __future__ import annotations

import asyncio

import pytest

from parley.together import together


async def after(seconds: float, error: Exception | None = None) -> str:
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return f"{seconds:g}"


async def test_all_results_are_there() -> None:
    tasks = [asyncio.create_task(after(seconds)) for seconds in (0.02, 0.01)]
    await together(*tasks)
    assert [task.result() for task in tasks] == ["0.02", "0.01"]


async def test_the_first_error_in_order_is_raised_once_the_others_are_over() -> None:
    slow = asyncio.create_task(after(0.05))
    first = asyncio.create_task(after(0.03, ValueError("the first")))
    second = asyncio.create_task(after(0.01, KeyError("the second")))
    with pytest.raises(ValueError, match="the first"):
        await together(slow, first, second)
    assert slow.result() == "0.05"


async def test_cancelled_it_leaves_nothing_running() -> None:
    tasks = [asyncio.create_task(after(60)) for _ in range(2)]
    waiting = asyncio.create_task(together(*tasks))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert all(task.cancelled() for task in tasks)
