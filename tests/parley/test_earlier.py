"""Whoever was cut off, or is brought back by a transfer, goes on; everybody else begins afresh."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialogue.mind import Arrived, Earlier
from parley import earlier
from parley.earlier import EarlierCalls
from parley.journal import TurnRecord
from parley.ledger import TurnTimes
from parley.store import CallJournal, CallStore
from telephony.line import HungUp, LineInfo

STATE: Mapping[str, object] = {"version": 1, "flow": "shop", "offer": "desk", "said": "您好"}
CALLER = "+4930555"


def info(call_id: str, caller: str = CALLER, **variables: str) -> LineInfo:
    return LineInfo(call_id, "sip", "127.0.0.1:5060", caller, "1000", variables=variables)


def turn(index: int = 0, state: Mapping[str, object] | None = STATE) -> TurnRecord:
    return TurnRecord(index, Arrived(), None, "greeting", "Hi.", "Hi.", TurnTimes(), state=state)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CallStore]:
    one = CallStore(f"sqlite:///{tmp_path}/parley.db")
    await one.open()
    yield one
    await one.close()


def call(store: CallStore, call_id: str, caller: str = CALLER, *, minutes_ago: float = 1) -> CallJournal:
    started = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return store.call_started(info(call_id, caller), started=started)


async def found(
    store: CallStore, arrived: LineInfo, *, running: set[str] | None = None, within: float | None = 600
) -> Earlier | None:
    """What a Parley finds that has just been started."""
    await asyncio.sleep(0.1)  # the thread writes
    return await EarlierCalls(store, within).of(arrived, running or set())


async def test_who_was_cut_off_goes_on(store: CallStore) -> None:
    journal = call(store, "before")
    journal.turn(turn(0, {"version": 1, "offer": ""}))
    journal.turn(turn(1))
    assert await found(store, info("now")) == Earlier(STATE)


@pytest.mark.parametrize("by", ["caller", "error", "parley"])
async def test_who_hung_up_in_the_middle_goes_on_too(store: CallStore, by: str) -> None:
    journal = call(store, "before")
    journal.turn(turn())
    journal.ended(HungUp(9.0, by))
    assert await found(store, info("now")) == Earlier(STATE)


@pytest.mark.parametrize("forget", [True, False])
async def test_who_said_goodbye_or_was_handed_over_begins_afresh(store: CallStore, forget: bool) -> None:
    call(store, "cut off before that", minutes_ago=3).turn(turn())
    journal = call(store, "before")
    journal.turn(turn())
    journal.settled(forget=forget)
    assert await found(store, info("now")) is None
    assert await store.state("before") == (None if forget else STATE)


async def test_who_said_goodbye_off_the_record_begins_afresh_too(store: CallStore) -> None:
    call(store, "cut off before that", minutes_ago=3).turn(turn())
    call(store, "before").settled(forget=True)
    assert await found(store, info("now")) is None


@pytest.mark.parametrize("caller", ["", "anonymous", "alice", "+4930556"])
async def test_somebody_else_begins_afresh(store: CallStore, caller: str) -> None:
    call(store, "before", caller).turn(turn())
    call(store, "other").turn(turn())
    others = "+49111" if caller.startswith("+") else caller
    assert await found(store, info("now", others)) is None


async def test_only_the_last_call_counts_and_none_that_is_still_running(store: CallStore) -> None:
    call(store, "first", minutes_ago=5).turn(turn(0, {"version": 1, "offer": "first"}))
    call(store, "second").turn(turn())
    assert await found(store, info("now")) == Earlier(STATE)
    assert await found(store, info("now"), running={"first", "second"}) is None


async def test_after_a_while_everybody_begins_afresh(store: CallStore) -> None:
    call(store, "before").turn(turn())
    assert await found(store, info("now"), within=0.0) is None
    assert await found(store, info("now"), within=None) is None


async def test_what_may_not_be_kept_is_not_gone_on_with(store: CallStore) -> None:
    journal = store.call_started(info("before"), started=datetime.now(UTC), keep_texts=lambda: False)
    journal.turn(turn())
    assert await found(store, info("now")) is None


async def test_who_is_brought_back_by_a_transfer(store: CallStore) -> None:
    calls = EarlierCalls(store, None)
    calls.handed_over("before", STATE)
    back = info("now", "", PARLEY_RETURNED="NOANSWER", PARLEY_CALL_ID="before")
    assert await calls.of(back, set()) == Earlier(STATE, "NOANSWER")
    assert await calls.of(back, set()) == Earlier(None, "NOANSWER"), "once"


async def test_even_to_a_parley_that_was_started_again_meanwhile(store: CallStore) -> None:
    journal = call(store, "before", "")
    journal.turn(turn())
    journal.settled(forget=False)
    back = info("now", "", PARLEY_RETURNED="BUSY", PARLEY_CALL_ID="before")
    assert await found(store, back) == Earlier(STATE, "BUSY")


async def test_states_that_nobody_needs_any_more_are_dropped(
    store: CallStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(store, "before").turn(turn())
    monkeypatch.setattr("parley.states.KEPT", timedelta(0))
    call(store, "next", "+49111")
    await asyncio.sleep(0.1)
    assert await store.state("before") is None


async def test_a_database_that_does_not_answer_costs_the_past_and_not_the_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    broken = CallStore(f"sqlite:///{tmp_path}/file/parley.db")
    assert await EarlierCalls(broken, 600).of(info("now"), set()) is None
    assert "does not tell of an earlier call" in caplog.text

    async def never(*_: object) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(broken, "cut_off", never)
    monkeypatch.setattr(earlier, "PATIENCE", 0.05)
    assert await EarlierCalls(broken, 600).of(info("now"), set()) is None
    assert "did not tell of an earlier call within" in caplog.text
