"""Typed calls, one after the other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogue.mind import Keyed, Said
from dialogue.rehearsal import said
from parley.config import load_config
from parley.rehearsal import Stage, open_stage
from parley.rehearsal.talk import Command, Talk, read_line
from tests.dialogue.flows import SMALL
from tests.parley.rehearsal.untrained import Untrained


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture
async def stage(flow: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    config = load_config(None, {"HOME": str(tmp_path)})
    opening = open_stage(config, {"small": flow}, lambda *_: None, train=Untrained)
    async with opening as stage:
        yield stage


def rewrite(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


async def test_a_changed_flow_answers_the_next_call_and_not_this_one(stage: Stage, flow: Path) -> None:
    talk = Talk(stage)
    await talk.begin()
    rewrite(flow, SMALL.replace("Two days.", "Three days."))
    assert (await talk.turn(said("how long does delivery take"))).reply == "Two days."
    await talk.begin()
    assert (await talk.turn(said("how long does delivery take"))).reply == "Three days."


async def test_silences_are_counted_until_the_caller_speaks(stage: Stage) -> None:
    talk = Talk(stage)
    await talk.begin()
    assert (await talk.turn(talk.event(Command.SILENCE))).reply == "Are you there?"
    await talk.turn(said("how long does delivery take"))
    assert (await talk.turn(talk.event(Command.SILENCE))).reply == "Are you there?"
    last = await talk.turn(talk.event(Command.SILENCE))
    assert last.reply == "I hang up now."
    assert talk.is_over


def test_what_a_line_means() -> None:
    assert read_line(" hello there ") == [Said("hello there", "en")]
    assert read_line("#W1234567") == [Said("#W1234567", "en")]
    assert read_line("##") == [Keyed("#")]
    assert read_line("/key 1 2") == [Keyed("1"), Keyed("2")]
    assert read_line("/again") is Command.AGAIN
    with pytest.raises(ValueError, match="/agan: expected one of"):
        read_line("/agan")
    with pytest.raises(ValueError, match="expected a key"):
        read_line("/key")
