"""A call replayed: the real desk and call in virtual time, with scripted engines in real time."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dialogue.mind import Act, Earlier, End, Record, Say, Transfer
from parley.config import Config, load_config
from parley.replay.call import RecordedCall, ReplayError, load_call
from parley.replay.compare import Rules, Verdict, compare
from parley.replay.costs import Charge
from parley.replay.outside import Outside
from parley.replay.run import Replayed, Replayer
from tests.fakes import FakeMind, FakeVoice, Utters
from tests.parley.replay.calls import (
    CALL,
    STARTED,
    Event,
    FakeEars,
    FakeEngines,
    FakeMinds,
    answer,
    closing,
    event,
    keep,
    opening,
)
from tts.voice import Speech

SCRIPT = (Utters(2.0, 3.0, "where is it"), Utters(6.0, 7.0, "thank you"))
ANSWERS: dict[str, Sequence[Act]] = {
    "where is it": [Say("it is on its way to you", "en")],
    "thank you": [Say("you are welcome", "en")],
    "1": [Say("nine to six", "en")],
}


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(None, {"PARLEY__SERVER__DATA": str(tmp_path)})


def recorded(
    config: Config, *turns: list[Event], end: float = 12.0, by: str = "caller", **about: Any
) -> RecordedCall:
    events = [*opening(**about), *(one for turn in turns for one in turn), *closing(end, by)]
    return load_call(keep(config.recordings_folder, events, seconds=end))


WHERE = answer(1, 2.0, 3.0, "where is it", "it is on its way to you", waits=0.1)
THANKS = answer(2, 6.0, 7.0, "thank you", "you are welcome")


def engines(**more: Any) -> FakeEngines:
    fakes = {"ears": FakeEars(SCRIPT), "minds": FakeMinds(lambda: FakeMind(ANSWERS)), **more}
    return FakeEngines(**fakes)


def sent(replayed: Replayed) -> list[float]:
    return [turn.sent for turn in replayed.outcome.turns if turn.sent is not None]


def test_a_call_goes_on_with_what_it_went_on_with_then(config: Config, outside: Outside) -> None:
    minds = FakeMinds(lambda: FakeMind(ANSWERS))
    before = event("earlier", 0.1, returned="BUSY", state={"version": 1})
    call = recorded(config, [before], WHERE)
    replayed = Replayer(config, engines(minds=minds), outside).replay(call)
    assert minds.earlier == [Earlier({"version": 1}, "BUSY")]
    (again,) = [one for one in replayed.events if one["event"] == "earlier"]
    assert (again["returned"], again["state"]) == ("BUSY", {"version": 1})


def test_a_call_takes_the_same_turns_again(config: Config, outside: Outside) -> None:
    call = recorded(config, WHERE, THANKS)
    replayed = Replayer(config, engines(), outside).replay(call)
    turns = replayed.outcome.turns
    assert [(turn.input, turn.text, turn.reply) for turn in turns[:3]] == [
        ("arrived", None, "welcome to the shop"),
        ("said", "where is it", "it is on its way to you"),
        ("said", "thank you", "you are welcome"),
    ]
    assert turns[1].decided == pytest.approx(3.5, abs=0.03)
    assert turns[0].decided == 0.1, "the replay's clock is the recording's"
    assert replayed.outcome.ended_by == "caller"
    assert compare(call.outcome, replayed.outcome, Rules()).turns[1].verdict is Verdict.SAME


def test_two_replays_are_equal_however_long_work_really_takes(config: Config, outside: Outside) -> None:
    lots = random.Random(5)  # noqa: S311 - not for secrets
    call = recorded(config, WHERE, THANKS)

    def again() -> Replayed:
        voice = FakeVoice(takes=lots.uniform(0.0, 0.05))
        ears = FakeEars(SCRIPT, takes=lambda: lots.uniform(0.0, 0.05))
        minds = FakeMinds(lambda: FakeMind(ANSWERS, wait=0.3))
        fakes = engines(ears=ears, minds=minds, voices={"en": voice})
        return Replayer(config, fakes, outside).replay(call)

    first, second, third = again(), again(), again()
    assert first.events == second.events == third.events
    assert len(first.events) > 15


def test_real_time_decides_the_same(config: Config, outside: Outside) -> None:
    call = recorded(config, end=1.5)
    fast, paced = (Replayer(config, engines(), outside, paced=paced).replay(call) for paced in (False, True))
    assert fast.events == paced.events


def test_work_costs_what_it_cost_then(config: Config, outside: Outside) -> None:
    slow = answer(2, 6.0, 7.0, "thank you", "you are welcome", takes=900)
    slow[-1]["ms"] = {"first_pcm": 250.0}
    call = recorded(config, WHERE, slow)
    fakes = engines(ready=frozenset(["it is on its way to you", "you are welcome"]))
    _, quick, late, *_ = Replayer(config, fakes, outside).replay(call).outcome.turns
    # The caller's pause is known 0.2 s after it began, so that 0.3 s of recognition fit before the decision.
    assert quick.sent == pytest.approx(3.5 + 0.06, abs=0.05)
    assert late.sent == pytest.approx(7.2 + 0.9 + 0.25, abs=0.05)
    free = Replayer(config, fakes, outside, charge=Charge.NONE).replay(call)
    assert free.outcome.turns[2].sent == pytest.approx(7.5, abs=0.05)


def test_who_goes_on_before_slow_words_are_there_is_not_cut_off(config: Config, outside: Outside) -> None:
    script = (Utters(2.0, 3.0, "where is it"), Utters(3.9, 4.5, "thank you"))
    minds = FakeMinds(lambda: FakeMind({"where is it thank you": [Say("both at once", "en")], **ANSWERS}))
    fakes = engines(ears=FakeEars(script), minds=minds)

    def texts(takes: float) -> list[str | None]:
        turn = answer(1, 2.0, 4.5, "where is it thank you", "both", takes=takes)
        call = load_call(
            keep(config.recordings_folder, [*opening(), *turn, *closing(9)], name=f"0-{takes:.0f}")
        )
        return [one.text for one in Replayer(config, fakes, outside).replay(call).outcome.turns[1:3]]

    assert texts(10)[0] == "where is it"
    assert texts(900)[0] == "where is it thank you"


def test_keys_flow_and_time_of_day_are_those_of_the_call(config: Config, outside: Outside) -> None:
    times = []

    class Watching(FakeMind):
        def think(self, heard: Any) -> Any:
            times.append(fakes.now())
            return super().think(heard)

    minds = FakeMinds(lambda: Watching(ANSWERS))
    fakes = engines(ears=FakeEars(), minds=minds)
    call = recorded(config, [event("key", 2.5, digit="1")], flow="night", dialled="120", caller="49")
    replayed = Replayer(config, fakes, outside).replay(call)
    assert minds.asked == [{"flow": "night", "dialled": "120", "caller": "49"}]
    key = replayed.outcome.turns[1]
    assert (key.input, key.text, key.reply, key.decided) == ("keyed", "1", "nine to six", 2.5)
    assert times[0] == STARTED + timedelta(seconds=0.1)
    assert times[1] - STARTED == pytest.approx(timedelta(seconds=2.5), abs=timedelta(seconds=0.03))


def test_a_transfer_that_failed_then_fails_now(config: Config, outside: Outside) -> None:
    minds = FakeMinds(lambda: FakeMind({"where is it": [Say("one moment", "en"), Transfer("200")]}))
    failed = event("transfer_failed", 5.0, target="200", message="486 Busy Here")
    call = recorded(config, WHERE, [failed])
    replayed = Replayer(config, engines(minds=minds), outside).replay(call)
    assert [turn.reply for turn in replayed.outcome.turns][1:3] == ["one moment", "nobody can take your call"]


def test_a_caller_who_was_hung_up_on_lets_todays_parley_end_the_call(
    config: Config, outside: Outside
) -> None:
    long = " ".join(["word"] * 16)
    minds = FakeMinds(lambda: FakeMind({"where is it": [Say(long, "en"), End()]}))
    call = recorded(config, WHERE, end=5.0, by="parley")
    fakes = engines(ears=FakeEars(SCRIPT[:1]), minds=minds)
    outcome = Replayer(config, fakes, outside).replay(call).outcome
    assert outcome.ended_by == "parley"
    assert outcome.turns[1].heard == long
    assert outcome.seconds == pytest.approx(3.6 + 4.0, abs=0.2)


def test_a_replay_lies_in_a_folder_of_its_own_and_can_be_replayed(config: Config, outside: Outside) -> None:
    call = recorded(config, WHERE)
    before = {path.name: path.read_bytes() for path in call.folder.iterdir()}
    replayer = Replayer(config, engines(), outside)
    first = replayer.replay(call)
    assert first.folder == config.server.data / "replays/2026/11/22" / f"093005-{CALL}"
    assert {path.name: path.read_bytes() for path in call.folder.iterdir()} == before
    again = replayer.replay(call)
    assert again.folder == first.folder, "the latest replay takes the place of the one before"
    assert sorted(path.name for path in first.folder.iterdir()) == ["audio.flac", "events.jsonl"]
    copy = load_call(first.folder)
    assert copy.call_id not in ("", CALL)
    assert copy.events[0]["replay_of"] == CALL
    assert copy.caller.pcm[:1000] == call.caller.pcm[:1000]
    assert sent(replayer.replay(copy)) == pytest.approx(sent(first), abs=0.05)


def test_what_recording_is_switched_off_for_is_not_kept(config: Config, outside: Outside) -> None:
    minds = FakeMinds(
        lambda: FakeMind({**ANSWERS, "where is it": [Record(False), Say("the number please", "en")]})
    )
    replayed = Replayer(config, engines(minds=minds), outside).replay(recorded(config, WHERE, THANKS))
    kept = "\n".join(str(one) for one in replayed.events)
    assert "where is it" in kept
    assert "number please" not in kept
    assert "you are welcome" not in kept


def test_a_flow_that_is_gone_is_named(config: Config, outside: Outside) -> None:
    with pytest.raises(ReplayError, match=r"093005-.*the replay broke.*no flow 'unknown'; there are fake"):
        Replayer(config, engines(), outside).replay(recorded(config, WHERE, flow="unknown"))


def test_a_disk_that_takes_no_replay_is_named(config: Config, outside: Outside) -> None:
    (config.server.data / "replays").write_text("in the way")
    with pytest.raises(ReplayError, match=r"replays.*could not be written"):
        Replayer(config, engines(), outside).replay(recorded(config, WHERE))


@dataclass
class BrokenVoice:
    name: str = "broken"
    language: str = "en"

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        raise RuntimeError("no such file")
        yield Speech(text, b"", rate)


@pytest.mark.parametrize("voices", [{"en": BrokenVoice()}])
def test_engines_that_break_break_the_replay_and_not_the_next(
    config: Config, outside: Outside, voices: Mapping[str, Any]
) -> None:
    call = recorded(config, WHERE)
    with pytest.raises(ReplayError, match="no such file"):
        Replayer(config, engines(voices=voices), outside).replay(call)
    assert Replayer(config, engines(), outside).replay(call).outcome.turns[1].text == "where is it"


def test_events_and_progress_can_be_followed(config: Config, outside: Outside) -> None:
    seen: list[str] = []
    times: list[float] = []
    show: Callable[[Event], None] = lambda one: seen.append(one["event"])  # noqa: E731 - typed
    replayed = Replayer(config, engines(), outside).replay(
        recorded(config, WHERE), show=show, progress=times.append
    )
    assert seen == [one["event"] for one in replayed.events]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(12.0, abs=0.05)
