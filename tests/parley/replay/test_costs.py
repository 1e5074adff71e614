"""What work cost in a recorded call, and what it therefore costs in the replay."""

from __future__ import annotations

import pytest

from parley.replay.costs import USUAL, Charge, Costs, Work, recorded_costs
from parley.replay.outcome import outcome_of
from tests.parley.replay.calls import Event, answer, closing, event, opening


def costs(*turns: list[Event]) -> Costs:
    events = [*opening(), *(one for turn in turns for one in turn), *closing(60.0)]
    return Costs(Charge.RECORDED, recorded_costs(events, outcome_of(events)))


def test_the_nearest_of_its_kind_counts_or_the_median_or_the_usual() -> None:
    known = costs(
        answer(1, 2.0, 3.0, "a", "b", takes=200),
        answer(2, 12.0, 13.0, "a", "b", takes=900),
        answer(3, 22.0, 23.0, "a", "b", takes=300),
    )
    assert known.seconds(Work.RECOGNITION, 12.5, 0.0) == 0.9
    assert known.seconds(Work.RECOGNITION, 18.0, 0.0) == 0.3
    assert known.seconds(Work.PROMPT, 3.0, 0.0) == 0.06
    assert known.seconds(Work.MODEL, 3.0, 0.0) == USUAL[Work.MODEL]


def test_nothing_and_the_real_time_can_be_charged_instead() -> None:
    assert Costs(Charge.NONE).seconds(Work.MODEL, 3.0, 0.4) == 0.0
    assert Costs(Charge.MEASURED).seconds(Work.MODEL, 3.0, 0.4) == 0.4


def test_an_answer_of_the_model_costs_from_the_question_to_its_phrase() -> None:
    written = answer(1, 2.0, 3.0, "why", "because", kind="model", waits=1.26)
    written[-1]["ms"] = {"asr": 100.0, "first_phrase": 1000.0, "first_pcm": 150.0, "first_sent": 10.0}
    known = costs(written)
    assert known.seconds(Work.MODEL, 3.0, 0.0) == pytest.approx(1.0)
    assert known.seconds(Work.VOICE, 3.0, 0.0) == pytest.approx(0.15)


def test_an_acknowledgement_does_not_make_the_model_look_faster() -> None:
    written = answer(1, 2.0, 3.0, "why", "because", kind="model", waits=1.5)
    written[-1]["ms"] = {"asr": 0.0, "first_phrase": 100.0, "first_pcm": 0.0, "first_sent": 10.0}
    written.insert(4, event("acknowledged", 3.62, text="let me see"))
    known = costs(written)
    assert known.seconds(Work.MODEL, 3.0, 0.0) == pytest.approx(1.5 - 0.01 - USUAL[Work.VOICE])


def test_what_was_begun_in_the_pause_has_cost_more_than_the_caller_waited() -> None:
    written = answer(1, 2.0, 3.0, "why", "because", kind="model", waits=0.51)
    written[-1]["ms"] = {"asr": 0.0, "first_phrase": 400.0, "first_pcm": 100.0, "first_sent": 10.0}
    written[2:2] = [
        event("judged", 3.25, revision=1, sound=0.9, words=None),
        event("judged", 3.4, revision=1, sound=0.9, words="unknown"),
        event("drafted", 3.4, revision=1),
    ]
    next(one for one in written if one["event"] == "recognised")["revision"] = 1
    known = costs(written)
    assert known.seconds(Work.JUDGEMENT, 3.0, 0.0) == pytest.approx(0.05)
    assert known.seconds(Work.RECOGNITION, 3.0, 0.0) == pytest.approx(0.2), "from the pause to the words"
    assert known.seconds(Work.MODEL, 3.0, 0.0) == pytest.approx(3.5 + 0.4 - 3.4)
