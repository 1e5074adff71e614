"""Scripted conversations, held: what passes, and what is told of what does not."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import update

from dialogue.mind import Mind, Said, Thought
from dialogue.rehearsal import Rehearsal
from dialogue.shop import Shop, connect
from dialogue.shop.tables import OrderRow
from parley.config import load_config
from parley.rehearsal import Stage, StandIn, open_stage
from parley.rehearsal.performing import Outcome, Performer
from parley.rehearsal.scriptfile import load_script
from tests.dialogue.flows import SMALL
from tests.dialogue.shop.world import SHOP
from tests.parley.rehearsal.untrained import Untrained

HOURS = (
    "hours: {zone: Asia/Shanghai, open: {mon-fri: 09:00-17:00}}\nclosed: {text: Closed., no_transfer: No.}\n"
)


class FakeListener:
    """Hears in every recording its name, in the language of the dialogue."""

    async def heard(self, path: Path, languages: Sequence[str], *, likely: str) -> Said:
        return Said(path.stem.replace("-", " "), likely, 0.9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "shop.json").write_text(json.dumps(SHOP), "utf-8")
    return tmp_path


async def play(folder: Path, conversations: str, head: str = "", kind: type[Stage] = Stage) -> list[Outcome]:
    path = folder / "script.yaml"
    write(path, f"flow: small.yaml\n{head}conversations:\n{conversations}")
    script = load_script(path, {})
    config = load_config(None, {"HOME": str(folder)})
    model = StandIn()
    opening = open_stage(
        config,
        {script.flow_name: script.flow_file},
        lambda *_: None,
        model=model,
        shop=script.shop,
        train=Untrained,
    )
    async with opening as stage:
        own = kind(stage.minds, stage.train, stage.clock, stage.shop)
        performer = Performer(script, own, model, FakeListener())
        outcomes = [await performer.play(index) for index in range(len(script.script.conversations))]
    await model.close()
    return outcomes


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def told(outcome: Outcome) -> list[str]:
    wrong = [f"{turn.line}: {one}" for turn in outcome.turns for one in turn.wrong]
    return [*wrong, *map(str, outcome.wrong)]


async def test_a_conversation_that_comes_as_expected(folder: Path) -> None:
    (folder / "how-long-does-delivery-take.wav").touch()
    (outcome,) = await play(
        folder,
        """\
  - name: all kinds of turns
    greeting: {reply: lamp shop, kind: greeting}
    turns:
      - {audio: how-long-does-delivery-take.wav, answer: delivery, reply: two days}
      - {key: "71", kind: menu, answer: delivery, reply: [does nothing, two days]}
      - {silence: 1, reply: are you there}
      - {caller: tell me about its wood, model: It is oak., kind: model, reply: oak, not: would ask}
      - {caller: why is the sky blue, kind: model, reply: would ask the language model}
      - {key: "0", act: transfer:600}
      - {unreached: true, kind: unreachable}
      - {limit: true, act: end}
    expect: {state: {unreached: 1, "answers.0": delivery}}
""",
    )
    assert told(outcome) == []
    assert outcome.passed
    assert len(outcome.turns) == 9
    assert outcome.ms > 0


async def test_what_comes_otherwise_is_told_and_the_conversation_goes_on(folder: Path) -> None:
    (outcome,) = await play(
        folder,
        """\
  - name: wrong
    greeting: {reply: book shop}
    turns:
      - {caller: how long does delivery take, reply: three, kind: menu}
      - {caller: goodbye, act: end}
    expect: {state: {language: zh}}
""",
    )
    assert not outcome.passed
    assert told(outcome) == [
        '3: reply: expected "book shop", found "Hello, lamp shop."',
        '6: reply: expected "three", found "Two days."',
        "6: kind: expected menu, found known delivery (1.00)",
        'state.language: expected "zh", found "en"',
    ]


async def test_nothing_can_be_said_after_the_end(folder: Path) -> None:
    outcomes = await play(
        folder,
        """\
  - {name: ended, turns: [{caller: goodbye}, {caller: hello}]}
  - {name: transferred, turns: [{key: "0"}, {caller: hello}]}
  - {name: not transferred, turns: [{unreached: true}]}
""",
    )
    assert [told(one) for one in outcomes] == [
        ["3: turn: expected a call that goes on, found the call ended"],
        ["4: turn: expected a call that goes on, found the caller was transferred"],
        ["5: unreached: expected a transfer in the turn before, found none"],
    ]


async def test_each_conversation_has_its_time_and_a_wednesday_noon_without_one(folder: Path) -> None:
    (folder / "small.yaml").write_text(HOURS + SMALL, "utf-8")
    outcomes = await play(
        folder,
        """\
  - {name: open, greeting: {not: Closed}, turns: [{key: "1"}]}
  - {name: sunday, time: 2026-06-14T12:00, greeting: {reply: Closed}, turns: [{key: "1"}]}
  - {name: its own zone, time: "2026-06-10T16:59+08:00", greeting: {not: Closed}, turns: [{key: "1"}]}
  - {name: another zone, time: "2026-06-10T16:59+00:00", greeting: {reply: Closed}, turns: [{key: "1"}]}
""",
    )
    assert [told(one) for one in outcomes] == [[], [], [], []]


async def test_a_caller_of_another_language_asks_for_it_first(folder: Path) -> None:
    dialplans = Path(__file__).parents[3] / "dialplans"
    write(folder / "small.yaml", (dialplans / "shop-en.yaml").read_text("utf-8"))
    shutil.copytree(dialplans / "tasks", folder / "tasks")
    (outcome,) = await play(
        folder,
        "  - {name: in Chinese, language: zh, turns: [{caller: 怎么退货, answer: returns}]}\n",
    )
    assert told(outcome) == []
    assert [turn.result.kind for turn in outcome.turns if turn.result] == ["greeting", "language", "known"]


class Cancelling:
    """A mind that cancels every order of its shop when it has said "Two days."."""

    def __init__(self, mind: Mind, url: str) -> None:
        self._mind = mind
        self._url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mind, name)

    def commit(self, thought: Thought, spoken: str) -> None:
        self._mind.commit(thought, spoken)
        if spoken == "Two days.":
            with Shop(connect(self._url)).writing() as session:
                session.execute(update(OrderRow).values(status="cancelled"))


class CancellingStage(Stage):
    """Has such minds."""

    def begin(self, flow: str | None = None, *, number: str = "", dialled: str = "") -> Rehearsal:
        rehearsal = super().begin(flow, number=number, dialled=dialled)
        assert self.shop is not None
        return Rehearsal(cast(Mind, Cancelling(rehearsal.mind, self.shop.url)))


async def test_the_shop_is_looked_at_in_the_end_and_fresh_each_time(folder: Path) -> None:
    order = next(key for key, one in SHOP["orders"].items() if one["status"] == "pending")
    outcomes = await play(
        folder,
        f"""\
  - name: cancels
    turns: [{{key: "1"}}]
    expect: {{shop: {{orders: {{"{order}": {{status: cancelled}}}}}}}}
  - name: cancels, and must not
    turns: [{{key: "1"}}]
    expect: {{shop: unchanged}}
  - name: leaves it
    turns: [{{key: "7"}}]
    expect: {{shop: {{orders: {{"{order}": {{status: cancelled}}}}}}}}
  - name: unchanged
    turns: [{{key: "7"}}]
    expect: {{shop: unchanged}}
""",
        "shop: {file: shop.json}\n",
        kind=CancellingStage,
    )
    assert [told(one) for one in outcomes] == [
        [],
        ["shop: expected the products, users and orders that it came with, found others"],
        [f'shop.orders.{order}.status: expected "cancelled", found "pending"'],
        [],
    ]
