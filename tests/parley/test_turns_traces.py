"""Traces of a voice while the caller pauses: waited for, unless they are other people's."""

import pytest

from dialogue.mind import Completeness
from parley.patience import Evidence
from parley.turn_decisions import Decision, EndTurn, GoesOn
from parley.turn_settings import TurnSettings
from parley.turns import Turns


@pytest.fixture
def turns() -> Turns:
    return Turns(TurnSettings(silence=8))


def paused(turns: Turns, at: float) -> list[Decision]:
    """The caller pauses, and neither sound nor words tell whether he has finished: half a second ends it."""
    return [*turns.speech_paused(at), *turns.judged(Evidence(0.5, Completeness.UNKNOWN))]


def ends(turns: Turns, at: float) -> bool:
    """Whether the turn is over at that time."""
    return any(isinstance(one, EndTurn) for one in turns.tick(at))


def answered_and_asks_again(turns: Turns) -> None:
    """His turn is answered; the next one pauses at 6 s."""
    turns.was_speech()
    turns.agent_started(3.0, interruptible=True)
    turns.agent_finished(4.0)
    turns.speech_started(5.0)
    paused(turns, 6.0)


def test_a_trace_of_a_voice_in_the_pause_keeps_the_turn_open(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    assert turns.suspected(None, 2.4) == []
    assert not ends(turns, 2.5), "the first sound of a word may be no more than a hiss"
    assert turns.speech_started(2.4) == [GoesOn()]


def test_where_people_talk_around_the_caller_traces_are_waited_for_once(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    turns.suspected(None, 2.4)
    assert not ends(turns, 2.65)
    assert turns.tick(2.7) == [EndTurn(1.0, 2.0, 2.7)]
    answered_and_asks_again(turns)
    turns.suspected(None, 6.4)
    assert turns.tick(6.5) == [EndTurn(5.0, 6.0, 6.5)]


def test_traces_count_again_once_one_was_the_callers(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    turns.suspected(None, 2.4)
    assert turns.tick(2.7) == [EndTurn(1.0, 2.0, 2.7)]
    answered_and_asks_again(turns)
    turns.suspected(None, 6.2)
    assert turns.speech_started(6.2) == [GoesOn()]
    paused(turns, 7.0)
    turns.suspected(None, 7.4)
    assert not ends(turns, 7.5)


def test_the_fading_end_of_a_word_is_no_trace_of_the_next(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    turns.suspected(None, 1.9)
    assert turns.tick(2.5) == [EndTurn(1.0, 2.0, 2.5)]


def test_a_trace_that_costs_the_caller_nothing_is_forgiven(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    turns.suspected(None, 2.2)
    turns.suspected(None, None)
    assert turns.tick(2.5) == [EndTurn(1.0, 2.0, 2.5)]
    answered_and_asks_again(turns)
    turns.suspected(None, 6.4)
    assert not ends(turns, 6.5)
