"""The rules of turn-taking, one by one, without audio and without a clock."""

import pytest

from dialogue.mind import Completeness
from parley.floor import Floor
from parley.patience import Evidence
from parley.turn_decisions import Decision, EndTurn, GoesOn, Hold, Lasts, PlayOn, PromptSilence, Recognise
from parley.turn_settings import TurnSettings
from parley.turns import Turns


@pytest.fixture
def turns() -> Turns:
    return Turns(TurnSettings(silence=8))


UNSURE = Evidence(0.5, Completeness.UNKNOWN)
COMPLETE = Evidence(0.9, Completeness.EXPECTED)
UNFINISHED = Evidence(0.1, Completeness.UNFINISHED)


def paused(turns: Turns, at: float, evidence: Evidence = UNSURE) -> list[Decision]:
    """The caller pauses, and sound and words say what they say."""
    return [*turns.speech_paused(at), *turns.judged(evidence)]


def ends(turns: Turns, at: float) -> bool:
    """Whether the turn is over at that time."""
    return any(isinstance(one, EndTurn) for one in turns.tick(at))


def speaking(turns: Turns, *, interruptible: bool = True) -> Turns:
    """Parley has the floor."""
    turns.thinking()
    turns.agent_started(0.0, interruptible=interruptible)
    assert turns.floor is Floor.AGENT
    return turns


def test_a_turn_is_recognised_at_the_pause_and_ended_by_enough_silence(turns: Turns) -> None:
    assert turns.speech_started(1.0) == []
    assert paused(turns, 2.0) == [Recognise(1.0, 2.0)]
    assert not ends(turns, 2.49)
    assert turns.tick(2.5) == [EndTurn(1.0, 2.0, 2.5)]
    assert turns.floor is Floor.THINKING


def test_a_pause_that_lasts_is_told_once(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0, UNFINISHED)
    usual = turns.deadline()
    assert usual is not None
    assert 2.2 < usual < 2.5, "a pause within a sentence"
    assert not turns.lasts
    assert turns.tick(usual) == [Lasts()]
    assert turns.lasts
    assert turns.tick(usual + 0.1) == []
    assert turns.speech_started(2.6) == [GoesOn()]
    assert not turns.lasts
    paused(turns, 3.0, UNFINISHED)
    assert turns.tick(3.5) == [Lasts()], "and again in the next one"


def test_a_breath_does_not_end_a_turn(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    assert turns.speech_started(2.4) == [GoesOn()]
    assert not ends(turns, 2.6)
    assert paused(turns, 3.0) == [Recognise(1.0, 3.0)]
    assert turns.tick(3.5) == [EndTurn(1.0, 3.0, 3.5)]


def test_who_goes_on_before_the_reply_sounds_has_one_turn(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0)
    turns.tick(2.5)
    turns.was_speech()
    assert turns.speech_started(2.7) == [GoesOn()]
    paused(turns, 3.0)
    assert turns.tick(3.5) == [EndTurn(1.0, 3.0, 3.5)]


def test_a_cough_over_parleys_speech_holds_it_and_lets_it_play_on(turns: Turns) -> None:
    speaking(turns)
    assert turns.speech_started(5.0) == [Hold()]
    assert turns.speech_paused(5.2) == [PlayOn()]
    assert turns.floor is Floor.AGENT


def test_the_first_trace_of_speech_holds_parley_and_is_confirmed_without_another_hold(turns: Turns) -> None:
    speaking(turns)
    assert turns.suspected(4.0) == [Hold()]
    assert turns.suspected(4.0) == []
    assert turns.speech_started(4.0) == []
    assert turns.floor is Floor.CONTESTED
    assert turns.held
    assert turns.suspected(None) == []
    assert paused(turns, 4.8, COMPLETE) == [Recognise(4.0, 4.8)]
    assert turns.tick(5.0) == [EndTurn(4.0, 4.8, 5.0)]


def test_a_trace_that_comes_to_nothing_costs_a_moment(turns: Turns) -> None:
    speaking(turns)
    turns.suspected(4.0)
    assert turns.suspected(None) == []
    assert not ends(turns, 4.15)
    assert turns.tick(4.2) == [PlayOn()]
    assert turns.floor is Floor.AGENT
    assert turns.suspected(5.0) == [Hold()], "the next one holds as well"


def test_a_trace_that_comes_back_within_a_word_is_one_hold(turns: Turns) -> None:
    speaking(turns)
    assert turns.suspected(None, 4.0) == [Hold()]
    assert turns.suspected(None, None) == []
    assert turns.suspected(4.1, 4.1) == []
    assert not ends(turns, 4.3)
    assert turns.speech_started(4.1) == []
    assert turns.floor is Floor.CONTESTED


def test_a_trace_whose_sound_never_arrives_does_not_hold_parley_for_ever(turns: Turns) -> None:
    speaking(turns)
    turns.suspected(4.0)
    assert turns.deadline() == pytest.approx(4.4)
    assert not ends(turns, 4.3)
    assert turns.tick(4.5) == [PlayOn()]
    assert turns.suspected(4.0) == [], "the same trace holds once"
    assert turns.deadline() is None


def test_in_the_talk_of_others_only_a_sound_like_speech_holds_parley(turns: Turns) -> None:
    speaking(turns)
    assert turns.suspected(None, 4.0) == [Hold()]
    turns.suspected(None, None)
    assert turns.tick(4.3) == [PlayOn()]
    assert turns.suspected(None, 6.0) == [], "a trace soon after one that came to nothing"
    assert turns.suspected(6.1, 6.0) == [Hold()]
    turns.suspected(None, None)
    assert turns.tick(6.4) == [PlayOn()]
    assert turns.suspected(None, 12.0) == [Hold()]


def test_no_trace_of_speech_holds_what_must_be_heard(turns: Turns) -> None:
    speaking(turns, interruptible=False)
    assert turns.suspected(4.0) == []


def test_words_over_parleys_speech_become_a_turn(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    assert paused(turns, 5.8) == [Recognise(5.0, 5.8)]
    assert turns.tick(6.3) == [EndTurn(5.0, 5.8, 6.3)]


def test_a_long_noise_over_parleys_speech_lets_it_play_on_when_no_words_were_found(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    paused(turns, 5.8)
    turns.tick(6.3)
    assert turns.was_noise(6.4) == [PlayOn()]
    assert turns.floor is Floor.AGENT


def test_a_notice_that_must_be_heard_is_not_held(turns: Turns) -> None:
    speaking(turns, interruptible=False)
    assert turns.speech_started(5.0) == []
    assert turns.speech_paused(5.8) == []
    assert turns.floor is Floor.AGENT


def test_who_still_speaks_when_a_notice_ends_has_the_floor(turns: Turns) -> None:
    speaking(turns, interruptible=False)
    turns.speech_started(5.0)
    turns.agent_finished(6.0)
    assert turns.floor is Floor.CALLER
    assert turns.speech_paused(6.5) == [Recognise(6.0, 6.5)]


def test_a_sound_just_before_the_greeting_holds_it(turns: Turns) -> None:
    turns.thinking()
    assert turns.speech_started(0.0) == []
    assert turns.agent_started(0.0, interruptible=True) == [Hold()]
    assert turns.speech_paused(0.1) == [PlayOn()]


def test_silence_is_prompted_again_and_again_until_somebody_speaks(turns: Turns) -> None:
    speaking(turns).agent_finished(10.0)
    assert turns.tick(17.9) == []
    assert turns.tick(18.0) == [PromptSilence(1)]
    turns.agent_started(0.0, interruptible=True)
    turns.agent_finished(20.0)
    assert turns.tick(28.0) == [PromptSilence(2)]
    turns.agent_started(0.0, interruptible=True)
    turns.agent_finished(30.0)
    turns.speech_started(31.0)
    paused(turns, 32.0)
    turns.tick(32.5)
    turns.was_speech()
    turns.agent_started(0.0, interruptible=True)
    turns.agent_finished(34.0)
    assert turns.tick(42.0) == [PromptSilence(1)]


def test_noise_does_not_put_the_prompt_off(turns: Turns) -> None:
    speaking(turns).agent_finished(10.0)
    turns.speech_started(16.0)
    paused(turns, 16.6)
    turns.tick(17.1)
    assert turns.was_noise(17.2) == []
    assert turns.deadline() == pytest.approx(18.0)


def test_a_turn_without_end_is_cut(turns: Turns) -> None:
    turns.speech_started(1.0)
    assert turns.tick(61.0) == [Recognise(1.0, 61.0), EndTurn(1.0, 61.0, 61.0)]


def test_a_key_supersedes_what_was_being_said(turns: Turns) -> None:
    turns.speech_started(1.0)
    turns.speech_paused(2.0)
    assert turns.superseded() == [GoesOn()]
    assert not ends(turns, 2.5)
    assert turns.floor is Floor.THINKING


def test_after_the_end_nothing_is_decided(turns: Turns) -> None:
    turns.over()
    assert turns.speech_started(1.0) == []
    assert turns.superseded() == []
    assert turns.deadline() is None


def test_a_turn_that_is_complete_is_ended_soon_and_one_that_breaks_off_late(turns: Turns) -> None:
    settings = turns.settings.patience
    for evidence, silence in ((COMPLETE, settings.complete), (UNFINISHED, settings.incomplete)):
        turns = Turns(TurnSettings())
        turns.speech_started(1.0)
        paused(turns, 2.0, evidence)
        assert not ends(turns, 2.0 + silence - 0.01)
        assert turns.tick(2.0 + silence) == [EndTurn(1.0, 2.0, 2.0 + silence)]


def test_nothing_is_ended_before_the_words_are_known(turns: Turns) -> None:
    turns.speech_started(1.0)
    turns.speech_paused(2.0)
    turns.judged(Evidence(0.99, None))
    assert not ends(turns, 2.9)
    turns.judged(Evidence(0.99, Completeness.EXPECTED))
    assert turns.tick(2.9) == [EndTurn(1.0, 2.0, 2.9)]


def test_a_sound_that_may_be_speech_keeps_a_turn_open_for_a_while(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0, COMPLETE)
    turns.suspected(2.15)
    assert not ends(turns, 2.4)
    assert turns.speech_started(2.15) == [GoesOn()]
    paused(turns, 3.0, COMPLETE)
    turns.suspected(3.15)
    assert not ends(turns, 3.4)
    turns.suspected(None)
    assert turns.tick(3.42) == [EndTurn(1.0, 3.0, 3.42)]


def test_a_sound_that_never_becomes_speech_does_not_keep_a_turn_open(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0, COMPLETE)
    turns.suspected(2.1)
    assert turns.tick(3.0) == [EndTurn(1.0, 2.0, 3.0)]


def test_who_goes_on_as_the_reply_begins_had_not_finished(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0, COMPLETE)
    turns.tick(2.2)
    turns.was_speech()
    turns.agent_started(2.25, interruptible=True)
    assert turns.speech_started(2.4) == [GoesOn()]
    assert paused(turns, 3.0) == [Recognise(1.0, 3.0)], "one turn, from its first word on"


def test_who_speaks_later_interrupts(turns: Turns) -> None:
    turns.speech_started(1.0)
    paused(turns, 2.0, COMPLETE)
    turns.tick(2.2)
    turns.was_speech()
    turns.agent_started(2.25, interruptible=True)
    assert turns.speech_started(3.4) == [Hold()]
    assert paused(turns, 4.0) == [Recognise(3.4, 4.0)]


def test_a_sign_of_listening_lets_parley_play_on_at_once(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    turns.speech_paused(5.4)
    assert turns.judged(Evidence(0.9, Completeness.LISTENING)) == [PlayOn()]
    assert turns.floor is Floor.AGENT


def test_a_sound_without_words_lets_parley_play_on_before_the_turn_would_be_over(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    turns.speech_paused(5.5)
    assert turns.was_noise(5.7) == [PlayOn()]
    assert turns.tick(9.0) == []


def test_a_sound_that_does_not_end_is_looked_into_and_played_over_if_there_are_no_words(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    probe = 5.0 + turns.settings.probe
    assert turns.tick(probe) == [Recognise(5.0, probe)]
    assert turns.was_noise(probe + 0.2) == [PlayOn()]
    assert turns.speech_paused(probe + 0.22) == [Recognise(5.0, probe + 0.22)], "it may end with a word"


def test_what_follows_a_short_sound_at_once_belongs_to_it(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    assert turns.speech_paused(5.1) == [PlayOn()]
    assert turns.speech_started(5.3) == [Hold()]
    assert paused(turns, 6.0) == [Recognise(5.0, 6.0)]


def test_a_slow_speaker_is_given_more_time(turns: Turns) -> None:
    turns.speech_started(1.0)
    end = 1.0
    for _ in range(4):
        end += 1.0
        turns.speech_paused(end)
        end += 0.7
        assert turns.speech_started(end) == [GoesOn()]
    end += 1.0
    paused(turns, end)
    assert not ends(turns, end + turns.settings.patience.end_of_turn)
    assert turns.tick(end + 1.6 * turns.settings.patience.end_of_turn)
