"""Turn-taking under any evidence in any order."""

from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from dialogue.mind import Completeness
from parley.patience import Evidence
from parley.turn_decisions import Decision, EndTurn, Hold, PlayOn, Recognise
from parley.turn_settings import TurnSettings
from parley.turns import Turns

UNSURE = Evidence(0.5, Completeness.UNKNOWN)
COMPLETE = Evidence(0.9, Completeness.EXPECTED)
UNFINISHED = Evidence(0.1, Completeness.UNFINISHED)

EVIDENCE = st.sampled_from(
    [
        "complete",
        "unfinished",
        "listening",
        "suspected",
        "start",
        "pause",
        "key",
        "agent",
        "notice",
        "finished",
        "nothing",
        "noise",
        "speech",
        "tick",
        "think",
    ]
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
        "complete": partial(turns.judged, COMPLETE),
        "unfinished": partial(turns.judged, UNFINISHED),
        "listening": partial(turns.judged, Evidence(None, Completeness.LISTENING)),
        "suspected": partial(turns.suspected, at),
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
    turns.suspected(None)
    turns.speech_paused(now + 3)
    turns.judged(UNSURE)
    assert any(isinstance(d, EndTurn) for d in turns.tick(now + 4))
