from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parley.cli import main
from parley.cli.app import app
from parley.database import StoreError, connect, migrate
from parley.journal import TurnRecord
from parley.pastcalls import PastCalls
from parley.store import CallStore
from telephony.line import HungUp, LineInfo
from tests.parley.kept_turns import greeting, keyed, said, unheard

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD, NEW = "3f2a0000-0000-4000-8000-000000000000", "3f2b0000-0000-4000-8000-000000000000"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the command line looks; nothing is there yet."""
    url = f"sqlite:///{tmp_path}/parley.db"
    monkeypatch.setenv("PARLEY__STORAGE__URL", url)
    return url


async def keep(url: str, calls: Sequence[tuple[LineInfo, Sequence[TurnRecord], HungUp | None]]) -> None:
    store = CallStore(url)
    await store.open()
    for minutes, (info, turns, ending) in enumerate(calls):
        journal = store.call_started(
            info, started=NOON + timedelta(minutes=minutes), flow="shop", language="en"
        )
        for turn in turns:
            journal.turn(turn)
        if ending is not None:
            journal.ended(ending, language="en")
    await store.close()


@pytest.fixture
def kept(database: str) -> str:
    """An older call with a slow endpoint and a slow phrase, and a newer one that is running."""
    slow = [greeting(), said(1, endpoint=0.8), keyed(2), said(3, phrase=1.5, kind="model"), said(4)]
    old = (LineInfo(OLD, "sip", "127.0.0.1:5060", "+441632960000", "1000"), slow, HungUp(61.5, "caller"))
    new = (LineInfo(NEW, "browser", "127.0.0.1"), [greeting(), said(1, text="is [bold] in stock")], None)
    asyncio.run(keep(database, [old, new]))
    return database


def calls(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["calls", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def as_json(*arguments: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(calls(*arguments, "--json"))
    return shown


def row(output: str, call_id: str) -> list[str]:
    """The cells of a call's line."""
    line = next(line for line in output.splitlines() if line.startswith(call_id[:8]))
    return re.split(r"\s{2,}", line.strip())


def test_the_latest_calls_are_listed_newest_first(kept: str) -> None:
    output = calls()
    assert output.index(NEW[:8]) < output.index(OLD[:8])
    when = f"{NOON.astimezone():%m-%d %H:%M}"
    # The times of what he said: 880 ms, 1.83 s and 380 ms. Keys and the greeting are not in them.
    cells = [OLD[:8], when, "sip", "+441632960000", "en", "1:02", "5", "880 ms", "1830 ms"]
    assert row(output, OLD) == [*cells, "1 endpoint, 1 first_phrase", "caller"]
    assert row(output, NEW)[2:] == ["browser", "–", "en", "–", "2", "380 ms", "380 ms", "–"]


def test_no_line_is_folded_where_the_terminal_is_narrow(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert len(calls().splitlines()) == 3


def test_the_list_may_be_shorter_and_only_of_slow_calls(kept: str) -> None:
    assert [call["id"] for call in as_json("--limit", "1")["calls"]] == [NEW]
    assert [call["id"] for call in as_json("--over-budget")["calls"]] == [OLD]
    assert [call["id"] for call in as_json("--over-budget", "--limit", "1")["calls"]] == [OLD]


def test_calls_for_supervisors_are_marked(database: str) -> None:
    upset = [greeting(), replace(said(1), flagged=True), said(2)]
    rows = [
        (LineInfo(OLD, "sip", "127.0.0.1:5060"), upset, HungUp(61.5, "caller")),
        (LineInfo(NEW, "sip", "127.0.0.1:5060"), [greeting()], HungUp(1.0, "caller")),
    ]
    asyncio.run(keep(database, rows))
    assert ["flagged" in line for line in calls().splitlines()[1:]] == [False, True]
    assert "flagged for supervisors" in calls(OLD)
    assert [one["flagged"] for one in json.loads(calls("--json"))["calls"]] == [False, True]


def test_a_program_is_told_of_calls_in_numbers(kept: str) -> None:
    call = as_json()["calls"][1]
    assert (call["id"], call["started"], call["duration"]) == (OLD, "2026-11-22T12:00:00+00:00", 61.5)
    assert (call["caller"], call["dialled"], call["hangup_by"]) == ("+441632960000", "1000", "caller")
    assert (call["turns"], call["p50_ms"], call["max_ms"]) == (5, 880.0, 1830.0)
    assert call["over_budget"] == {"endpoint": 1, "first_phrase": 1}


def test_a_call_is_shown_turn_by_turn(kept: str) -> None:
    output = calls("3f2a")
    assert output.startswith(f"call {OLD}, ")
    assert "by sip from +441632960000 to 1000, flow shop, in en, hung up by caller" in output
    slow = output[output.index("  1  known") : output.index("  2  menu")]
    assert "caller  my number is 0441632960000\n" in slow
    assert "parley  thank you Mrs Miller\n" in slow
    assert "heard   thank you\n" in slow
    stages = re.findall(r"(\w+) → (\w+) +(\d+) ms", slow)
    assert stages == [
        ("endpoint", "decision", "800"),
        ("asr", "text", "10"),
        ("first_phrase", "phrase", "50"),
        ("first_pcm", "pcm", "10"),
        ("first_sent", "sent", "10"),
    ]
    assert re.search(r"total +880 ms  of 500 ms", slow)
    assert re.search(r"endpoint .* broke the budget, 320 ms are its share", slow)
    assert "caller  (key 5)" in output
    assert output.count("broke the budget") == 2
    assert output.splitlines() == [line.rstrip() for line in output.splitlines()]


def test_only_the_slow_turns_of_a_call(kept: str) -> None:
    turns = as_json(OLD, "--over-budget")["turns"]
    assert [(turn["number"], turn["culprit"]) for turn in turns] == [(1, "endpoint"), (3, "first_phrase")]
    assert "  0  greeting" not in calls(OLD, "--over-budget")
    assert "No turns to show." in calls(NEW, "--over-budget")


def test_a_program_is_told_of_a_turn_in_numbers(kept: str) -> None:
    call = as_json(OLD)
    turn = call["turns"][1]
    assert (call["id"], len(call["turns"])) == (OLD, 5)
    assert (turn["input"], turn["caller_text"]) == ("said", "my number is 0441632960000")
    assert turn["ms"] == {
        "endpoint": 800.0, "asr": 10.0, "first_phrase": 50.0, "first_pcm": 10.0, "first_sent": 10.0,
        "total": 880.0,
    }  # fmt: skip
    assert (turn["budget_ms"], turn["culprit"]) == (500.0, "endpoint")
    assert turn["speech_end"] == 5.0


def test_brackets_that_were_said_are_shown_as_they_are(kept: str) -> None:
    assert "caller  is [bold] in stock\n" in calls(NEW)


def test_what_was_not_kept_or_not_heard_is_told(database: str) -> None:
    async def fill() -> None:
        store = CallStore(database)
        await store.open()
        journal = store.call_started(LineInfo("quiet", "sip"), started=NOON, keep_texts=lambda: False)
        journal.turn(said(0))
        journal.turn(keyed(1))
        await store.close()
        await keep(database, [(LineInfo("cut", "sip"), [unheard(0)], HungUp(12.0, "error", "socket reset"))])

    asyncio.run(fill())
    quiet = calls("quiet")
    assert quiet.count("(not kept)") == 3
    assert "(a key)" in quiet
    cut = calls("cut")
    assert "hung up by error: socket reset" in cut
    assert "parley  (nothing)" in cut
    assert "total" not in cut


def refused(*arguments: str) -> str:
    with pytest.raises(StoreError) as caught:
        CliRunner().invoke(app, ["calls", *arguments], catch_exceptions=False)
    return str(caught.value)


def test_before_the_first_call_nothing_is_made(database: str, tmp_path: Path) -> None:
    assert refused() == f"no calls yet: {tmp_path}/parley.db does not exist; `parley serve` makes it"
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_calls_is_no_error(database: str) -> None:
    asyncio.run(keep(database, []))
    assert calls() == "No calls yet.\n"
    assert calls("--over-budget") == "No call has a turn over its budget.\n"


def test_who_is_meant_has_to_be_clear(kept: str) -> None:
    assert refused("3f2c") == "no call begins with '3f2c'; `parley calls` lists the latest"
    assert refused("3f") == f"'3f' begins several calls: {OLD}, {NEW}; give more of the one you mean"
    assert refused("%") == "no call begins with '%'; `parley calls` lists the latest"


def test_a_whole_identifier_is_clear_even_if_another_begins_with_it(database: str) -> None:
    one, longer = LineInfo("call-1", "sip"), LineInfo("call-10", "browser")
    asyncio.run(keep(database, [(one, [], None), (longer, [], None)]))
    assert as_json("call-1")["transport"] == "sip"


def test_of_many_calls_a_few_are_named(database: str) -> None:
    asyncio.run(keep(database, [(LineInfo(f"call-{n}", "sip"), [], None) for n in range(9)]))
    assert "call-4 and more; give more" in refused("call")


@pytest.fixture
def older(database: str) -> Iterator[str]:
    engine = connect(database)
    migrate(engine, "0001")
    yield database
    engine.dispose()


def test_the_database_of_an_older_parley_is_left_alone(older: str) -> None:
    with PastCalls(older) as past, pytest.raises(StoreError, match=r"no such column.*`parley serve`"):
        past.turns("any")


def test_an_error_is_one_line_and_an_exit_code(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["parley", "calls"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith("no calls yet: ")
