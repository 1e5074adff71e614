"""What callers asked often becomes known answers: from a store of calls to YAML that a flow takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

import parley.intents
from dialogue.flowfile import load_flow
from parley.cli.app import app
from parley.journal import TurnRecord
from parley.store import CallStore
from telephony.line import HungUp, LineInfo
from tests.dialogue.flows import SMALL
from tests.parley import kept_turns
from tests.parley.rehearsal.untrained import Untrained

WRAP = "Yes, we wrap every lamp as a gift, free of charge."


class Topics:
    """An encoder for which sentences are alike that name the same topic, and more so in the same words."""

    name = "topics"
    topics = (("wrap",), ("deliver", "bring"), ("bulb",), ("parrot",))

    def knows(self, word: str) -> bool:
        return True

    def encode(self, sentence: str) -> NDArray[np.float64]:
        own = [float(any(word in sentence.casefold() for word in topic)) for topic in self.topics]
        vector = np.array([*own, 0.0 if any(own) else 1.0, 0.3 * (len(sentence) % 3)])
        unit: NDArray[np.float64] = vector / np.linalg.norm(vector)
        return unit

    def encode_many(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        return np.stack([self.encode(sentence) for sentence in sentences])


def turn(index: int, text: str, kind: str, reply: str = "") -> TurnRecord:
    made = kept_turns.said(index, kind=kind, text=text)
    return TurnRecord(index, made.heard, made.utterance, kind, reply, reply, made.times)


CALLS: list[tuple[int, list[TurnRecord]]] = [
    (
        1,
        [
            turn(1, "Do you wrap lamps as gifts?", "model", WRAP),
            turn(2, "My order is W2378156, can you wrap it?", "model", "Shall I put you through?"),
            turn(3, "how long does delivery take", "known", "Two days."),
        ],
    ),
    (2, [turn(1, "do you wrap lamps as gifts", "model", WRAP), turn(2, "um", "fallback")]),
    (
        3,
        [
            turn(1, "can my friend Gwendolyn have it wrapped", "fallback", "Sorry?"),
            turn(2, "which bulb fits", "model", "An E27 bulb fits."),
            turn(3, "is anybody bringing me my stuff", "error", "I can't look that up."),
        ],
    ),
    (4, [turn(1, "bring it round to my house", "fallback"), turn(2, "who brings me this", "fallback")]),
    (9, [turn(index, "do you sell parrots", "model", "No.") for index in (1, 2, 3)]),
]


async def keep(url: str) -> None:
    store = CallStore(url)
    await store.open()
    for days, turns in CALLS:
        info = LineInfo(f"call-{days}", "sip", "127.0.0.1", "+441632960000", "1000")
        started = datetime.now(UTC) - timedelta(days=days)
        journal = store.call_started(info, started=started, flow="lamps", language="en")
        for one in turns:
            journal.turn(one)
        journal.ended(HungUp(60.0, "caller"), language="en")
    await store.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of calls, a configured flow, and an encoder that needs no model."""
    url = f"sqlite:///{tmp_path}/parley.db"
    asyncio.run(keep(url))
    monkeypatch.setenv("PARLEY__STORAGE__URL", url)
    monkeypatch.setattr(parley.intents, "trainer_with", lambda *_: Untrained)
    monkeypatch.setattr(parley.intents, "read_encoders", lambda _: {"en": Topics(), "zh": Topics()})
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "config.yaml").write_text("dialogue: {flows: {lamps: small.yaml}, flow: lamps}\n", "utf-8")
    return tmp_path


def suggest(folder: Path, *arguments: str) -> Result:
    command = ["flow", "suggest", "--config", str(folder / "config.yaml"), *arguments]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def as_json(folder: Path, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(suggest(folder, *arguments, "--json").stdout)
    return told


def test_frequent_questions_are_counted_and_drafted(folder: Path) -> None:
    told = as_json(folder)
    assert (told["flow"], told["questions"]) == ("lamps", 9)
    wrap, deliver = told["suggestions"]
    assert (wrap["count"], wrap["calls"], wrap["kinds"]) == (4, 3, {"model": 3, "fallback": 1})
    assert wrap["examples"][0].casefold() == "do you wrap lamps as gifts"
    assert wrap["draft"] == WRAP
    assert wrap["add_to"] is None
    assert wrap["name"] == "wrap-lamps"
    assert (deliver["count"], deliver["add_to"]) == (3, "delivery")


def test_nothing_of_a_callers_own_is_shown(folder: Path) -> None:
    shown = suggest(folder, "--json").stdout + suggest(folder).stdout
    assert "can you wrap it" in shown
    assert "W2378156" not in shown
    assert "Gwendolyn" not in shown


def test_how_often_and_how_far_back(folder: Path) -> None:
    assert [one["count"] for one in as_json(folder, "--least", "4")["suggestions"]] == [4]
    names = [one["examples"][0] for one in as_json(folder, "--since", "2w")["suggestions"]]
    assert any("parrots" in name for name in names)
    assert as_json(folder, "--since", "1h")["suggestions"] == []
    result = suggest(folder, "--since", "a while")
    assert result.exit_code == 2
    assert "expected 12h, 7d or 4w" in result.stderr


def test_what_the_flow_answers_by_now_is_left_out(folder: Path) -> None:
    more = "  - {name: wrapping, examples: [do you wrap lamps as gifts, can you wrap it], text: Yes.}\n"
    (folder / "small.yaml").write_text(SMALL + more, "utf-8")
    told = as_json(folder, "--least", "1")
    assert not any("wrap lamps" in example for one in told["suggestions"] for example in one["examples"])


def test_the_yaml_can_be_pasted_and_the_table_stands_beside(folder: Path) -> None:
    result = suggest(folder)
    assert "add to delivery" in result.stderr
    assert "new: wrap-lamps" in result.stderr
    assert "# asked 4 times in 3 calls: answered by the language model 3, not understood 1" in result.stdout
    assert "# comes near delivery" in result.stdout
    (folder / "small.yaml").write_text(SMALL + result.stdout, "utf-8")
    flow = load_flow(folder / "small.yaml")
    assert [answer.name for answer in flow.answers] == ["delivery", "wrap-lamps"]
    assert flow.answers[1].text.en == WRAP


def test_no_calls_no_flow_nothing_frequent(folder: Path) -> None:
    assert "9 questions of lamps had no known answer; none came 9 times." in suggest(
        folder, "--least", "9"
    ).stderr.replace("\n", " ")
    assert suggest(folder, "lmps").exit_code == 2
