"""What callers wait for goes before guesses."""

from __future__ import annotations

import asyncio
import threading

import pytest

from asr.queue import WorkQueue


async def test_what_is_urgent_overtakes_guesses_and_both_keep_their_order() -> None:
    queue, gate = WorkQueue("test"), threading.Event()
    done: list[str] = []
    first = asyncio.create_task(queue.run(gate.wait))
    await asyncio.sleep(0)
    assert queue.busy

    def ask(name: str, urgent: bool) -> asyncio.Task[None]:
        return asyncio.create_task(queue.run(lambda: done.append(name), lambda: urgent))

    waiting = [ask("guess 1", False), ask("guess 2", False), ask("caller 1", True), ask("caller 2", True)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *waiting)
    assert done == ["caller 1", "caller 2", "guess 1", "guess 2"]
    queue.close()


async def test_a_guess_becomes_urgent_while_it_waits() -> None:
    queue, done, gate = WorkQueue("test"), [], threading.Event()
    committed = False
    first = asyncio.create_task(queue.run(gate.wait))
    other = asyncio.create_task(queue.run(lambda: done.append("other"), lambda: False))
    mine = asyncio.create_task(queue.run(lambda: done.append("mine"), lambda: committed))
    await asyncio.sleep(0)
    committed = True
    gate.set()
    await asyncio.gather(first, other, mine)
    assert done == ["mine", "other"]
    queue.close()


async def test_what_is_cancelled_before_its_turn_costs_nothing_and_holds_nobody_up() -> None:
    queue, done, gate = WorkQueue("test"), [], threading.Event()
    first = asyncio.create_task(queue.run(gate.wait))
    dropped = asyncio.create_task(queue.run(lambda: done.append("dropped")))
    kept = asyncio.create_task(queue.run(lambda: done.append("kept")))
    await asyncio.sleep(0)
    dropped.cancel()
    gate.set()
    await asyncio.gather(first, kept)
    assert done == ["kept"]
    queue.close()


async def test_an_error_is_raised_where_the_work_was_asked_for() -> None:
    queue = WorkQueue("test")
    with pytest.raises(ZeroDivisionError):
        await queue.run(lambda: 1 / 0)
    assert await queue.run(lambda: 7) == 7
    queue.close()
    with pytest.raises(RuntimeError):
        await queue.run(lambda: 7)
