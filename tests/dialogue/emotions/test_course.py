"""The feelings of whole calls."""

from __future__ import annotations

import pytest

from dialogue.emotions.fusion import Course
from dialogue.emotions.values import LABELS, Emotion, emotion_of


def scores(**weights: float) -> tuple[float, ...]:
    rest = (1 - sum(weights.values())) / len(LABELS)
    return tuple(weights.get(label, 0.0) + rest for label in LABELS)


def words(**weights: float) -> Emotion:
    return emotion_of(scores(**weights))


CALM = scores(neutral=0.8)
LOUD = scores(angry=0.9)
PLAIN = words(neutral=0.9)
CROSS = words(angry=0.8)


def test_one_loud_sentence_is_no_anger() -> None:
    course = Course()
    for _ in range(2):
        course.take(CALM, PLAIN)
    felt = course.take(LOUD, PLAIN)
    assert not felt.angry_turn
    assert felt.mood == "neutral"
    assert course.take(CALM, PLAIN).mood == "neutral"


def test_a_voice_that_stays_angry_is_believed() -> None:
    course = Course()
    for _ in range(2):
        course.take(CALM, PLAIN)
    turns = [course.take(LOUD, words(neutral=0.6, angry=0.2)) for _ in range(4)]
    assert [turn.angry_turn for turn in turns] == [False, True, True, True]
    assert turns[0].loud_only
    assert turns[-1].mood == "angry"


def test_words_say_it_plainly_and_at_once() -> None:
    course = Course()
    assert course.take(None, CROSS).angry_in_a_row == 1
    assert course.take(None, CROSS).angry_in_a_row == 2
    assert course.take(None, PLAIN).angry_in_a_row == 0


def test_who_always_sounds_angry_is_not_taken_for_it() -> None:
    course = Course()
    harsh = scores(angry=0.6, neutral=0.2)
    turns = [course.take(harsh, PLAIN) for _ in range(8)]
    assert not any(turn.angry_turn for turn in turns)
    assert {turn.mood for turn in turns} == {"neutral"}


def test_a_departure_from_the_caller_s_own_way_counts_more() -> None:
    harsh, same = Course(), scores(angry=0.55, neutral=0.3)
    soft = Course()
    for _ in range(2):
        harsh.take(same, PLAIN)
        soft.take(CALM, PLAIN)
    assert soft.take(same, None).turn.of("angry") > harsh.take(same, None).turn.of("angry") + 0.2


def test_a_mood_comes_late_and_goes_late() -> None:
    course = Course()
    moods = [course.take(None, said).mood for said in [CROSS, CROSS, PLAIN, PLAIN, PLAIN, PLAIN]]
    assert moods[0] == "neutral"
    assert moods[1] == "angry"
    assert moods[2] == "angry", "one calm sentence does not end it"
    assert moods[-1] == "neutral"


def test_a_call_without_voice_and_words_is_calm() -> None:
    felt = Course().take(None, None)
    assert felt.turn.label == "neutral"
    assert felt.turn.confidence == 1
    assert felt.turn.valence == 0


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 7 weights of 0 or more"):
        Course().take([0.5, 0.5], None)
    with pytest.raises(ValueError, match="expected 7 weights of 0 or more"):
        emotion_of([0.0] * 7)


def test_a_copy_of_a_course_goes_on_by_itself() -> None:
    course = Course()
    course.take(CALM, CROSS)
    other = course.copy()
    assert other.take(LOUD, CROSS).angry_in_a_row == 2
    assert other.take(LOUD, CROSS).mood == "angry"
    assert course.take(CALM, CROSS).angry_in_a_row == 2, "what the copy heard is not its own"
