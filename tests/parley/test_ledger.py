"""Where the time of a turn went."""

from parley.ledger import TurnTimes


def test_the_stages_of_a_turn_add_up_to_its_whole() -> None:
    times = TurnTimes(
        speech_start=1.0, speech_end=2.0, decided=2.5, text=2.6, phrase=2.61, pcm=2.7, sent=2.72
    )
    ms = times.ms()
    assert ms == {
        "endpoint": 500.0, "asr": 100.0, "first_phrase": 10.0, "first_pcm": 90.0, "first_sent": 20.0,
        "total": 720.0,
    }  # fmt: skip


def test_a_key_is_timed_from_when_it_was_pressed() -> None:
    ms = TurnTimes(decided=2.5, text=2.5, phrase=2.51, pcm=2.6, sent=2.62).ms()
    assert "endpoint" not in ms
    assert ms["total"] == 120.0


def test_a_decision_dated_ahead_of_the_clock_makes_no_stage_negative() -> None:
    ms = TurnTimes(speech_end=2.0, decided=2.515, text=2.515, phrase=2.5, pcm=2.501, sent=2.53).ms()
    assert (ms["first_phrase"], ms["first_pcm"], ms["first_sent"]) == (0.0, 0.0, 15.0)


def test_a_reply_that_was_never_heard_has_no_total() -> None:
    assert TurnTimes(speech_end=2.0, decided=2.5, text=2.6).ms() == {"endpoint": 500.0, "asr": 100.0}
