"""The rules of turn-taking, one by one, without audio and without a clock."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.turns import (
    Decision,
    EndTurn,
    Floor,
    GoesOn,
    Hold,
    PlayOn,
    PromptSilence,
    Recognise,
    Turns,
    TurnSettings,
)


@pytest.fixture
def turns() -> Turns:
    return Turns(TurnSettings(silence=8))


def speaking(turns: Turns, *, interruptible: bool = True) -> Turns:
    """Parley has the floor."""
    turns.thinking()
    turns.agent_started(0.0, interruptible=interruptible)
    assert turns.floor is Floor.AGENT
    return turns


def test_a_turn_is_recognised_at_the_pause_and_ended_by_enough_silence(turns: Turns) -> None:
    assert turns.speech_started(1.0) == []
    assert turns.speech_paused(2.0) == [Recognise(1.0, 2.0)]
    assert turns.tick(2.49) == []
    assert turns.tick(2.5) == [EndTurn(1.0, 2.0, 2.5)]
    assert turns.floor is Floor.THINKING


def test_a_breath_does_not_end_a_turn(turns: Turns) -> None:
    turns.speech_started(1.0)
    turns.speech_paused(2.0)
    assert turns.speech_started(2.4) == [GoesOn()]
    assert turns.tick(2.6) == []
    assert turns.speech_paused(3.0) == [Recognise(1.0, 3.0)]
    assert turns.tick(3.5) == [EndTurn(1.0, 3.0, 3.5)]


def test_who_goes_on_before_the_reply_sounds_has_one_turn(turns: Turns) -> None:
    turns.speech_started(1.0)
    turns.speech_paused(2.0)
    turns.tick(2.5)
    turns.was_speech()
    assert turns.speech_started(2.7) == [GoesOn()]
    turns.speech_paused(3.0)
    assert turns.tick(3.5) == [EndTurn(1.0, 3.0, 3.5)]


def test_a_cough_over_parleys_speech_holds_it_and_lets_it_play_on(turns: Turns) -> None:
    speaking(turns)
    assert turns.speech_started(5.0) == [Hold()]
    assert turns.speech_paused(5.2) == [PlayOn()]
    assert turns.floor is Floor.AGENT


def test_words_over_parleys_speech_become_a_turn(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    assert turns.speech_paused(5.8) == [Recognise(5.0, 5.8)]
    assert turns.tick(6.3) == [EndTurn(5.0, 5.8, 6.3)]


def test_a_long_noise_over_parleys_speech_lets_it_play_on_when_no_words_were_found(turns: Turns) -> None:
    speaking(turns)
    turns.speech_started(5.0)
    turns.speech_paused(5.8)
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
    turns.speech_paused(32.0)
    turns.tick(32.5)
    turns.was_speech()
    turns.agent_started(0.0, interruptible=True)
    turns.agent_finished(34.0)
    assert turns.tick(42.0) == [PromptSilence(1)]


def test_noise_does_not_put_the_prompt_off(turns: Turns) -> None:
    speaking(turns).agent_finished(10.0)
    turns.speech_started(16.0)
    turns.speech_paused(16.6)
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
    assert turns.tick(2.5) == []
    assert turns.floor is Floor.THINKING


def test_after_the_end_nothing_is_decided(turns: Turns) -> None:
    turns.over()
    assert turns.speech_started(1.0) == []
    assert turns.superseded() == []
    assert turns.deadline() is None


EVIDENCE = st.sampled_from(
    ["start", "pause", "key", "agent", "notice", "finished", "nothing", "noise", "speech", "tick", "think"]
)


def tell(turns: Turns, what: str, at: float) -> list[Decision]:
    ways: dict[str, Callable[[], list[Decision] | None]] = {
        "start": partial(turns.speech_started, at),
        "pause": partial(turns.speech_paused, at),
        "key": turns.superseded,
        "agent": partial(turns.agent_started, at, interruptible=True),
        "notice": partial(turns.agent_started, at, interruptible=False),
        "noise": partial(turns.was_noise, at),
        "tick": partial(turns.tick, at),
        "finished": partial(turns.agent_finished, at),
        "nothing": partial(turns.nothing_said, at),
        "speech": turns.was_speech,
        "think": turns.thinking,
    }
    return ways[what]() or []


@given(st.lists(st.tuples(EVIDENCE, st.floats(0.01, 3.0)), max_size=60))
def test_any_evidence_in_any_order_leaves_a_floor_that_can_move_on(
    evidence: list[tuple[str, float]],
) -> None:
    turns = Turns(TurnSettings())
    now = 0.0
    held = False
    for what, passed in evidence:
        now += passed
        decisions = tell(turns, what, now)
        for decision in decisions:
            if isinstance(decision, EndTurn | Recognise):
                assert decision.start <= decision.end <= now
            if isinstance(decision, Hold):
                assert not held or what in {"agent", "start"}
                held = True
            if isinstance(decision, PlayOn):
                assert held, "played on what was never held"
                held = False
    # Whatever happened, a caller who now speaks alone is understood.
    turns.agent_finished(now)
    turns.was_noise(now)
    turns.nothing_said(now)
    turns.speech_paused(now)
    turns.tick(now + 1)
    turns.was_noise(now + 1)
    turns.nothing_said(now + 1)
    turns.agent_finished(now + 1)
    turns.speech_started(now + 2)
    turns.speech_paused(now + 3)
    assert any(isinstance(d, EndTurn) for d in turns.tick(now + 3.5))
