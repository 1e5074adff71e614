"""Feelings change what an angry caller hears, without keeping him waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from dialogue.mind import Completeness, Say
from tests.fakes import FakeEar, FakeMind, FakeVoice, Utters
from tests.parley.callscene import Scene
from tests.parley.emotion.test_feelings import feelings
from tts.voice import Speech, VoiceError

CROSS = "this is the third time i call and i am still waiting"
APOLOGY = "sorry about this"
ANSWER = "it comes today"
ANSWERS = {CROSS: [Say(ANSWER, "en")]}


def mind(*, kind: str = "known", wait: float = 0.0, apology: str = APOLOGY) -> FakeMind:
    return FakeMind(dict(ANSWERS), kind=kind, wait=wait, apology=apology)


def scene(talks: FakeMind, *, voice: FakeVoice | None = None, hangs_up: float = 9.0) -> Scene:
    return Scene(Utters(2.0, 4.0, CROSS), mind=talks, voice=voice, feelings=feelings(), hangs_up=hangs_up)


class Warm(FakeVoice):
    """Has the apology at hand, or cannot say it."""

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        if text == APOLOGY and self.fails:
            raise VoiceError("no such sound")
        other = FakeVoice(takes=0.0 if text == APOLOGY else self.takes)
        async for speech in other.speak(text, rate):
            yield speech


def test_an_apology_stands_before_a_prepared_answer_and_delays_nothing() -> None:
    prepared, plain = (
        Scene(
            ear=FakeEar([Utters(2.0, 4.0, CROSS)], sounds=lambda _: 0.95),
            mind=replace(mind(apology=apology), words={CROSS: Completeness.EXPECTED}),
            voice=Warm(),
            feelings=feelings(),
            hangs_up=9.0,
        )
        for apology in (APOLOGY, "")
    )
    assert "drafted" in prepared.recorder.names
    assert prepared.replies()[1] == f"{APOLOGY} {ANSWER}"
    assert plain.replies()[1] == ANSWER
    waits = [one.journal.turns[1].times.ms()["total"] for one in (prepared, plain)]
    assert waits[0] <= waits[1] + 1


def test_an_apology_covers_the_wait_for_a_language_model() -> None:
    heard = scene(mind(kind="model", wait=2.0))
    assert heard.replies()[1] == f"{APOLOGY} {ANSWER}", "nothing else is said meanwhile"
    (acknowledged,) = [fields for name, _, fields in heard.recorder.events if name == "acknowledged"]
    assert acknowledged["text"] == APOLOGY


def test_in_a_very_long_wait_something_is_said_again() -> None:
    heard = scene(mind(kind="model", wait=6.0), hangs_up=16.0)
    assert heard.replies()[1] == f"{APOLOGY} still looking {ANSWER}"


def test_an_apology_that_cannot_be_spoken_costs_the_answer_nothing() -> None:
    heard = scene(mind(), voice=Warm(fails=True))
    assert heard.replies()[1] == ANSWER


def test_a_turn_that_goes_on_after_all_is_felt_once() -> None:
    talks = FakeMind({f"{CROSS} for my lamp": [Say("done", "en")]}, wait=1.0)
    heard = Scene(
        Utters(2.0, 3.0, CROSS),
        Utters(3.8, 4.2, "for my lamp"),
        mind=talks,
        feelings=feelings(),
        hangs_up=9.0,
    )
    assert heard.mind.asked == [f"{CROSS} for my lamp"]
    assert [felt.angry_in_a_row for felt in talks.felt] == [1, 1]


def test_two_angry_turns_are_two() -> None:
    sounds = (Utters(2.0, 4.0, CROSS), Utters(7.0, 9.0, CROSS))
    talks = mind()
    Scene(*sounds, mind=talks, feelings=feelings(), hangs_up=14.0)
    assert [felt.angry_in_a_row for felt in talks.felt] == [1, 2]


class Flagging(FakeMind):
    """Flags the call once an angry turn took place."""

    def commit(self, thought: object, spoken: str) -> None:
        super().commit(thought, spoken)
        if self.felt:
            self.feelings = replace(self.feelings, flagged=True, mood="angry", priority=2)


def test_a_call_for_supervisors_is_told_once_and_with_every_turn_since() -> None:
    sounds = (Utters(2.0, 4.0, CROSS), Utters(7.0, 9.0, CROSS))
    heard = Scene(*sounds, mind=Flagging(dict(ANSWERS)), feelings=feelings(), hangs_up=14.0)
    assert [fields for name, _, fields in heard.recorder.events if name == "flagged"] == [
        {"mood": "angry", "priority": 2}
    ]
    assert [turn.flagged for turn in heard.journal.turns] == [False, True, True]
