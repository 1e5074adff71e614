"""Turns, read from events."""

from __future__ import annotations

import json
import math

from parley.replay.outcome import outcome_of, read_outcome
from tests.parley.replay.calls import answer, closing, event, opening


def test_a_turn_has_what_was_said_and_answered() -> None:
    outcome = outcome_of([*opening(), *answer(1, 2.0, 3.0, "where is it", "on its way"), *closing(9.0)])
    greeting, turn = outcome.turns
    assert (greeting.input, greeting.kind, greeting.decided, greeting.sent) == (
        "arrived",
        "greeting",
        0.1,
        0.2,
    )
    assert (turn.input, turn.text, turn.start, turn.end, turn.decided) == (
        "said",
        "where is it",
        2.0,
        3.0,
        3.5,
    )
    assert (turn.kind, turn.reply, turn.sent, turn.ms["endpoint"]) == ("known", "on its way", 3.6, 500.0)
    assert (outcome.seconds, outcome.ended_by, outcome.unknown) == (9.0, "caller", ())
    assert [one.name for one in outcome.events][:2] == ["answered", "reply_started"]


def test_who_interrupts_belongs_to_the_next_reply() -> None:
    first, second = answer(1, 2.0, 3.0, "tell me", "a long story"), answer(2, 4.0, 4.5, "stop", "all right")
    cut = first.pop() | {"at": 5.05, "heard": "a long"}
    interrupted = [*second[:4], cut, *second[4:]]
    turns = outcome_of([*opening(), *first, *interrupted, *closing(9.0)]).turns
    assert [(turn.text, turn.reply, turn.heard) for turn in turns[1:]] == [
        ("tell me", "a long story", "a long"),
        ("stop", "all right", "all right"),
    ]


def test_keys_silence_and_noise_are_told_apart() -> None:
    events = [
        *opening(),
        event("key", 2.0, digit="7"),
        event("turn", 2.0, index=1, kind="ignored", reply="", heard="", ms={}),
        event("turn_ended", 4.0, start=3.0, end=3.5),
        event("recognised", 4.0, text="", language="en", ms={"total": 80}),
        event("turn_ended", 5.0, start=4.2, end=4.5),
        event("recognised", 5.0, text="uh-huh", language="en", ms={"total": 80}),
        event("reply_started", 9.0, kind="silence", text="are you there"),
        event("turn", 10.0, index=2, kind="silence", reply="are you there", heard="are you there", ms={}),
        *closing(11.0),
    ]
    _, key, silence = outcome_of(events).turns
    assert (key.input, key.text, key.answered) == ("keyed", "7", False)
    assert (silence.input, silence.text, silence.at) == ("silence", None, 9.0)


def test_an_acknowledgement_is_the_first_sound_of_a_reply() -> None:
    said = answer(1, 2.0, 3.0, "why", "because", kind="model", waits=1.5)
    said.insert(4, event("acknowledged", 3.7, text="let me see"))
    turn = outcome_of([*opening(), *said, *closing(9.0)]).turns[1]
    assert (turn.sent, turn.content, turn.acknowledged, turn.text) == (3.7, 5.0, True, "why")


def test_where_recording_was_off_nothing_is_known() -> None:
    events = [
        *opening(),
        event("recording", 2.0, on=False),
        event("key", 3.0, off=True),
        event("turn", 4.0, index=1, kind="menu", ms={}, off=True),
        event("recording", 6.0, on=True, off=True),
        *closing(9.0),
    ]
    outcome = outcome_of(events)
    assert outcome.unknown == ((2.0, 6.0),)
    assert not outcome.is_known(5.0, 7.0)
    assert outcome.is_known(6.5, 7.0)
    assert outcome.turns[1].text is None


def test_after_a_crash_nothing_is_known() -> None:
    begun = answer(1, 2.0, 3.0, "where is it", "on its way")[:-1]
    outcome = outcome_of([*opening(), *begun, event("recording_recovered", None)])
    assert outcome.unknown == ((3.6, math.inf),)
    assert not outcome.is_known(4.0)
    turn = outcome.turns[1]
    assert (turn.text, turn.kind, turn.reply) == ("where is it", "known", None), (
        "of the reply nothing is certain"
    )


def test_an_outcome_survives_a_file() -> None:
    events = [*opening(), event("recording", 2.0, on=False), event("key", 3.0, off=True)]
    outcome = outcome_of(events)
    written = json.dumps(outcome.as_json())
    assert "Infinity" not in written
    assert read_outcome(json.loads(written)) == outcome


def test_a_reply_of_which_nothing_was_heard_survives_a_file() -> None:
    """A caller who speaks up as it begins hears none of it; a baseline must not take that for unknown."""
    begun = event("reply_started", 9.0, kind="silence", text="are you there")
    broken_off = event("turn", 9.1, index=1, kind="silence", reply="are you there", heard="", ms={})
    outcome = outcome_of([*opening(), begun, broken_off])
    assert outcome.turns[1].heard == ""
    assert read_outcome(json.loads(json.dumps(outcome.as_json()))) == outcome
