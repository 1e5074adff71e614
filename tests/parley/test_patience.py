"""How long a silence has to be, by what is known of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.mind import Completeness
from parley.patience import Evidence, Pace, PatienceSettings, patience, probability

SETTINGS = PatienceSettings()


def silence(sound: float | None, words: Completeness | None, pace: float = 1.0) -> float:
    return patience(SETTINGS, Evidence(sound, words), pace)


def test_what_is_complete_by_sound_and_words_is_answered_soonest() -> None:
    assert silence(0.95, Completeness.EXPECTED) == pytest.approx(SETTINGS.complete)
    assert silence(0.95, Completeness.QUESTION) == pytest.approx(SETTINGS.complete)


def test_where_neither_tells_the_middle_one_holds() -> None:
    assert silence(0.5, Completeness.UNKNOWN) == pytest.approx(SETTINGS.end_of_turn)
    assert silence(None, Completeness.UNKNOWN) == pytest.approx(SETTINGS.end_of_turn)


def test_who_tells_something_that_is_not_known_may_go_on() -> None:
    assert silence(0.99, Completeness.UNKNOWN) == pytest.approx(SETTINGS.statement)


@pytest.mark.parametrize(("spoken", "seconds"), [(5.0, 0.4), (7.5, 0.6), (10.0, 0.8), (30.0, 0.8)])
def test_the_longer_the_story_the_longer_it_may_go_on(spoken: float, seconds: float) -> None:
    told = Evidence(0.99, Completeness.UNKNOWN)
    assert patience(SETTINGS, told, spoken=spoken) == pytest.approx(seconds)
    asked = Evidence(0.99, Completeness.QUESTION)
    assert patience(SETTINGS, asked, spoken=spoken) == pytest.approx(SETTINGS.complete)


def test_without_a_stop_behind_it_a_sentence_has_to_sound_final() -> None:
    assert silence(0.99, Completeness.UNMARKED) == pytest.approx(SETTINGS.statement)
    assert silence(0.75, Completeness.UNMARKED) > SETTINGS.end_of_turn
    assert silence(0.75, Completeness.UNKNOWN) < SETTINGS.end_of_turn


def test_a_sentence_that_breaks_off_is_waited_for_however_final_it_sounds() -> None:
    assert silence(0.99, Completeness.UNFINISHED) > SETTINGS.end_of_turn
    assert silence(0.05, Completeness.UNFINISHED) == pytest.approx(SETTINGS.incomplete)


def test_a_question_known_in_full_is_answered_soon_even_if_it_sounds_open() -> None:
    assert silence(0.2, Completeness.EXPECTED) < SETTINGS.end_of_turn


def test_who_dictates_is_given_the_longest() -> None:
    assert silence(0.99, Completeness.DICTATING) == pytest.approx(SETTINGS.dictation)


def test_words_are_waited_for() -> None:
    assert silence(0.99, None) == pytest.approx(SETTINGS.incomplete)


@given(st.floats(0, 1), st.sampled_from(list(Completeness)), st.floats(0.9, 1.6))
def test_silence_stays_within_its_bounds(sound: float, words: Completeness, pace: float) -> None:
    assert SETTINGS.complete <= silence(sound, words, pace) + 1e-9
    assert silence(sound, words, pace) <= SETTINGS.dictation * pace + 1e-9


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(list(Completeness)))
def test_the_more_final_it_sounds_the_shorter_the_silence(a: float, b: float, words: Completeness) -> None:
    low, high = sorted((a, b))
    assert silence(high, words) <= silence(low, words) + 1e-9
    assert probability(Evidence(low, words)) <= probability(Evidence(high, words))


def test_a_callers_pace_counts_once_it_is_known() -> None:
    pace = Pace()
    pace.paused(0.8)
    pace.paused(0.8)
    assert pace.factor == 1.0
    pace.paused(0.05)
    assert pace.factor == 1.0, "a gap between words is no pause"
    pace.paused(0.8)
    assert pace.factor == pytest.approx(1.6)
    for _ in range(12):
        pace.paused(0.25)
    assert pace.factor == pytest.approx(0.9)
