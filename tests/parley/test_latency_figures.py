"""Figures, targets, what a machine is used for, and how many calls it holds."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest
from rich.console import Console

from parley.benches.latency.capacity import calls_within, numbers_of_calls
from parley.benches.latency.figures import by_kind, headline, percentiles, share, stages, targets
from parley.benches.latency.run import SCENARIOS
from parley.benches.latency.usage import settle, usage
from parley.cli.latency_table import calls_table, latency_table

Row = dict[str, Any]


def question(ms: float | None, **more: object) -> Row:
    stage = {"endpoint": 300.0, "decision_to_sent": 70.0}
    return {"ms": ms, "kind": "known", "missed": ms is None, "cut_in": False, "ended_early": 0,
            "stages": stage, **more}  # fmt: skip


def result(noise: float | None = None) -> Row:
    rows: dict[str, list[Row]] = {
        "known": [question(300.0), question(450.0)],
        "pauses": [question(400.0, pause_ms=350), question(None, pause_ms=700, cut_in=True, missed=False)],
        "barge-in": [{"speaking": True, "stop_ms": 200.0, "word_error": -2}],
        "backchannel": [{"speaking": True, "false": False, "label": "cough"}],
        "model": [
            question(900.0, kind="model", content_ms=1400.0),
            question(None, kind=None, content_ms=None),
        ],
    }
    run: Row = {
        "party": "parley",
        "via": "sip",
        "language": "en",
        "noise_db": noise,
        "cpu_seconds_per_call_minute": 6.5,
        "peak_memory_mb": 3000,
        "hung_up_on": 1,
        "failed_calls": ["call 3 to sip:x: refused"],
        **{name: one.figures(rows[name]) for name, one in SCENARIOS.items()},
    }
    return {**run, **headline(run), "targets": targets(run), "rows": rows}


def test_percentiles_say_how_many_samples_they_rest_on() -> None:
    assert percentiles([100, None, 200]) == {"n": 2, "p50_ms": 150.0, "p95_ms": 195.0, "max_ms": 200.0}
    assert percentiles([None]) == {"n": 0, "p50_ms": None, "p95_ms": None, "max_ms": None}
    assert share([True, False, False]) == pytest.approx(1 / 3, abs=1e-4)
    assert share([]) is None


def test_delays_by_kind_and_by_stage() -> None:
    rows = [question(300.0), question(1000.0, kind="tool"), question(700.0, kind=None, stages=None)]
    assert {kind: one["p50_ms"] for kind, one in by_kind(rows).items()} == {
        "known": 300.0, "tool": 1000.0, "unknown": 700.0}  # fmt: skip
    assert stages(rows)["endpoint"] == {"n": 2, "p50_ms": 300.0, "p95_ms": 300.0, "max_ms": 300.0}


def test_the_headline_has_what_was_asked_for() -> None:
    assert headline(result()) == {
        "p50_ms": 375.0,
        "p95_ms": 442.5,
        "cut_in_rate": 0.5,
        "missed_turns": 1,
        "barge_in_ms": {"p50": 200.0, "p95": 200.0},
        "false_barge_in_rate": 0.0,
        "heard_text_word_error": 2.0,
    }
    assert headline({})["p50_ms"] is None


def test_targets_are_those_of_what_was_measured() -> None:
    found = {name: one["reached"] for name, one in result()["targets"].items()}
    assert found == {
        "known.p50_ms": False,
        "known.p95_ms": True,
        "known.stages.decision_to_sent.p95_ms": False,
        "model.first_audio.p95_ms": False,
        "model.first_content.p95_ms": False,
        "pauses.cut_in_rate": False,
        "barge-in.p95_ms": True,
        "barge-in.heard_text.within_one_word": False,
        "backchannel.false_barge_in_rate": True,
    }
    noisy = targets(result(noise=10.0))
    assert noisy["known in noise.p95_ms"] == {"value": 442.5, "target": 600, "reached": True}
    assert "known.p95_ms" not in noisy
    assert targets({"noise_db": None}) == {}


def printed(table: Any) -> str:
    console = Console(width=160, no_color=True)
    with console.capture() as capture:
        console.print(table)
    return " ".join(capture.get().split())


def test_the_table_shows_figures_beside_their_targets() -> None:
    text = printed(latency_table(result(noise=10.0)))
    assert "parley over sip, en, people talking 10 dB below the caller" in text
    assert "end of speech → first sample heard 375 ms 442 ms 2 ≤ 600 ms" in text
    assert "pause of 600-700 ms" not in text
    assert "pause of 700-800 ms 100.0% 1" in text
    assert "onset → silent 200 ms 200 ms 1 ≤ 250 ms" in text
    assert "heard text within one word 0.0% 1 ≥ 95%" in text
    assert "first word of its own 1400 ms 1400 ms 1 ≤ 1300 ms" in text
    assert "calls that failed 1" in text


def test_a_run_of_one_scenario_has_a_table_of_it() -> None:
    run = result()
    only = {name: value for name, value in run.items() if name not in SCENARIOS or name == "known"}
    text = printed(latency_table({**only, "targets": targets(only), "hung_up_on": 0, "failed_calls": []}))
    assert "known answers" in text
    assert "the caller interrupts" not in text
    assert "≤ 350 / 500 ms" in text


@pytest.mark.parametrize(
    ("most", "counts"), [(1, [1]), (2, [1, 2]), (8, [1, 2, 4, 8]), (6, [1, 2, 4, 6]), (3, [1, 2, 3])]
)
def test_numbers_of_calls_double(most: int, counts: list[int]) -> None:
    assert numbers_of_calls(most) == counts


def step(calls: int, p95: float | None, **more: object) -> Row:
    return {"calls": calls, "p50_ms": 300.0, "p95_ms": p95, "missed_turns": 0, "failed_calls": [], "turns": 6,
            "cores_busy": 0.5, "peak_memory_mb": 3000, **more}  # fmt: skip


def test_calls_are_held_up_to_the_first_number_that_is_too_slow_or_fails() -> None:
    assert calls_within([step(1, 400), step(2, 480), step(4, 620), step(8, 490)], 500) == 2
    assert calls_within([step(1, 400), step(2, 400, missed_turns=1)], 500) == 1
    assert calls_within([step(1, 400), step(2, 400, failed_calls=["refused"])], 500) == 1
    assert calls_within([step(1, None)], 500) == 0


def test_the_table_of_calls() -> None:
    run = {"party": "parley", "via": "sip", "language": "en", "budget_ms": 500, "calls_within_budget": 1,
           "steps": [step(1, 400.0), step(2, 620.0)]}  # fmt: skip
    text = printed(calls_table(run))
    assert "1 calls at once within 500 ms at p95" in text
    assert "2 300 ms 620 ms 6 0 0.5 3000 MB" in text


WORK = """
import subprocess, sys, time
if sys.argv[1] == "parent":
    subprocess.Popen([sys.executable, "-c", sys.argv[2], "child", ""])
else:
    while time.process_time() < 0.3:
        pass
time.sleep(60)
"""


def test_processor_and_memory_of_children_count() -> None:
    parent = psutil.Popen([sys.executable, "-c", WORK, "parent", WORK])
    try:
        while not parent.children():
            time.sleep(0.01)
        while usage(parent.pid).cpu < 0.3:
            time.sleep(0.01)
        asyncio.run(settle(parent.pid, 30))
        used = usage(parent.pid)
        # Two interpreters, each of some megabytes.
        assert used.peak_memory > 10_000_000
    finally:
        for process in (*parent.children(), parent):
            process.kill()
        parent.wait()


def test_a_process_that_is_gone_uses_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    assert usage(process.pid).cpu == 0
