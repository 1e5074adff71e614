"""Where the time of a turn went."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.ledger import TurnTimes, allowances, culprit


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


def test_what_was_prepared_while_the_caller_paused_costs_nothing_after_the_decision() -> None:
    ms = TurnTimes(speech_end=2.0, decided=2.3, text=2.15, phrase=2.16, pcm=2.2, sent=2.31).ms()
    assert ms == {
        "endpoint": 300.0, "asr": 0.0, "first_phrase": 0.0, "first_pcm": 0.0, "first_sent": 10.0,
        "total": 310.0,
    }  # fmt: skip


def test_what_was_only_half_prepared_costs_what_was_left_of_it() -> None:
    ms = TurnTimes(speech_end=2.0, decided=2.3, text=2.15, phrase=2.35, pcm=2.4, sent=2.41).ms()
    assert (ms["asr"], ms["first_phrase"], ms["first_pcm"], ms["total"]) == (0.0, 50.0, 50.0, 410.0)


def test_the_shares_of_the_stages_are_the_whole_budget() -> None:
    assert sum(allowances(0.5).values()) == 500
    assert list(allowances(2.0)) == ["endpoint", "asr", "first_phrase", "first_pcm", "first_sent"]
    assert allowances(2.0)["endpoint"] == 1280


@pytest.mark.parametrize(
    ("times", "named"),
    [
        (TurnTimes(speech_end=2.0, decided=2.3, text=2.3, phrase=2.3, pcm=2.31, sent=2.32), None),
        # A stage over its share is no matter while the turn keeps the budget.
        (TurnTimes(speech_end=2.0, decided=2.1, text=2.1, phrase=2.4, pcm=2.41, sent=2.42), None),
        (TurnTimes(speech_end=2.0, decided=2.8, text=2.9, phrase=2.9, pcm=2.91, sent=2.92), "endpoint"),
        # The endpoint took longest, but the phrase overshot its share by more.
        (TurnTimes(speech_end=2.0, decided=2.35, text=2.35, phrase=2.6, pcm=2.61, sent=2.62), "first_phrase"),
        (TurnTimes(speech_end=2.0, decided=2.3, text=2.9, phrase=2.9, pcm=2.91, sent=2.92), "asr"),
        (TurnTimes(decided=2.0, text=2.0, phrase=2.0, pcm=2.7, sent=2.71), "first_pcm"),
        # Nothing of the reply was sent: how long it would have taken is not known.
        (TurnTimes(speech_end=2.0, decided=9.0, text=9.5), None),
        (TurnTimes(), None),
    ],
)
def test_the_stage_that_overshot_its_share_the_most_broke_the_budget(
    times: TurnTimes, named: str | None
) -> None:
    assert culprit(times.ms(), 0.5) == named


def test_a_longer_budget_is_kept_by_a_slower_turn() -> None:
    ms = TurnTimes(speech_end=2.0, decided=2.6, text=2.65, phrase=2.66, pcm=2.7, sent=2.72).ms()
    assert culprit(ms, 0.5) == "endpoint"
    assert culprit(ms, 1.0) is None


AT = st.none() | st.floats(0.0, 60.0)


@given(AT, AT, AT, AT, AT, AT)
def test_in_whatever_order_stages_were_reached_the_ledger_stays_sensible(
    speech_end: float | None,
    decided: float | None,
    text: float | None,
    phrase: float | None,
    pcm: float | None,
    sent: float | None,
) -> None:
    times = TurnTimes(None, speech_end, decided, text, phrase, pcm, sent)
    stages, ms = times.stages(), times.ms()
    assert all(stage.ended >= stage.begun for stage in stages)
    assert all(before.ended == after.begun for before, after in itertools.pairwise(stages))
    assert ms.get("total", 0.0) <= sum(stage.ms for stage in stages) + 1
    assert (culprit(ms, 0.5) is not None) == (ms.get("total", 0.0) > 500)
