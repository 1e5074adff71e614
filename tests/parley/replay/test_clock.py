"""Virtual time passes by timers, and stands still while something outside is at work."""

from __future__ import annotations

import asyncio
import time

import pytest

from parley.replay.clock import VirtualLoop, run_virtual


def test_hours_pass_in_no_time() -> None:
    async def main() -> float:
        await asyncio.sleep(7200)
        return asyncio.get_running_loop().time()

    began = time.monotonic()
    assert run_virtual(main()) == pytest.approx(7200)
    assert time.monotonic() - began < 60


def test_a_thread_takes_no_virtual_time() -> None:
    async def main() -> tuple[float, list[str]]:
        order: list[str] = []

        async def tick() -> None:
            await asyncio.sleep(0.001)
            order.append("tick")

        ticking = asyncio.create_task(tick())
        await asyncio.to_thread(time.sleep, 0.1)
        order.append("thread")
        now = asyncio.get_running_loop().time()
        await ticking
        return now, order

    now, order = run_virtual(main())
    assert now == 0.0
    assert order == ["thread", "tick"], "no timer fires before the work is done"


def test_work_that_is_held_for_does_so_too() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        done = loop.create_future()
        asyncio.get_running_loop().call_later(5, done.set_exception, TimeoutError())
        with loop.holding("work"):
            await asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)
            )  # an answer from outside comes at once
            held = loop.time()
        with pytest.raises(TimeoutError):
            await done
        return held

    assert run_virtual(main()) == 0.0


def test_outside_work_that_never_ends_is_named() -> None:
    loop = VirtualLoop(patience=0.05)

    async def main() -> None:
        with loop.holding("recognition"):
            await loop.create_future()

    try:
        with pytest.raises(RuntimeError, match=r"recognition: no end of it after 0\.05 s of real time"):
            loop.run_until_complete(main())
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def test_a_task_that_waits_for_ever_is_an_error() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="a task waits for ever"):
        run_virtual(main())


def test_paced_time_is_never_ahead_of_real_time_and_has_the_same_times() -> None:
    async def main() -> list[float]:
        times = []
        for _ in range(3):
            await asyncio.sleep(0.1)
            times.append(asyncio.get_running_loop().time())
        return times

    began = time.monotonic()
    paced = run_virtual(main(), paced=True)
    assert time.monotonic() - began >= 0.3
    assert paced == run_virtual(main())
