"""What is read off the journal of Pipecat's bot."""

import json
from typing import Any

import pytest

from parley.benches.peers.pipecat_journal import read_journal

KNOWN = "Two days."


def line(at: float, event: str, call: str = "1000.000000", **fields: Any) -> str:
    return json.dumps({"call": call, "event": event, "at": 1000 + at, **fields})


GREETED = [
    line(1.5, "answered", loading=1.5),
    line(1.9, "spoke", stages={"pipeline": 400.0}),
    line(4.0, "said", text="Hello.", reply="", interrupted=False),
]


def test_the_greeting_is_a_turn_that_nobody_asked_for() -> None:
    [call] = read_journal(GREETED, [KNOWN])
    [turn] = call.turns
    assert (call.started, turn.kind, turn.asked, turn.reply) == (1000.0, "greeting", None, "Hello.")


def test_a_turn_runs_from_the_end_of_the_callers_sound_to_the_first_sample() -> None:
    lines = [
        *GREETED,
        line(7.2, "paused", speech_end=1007.0),
        line(8.5, "asked", text="How long?"),
        line(8.75, "spoke", stages={"transcription": 1300.0, "speech_synthesis": 200.0}),
        line(10.0, "said", text=KNOWN, reply=KNOWN, interrupted=False),
    ]
    [call] = read_journal(lines, [KNOWN])
    turn = call.turns[1]
    assert (turn.kind, turn.asked, turn.reply, turn.speech_end, turn.sent) == (
        "known", "How long?", KNOWN, 7.0, 8.75,
    )  # fmt: skip
    assert turn.stages == {
        "endpoint": 1500.0,
        "transcription": 1300.0,
        "speech_synthesis": 200.0,
        "total": 1750.0,
    }
    assert call.events == ({"event": "turn_ended", "at": 8.5},)


def test_a_turn_counts_from_the_pause_that_ended_it_not_from_one_that_came_later() -> None:
    lines = [
        line(2.2, "paused", speech_end=1002.0),
        line(3.0, "asked", text="How"),
        line(3.4, "paused", speech_end=1003.2),
        line(3.5, "said", text="", reply="It is", interrupted=True),
        line(4.0, "asked", text="long?"),
        line(4.5, "said", text=KNOWN, reply=KNOWN, interrupted=False),
    ]
    [call] = read_journal(lines, [KNOWN])
    assert [turn.speech_end for turn in call.turns] == pytest.approx([2.0, 3.2])
    assert [(turn.kind, turn.reply, turn.heard) for turn in call.turns] == [
        ("model", "It is", ""),
        ("known", KNOWN, KNOWN),
    ]


def test_what_smart_turn_made_of_a_pause_is_an_event() -> None:
    lines = [line(2.3, "judged", complete=False, probability=0.1, ms=90.0), line(3.0, "asked", text="How?")]
    [call] = read_journal(lines, [KNOWN])
    assert [(event["event"], event["at"], event.get("complete")) for event in call.events] == [
        ("judged", pytest.approx(2.3), False),
        ("turn_ended", 3.0, None),
    ]


def test_turns_that_nothing_was_said_to_are_kept() -> None:
    lines = [line(3.0, "asked", text="How long?"), line(5.0, "asked", text="Hello?")]
    [call] = read_journal(lines, [KNOWN])
    assert [(turn.asked, turn.reply, turn.sent) for turn in call.turns] == [
        ("How long?", "", None),
        ("Hello?", "", None),
    ]


def test_calls_are_kept_apart_and_come_in_order() -> None:
    lines = [
        line(20.0, "asked", "1015.000000", text="Second?"),
        line(3.0, "asked", text="First?"),
        line(21.0, "said", "1015.000000", text=KNOWN, reply=KNOWN, interrupted=False),
        line(4.0, "said", text=KNOWN, reply=KNOWN, interrupted=False),
    ]
    calls = read_journal(lines, [KNOWN])
    assert [(call.started, call.turns[0].asked) for call in calls] == [
        (1000.0, "First?"),
        (1015.0, "Second?"),
    ]
