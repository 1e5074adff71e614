import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from asr.ear import Utterance
from dialogue.mind import Arrived, Input, Keyed, Said, Silence
from parley.database import connect, migrate
from parley.journal import TurnRecord
from parley.ledger import TurnTimes
from parley.store import CallStore, StoreError
from parley.tables import Base
from telephony.line import HungUp, LineInfo

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TIMES = TurnTimes(speech_start=1.0, speech_end=2.0, decided=2.2, text=2.3, phrase=2.31, pcm=2.35, sent=2.4)


def info(call_id: str = "c1") -> LineInfo:
    return LineInfo(call_id, "sip", "127.0.0.1:5060", "+4930", "1000")


def turn(index: int, heard: Input, utterance: Utterance | None = None, reply: str = "Hello.") -> TurnRecord:
    return TurnRecord(index, heard, utterance, "known", reply, reply[:3], TIMES)


def utterance(text: str) -> Utterance:
    return Utterance(text, "zh", 0.99, float(np.float32(0.8)), 0.01, 1.0, 2.0)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    pytest.fail("waited for 20 s in vain")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "parley.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[CallStore]:
    store = CallStore(f"sqlite:///{file}", patience=1.0)
    await store.open()
    yield store
    await store.close()


async def reopened(file: Path) -> CallStore:
    store = CallStore(f"sqlite:///{file}")
    await store.open()
    return store


async def test_a_call_and_its_turns_are_kept(store: CallStore, file: Path) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    journal = store.call_started(info(), started=tokyo, flow="shop", language="en", recording=Path("/r/c1"))
    journal.turn(turn(0, Arrived()))
    journal.turn(turn(1, Said("我的订单", "zh"), utterance("我的订单")))
    journal.turn(turn(2, Keyed("5")))
    journal.turn(turn(3, Silence(1)))
    journal.ended(HungUp(61.5, "caller"), language="zh")
    await store.close()
    again = await reopened(file)
    (call,) = await again.calls()
    turns = await again.turns("c1")
    await again.close()
    assert (call.id, call.transport, call.caller, call.dialled, call.flow) == (
        "c1",
        "sip",
        "+4930",
        "1000",
        "shop",
    )
    assert (call.started, call.ended, call.duration) == (NOON, NOON + timedelta(seconds=61.5), 61.5)
    assert (call.hangup_by, call.reason, call.language, call.recording) == ("caller", "", "zh", "/r/c1")
    assert [(row.number, row.input, row.caller_text) for row in turns] == [
        (0, "arrived", None),
        (1, "said", "我的订单"),
        (2, "keyed", "5"),
        (3, "silence", None),
    ]
    said = turns[1]
    assert (said.language, said.kind, said.reply_text, said.reply_heard_text) == (
        "zh",
        "known",
        "Hello.",
        "Hel",
    )
    assert said.confidence == pytest.approx(0.8)
    assert (said.speech_start, said.speech_end, said.decided, said.first_sent) == (1.0, 2.0, 2.2, 2.4)
    assert (said.ms_endpoint, said.ms_asr, said.ms_first_sent, said.ms_total) == (200.0, 100.0, 50.0, 400.0)
    assert (said.ms_budget, said.culprit) == (500.0, None)


async def test_the_stage_that_broke_the_budget_is_kept(store: CallStore, file: Path) -> None:
    journal = store.call_started(info(), started=NOON)
    journal.turn(replace(turn(0, Said("hello", "en"), utterance("hello")), budget=0.3))
    await store.close()
    again = await reopened(file)
    (row,) = await again.turns("c1")
    await again.close()
    assert (row.ms_total, row.ms_budget, row.culprit) == (400.0, 300.0, "asr")


async def test_the_newest_calls_come_first(store: CallStore, file: Path) -> None:
    for hour in range(5):
        store.call_started(info(f"c{hour}"), started=NOON + timedelta(hours=hour))
    await store.close()
    again = await reopened(file)
    assert [call.id for call in await again.calls(3)] == ["c4", "c3", "c2"]
    assert (await again.calls(1))[0].ended is None
    await again.close()


async def test_texts_are_left_out_when_they_may_not_be_kept(store: CallStore, file: Path) -> None:
    on = True
    journal = store.call_started(info(), started=NOON, keep_texts=lambda: on)
    journal.turn(turn(0, Said("hello", "en"), utterance("hello")))
    on = False
    journal.turn(turn(1, Keyed("4"), reply="You said 4111."))
    await store.close()
    again = await reopened(file)
    first, second = await again.turns("c1")
    await again.close()
    assert first.caller_text == "hello"
    assert (second.caller_text, second.reply_text, second.reply_heard_text) == (None, None, None)
    assert second.ms_total == 400.0


async def test_a_row_that_is_refused_does_not_stop_the_others(
    store: CallStore, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.call_started(info("c1"), started=NOON)
    store.call_started(info("c1"), started=NOON)  # the same identifier again
    store.call_started(info("c2"), started=NOON.replace(tzinfo=None))
    store.turn("unknown call", turn(0, Arrived()))
    store.call_started(LineInfo("c3", "sip", "\0peer", "\ud800"), started=NOON)
    await store.close()
    again = await reopened(file)
    calls = {call.id: call for call in await again.calls()}
    await again.close()
    assert set(calls) == {"c1", "c3"}
    assert calls["c3"].peer == "peer"
    assert caplog.text.count("a row was refused and left out") == 3


async def test_a_locked_database_is_waited_for_and_told_once(
    store: CallStore, file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.database.FIRST_RETRY", 0.05)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        begun = asyncio.get_running_loop().time()
        store.call_started(info(), started=NOON)
        assert asyncio.get_running_loop().time() - begun < 0.05
        await until(lambda: "not writable" in caplog.text)
    finally:
        other.execute("ROLLBACK")
        other.close()
    await until(lambda: "writable again" in caplog.text)
    assert [call.id for call in await store.calls()] == ["c1"]
    assert caplog.text.count("not writable") == 1


async def test_a_database_that_cannot_be_made_stops_nothing_and_the_loss_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    store = CallStore(f"sqlite:///{tmp_path}/file/parley.db", patience=0.3)
    await store.open()
    journal = store.call_started(info(), started=NOON)
    journal.ended(HungUp(1.0, "caller"))
    async with asyncio.timeout(5):
        await store.close()
    assert caplog.text.count("not writable") == 1
    assert "2 rows were not written" in caplog.text


async def test_a_full_disk_is_waited_for(
    store: CallStore, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # SQLite's own limit gives the same error as a disk without room.
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    for index in range(200):
        store.call_started(LineInfo(f"c{index}", "sip", "x" * 4000), started=NOON)
    await until(lambda: "database or disk is full" in caplog.text)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await store.close()
    again = await reopened(file)
    assert len(await again.calls(500)) == 200
    await again.close()


async def test_a_schema_of_a_newer_parley_is_refused(store: CallStore, file: Path) -> None:
    await store.close()
    other = sqlite3.connect(file)
    with other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    newer = CallStore(f"sqlite:///{file}")
    with pytest.raises(StoreError, match=r"expected a schema of this Parley or an older one.*9999"):
        await newer.open()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "expected an SQLAlchemy URL"),
        ("nodb://x", "no driver for nodb"),
        ("", "expected an SQLAlchemy"),
    ],
)
def test_a_wrong_address_is_refused(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        CallStore(url)


def test_drivers_for_asyncio_are_taken_for_their_synchronous_counterparts(file: Path) -> None:
    assert CallStore(f"sqlite+aiosqlite:///{file}").address == f"sqlite:///{file}"


@pytest.fixture
def migrated(file: Path) -> Iterator[MigrationContext]:
    engine = connect(f"sqlite:///{file}")
    migrate(engine)
    with engine.connect() as connection:
        yield MigrationContext.configure(connection)
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(migrated: MigrationContext) -> None:
    assert compare_metadata(migrated, Base.metadata) == []


async def test_calls_of_an_older_parley_are_kept(file: Path) -> None:
    engine = connect(f"sqlite:///{file}")
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO calls (id, transport, peer, caller, dialled, started) "
            "VALUES ('old', 'sip', '', '', '', '2026-11-22 12:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO turns (call_id, number, input, kind, ms_total) "
            "VALUES ('old', 0, 'said', 'known', 900)"
        )
    engine.dispose()
    store = await reopened(file)
    (row,) = await store.turns("old")
    await store.close()
    assert (row.kind, row.ms_total, row.ms_budget, row.culprit) == ("known", 900.0, None, None)


async def test_no_thread_is_left_behind(store: CallStore) -> None:
    await store.close()
    await store.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "call store"]
