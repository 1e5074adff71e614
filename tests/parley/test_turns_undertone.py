"""A sound without words that goes on under Parley's speech, and the words that come of it."""

import pytest

from dialogue.mind import Completeness
from parley.floor import Floor
from parley.patience import Evidence
from parley.turn_decisions import EndTurn, Hold, PlayOn, Recognise
from parley.turn_settings import TurnSettings
from parley.turns import Turns

WORDS = Evidence(0.9, Completeness.EXPECTED)


@pytest.fixture
def turns() -> Turns:
    return Turns(TurnSettings(silence=8))


def humming(turns: Turns) -> float:
    """Parley speaks over a sound in which no words were found; returns up to when it was looked into."""
    turns.thinking()
    turns.agent_started(0.0, interruptible=True)
    turns.speech_started(5.0)
    probe = 5.0 + turns.settings.probe
    turns.tick(probe)
    assert turns.was_noise(probe + 0.2) == [PlayOn()]
    return probe


def test_a_sound_that_goes_on_is_looked_into_again_without_stopping_parley(turns: Turns) -> None:
    probe = humming(turns)
    again = turns.deadline()
    assert again is not None
    assert probe < again <= probe + 2.0
    assert turns.tick(again) == [Recognise(5.0, again)]
    assert turns.was_noise(again + 0.2) == []
    assert turns.floor is Floor.AGENT
    assert turns.tick(60.0) == [Recognise(57.0, 60.0)], "not all of it once more"


def test_words_in_the_middle_of_a_sound_stop_parley(turns: Turns) -> None:
    probe = humming(turns)
    turns.tick(probe + 2.0)
    assert turns.judged(WORDS) == [Hold()]
    assert turns.floor is Floor.CONTESTED
    assert turns.speech_paused(9.0) == [Recognise(5.0, 9.0)]
    turns.judged(WORDS)
    assert turns.tick(9.5) == [EndTurn(5.0, 9.0, 9.5)]


def test_words_at_the_end_of_a_sound_are_answered(turns: Turns) -> None:
    probe = humming(turns)
    assert turns.speech_paused(probe + 0.5) == [Recognise(5.0, probe + 0.5)]
    assert turns.judged(WORDS) == [Hold()]
    assert turns.tick(probe + 0.8) == [EndTurn(5.0, probe + 0.5, probe + 0.8)]


def test_a_sound_that_was_a_sign_of_listening_to_its_end_is_let_be(turns: Turns) -> None:
    probe = humming(turns)
    turns.speech_paused(probe + 0.5)
    assert turns.judged(Evidence(0.9, Completeness.LISTENING)) == []
    assert turns.floor is Floor.AGENT


def test_words_at_the_end_of_a_sound_count_when_parley_has_finished_before_they_are_known(
    turns: Turns,
) -> None:
    probe = humming(turns)
    turns.speech_paused(probe + 0.5)
    turns.agent_finished(probe + 0.6)
    assert turns.judged(WORDS) == [], "nothing is held: nobody speaks"
    assert turns.tick(probe + 0.8) == [EndTurn(5.0, probe + 0.5, probe + 0.8)]


@pytest.mark.parametrize("interruptible", [True, False])
def test_who_still_speaks_as_parley_finishes_has_the_floor(turns: Turns, interruptible: bool) -> None:
    if interruptible:
        humming(turns)
    else:
        turns.thinking()
        turns.agent_started(0.0, interruptible=False)
        turns.speech_started(5.0)
    turns.agent_finished(6.5)
    start = 5.0 if interruptible else 6.5
    assert turns.speech_paused(8.0) == [Recognise(start, 8.0)]


MUMBLED = Evidence(None, Completeness.MUMBLED)


def looked_into(turns: Turns, evidence: Evidence) -> float:
    """Parley is held for a sound that goes on and was looked into; returns when."""
    turns.thinking()
    turns.agent_started(0.0, interruptible=True)
    turns.speech_started(5.0)
    probe = 5.0 + turns.settings.probe
    assert turns.tick(probe) == [Recognise(5.0, probe)]
    assert turns.judged(evidence) == []
    return probe


def test_a_hum_is_over_as_soon_as_it_ends(turns: Turns) -> None:
    probe = looked_into(turns, MUMBLED)
    end = probe + 0.2
    assert turns.speech_paused(end) == [PlayOn(), Recognise(5.0, end)]
    assert turns.judged(Evidence(0.9, Completeness.LISTENING)) == []
    assert turns.floor is Floor.AGENT


def test_what_was_no_hum_stops_parley_once_more(turns: Turns) -> None:
    probe = looked_into(turns, MUMBLED)
    turns.speech_paused(probe + 0.2)
    assert turns.judged(WORDS) == [Hold()]
    assert turns.tick(probe + 0.6) == [EndTurn(5.0, probe + 0.2, probe + 0.6)]


@pytest.mark.parametrize(("evidence", "more"), [(WORDS, 0.2), (MUMBLED, 0.5)])
def test_words_or_much_more_of_the_sound_are_waited_for(
    turns: Turns, evidence: Evidence, more: float
) -> None:
    probe = looked_into(turns, evidence)
    assert turns.speech_paused(probe + more) == [Recognise(5.0, probe + more)], (
        "Parley stays silent meanwhile"
    )
    assert turns.floor is Floor.PAUSING


def test_words_over_what_must_be_heard_do_not_stop_it(turns: Turns) -> None:
    probe = humming(turns)
    turns.agent_started(probe + 0.3, interruptible=False)
    turns.tick(probe + 2.0)
    assert turns.judged(WORDS) == []


def test_a_key_during_a_sound_leaves_nothing_of_it(turns: Turns) -> None:
    probe = humming(turns)
    turns.speech_paused(probe + 0.5)
    turns.superseded()
    turns.agent_started(probe + 0.6, interruptible=True)
    assert turns.judged(WORDS) == []
    assert turns.floor is Floor.AGENT
