"""The desk from call to call, in virtual time: who is brought back, and who is not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from asr.ear import Ear
from dialogue.mind import Act, Earlier, End, Mind, Say, Transfer
from parley.desk import Desk, DeskSettings
from parley.settings import Busy, Recording
from parley.store import CallStore
from parley.turn_settings import TurnSettings
from tests.fakes import FakeEar, FakeLine, FakeMind, FakeVoice, Utters
from tests.virtual import run_virtual

ANSWERS: dict[str, Sequence[Act]] = {
    "a person please": [Say("one moment", "en"), Transfer("6001")],
    "bye": [Say("goodbye", "en"), End()],
}


@dataclass
class Makers:
    """Makes the fakes of each call; `earlier` keeps what its mind was to go on with."""

    says: str = ""
    earlier: list[Earlier | None] = field(default_factory=list)
    minds: list[FakeMind] = field(default_factory=list)

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> Ear:
        return FakeEar([Utters(2.0, 3.0, self.says)])

    def mind(
        self,
        *,
        flow: str | None,
        dialled: str,
        caller: str,
        call_id: str = "",
        earlier: Earlier | None = None,
    ) -> Mind:
        self.earlier.append(earlier)
        self.minds.append(FakeMind(ANSWERS))
        return self.minds[-1]


@dataclass
class Store:
    """In the place of the database: knows one call that was cut off, and how calls were settled."""

    asked: list[tuple[str, set[str]]] = field(default_factory=list)
    told: list[object] = field(default_factory=list)

    def call_started(self, *_: object, **__: object) -> Store:
        return self

    def turn(self, turn: object) -> None: ...

    def ended(self, hung_up: object, *, language: str | None = None) -> None: ...

    def settled(self, *, forget: bool) -> None:
        self.told.append(forget)

    async def state(self, call_id: str) -> None:
        return None

    async def cut_off(self, caller: str, since: object, running: set[str]) -> Mapping[str, object] | None:
        await asyncio.sleep(0.1)
        self.asked.append((caller, running))
        return {"version": 1} if caller == "+4930555" else None


def desk(folder: Path, makers: Makers, store: Store) -> Desk:
    settings = DeskSettings(
        1, None, Busy(action="reject"), ["en"], TurnSettings(), 1, Recording(enabled=False), folder, 600.0
    )
    return Desk(settings, makers, makers, {"en": FakeVoice()}, cast(CallStore, store))


async def call(desk: Desk, call_id: str, caller: str = "", **variables: str) -> FakeLine:
    line = FakeLine(hangs_up=8.0)
    line.info = replace(line.info, call_id=call_id, caller=caller, variables=variables)
    async with asyncio.timeout(60):
        await desk.take(line)
    return line


def test_who_is_handed_over_and_brought_back_goes_on_where_he_was(tmp_path: Path) -> None:
    makers, store = Makers("a person please"), Store()

    async def run() -> None:
        one = desk(tmp_path, makers, store)
        line = await call(one, "first")
        assert line.transferred_to == "6001"
        await call(one, "second", PARLEY_RETURNED="NOANSWER", PARLEY_CALL_ID="first")

    run_virtual(run())
    assert makers.earlier == [None, Earlier({"turns": 2}, "NOANSWER")]
    assert store.told == [False, False]


def test_who_takes_leave_is_forgotten(tmp_path: Path) -> None:
    makers, store = Makers("bye"), Store()
    run_virtual(call(desk(tmp_path, makers, store), "first"))
    assert store.told == [True]
    assert [mind.over for mind in makers.minds] == [True], "the mind is told that nothing more is asked of it"


def test_who_is_cut_off_stays_open_and_is_found_by_his_number(tmp_path: Path) -> None:
    makers, store = Makers("hello"), Store()
    run_virtual(call(desk(tmp_path, makers, store), "first", "+4930555"))
    assert store.told == []
    assert store.asked == [("+4930555", {"first"})]
    assert makers.earlier == [Earlier({"version": 1})]


def test_two_who_come_at_once_do_not_share_one_place(tmp_path: Path) -> None:
    makers, store = Makers("hello"), Store()

    async def run() -> tuple[FakeLine, FakeLine]:
        one = desk(tmp_path, makers, store)
        return await asyncio.gather(call(one, "first", "+4930555"), call(one, "second", "+4930556"))

    lines = run_virtual(run())
    assert [line.answered_at is not None for line in lines] == [True, False]
