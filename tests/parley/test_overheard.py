"""The caller is told from people around him by how loud he was before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parley.overheard import QUIETER_DB, Overheard

Loud = Callable[[float, float], float]


class Room:
    """How loud it is: -20 dB until `quiet_from`, `quiet` dB until `loud_from`, then -20 again."""

    def __init__(self) -> None:
        self.quiet_from, self.loud_from, self.quiet = 10.0, 20.0, -32.0

    def __call__(self, start: float, end: float) -> float:
        return -20.0 if start < self.quiet_from or end > self.loud_from else self.quiet


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def overheard(room: Room) -> Overheard:
    return Overheard(8000, room)


def test_nobody_is_taken_for_another_before_the_caller_was_heard(overheard: Overheard) -> None:
    assert not overheard.is_background(11.0, 12.0)
    assert overheard.begin(11.0, 11.1) is None


def test_quieter_voices_are_others_and_the_caller_may_be_a_little_quieter(
    overheard: Overheard, room: Room
) -> None:
    overheard.learn(2.0, 4.0)
    assert overheard.begin(11.0, 11.1) == "background"
    assert overheard.end(), "it was not the caller to its end"
    assert not overheard.end()
    room.quiet = -20.0 - QUIETER_DB + 1
    assert overheard.begin(12.0, 12.1) is None


def test_the_caller_who_joins_in_is_noticed(overheard: Overheard) -> None:
    overheard.learn(2.0, 4.0)
    overheard.begin(19.0, 19.1)
    assert overheard.caller_since(19.9) is None
    assert overheard.caller_since(20.1) == pytest.approx(19.95)
    assert overheard.caller_since(20.2) is None, "he is told of once"
    assert not overheard.end()


def test_where_others_talk_a_quiet_sound_is_expected_to_be_theirs_for_a_while(overheard: Overheard) -> None:
    overheard.learn(2.0, 4.0)
    assert not overheard.expected(10.5, 10.6)
    overheard.begin(11.0, 11.1)
    overheard.end()
    assert overheard.expected(13.0, 13.1)
    assert not overheard.expected(20.0, 20.1), "as loud as the caller"


def test_one_loud_turn_does_not_make_a_stranger_of_the_caller(overheard: Overheard, room: Room) -> None:
    room.quiet = -26.0
    for _ in range(3):
        overheard.learn(11.0, 12.0)
    overheard.learn(2.0, 4.0)
    assert not overheard.is_background(13.0, 14.0)
