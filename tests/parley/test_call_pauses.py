"""What a call prepares while the caller pauses, and what it makes of those around him."""

import pytest

from dialogue.mind import Completeness, Record, Said, Say, Transfer
from tests.fakes import FakeEar, FakeMind, Utters
from tests.parley.callscene import Scene


def test_a_question_that_is_complete_by_sound_and_words_is_answered_as_soon_as_they_are_known() -> None:
    mind = FakeMind(
        {"where is my order": [Say("it is on its way", "en")]},
        words={"where is my order": Completeness.EXPECTED},
    )
    ear = FakeEar([Utters(2.0, 3.5, "where is my order")], sounds=lambda _: 0.95)
    scene = Scene(ear=ear, mind=mind)
    ms = scene.journal.turns[1].times.ms()
    assert ms["endpoint"] == pytest.approx(300, abs=25), "the pause is heard after 200 ms, the words take 100"
    assert ms["total"] == pytest.approx(360, abs=40), "no more than the first phrase is left to do"


def test_who_has_not_finished_is_waited_for() -> None:
    mind = FakeMind({"i would like to cancel": [Say("done", "en")]},
                    words={"i would like to": Completeness.UNFINISHED})  # fmt: skip
    scene = Scene(Utters(2.0, 3.0, "i would like to"), Utters(3.9, 4.5, "cancel"), mind=mind, hangs_up=8.0)
    assert mind.asked == ["i would like to cancel"]
    assert scene.replies()[1] == "done"


def test_an_answer_that_was_prepared_too_early_leaves_no_trace() -> None:
    mind = FakeMind(
        {
            "stop": [Record(on=False), Say("stopped", "en"), Transfer("6001")],
            "stop sending me mail": [Say("as you wish", "en")],
        }
    )
    scene = Scene(Utters(2.0, 2.5, "stop"), Utters(2.9, 4.0, "sending me mail"), mind=mind, hangs_up=8.0)
    assert [thought.heard for thought in mind.thoughts[1:3]] == [
        Said("stop", "en", 0.9),
        Said("stop sending me mail", "en", 0.9),
    ]
    assert mind.thoughts[1].closed
    assert mind.asked == ["stop sending me mail"]
    assert "stopped" not in scene.replies()
    assert scene.recorder.on, "what it would have done was not done"
    assert scene.line.transferred_to is None
    assert "stop" not in [event.get("text") for event in scene.shown]


def test_an_answer_that_was_begun_too_early_is_taken_back_and_the_whole_is_answered() -> None:
    mind = FakeMind(
        {"cancel that": [Say("what shall i cancel", "en")], "cancel that lamp": [Say("done", "en")]},
        words={"cancel that": Completeness.EXPECTED},
    )
    ear = FakeEar([Utters(2.0, 3.0, "cancel that"), Utters(3.5, 4.2, "lamp")], sounds=lambda _: 0.95)
    scene = Scene(ear=ear, mind=mind, hangs_up=8.0)
    assert mind.asked == ["cancel that lamp"]
    assert scene.replies()[1] == "done"
    assert "what" not in " ".join(scene.replies())


def test_a_slow_language_model_is_bridged_by_an_acknowledgement() -> None:
    mind = FakeMind({"why is it blue": [Say("because of the sky", "en")]}, wait=2.0, kind="model")
    scene = Scene(Utters(2.0, 3.0, "why is it blue"), mind=mind, hangs_up=9.0)
    turn = scene.journal.turns[1]
    assert turn.reply_heard == "let me see because of the sky"
    times = turn.times
    assert times.sent is not None
    assert times.content is not None
    assert times.sent == pytest.approx(3.7, abs=0.1), "0.5 s of silence and 0.1 s of waiting after the speech"
    assert times.content == pytest.approx(5.4, abs=0.1)
    assert [name for name in scene.recorder.names if name in ("acknowledged", "reply_started")] == [
        "reply_started",
        "acknowledged",
        "reply_started",
    ]


@pytest.mark.parametrize(("sound", "acknowledged"), [(0.95, True), (0.35, False)])
def test_who_has_waited_long_already_is_given_the_answer_if_it_is_near(
    sound: float, acknowledged: bool
) -> None:
    mind = FakeMind({"why is it blue": [Say("because of the sky", "en")]}, wait=0.37, kind="model")
    ear = FakeEar([Utters(2.0, 3.0, "why is it blue")], sounds=lambda _: sound)
    turn = Scene(ear=ear, mind=mind, hangs_up=9.0).journal.turns[1]
    assert turn.reply_heard.startswith("let me see") == acknowledged


def test_a_very_slow_one_is_bridged_again_and_again() -> None:
    mind = FakeMind({"why is it blue": [Say("because of the sky", "en")]}, wait=9.0, kind="model")
    scene = Scene(Utters(2.0, 3.0, "why is it blue"), mind=mind, hangs_up=18.0)
    turn = scene.journal.turns[1]
    assert turn.reply_heard == "let me see still looking still looking because of the sky"
    assert turn.times.content == pytest.approx(12.4, abs=0.3), "9 s after the words were known"


def test_a_fast_language_model_and_a_known_answer_need_none() -> None:
    for kind, wait in (("model", 0.0), ("known", 2.0)):
        mind = FakeMind({"why is it blue": [Say("because", "en")]}, wait=wait, kind=kind)
        scene = Scene(Utters(2.0, 3.0, "why is it blue"), mind=mind, hangs_up=9.0)
        assert scene.replies()[1] == "because"


def test_a_language_model_is_asked_early_only_while_there_is_a_place() -> None:
    def begun(places: int) -> float:
        mind = FakeMind({"why": [Say("because", "en")]}, kind="model", costly=True, wait=2.0)
        scene = Scene(Utters(2.0, 3.0, "why"), mind=mind, hangs_up=8.0, speculation=places)
        assert scene.replies()[1].endswith("because")
        assert scene.speculation.take() == (places > 0), "the place was given back"
        content = scene.journal.turns[1].times.content
        assert content is not None
        return content

    # It is known at 3.3 s that there are words, and at 3.5 s that the turn is over.
    assert begun(0) - begun(1) == pytest.approx(0.2, abs=0.06)


def test_a_language_model_is_asked_when_a_pause_lasts_although_the_sentence_breaks_off() -> None:
    mind = FakeMind({"mailbox": [Say("which one", "en")]}, kind="model", costly=True,
                    words={"mailbox": Completeness.UNFINISHED})  # fmt: skip
    scene = Scene(Utters(2.0, 3.0, "mailbox"), mind=mind, hangs_up=8.0)
    times = {name: at for name, at, _ in scene.recorder.events if name in ("drafted", "turn_ended")}
    assert times["drafted"] == pytest.approx(3.35, abs=0.05), "most pauses within a sentence are shorter"
    assert times["turn_ended"] == pytest.approx(4.0, abs=0.05)
    assert scene.replies()[1] == "which one"


STORY = [Say("one two three four five six seven eight nine ten eleven twelve thirteen fourteen", "en")]


def test_people_around_the_caller_interrupt_nothing_once_his_own_voice_is_known() -> None:
    mind = FakeMind({"tell me": STORY})
    around = Utters(4.6, 6.2, "no that is mine", level=-31.0, confidence=0.4)
    scene = Scene(Utters(2.0, 2.8, "tell me"), around, mind=mind, hangs_up=9.0)
    assert mind.asked == ["tell me"]
    assert scene.replies()[1] == str(STORY[0].text)
    times = {name: at for name, at, _ in scene.recorder.events if name in ("held", "played_on")}
    assert times["played_on"] - times["held"] < 0.25, "until it was known how loud they are"


def test_the_caller_himself_interrupts_as_loud_as_he_spoke_before() -> None:
    mind = FakeMind({"tell me": STORY, "stop": [Say("all right", "en")]})
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.6, 5.2, "stop", level=-24.0), mind=mind, hangs_up=9.0)
    assert mind.asked == ["tell me", "stop"]
    assert scene.replies()[2] == "all right"


def test_what_others_say_while_nobody_speaks_is_no_turn() -> None:
    mind = FakeMind({"tell me": [Say("all right", "en")]})
    around = Utters(5.0, 6.0, "sorry sorry", level=-31.0, confidence=0.3)
    scene = Scene(Utters(2.0, 2.8, "tell me"), around, mind=mind, hangs_up=8.5)
    assert mind.asked == ["tell me"]
    assert scene.replies()[2:] == []


def test_a_sign_of_listening_costs_no_word_and_is_no_turn() -> None:
    mind = FakeMind({"tell me": [Say("one two three four five six seven eight", "en")]})
    scene = Scene(Utters(2.0, 2.8, "tell me"), Utters(4.0, 4.4, "uh-huh"), mind=mind, hangs_up=10.0)
    assert scene.replies()[1] == "one two three four five six seven eight"
    assert mind.asked == ["tell me"]
    held, on = (next(at for name, at, _ in scene.recorder.events if name == wanted)
                for wanted in ("held", "played_on"))  # fmt: skip
    assert on - held < 0.8


def test_the_ear_is_told_what_is_likely_and_in_which_language() -> None:
    scene = Scene(Utters(2.0, 2.6, "对"), mind=FakeMind(language="zh", hint="310028"))
    assert set(scene.ear.expected) == {("310028", "zh")}
