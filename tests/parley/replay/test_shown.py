"""What a person reads about a replay, and what the database adds to an old recording."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from parley.cli.replay_shown import show_call, show_suite
from parley.replay.answers import Asked
from parley.replay.call import load_call
from parley.replay.compare import Rules, compare
from parley.replay.outcome import outcome_of
from parley.replay.past import flow_of
from parley.replay.run import Replayed
from parley.replay.suite import Result, SuiteReport
from parley.store import CallStore
from telephony.line import LineInfo
from tests.parley.replay.calls import CALL, STARTED, Event, answer, closing, event, keep, opening

WHERE = answer(1, 2.0, 3.0, "where is it", "on its way")
LATE = answer(1, 2.0, 3.0, "where was it", "on its way", decided=4.0)


def result(tmp_path: Path, now: list[Event], asked: Asked | None = None) -> Result:
    call = load_call(keep(tmp_path, [*opening(), *WHERE, event("recording", 11.0, on=False), *closing(12.0)]))
    made = [*opening(), *now, *closing(12.0)]
    replayed = Replayed(outcome_of(made), tuple(made), tmp_path / "replay", asked or Asked())
    return Result(call, replayed, compare(call.outcome, replayed.outcome, Rules()))


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=160, highlight=False)


def test_what_is_the_same_is_said_once(tmp_path: Path, console: Console) -> None:
    show_call(console, result(tmp_path, WHERE), None)
    text = shown(console)
    assert f"Call {CALL} of 2026-11-22 09:30 UTC, compared with its recording" in text
    assert "Recording was switched off from 11.0 to 12.0 s" in text
    assert text.count("where is it") == 1
    assert text.count("on its way") == 1
    assert text.splitlines()[-2] == "same"
    assert text.endswith(str(tmp_path / "replay"))


def test_what_is_different_stands_side_by_side_with_its_verdict(tmp_path: Path, console: Console) -> None:
    changed = [*LATE, event("error", 9.0, message="it broke")]
    show_call(console, result(tmp_path, changed, Asked(new=2, failed=1)), Path("calls.json"))
    text = shown(console)
    assert "compared with the baseline calls.json" in text
    assert "asked 2 new questions; 1 times it failed" in text
    words = next(line for line in text.splitlines() if "where is it" in line)
    assert "where was it" in words
    assert words.endswith("worse")
    assert "worse: word error 0.00 → 0.33" in text
    assert "worse: decided 500 ms later" in text
    assert "9.00 it broke" in text
    assert "worse: not there before" in text


def test_a_suite_has_a_line_for_each_call_and_one_for_each_gain_or_loss(
    tmp_path: Path, console: Console
) -> None:
    report = SuiteReport([result(tmp_path, LATE)], unlisted=["x"])
    show_suite(console, report)
    text = shown(console)
    assert f"worse    {CALL}  2 turns" in text
    assert "decided: 3.50 → 4.00 (decided 500 ms later)" in text
    assert "1 calls: 1 worse" in text
    assert "1 recordings are not in the baseline" in text


async def test_the_flow_of_an_old_recording_is_in_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'parley.db'}"
    assert flow_of(CALL, url) is None
    assert not (tmp_path / "parley.db").exists(), "asking makes no database"
    store = CallStore(url)
    await store.open()
    store.call_started(LineInfo(CALL, "sip"), started=STARTED, flow="zh")
    await store.close()
    assert flow_of(CALL, url) == "zh"
    assert flow_of("another", url) is None
    (tmp_path / "parley.db").write_bytes(b"no database, but longer than its header " * 10)
    for left in ("parley.db-wal", "parley.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    assert flow_of(CALL, url) is None
