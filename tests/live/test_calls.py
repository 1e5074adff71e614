"""Whole calls by SIP to a Parley in its own process, judged by what the caller heard."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import pytest_asyncio
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.demo.servers import DemoError, parley_server
from telephony.caller import Caller
from telephony.caller_mouth import Echo
from telephony.tape import HEARD, SAID
from tests.dialogue.fake_server import FakeServer, endless, never, serving, words
from tests.live.running import DATA, FLOW, Running, read_back, running_parley, says
from tests.live.signals import at_rate, find, last_loud, likeness

pytestmark = [
    pytest.mark.live,
    pytest.mark.calls,
    pytest.mark.engines,
    pytest.mark.asyncio(loop_scope="module"),
]

_PARLEY = (sys.executable, "-m", "parley")


def speech(name: str) -> Path:
    """A recording of a person; the tests need it where it is, it may not be copied here."""
    path = DATA / "speech" / name
    if not path.exists():
        pytest.skip(f"needs recorded speech: {path}")
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[FakeServer]:
    """The language model: a server that a test may stop, slow down or fill with nonsense."""
    async with serving() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parley(model: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    settings = {
        "PARLEY__DIALOGUE__MODEL__SERVER": model.url,
        "PARLEY__DIALOGUE__MODEL__FIRST_TOKEN": "2s",
        "PARLEY__DIALOGUE__MODEL__TOTAL": "4s",
    }
    async with running_parley(tmp_path_factory.mktemp("parley"), overrides=settings) as running:
        yield running


@pytest.fixture(autouse=True)
def a_model_in_good_health(model: FakeServer) -> None:
    model.script, model.status, model.body = words("That is a good question."), 200, None


async def greeted(caller: Caller, running: Running) -> None:
    """Call and hear the greeting to its end."""
    await caller.dial(running.sip)
    heard = await caller.listen(until_quiet=0.5, since=caller.answered_at)
    assert heard.spans, "every caller is greeted"


async def test_the_greeting_sounds_within_300_ms_of_the_answer(parley: Running) -> None:
    delays = []
    for _ in range(3):
        async with Caller() as caller:
            await caller.dial(parley.sip)
            await caller.listen(until_quiet=0.3, since=caller.answered_at)
            assert caller.answered_at is not None
            first = caller.first_sample_after(caller.answered_at)
            assert first is not None
            delays.append(first - caller.answered_at)
            heard = await caller.listen(until_quiet=0.5, since=caller.answered_at)
        assert says(await read_back(heard), "Welcome to the test shop")
    assert min(delays) <= 0.3, delays


async def test_a_person_is_understood_and_answered(parley: Running) -> None:
    async with Caller() as caller:
        await greeted(caller, parley)
        said = await caller.say(speech("asterisk/agent-newlocation.flac"))
        heard = await caller.listen(until_quiet=0.8, since=said.speech_end)
        assert says(await read_back(heard), "That is a good question")
    _, turns = await parley.last_call()
    assert turns[1].input == "said"
    assert says(turns[1].caller_text or "", "please enter a new extension")
    stages = (turns[1].ms_endpoint, turns[1].ms_asr, turns[1].ms_first_phrase, turns[1].ms_first_pcm)
    assert all(ms is not None for ms in stages)


async def test_keys_work_while_parley_speaks(parley: Running) -> None:
    async with Caller() as caller:
        await caller.dial(parley.sip)
        await asyncio.sleep(0.7)
        pressed = caller.now()
        await caller.press("1")
        # What is left of the greeting ends at once, and a busy machine may take a second to go on.
        heard = await caller.listen(until_quiet=2.0, since=pressed)
        assert says(await read_back(heard), "We are open from nine to six, Monday to Friday")


async def test_who_interrupts_is_listened_to(parley: Running) -> None:
    async with Caller() as caller:
        await greeted(caller, parley)
        await caller.press("2")
        await asyncio.sleep(3.0)
        said = await caller.say(speech("asterisk/agent-newlocation.flac"))
        heard = await caller.listen(until_quiet=0.8, since=said.speech_end)
        onset = said.speech[0].start
        silent = max(span.end for span in caller.tape.spans(HEARD, 0.0) if span.start < onset + 0.5)
        assert silent - onset < 0.7
        assert says(await read_back(heard), "That is a good question")
    _, turns = await parley.last_call()
    heard_text = turns[1].reply_heard_text or ""
    assert "founded" in heard_text
    assert "railway" not in heard_text, "the dialogue knows that the end was not heard"


async def test_line_noise_is_no_turn_and_stops_nothing(parley: Running) -> None:
    async with Caller() as caller:
        await greeted(caller, parley)
        await caller.press("2")
        asked = caller.now()
        noise = np.random.default_rng(1).normal(0, 700, 8 * caller.tape.rate).astype("<i2").tobytes()
        await caller.say(noise)
        heard = await caller.listen(until_quiet=1.0, since=asked)
        assert says(await read_back(heard), "behind the old railway station")
    _, turns = await parley.last_call()
    assert not [turn for turn in turns if turn.input == "said"]


async def test_parleys_own_voice_on_an_echoing_line_does_not_interrupt_it(parley: Running) -> None:
    async with Caller(echo=Echo(gain_db=-20, delay=0.12)) as caller:
        await greeted(caller, parley)
        await caller.press("2")
        asked = caller.now()
        heard = await caller.listen(until_quiet=1.0, since=asked)
        assert says(await read_back(heard), "behind the old railway station")
    call, turns = await parley.last_call()
    assert not [turn for turn in turns if turn.input == "said"]
    names = [event["event"] for event in parley.events(call)]
    assert names.count("held") == 0, "nor is it held for a moment"


async def test_a_caller_who_never_speaks_is_asked_and_then_left(parley: Running) -> None:
    async with Caller() as caller:
        await greeted(caller, parley)
        since = caller.now()
        assert await caller.wait_ended(25)
        heard = await caller.listen(since=since)
        assert caller.report().ended_by == "callee"
    text = await read_back(heard)
    assert says(text, "Are you still there")
    assert says(text, "I cannot hear you, so I am hanging up")
    call = await parley.ended_call()
    _, turns = await parley.last_call()
    assert (turns[-1].reply_heard_text or "").endswith("Goodbye.")
    assert call.recording is not None
    recorded, rate = sf.read(Path(call.recording) / "audio.flac", dtype="int16")
    ours = recorded[:, 1].astype(np.float64)
    last_word = ours[last_loud(ours) - rate // 2 : last_loud(ours)]
    theirs = at_rate(heard.pcm, heard.rate, rate)
    found = likeness(last_word, theirs, find(last_word, theirs))
    assert np.median(found) > 0.9, "nothing of the last word is clipped"


@pytest.mark.parametrize("after", [0.0, 0.4, 3.0, 4.5, 5.4, 6.5])
async def test_a_hang_up_at_any_time_ends_the_call_at_once(parley: Running, after: float) -> None:
    """In the greeting, while he speaks, in the pause, while Parley thinks, while it answers."""
    async with Caller() as caller:
        await caller.dial(parley.sip)

        async def talk() -> None:
            await asyncio.sleep(2.8)
            await caller.say(speech("asterisk/agent-newlocation.flac"))

        talking = asyncio.create_task(talk())
        await asyncio.sleep(after)
        await caller.hang_up()
        talking.cancel()
        await asyncio.wait({talking})
    call = await parley.ended_call(audio=after > 0)
    assert call.hangup_by == "caller"
    assert call.duration == pytest.approx(after, abs=1.0)


async def test_both_sides_are_recorded_on_one_clock(parley: Running) -> None:
    async with Caller() as caller:
        await greeted(caller, parley)
        said = await caller.say(speech("asterisk/agent-newlocation.flac"))
        await caller.listen(until_quiet=0.8, since=said.speech_end)
        await caller.hang_up()
        tape = caller.tape
        ours = {side: tape.pcm(side, 0.0, tape.seconds(side)) for side in (SAID, HEARD)}
    call = await parley.ended_call()
    assert call.recording is not None
    recorded, rate = sf.read(Path(call.recording) / "audio.flac", dtype="float64")
    offsets = []
    for side in (SAID, HEARD):
        reference = at_rate(ours[side], tape.rate, rate)
        places = np.flatnonzero(np.abs(reference) > 1000)[::1500]
        # A machine that stalls for a moment moves what sounds then, so the whole call counts.
        distances = [find(reference[at : at + rate // 2], recorded[:, side]) - at for at in places]
        offsets.append(float(np.median(distances)) / rate)
    # What the caller said is recorded a way through the network later, what he heard one earlier.
    assert 0 <= offsets[0] - offsets[1] < 0.15, "what was said and heard keep their distance"
    events = [event["event"] for event in parley.events(call)]
    for name in ("answered", "reply_started", "speech_started", "recognised", "turn", "hung_up"):
        assert name in events


@pytest.mark.parametrize("trouble", ["stopped", "slow", "garbage"])
async def test_a_language_model_in_trouble_costs_an_apology_and_not_the_caller(
    parley: Running, model: FakeServer, trouble: str
) -> None:
    if trouble == "stopped":
        model.status = 503
    elif trouble == "slow":
        model.script = never()
    else:
        model.script = endless("\x00{}<|im_end|>#### ")
    async with Caller() as caller:
        await greeted(caller, parley)
        said = await caller.say(speech("asterisk/agent-newlocation.flac"))
        heard = await caller.listen(until_quiet=3.0, since=said.speech_end)
    reply = await read_back(heard)
    assert says(reply, "I cannot look that up at the moment")
    assert says(reply, "I am putting you through to a colleague")
    call, turns = await parley.last_call()
    assert turns[1].kind == "error"
    assert [event["target"] for event in parley.events(call) if event["event"] == "transfer"] == ["200"]


async def test_ten_calls_in_a_row_and_four_at_once_leave_nothing_behind(parley: Running) -> None:
    async def call(k: int) -> str:
        steps = ["wait-reply", "dtmf=1", "wait-reply"] if k % 2 else ["silence=0.5"]
        process = await asyncio.create_subprocess_exec(
            *(_PARLEY), "call", parley.sip, *steps, "--json", "--limit", "40",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        report = json.loads(out)
        assert report["heard"], "every caller is spoken to"
        return str(report["ended_by"])

    async def one(index: int) -> None:
        async with Caller() as caller:
            await caller.dial(parley.sip)
            if index % 2:
                await caller.press("1")
            await caller.listen(until_quiet=0.2, since=caller.answered_at, timeout=1.2)

    process = parley.process
    for index in range(4):  # what is made once and kept, is made now
        await one(index)
    assert await asyncio.gather(*(call(k) for k in range(4))) == ["caller"] * 4
    before = await _settled(process)
    for index in range(10):
        await one(index)
    assert await asyncio.gather(*(call(k) for k in range(4))) == ["caller"] * 4
    after = await _settled(process)
    assert after["files"] <= before["files"], (before, after)
    assert after["sockets"] <= before["sockets"], (before, after)
    assert after["threads"] <= before["threads"] + 1, (before, after)
    assert after["memory"] <= before["memory"] * 1.05, (before, after)


async def _settled(process: psutil.Process) -> dict[str, float]:
    """Counts once they stand still."""
    last: dict[str, float] = {}
    for _ in range(40):
        await asyncio.sleep(0.5)
        now = {
            "files": float(len(process.open_files())),
            "sockets": float(len(process.net_connections("all"))),
            "threads": float(process.num_threads()),
            "memory": float(process.memory_info().rss),
        }
        if last and {k: v for k, v in last.items() if k != "memory"} == {
            k: v for k, v in now.items() if k != "memory"
        }:
            return now
        last = now
    return last


async def test_a_port_that_is_taken_is_named(parley: Running, tmp_path: Path) -> None:
    settings = {
        "PARLEY__TELEPHONY__SIP__LISTEN": f"127.0.0.1:{parley.ports.sip}",
        "PARLEY__TELEPHONY__BROWSER__ENABLED": "false",
        "PARLEY__DIALOGUE__MODEL__SERVER": "http://127.0.0.1:9/v1",
        "PARLEY__DIALOGUE__FLOWS": json.dumps({"en": str(FLOW)}),
        "PARLEY__SERVER__DATA": str(tmp_path),
    }
    with pytest.raises(DemoError, match=rf"{parley.ports.sip}.*in use"):
        async with parley_server(None, settings):
            pass


async def test_stopping_lets_a_sentence_end(tmp_path: Path, model: FakeServer) -> None:
    settings = {"PARLEY__DIALOGUE__MODEL__SERVER": model.url}
    async with Caller() as caller:
        async with running_parley(tmp_path, overrides=settings) as running:
            process = running.process
            await caller.dial(running.sip)
            await asyncio.sleep(0.5)
            process.terminate()
            heard = await caller.listen(until_quiet=1.0, since=caller.answered_at)
            assert await caller.wait_ended(5)
        assert says(await read_back(heard), "What can I do for you today")
        assert not process.is_running()
