"""The shared beat: absolute deadlines, bounded catching up, no line can stop another."""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import pairwise

import pytest

from telephony.pacer import Pacer


async def collect(pacer: Pacer, ticks: int) -> list[tuple[float, float]]:
    """(deadline, actual) of the first ticks of one new line."""
    seen: list[tuple[float, float]] = []
    done = asyncio.Event()

    def tick(deadline: float) -> None:
        seen.append((deadline, time.monotonic()))
        if len(seen) == ticks:
            beat.leave()
            done.set()

    beat = pacer.join(tick)
    async with asyncio.timeout(10):
        await done.wait()
    return seen


async def test_deadlines_do_not_drift() -> None:
    seen = await collect(Pacer(), 50)
    deadlines = [deadline for deadline, _ in seen]
    assert [b - a for a, b in pairwise(deadlines)] == pytest.approx([0.02] * 49)
    # However busy the machine is, a tick is never early, and the last one is not later than the first ones.
    assert min(actual - deadline for deadline, actual in seen) > -0.002
    assert sorted(actual - deadline for deadline, actual in seen)[25] < 0.02


async def test_a_short_stall_is_made_up_for() -> None:
    pacer = Pacer(period=0.02, catch_up=3)
    task = asyncio.create_task(collect(pacer, 12))
    await asyncio.sleep(0.05)
    time.sleep(0.07)  # noqa: ASYNC251 - the stall under test
    deadlines = [deadline for deadline, _ in await task]
    assert [b - a for a, b in pairwise(deadlines)] == pytest.approx([0.02] * 11)


async def test_a_long_stall_is_not_sent_as_one_burst() -> None:
    pacer = Pacer(period=0.02, catch_up=3)
    task = asyncio.create_task(collect(pacer, 20))
    await asyncio.sleep(0.05)
    time.sleep(0.5)  # noqa: ASYNC251 - the stall under test
    seen = await task
    skips = [b[0] - a[0] for a, b in pairwise(seen) if b[0] - a[0] > 0.03]
    assert len(skips) == 1
    after = next(i for i in range(1, len(seen)) if seen[i][0] - seen[i - 1][0] > 0.03)
    burst = [actual for deadline, actual in seen[after:] if deadline < seen[after][1] - 0.001]
    assert len(burst) <= 4


async def test_a_line_that_fails_is_left_out_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    pacer = Pacer(phases=1)

    def broken(_deadline: float) -> None:
        raise RuntimeError("peer is gone")

    pacer.join(broken)
    with caplog.at_level(logging.ERROR):
        assert len(await collect(pacer, 5)) == 5
    assert "no longer paced" in caplog.text
    assert pacer.lines == 0


async def test_lines_are_spread_over_the_period() -> None:
    pacer = Pacer(period=0.02, phases=4)
    ticks: list[list[float]] = [[] for _ in range(8)]
    beats = [pacer.join(seen.append) for seen in ticks]
    await asyncio.sleep(0.05)
    for beat in beats:
        beat.leave()
    phases = sorted({round((seen[0] - ticks[0][0]) * 1000) % 20 for seen in ticks})
    assert phases == [0, 5, 10, 15]


async def test_nothing_runs_once_every_line_has_left() -> None:
    pacer = Pacer()
    ticks = 0

    def tick(_deadline: float) -> None:
        nonlocal ticks
        ticks += 1

    beat = pacer.join(tick)
    await asyncio.sleep(0.05)
    beat.leave()
    beat.leave()
    seen = ticks
    await asyncio.sleep(0.05)
    assert ticks == seen > 0
    assert pacer.lines == 0
