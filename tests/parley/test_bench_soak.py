"""The soak: what counts as growth, what is read off a server, and how its calls judge what they hear."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from itertools import pairwise
from typing import Any

import pytest
from typer.testing import CliRunner

from dialogue.flowfile import check_flow
from parley.benches.soak import SoakOptions
from parley.benches.soak.bench import FLOW
from parley.benches.soak.growth import Sample, growth, thinned
from parley.benches.soak.watch import Watch
from parley.cli.app import app
from parley.demo import DemoError
from parley.status import Status, status_line


def series(count: int = 100, *, growing: str = "", by: float = 0.0) -> list[Sample]:
    """Samples of a process of which one figure grows by so much from one to the next."""
    start = {"memory": 500e6, "threads": 20, "sockets": 8, "files": 30, "tasks": 5}
    return [
        Sample(
            at=k, calls=k, **{name: int(value + by * k * (name == growing)) for name, value in start.items()}
        )
        for k in range(count)
    ]


def test_a_process_that_stays_as_it_is_is_flat() -> None:
    found = growth(series())
    assert found["flat"]
    assert found["memory"] == {"first_mb": 500.0, "last_mb": 500.0, "percent": 0.0}
    assert found["sockets"] == {"first": 8, "last": 8}


def test_memory_may_grow_by_a_twentieth_and_no_more() -> None:
    # Between the middles of the first and the last fifth of 90 samples lie 72 steps.
    assert growth(series(growing="memory", by=500e6 * 0.048 / 72))["flat"]
    found = growth(series(growing="memory", by=500e6 * 0.055 / 72))
    assert not found["flat"]
    assert found["memory"]["percent"] > 5


@pytest.mark.parametrize("name", ["threads", "sockets", "files", "tasks"])
def test_no_count_may_grow_at_all(name: str) -> None:
    found = growth(series(growing=name, by=0.05))
    assert found[name]["last"] > found[name]["first"]
    assert not found["flat"]


def test_what_is_made_once_at_the_start_is_no_growth() -> None:
    cold = [Sample(0.0, 0, int(300e6), 4, 2, 10, 2)] * 10
    assert growth([*cold, *series(90)])["flat"]


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="expected at least 2 samples after the warm-up, got 1"):
        growth(series(1))


def test_samples_are_thinned_evenly_and_keep_the_last() -> None:
    thin = thinned(series(501), most=100)
    assert len(thin) <= 100
    assert thin[-1].calls == 500
    assert len({b.calls - a.calls for a, b in pairwise(thin)}) == 1
    assert thinned(series(7)) == series(7)


async def test_the_status_counts_tasks_by_what_they_run() -> None:
    async def waits() -> None:
        await asyncio.sleep(60)

    tasks = [asyncio.create_task(waits()) for _ in range(3)]
    await asyncio.sleep(0)
    line = status_line(calls=2)
    assert "waits 3" in line
    status = Status.parse(f"2026-01-01 12:00:00,000 INFO    {line}")
    assert status is not None
    assert (status.calls, status.tasks) == (2, 4)
    assert status.threads >= 1
    assert Status.parse("INFO    call 1 from ? to shop by sip") is None
    for task in tasks:
        task.cancel()


async def test_a_process_is_sampled_with_the_status_it_logs() -> None:
    watch = Watch()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: watch.heard(status_line(1)))
    try:
        sample = await watch.sample(os.getpid(), calls=7)
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
    assert sample.calls == 7
    assert sample.memory > 1_000_000
    assert sample.threads >= 1
    assert sample.files > 0
    assert sample.tasks == 1
    assert watch.samples == [sample]


async def test_a_process_that_is_gone_is_said_to_be() -> None:
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    with pytest.raises(DemoError, match="Parley has ended"):
        await Watch().sample(process.pid, 0)


def test_the_flow_of_the_soak_is_right() -> None:
    assert check_flow(FLOW) == []


def part(**changes: Any) -> dict[str, Any]:
    return {"failed": [], "seconds": 90.0, "growth": growth(series()), "samples": [], **changes}


def test_the_command_shows_what_grew(monkeypatch: pytest.MonkeyPatch) -> None:
    async def bench(options: SoakOptions, env: dict[str, str], tell: Any) -> dict[str, Any]:
        assert (options.short_calls, options.long) == (20, 120.0)
        short = part(calls=20, answered=20)
        long = part(
            questions=12,
            answered=11,
            growth=growth(series(growing="files", by=0.2)),
            failed=["one was not answered"],
        )
        return {"short": short, "long": long, "flat": False}

    monkeypatch.setattr("parley.benches.soak.bench_soak", bench)
    shown = CliRunner().invoke(app, ["bench", "soak", "--short-calls", "20", "--long", "2m"])
    assert shown.exit_code == 1
    assert "20 short calls, 20 answered, in 1.5 min: flat" in shown.stdout
    assert "One call, 12 questions and keys, 11 answered, in 1.5 min: NOT flat" in shown.stdout
    assert "one was not answered" in shown.stdout
    as_json = CliRunner().invoke(app, ["bench", "soak", "--short-calls", "20", "--long", "2m", "--json"])
    assert json.loads(as_json.stdout)["flat"] is False


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--short-calls", "3"], "expected 0, or 10 or more"),
        (["--long", "30"], "a duration with its unit"),
        (["--long", "5s"], "expected 0s, or 90s or more"),
    ],
)
def test_a_soak_that_would_say_nothing_is_refused(arguments: list[str], complaint: str) -> None:
    shown = CliRunner().invoke(app, ["bench", "soak", *arguments], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert shown.exit_code == 2
    assert complaint in " ".join(shown.output.split())
