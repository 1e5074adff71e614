"""A conversation by text: what one turn does to a mind, and what is told of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import cast

import pytest

from dialogue.flowminds import FlowMinds
from dialogue.mind import Act, Arrived, End, Keyed, Mind, Said, Say, Transfer
from dialogue.rehearsal import Rehearsal, as_json, joined, keyed, said
from tests.dialogue.flows import SMALL


@pytest.fixture
def rehearsal(tmp_path: Path) -> Rehearsal:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return Rehearsal(FlowMinds({"small": path}, default="small").mind(flow=None, dialled="", caller=""))


async def test_a_turn_tells_the_answer_and_changes_the_state(rehearsal: Rehearsal) -> None:
    greeting = await rehearsal.turn(Arrived())
    assert (greeting.kind, greeting.reply, greeting.ends) == ("greeting", "Hello, lamp shop.", False)
    known = await rehearsal.turn(said("How long does delivery take?"))
    assert (known.kind, known.answer, known.said) == ("known", "delivery", ("Two days.",))
    assert known.match > 0.9
    assert known.ms > 0
    assert known.state_before["answers"] == []
    assert known.state_after["answers"] == ["delivery"]
    assert known.state_after["exchanges"][-1]["agent"] == "Two days."


async def test_a_transfer_and_a_goodbye_end_the_call(rehearsal: Rehearsal) -> None:
    transfer = await rehearsal.turn(keyed("0")[0])
    assert Transfer("600") in transfer.acts
    assert transfer.ends
    goodbye = await rehearsal.turn(said("goodbye"))
    assert isinstance(goodbye.acts[-1], End)
    assert goodbye.ends


class Order:
    """A mind that writes down what it is asked for."""

    kind = "known"

    def __init__(self) -> None:
        self.steps: list[str] = []

    def think(self, _: object) -> "Order":
        self.steps.append("think")
        return self

    def release(self) -> None:
        self.steps.append("release")

    async def acts(self) -> AsyncIterator[Act]:
        self.steps.append("acts")
        yield Say("One.", "en")
        yield Say("Two.", "en")

    def commit(self, _: object, spoken: str) -> None:
        self.steps.append(f"commit {spoken}")

    async def close(self) -> None:
        self.steps.append("close")


async def test_a_thought_may_have_effects_before_its_acts_and_not_before() -> None:
    mind = Order()
    result = await Rehearsal(cast(Mind, mind)).turn(said("hello"))
    assert mind.steps == ["think", "release", "acts", "commit One. Two.", "close"]
    assert result.state_after is None


def test_words_are_of_the_language_of_their_script_unless_told() -> None:
    assert said("怎么退货") == Said("怎么退货", "zh")
    assert said("OK") == Said("OK", "en")
    assert said("OK", "zh", 0.4) == Said("OK", "zh", 0.4)


def test_keys_are_turns_of_their_own() -> None:
    assert keyed("1#a") == [Keyed("1"), Keyed("#"), Keyed("A")]
    with pytest.raises(ValueError, match="found 'X'"):
        keyed("1x")


def test_chinese_phrases_are_joined_without_spaces() -> None:
    assert joined([Say("好的。", "zh"), Say("再见。", "zh")]) == "好的。再见。"
    assert joined([Say("Hi.", "en"), Say("好的。", "zh"), Say("Bye.", "en")]) == "Hi.好的。 Bye."


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    colours: frozenset[Colour]
    limits: tuple[float, ...]


def test_any_state_becomes_plain_json() -> None:
    slot = Slot("shade", frozenset({Colour.RED}), (0.5, 1))
    shown = as_json({"slot": slot, 1: Path("/x"), "none": None})
    assert shown == {
        "slot": {"name": "shade", "colours": ["red"], "limits": [0.5, 1]},
        "1": "/x",
        "none": None,
    }
