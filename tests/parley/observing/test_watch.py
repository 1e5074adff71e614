"""A call and those who watch it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from asr.ear import Ear
from dialogue.mind import Mind, Say
from parley.desk import Desk, DeskSettings
from parley.journal import TurnRecord
from parley.observing import CallWatch, Observer, Observers
from parley.observing.metrics import Metrics
from parley.settings import Busy, Recording
from parley.store import CallStore
from parley.turn_settings import TurnSettings
from telephony.line import HungUp, LineInfo
from tests.fakes import FakeEar, FakeLine, FakeMind, FakeVoice, Utters
from tests.parley.kept_turns import greeting, said
from tests.virtual import run_virtual

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Watcher:
    """Keeps what it is told; raises where `fails` says so."""

    name: str = "watcher"
    fails: str = ""
    told: list[object] = field(default_factory=list)

    def call(self, info: LineInfo, started: datetime) -> CallWatch:
        self._told("call", started)
        return self

    def refused(self, info: LineInfo) -> None:
        self._told("refused", info.transport)

    def turn(self, turn: TurnRecord) -> None:
        self._told("turn", turn.index)

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        self._told("ended", language)

    def _told(self, what: str, value: object) -> None:
        if what == self.fails:
            raise RuntimeError(f"{self.name} broke")
        self.told.append(value)


def watched(*watchers: Observer) -> list[object]:
    """What the journal of a call was told."""
    journal = Watcher("journal")
    observers = Observers(watchers)
    watch = observers.call(LineInfo("c1", "sip"), NOON, journal)
    watch.turn(greeting())
    watch.turn(said(1))
    watch.ended(HungUp(9.0, "caller"), language="en")
    observers.refused(LineInfo("c2", "browser"))
    return journal.told


def test_everybody_is_told() -> None:
    one, other = Watcher(), Watcher()
    assert watched(one, other) == [0, 1, "en"]
    assert one.told == other.told == [NOON, 0, 1, "en", "browser"]


@pytest.mark.parametrize("where", ["call", "turn", "ended", "refused"])
def test_who_fails_harms_neither_the_journal_nor_the_others(
    where: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken, well = Watcher("broken", fails=where), Watcher()
    assert watched(broken, well) == [0, 1, "en"]
    assert well.told == [NOON, 0, 1, "en", "browser"]
    assert "broken failed; the call goes on" in caplog.text


@dataclass
class Makers:
    """Makes the fakes of one call."""

    sounds: Sequence[Utters]
    mind_made: FakeMind

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> Ear:
        return FakeEar(self.sounds)

    def mind(self, *, flow: str | None, dialled: str, caller: str, **more: object) -> Mind:
        return self.mind_made


def whole_call(folder: Path, observers: Observers, *, max_calls: int = 1) -> FakeLine:
    """One call at a desk, in virtual time: the caller asks one thing."""
    makers = Makers([Utters(2.0, 3.0, "is it blue")], FakeMind({"is it blue": [Say("it is", "en")]}))
    settings = DeskSettings(
        max_calls,
        None,
        Busy(action="reject"),
        ["en"],
        TurnSettings(budget=0.4),
        1,
        Recording(enabled=False),
        folder,
    )

    async def run() -> FakeLine:
        store = CallStore(f"sqlite:///{folder}/parley.db")
        voices: dict[str, Any] = {"en": FakeVoice()}
        desk = Desk(settings, makers, makers, voices, store, observers=observers)
        line = FakeLine(hangs_up=6.0)
        async with asyncio.timeout(60):
            await desk.take(line)
        return line

    return run_virtual(run())


def test_a_call_at_the_desk_is_counted(tmp_path: Path) -> None:
    metrics = Metrics(0.5)
    whole_call(tmp_path, Observers([metrics]))
    write, _ = metrics.page("")
    samples = {
        (sample.name, sample.labels.get("kind"), sample.labels.get("stage")): sample.value
        for family in text_string_to_metric_families(write().decode())
        for sample in family.samples
        if sample.labels.get("transport") == "fake"
    }
    assert samples["parley_turns_total", "known", None] == 2
    assert samples["parley_turns_over_budget_total", "known", "endpoint"] == 1
    assert samples["parley_turn_stage_seconds_count", "known", "endpoint"] == 1
    assert samples["parley_calls_running", None, None] == 0
    assert samples["parley_calls_total", None, None] == 1


def test_a_call_sounds_the_same_if_everything_about_watching_it_fails(tmp_path: Path) -> None:
    plain = whole_call(tmp_path, Observers())
    broken = [Watcher(where, fails=where) for where in ("call", "turn", "ended")]
    watched = whole_call(tmp_path, Observers(broken))
    assert [played.at for played in watched.sent] == [played.at for played in plain.sent]
    assert plain.heard_seconds > 1.0


def test_who_is_not_taken_is_told_of(tmp_path: Path) -> None:
    watcher = Watcher()
    whole_call(tmp_path, Observers([watcher]), max_calls=0)
    assert watcher.told == ["fake"]
