"""A call as the caller experiences it, in virtual time."""

from collections.abc import Sequence

import pytest

from dialogue.mind import Act, End, Handover, Record, Said, Say, Transfer
from tests.fakes import FakeEar, FakeMind, FakeVoice, Utters
from tests.parley.callscene import GREETING_SECONDS, Scene


def test_the_greeting_is_ready_when_the_call_is_answered() -> None:
    scene = Scene(voice=FakeVoice(takes=0.4), hangs_up=3.0)
    assert scene.line.answered_at is not None
    assert scene.line.answered_at == pytest.approx(0.4)
    assert scene.line.sent[0].at - scene.line.answered_at <= 0.04
    assert scene.replies() == ["welcome to the shop"]


def test_a_question_is_answered_within_the_budget_of_its_stages() -> None:
    mind = FakeMind({"where is my order": [Say("it is on its way", "en")]})
    scene = Scene(Utters(2.0, 3.5, "where is my order"), mind=mind)
    turn = scene.journal.turns[1]
    assert turn.reply_heard == "it is on its way"
    assert turn.heard == Said("where is my order", "en", 0.9)
    # Recognition and the first phrase were ready in the pause, so they cost nothing after the decision.
    ms = turn.times.ms()
    assert ms["endpoint"] == pytest.approx(500, abs=25)
    assert ms["asr"] == pytest.approx(0, abs=25)
    assert ms["first_pcm"] == pytest.approx(0, abs=1)
    assert ms["total"] == pytest.approx(510, abs=30)


def test_the_stage_that_broke_the_budget_is_named_with_the_turn() -> None:
    mind = FakeMind({"where is my order": [Say("it is on its way", "en")]}, wait=1.0)
    scene = Scene(Utters(2.0, 3.5, "where is my order"), mind=mind)
    assert [turn.culprit for turn in scene.journal.turns[:2]] == [None, "first_phrase"]
    told = [fields for name, _, fields in scene.recorder.events if name == "turn"]
    assert [fields["culprit"] for fields in told[:2]] == [None, "first_phrase"]


def test_a_pause_inside_a_sentence_is_no_end() -> None:
    mind = FakeMind({"my number is four two": [Say("thank you", "en")]})
    scene = Scene(Utters(2.0, 3.0, "my number is"), Utters(3.4, 4.0, "four two"), mind=mind)
    assert scene.replies()[1] == "thank you"
    assert len(scene.journal.turns) == 2 + 2  # greeting, answer, and two prompts about the silence after


def test_who_goes_on_before_the_reply_is_answered_once_on_all_he_said() -> None:
    mind = FakeMind({"cancel that lamp": [Say("done", "en")], "cancel that": [Say("what", "en")]}, wait=1.0)
    scene = Scene(Utters(2.0, 3.0, "cancel that"), Utters(3.8, 4.2, "lamp"), mind=mind)
    assert mind.asked == ["cancel that lamp"]
    assert "what" not in scene.replies()
    assert mind.thoughts[1].closed, "the thought on half of the sentence is stopped"


def test_the_caller_interrupts_and_the_dialogue_knows_what_he_heard() -> None:
    mind = FakeMind(
        {
            "tell me": [Say("one two three four five six seven eight nine ten", "en")],
            "stop": [Say("all right", "en")],
        }
    )
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.4, 5.0, "stop"), mind=mind)
    # The reply sounds from 3.36 s on and is held at the first trace of the caller's voice, at 4.4 s.
    heard = next(spoken for said, spoken in mind.committed if said == Said("tell me", "en", 0.9))
    assert heard == "one two three four"
    assert not any(scene.line.sounding(at) for at in (4.55, 4.8, 5.2))
    assert scene.replies()[2] == "all right"


def test_a_cough_does_not_cost_a_word() -> None:
    mind = FakeMind({"tell me": [Say("one two three four five six", "en")]})
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.0, 4.15), mind=mind, hangs_up=8.0)
    assert scene.replies()[1] == "one two three four five six"
    assert scene.line.heard_seconds == pytest.approx(GREETING_SECONDS + 6 * 0.25)
    assert scene.recorder.names.count("played_on") == 1


def test_a_long_noise_over_the_reply_is_taken_back_too() -> None:
    mind = FakeMind({"tell me": [Say("one two three four five six", "en")]})
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.0, 4.9), mind=mind, hangs_up=10.0)
    assert scene.replies()[1] == "one two three four five six"
    assert scene.line.heard_seconds == pytest.approx(GREETING_SECONDS + 6 * 0.25)
    assert mind.asked == ["tell me"]


@pytest.mark.parametrize("until", [5.4, 8.0])
def test_who_hums_before_he_speaks_is_heard(until: float) -> None:
    mind = FakeMind({"tell me": [Say("word " * 24, "en")], "stop it": [Say("all right", "en")]})
    hum = Utters(4.0, until, "stop it", words_from=until - 0.4)
    scene = Scene(Utters(2.0, 2.8, "tell me"), hum, mind=mind, hangs_up=12.0)
    assert mind.asked == ["tell me", "stop it"]
    assert scene.replies()[1].count("word") < 24
    assert scene.replies()[2] == "all right"


def test_a_notice_is_heard_to_its_end() -> None:
    mind = FakeMind(greeting=[Say("this call is recorded", "en", interruptible=False), Say("hello", "en")])
    scene = Scene(Utters(0.3, 0.9, "hello there"), mind=mind, hangs_up=4.0)
    assert scene.replies()[0] == "this call is recorded hello"
    assert scene.line.heard_seconds == pytest.approx(1.25)


def test_noise_alone_is_no_turn_and_the_silence_is_prompted_then_ended() -> None:
    scene = Scene(*(Utters(at, at + 0.6) for at in (3.0, 5.0, 7.0)), hangs_up=60.0)
    assert scene.replies() == ["welcome to the shop", "are you there", "are you there", ""]
    assert scene.ending.by == "parley"


def test_a_key_works_while_parley_speaks() -> None:
    mind = FakeMind({"1": [Say("orders", "en")]})
    scene = Scene(mind=mind, keys=[(0.5, "1")], hangs_up=4.0)
    assert scene.replies()[:2] == ["welcome to", "orders"]


def test_a_key_works_while_no_packets_come() -> None:
    mind = FakeMind({"1": [Say("orders", "en")]})
    scene = Scene(mind=mind, keys=[(3.0, "1")], silent_spans=[(2.5, 3.5)], hangs_up=6.0)
    assert scene.replies()[1] == "orders"


def test_a_turn_ends_although_packets_have_stopped() -> None:
    mind = FakeMind({"hello": [Say("hi", "en")]})
    scene = Scene(Utters(2.0, 2.8, "hello"), mind=mind, silent_spans=[(3.05, 9.0)], hangs_up=8.0)
    assert "hi" in scene.replies()


def test_a_transfer_waits_for_the_last_word() -> None:
    mind = FakeMind({"a person please": [Say("one moment please", "en"), Transfer("6001")]})
    scene = Scene(Utters(2.0, 3.0, "a person please"), mind=mind)
    assert scene.line.transferred_to == "6001"
    assert scene.line.heard_seconds == pytest.approx(GREETING_SECONDS + 0.75)
    assert scene.ending.by == "parley"


def test_a_colleague_is_told_who_comes_what_he_wants_and_how_he_feels() -> None:
    about = Handover("+4930", "where is my order", mood="angry", priority=5, summary="+4930, speaks English.")
    mind = FakeMind({"a person please": [Say("one moment", "en"), Transfer("6001", "returns", about)]})
    scene = Scene(Utters(2.0, 3.0, "a person please"), mind=mind)
    told = scene.line.told
    assert told is not None
    assert (told["who"], told["wants"], told["queue"]) == ("+4930", "where is my order", "returns")
    assert (told["mood"], told["priority"]) == ("angry", "5")
    assert told["call_id"] == scene.line.info.call_id
    assert scene.conclusion == "handed over"
    (event,) = [fields for name, _, fields in scene.recorder.events if name == "transfer"]
    assert event["about"] == told


def test_what_a_call_had_come_to() -> None:
    bye: dict[str, Sequence[Act]] = {"bye": [Say("goodbye and thank you", "en"), End()]}
    hears_it = Scene(Utters(2.0, 2.6, "bye"), mind=FakeMind(bye))
    hangs_up_in_it = Scene(Utters(2.0, 2.6, "bye"), mind=FakeMind(bye), hangs_up=3.6)
    assert hears_it.conclusion == hangs_up_in_it.conclusion == "finished"
    assert hangs_up_in_it.ending.by == "caller"
    assert Scene(hangs_up=3.0).conclusion == "cut off"
    silence = Scene(mind=FakeMind(kind="silence"), hangs_up=60.0)
    assert silence.ending.by == "parley"
    assert silence.conclusion == "cut off", "perhaps the line was dead"
    refused = FakeMind({"a person please": [Say("one moment", "en"), Transfer("6001")]})
    scene = Scene(Utters(2.0, 3.0, "a person please"), mind=refused, refuses_transfer=True, hangs_up=9.0)
    assert scene.conclusion == "cut off"


def test_the_state_is_written_with_every_turn() -> None:
    scene = Scene(Utters(2.0, 3.0, "hello"), hangs_up=6.0)
    assert [turn.state for turn in scene.journal.turns] == [{"turns": 1}, {"turns": 2}]
    events = [fields["state"] for name, _, fields in scene.recorder.events if name == "turn"]
    assert events == [{"turns": 1}, {"turns": 2}]


def test_effects_are_let_loose_once_a_turn_took_place() -> None:
    mind = FakeMind({"cancel that lamp": [Say("done", "en")], "cancel that": [Say("what", "en")]}, wait=1.0)
    Scene(Utters(2.0, 3.0, "cancel that"), Utters(3.8, 4.2, "lamp"), mind=mind, hangs_up=8.0)
    released = {one.heard.text: one.released for one in mind.thoughts if isinstance(one.heard, Said)}
    assert released["cancel that lamp"] == 1
    assert mind.thoughts[0].released == 1, "the greeting's too"


def test_a_refused_transfer_is_told_and_the_call_goes_on() -> None:
    mind = FakeMind(
        {"a person please": [Say("one moment", "en"), Transfer("6001")], "hello": [Say("hi", "en")]}
    )
    scene = Scene(
        Utters(2.0, 3.0, "a person please"),
        Utters(7.0, 8.0, "hello"),
        mind=mind,
        refuses_transfer=True,
        hangs_up=12.0,
    )
    assert scene.replies()[2:] == ["nobody can take your call", "hi"]


def test_goodbye_is_heard_before_the_line_goes_down() -> None:
    mind = FakeMind({"bye": [Say("goodbye and thank you", "en"), End()]})
    scene = Scene(Utters(2.0, 2.6, "bye"), mind=mind)
    assert scene.replies()[-1] == "goodbye and thank you"
    assert scene.line.heard_seconds == pytest.approx(GREETING_SECONDS + 1.0)
    assert scene.ending.at < 6


@pytest.mark.parametrize("when", [0.0, 0.02, 0.3, 1.2, 2.2, 3.1, 3.3, 3.52, 3.6, 4.0, 6.0])
def test_the_caller_may_hang_up_in_every_state(when: float) -> None:
    mind = FakeMind({"where is my order": [Say("it is on its way to you", "en")]}, wait=0.3)
    scene = Scene(Utters(2.0, 3.0, "where is my order"), mind=mind, hangs_up=when)
    assert scene.ending.by == "caller"
    assert scene.ending.at == pytest.approx(when, abs=0.05)


def test_a_voice_that_fails_costs_the_reply_and_not_the_call() -> None:
    scene = Scene(Utters(2.0, 3.0, "hello"), voice=FakeVoice(fails=True), hangs_up=6.0)
    assert scene.ending.by == "caller"
    assert scene.replies() == ["", ""]


def test_a_recogniser_that_fails_costs_the_turn_and_not_the_call() -> None:
    ear = FakeEar([Utters(2.0, 3.0, "hello")], fails=True)
    scene = Scene(ear=ear, hangs_up=13.0)
    assert "error" in scene.recorder.names
    assert scene.replies() == ["welcome to the shop", "are you there"]


def test_a_carrier_that_loses_its_marks_does_not_hang_the_call() -> None:
    mind = FakeMind({"bye": [Say("goodbye", "en"), End()]})
    scene = Scene(Utters(6.0, 6.6, "bye"), mind=mind, loses_marks=True)
    assert scene.ending.by == "parley"
    assert scene.ending.at < 15


def test_recording_can_be_switched_off_by_the_flow() -> None:
    mind = FakeMind({"off the record": [Record(on=False), Say("fine", "en")]})
    scene = Scene(Utters(2.0, 3.0, "off the record"), mind=mind, hangs_up=8.0)
    assert not scene.recorder.on
    assert 3.0 < scene.recorder.caller_seconds < 4.0


def test_drain_lets_the_sentence_end() -> None:
    scene = Scene(drains_at=0.5)
    assert scene.replies() == ["welcome to the shop"]
    assert scene.line.heard_seconds == pytest.approx(GREETING_SECONDS)
    assert scene.ending.at < 1.5


def test_drain_lets_a_sentence_end_that_the_caller_was_about_to_interrupt() -> None:
    mind = FakeMind({"tell me": [Say("one two three four five six", "en")]})
    # He begins at 4.4 s, which holds the reply; at 4.45 s Parley is told to stop.
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.4, 9.0, "stop"), mind=mind, drains_at=4.45)
    assert scene.replies()[1] == "one two three four five six"
    assert scene.ending.at < 8.0


def test_the_page_sees_the_words_of_both() -> None:
    mind = FakeMind({"hello": [Say("hi", "en")]})
    scene = Scene(Utters(2.0, 2.6, "hello"), mind=mind, hangs_up=5.0)
    assert [e["text"] for e in scene.shown if e["event"] == "recognised"] == ["hello"]
    assert [e["heard"] for e in scene.shown if e["event"] == "turn"] == ["welcome to the shop", "hi"]


def test_a_call_that_has_lasted_long_enough_is_ended_with_words() -> None:
    mind = FakeMind(silence_after=4.0, time_limit=10.0)
    scene = Scene(mind=mind, hangs_up=60.0)
    assert scene.ending.by == "parley"
    assert scene.replies()[-1] == "time is up"
    answered = scene.line.answered_at or 0.0
    assert scene.ending.at - answered == pytest.approx(10.0 + 0.75, abs=0.2)
