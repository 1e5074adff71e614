"""Whether one more call is taken, by the waits of those on the line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asr.ear import Utterance
from dialogue.mind import Keyed, Said
from parley.admission import LEAST_TURNS, WINDOW_SECONDS, Admission
from parley.journal import TurnRecord
from parley.ledger import TurnTimes
from telephony.line import LineInfo


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def turn(wait: float, thought: float = 0.0, *, spoken: bool = True) -> TurnRecord:
    """Answered `wait` seconds after the caller's last sound, `thought` of them by the language model."""
    decided = 5.0 + wait - thought - 0.05
    times = TurnTimes(
        speech_start=4.0 if spoken else None,
        speech_end=5.0 if spoken else None,
        decided=decided,
        text=decided,
        phrase=decided + thought,
        pcm=decided + thought,
        sent=5.0 + wait,
        content=5.0 + wait,
    )
    utterance = Utterance("hello", "en", 1.0, 1.0, 0.0, 4.0, 5.0, {}) if spoken else None
    heard = Said("hello", "en", 1.0) if spoken else Keyed("1")
    return TurnRecord(1, heard, utterance, "known", "Hello.", "Hello.", times)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def admission(clock: Clock, *turns: TurnRecord, max_delay: float | None = 1.0) -> Admission:
    made = Admission(4, max_delay, clock)
    watch = made.call(LineInfo("id", "fake"), datetime.now(UTC))
    for one in turns:
        watch.turn(one)
    return made


def test_no_more_calls_than_lines(clock: Clock) -> None:
    room = admission(clock)
    assert room.refusal(3) is None
    assert room.refusal(4) == "all 4 lines are busy"


def test_who_would_wait_too_long_is_not_taken(clock: Clock) -> None:
    slow = admission(clock, *[turn(1.4)] * 3, *[turn(0.4)] * 2)
    assert slow.refusal(2) == "callers wait 1.40 s, more than 1 s"
    assert admission(clock, *[turn(1.4)] * 2, *[turn(0.4)] * 3).refusal(2) is None, "half of them do not"


def test_where_nobody_is_on_the_line_nobody_is_harmed(clock: Clock) -> None:
    assert admission(clock, *[turn(3.0)] * 9).refusal(0) is None


def test_a_few_slow_turns_are_chance(clock: Clock) -> None:
    assert admission(clock, *[turn(3.0)] * (LEAST_TURNS - 1)).refusal(1) is None
    assert admission(clock, *[turn(3.0)] * LEAST_TURNS).refusal(1) is not None


def test_what_was_slow_is_forgotten(clock: Clock) -> None:
    room = admission(clock, *[turn(3.0)] * 9)
    clock.now += WINDOW_SECONDS + 1
    assert room.refusal(1) is None


def test_a_slow_language_model_turns_nobody_away(clock: Clock) -> None:
    assert admission(clock, *[turn(3.0, thought=2.5)] * 9).refusal(1) is None


def test_keys_are_no_measure_of_it(clock: Clock) -> None:
    assert admission(clock, *[turn(3.0, spoken=False)] * 9).refusal(1) is None


def test_there_need_be_no_such_limit(clock: Clock) -> None:
    assert admission(clock, *[turn(9.0)] * 9, max_delay=None).refusal(3) is None
