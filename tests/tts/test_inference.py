"""Inference: work in threads, what is due first goes first."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tts.inference import Inference


async def test_urgent_work_overtakes_what_waits() -> None:
    inference = Inference("test")
    gate = threading.Event()
    done: list[str] = []
    try:
        first = asyncio.create_task(inference.run(gate.wait))
        await asyncio.sleep(0.01)
        others = [
            asyncio.create_task(inference.run(lambda name=name: done.append(name), slack=slack))  # type: ignore[misc]
            for name, slack in (("later", 5.0), ("last", 9.0), ("now", 0.0))
        ]
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(first, *others)
    finally:
        gate.set()
        inference.close()
    assert done == ["now", "later", "last"]


async def test_an_error_reaches_whoever_waits_and_nobody_else() -> None:
    inference = Inference("test")

    def fail() -> int:
        raise ValueError("broken")

    try:
        with pytest.raises(ValueError, match="broken"):
            await inference.run(fail)
        assert await inference.run(lambda: 7) == 7
    finally:
        inference.close()


async def test_work_that_was_cancelled_is_not_done() -> None:
    inference = Inference("test")
    gate = threading.Event()
    done: list[int] = []
    try:
        first = asyncio.create_task(inference.run(gate.wait))
        await asyncio.sleep(0.01)
        given_up = asyncio.create_task(inference.run(lambda: done.append(1)))
        await asyncio.sleep(0.01)
        given_up.cancel()
        await asyncio.wait([given_up])
        gate.set()
        await first
        assert await inference.run(lambda: 2) == 2
    finally:
        gate.set()
        inference.close()
    assert done == []


async def test_the_event_loop_goes_on_meanwhile() -> None:
    inference = Inference("test")
    gate = threading.Event()
    try:
        task = asyncio.create_task(inference.run(gate.wait))
        await asyncio.sleep(0.02)
        assert not task.done()
        gate.set()
        assert await task
    finally:
        gate.set()
        inference.close()
