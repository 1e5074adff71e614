"""Which flow answers a call, and flows that change."""

import logging
from pathlib import Path

import pytest

from dialogue.flowfile import FlowError
from dialogue.flowminds import FlowMinds
from dialogue.llm import LanguageModel
from dialogue.mind import (
    Arrived,
)
from tests.dialogue.fake_server import FakeServer
from tests.dialogue.flows import SMALL
from tests.dialogue.smallminds import mind_of, minds_of, rewrite, spoken, turn, until


def test_flows_are_chosen_by_name_and_number(flow: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("name: small", "name: other"), "utf-8")
    minds = FlowMinds({"small": flow, "other": other}, default="small", routes={"555": "other"})
    assert minds.mind(flow=None, dialled="100", caller="").flow_name == "small"
    assert minds.mind(flow=None, dialled="555", caller="").flow_name == "other"
    assert minds.mind(flow="small", dialled="555", caller="").flow_name == "small"
    with pytest.raises(KeyError, match="no flow 'third'; there are other, small"):
        minds.mind(flow="third", dialled="100", caller="")
    with pytest.raises(KeyError, match="no flow 'third'"):
        FlowMinds({"small": flow}, default="third")
    with pytest.raises(KeyError, match="no flow 'third'"):
        FlowMinds({"small": flow}, default="small", routes={"1": "third"})


def test_a_mind_tells_what_the_call_needs(flow: Path) -> None:
    mind = mind_of(flow, None)
    assert (mind.language, tuple(mind.languages)) == ("en", ("en",))
    assert mind.silence_after == 5.0
    assert mind.time_limit is None
    rewrite(flow, SMALL.replace("more:", "limit: {after: 2m, text: Time is up.}\nmore:"))
    assert mind_of(flow, None).time_limit == 120.0


def test_a_broken_flow_does_not_start(flow: Path) -> None:
    rewrite(flow, SMALL.replace("greeting:", "greting:"))
    with pytest.raises(FlowError, match="did you mean"):
        minds_of(flow, None)
    flow.unlink()
    with pytest.raises(FlowError, match=r"small\.yaml"):
        minds_of(flow, None)


async def test_a_changed_flow_counts_from_the_next_call_on(
    flow: Path, server: FakeServer, model: LanguageModel, caplog: pytest.LogCaptureFixture
) -> None:
    minds = minds_of(flow, model)
    running = minds.mind(flow=None, dialled="", caller="")
    await minds.start(every=0.02)
    rewrite(flow, SMALL.replace("Hello, lamp shop.", "Good day, lamp shop."))
    await until(lambda: bool(server.requests))
    assert spoken((await turn(running, Arrived()))[1]) == ["Hello, lamp shop."]
    fresh = minds.mind(flow=None, dialled="", caller="")
    assert spoken((await turn(fresh, Arrived()))[1]) == ["Good day, lamp shop."]

    with caplog.at_level(logging.ERROR):
        rewrite(flow, SMALL.replace("greeting:", "greting:"))
        await until(lambda: "its last good version stays in use" in caplog.text)
    assert minds.problems
    assert "small.yaml:4" in caplog.text
    fresh = minds.mind(flow=None, dialled="", caller="")
    assert spoken((await turn(fresh, Arrived()))[1]) == ["Good day, lamp shop."]
    await minds.stop()
    await minds.stop()


async def test_prompts_are_read_ahead_and_failures_only_logged(
    flow: Path, server: FakeServer, model: LanguageModel, caplog: pytest.LogCaptureFixture
) -> None:
    assert [name async for name in minds_of(flow, model).warm()] == ["small, en"]
    server.status = 500
    assert [name async for name in minds_of(flow, model).warm()] == []
    assert "the prompt could not be read ahead" in caplog.text
    assert [name async for name in minds_of(flow, None).warm()] == []
