"""A call by SIP is recorded, and replayed with the real recogniser, voices and language model."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from telephony.caller import Caller
from tests.live.reading import says
from tests.live.running import DATA, FLOW, running_parley

pytestmark = [pytest.mark.live, pytest.mark.calls, pytest.mark.commands]

QUESTION = DATA / "speech/asterisk/agent-newlocation.flac"


@pytest.mark.timeout(400)
async def test_a_recorded_call_replayed_twice_takes_identical_decisions(tmp_path: Path) -> None:
    if not QUESTION.exists():
        pytest.skip(f"needs recorded speech: {QUESTION}")
    # A model that is quicker than it was leaves more silence: who asks "are you still there" just when the
    # key comes makes another call of it.
    flow = tmp_path / "patient.yaml"
    flow.write_text(FLOW.read_text(encoding="utf-8").replace("after: 4s", "after: 20s"), encoding="utf-8")
    flows = {"PARLEY__DIALOGUE__FLOWS": json.dumps({"lab": str(flow)})}
    async with running_parley(tmp_path, overrides=flows) as parley:
        async with Caller() as caller:
            await caller.dial(parley.sip)
            await caller.listen(until_quiet=0.5, since=caller.answered_at)
            said = await caller.say(QUESTION)
            await caller.listen(until_quiet=2.0, since=said.speech_end)  # the model may stop to think
            pressed = caller.now()
            await caller.press("2")
            await asyncio.sleep(3.0)
            await caller.say(QUESTION)  # over the story, which he interrupts
            await caller.listen(until_quiet=0.8, since=pressed)
        call = await parley.ended_call()
    assert call.recording is not None
    recording = Path(call.recording)
    before = _files(recording)

    baseline = str(tmp_path / "baseline.json")
    first, first_events = await _replay(tmp_path, "last", "--write-baseline", baseline)
    slow = {f"TURNS__{name}": "1500ms" for name in ("COMPLETE", "END_OF_TURN", "INCOMPLETE")}
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path, elsewhere, ignore=shutil.ignore_patterns("elsewhere"))
    (suite, second_events), (worse, _) = await asyncio.gather(
        _replay(tmp_path, "--all", "--baseline", baseline),
        _replay(elsewhere, "--all", "--baseline", baseline, code=1, **slow),
    )
    [second] = suite["results"]
    assert first_events == second_events, "every event, to the tenth of a millisecond"
    assert len(first_events) > 10
    # Beside the recording there may be turns that today's Parley does not take, beside the baseline none.
    taken = [[turn["new"] for turn in run["turns"] if turn["new"] is not None] for run in (first, second)]
    assert taken[0] == taken[1]
    assert (second["verdict"], suite["verdict"]) == ("same", "same")
    assert first["model"]["new"] > 0
    assert (second["model"]["new"], second["model"]["failed"]) == (0, 0), "answers are remembered"
    assert _files(recording) == before

    assert first["call"] == call.id
    greeting, question, key = (_first(first["turns"], what) for what in ("arrived", "said", "keyed"))
    assert greeting["old"]["reply"] == greeting["new"]["reply"]
    assert question["new"] and says(question["new"]["text"], "please enter a new extension")
    for turn in (question, key):
        assert turn["old"] and turn["new"], json.dumps(first["turns"], indent=1)
        # The line's jitter shifts the cut, which may cost a word of a recogniser's reading.
        assert says(turn["new"]["text"], turn["old"]["text"])
        assert turn["old"]["kind"] == turn["new"]["kind"]
        assert turn["new"]["decided"] == pytest.approx(turn["old"]["decided"], abs=0.15)

    later = [one["what"] for turn in worse["results"][0]["turns"] for one in turn["differences"]]
    assert "decided" in later


def _first(turns: list[dict[str, Any]], heard: str) -> dict[str, Any]:
    return next(turn for turn in turns if turn["old"] and turn["old"]["input"] == heard)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def _replay(
    data: Path, *arguments: str, code: int = 0, **more: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Replay in a process of its own: what it prints, and the events that it leaves."""
    settings = {
        "SERVER__DATA": str(data),
        "DIALOGUE__FLOW": "lab",
        "DIALOGUE__FLOWS": json.dumps({"lab": str(data / "patient.yaml")}),
        "DIALOGUE__MODEL__NAME": "smollm2-135m",
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parley", "replay", *arguments, "--as-fast-as-possible", "--json"),
        env={**os.environ, **{f"PARLEY__{name}": value for name, value in settings.items()}},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == code, err.decode()
    result = json.loads(out)
    [events] = (data / "replays").rglob("events.jsonl")
    lines = events.read_text().splitlines()
    return result, [json.loads(line) for line in lines]
