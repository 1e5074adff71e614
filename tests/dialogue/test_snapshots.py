"""A dialogue's state written down and read again, by this Parley and by another one."""

import json
import logging
from typing import Any

import pytest

from dialogue.callback import CallBack
from dialogue.emotions.memory import FeelingMemory
from dialogue.mind import Say
from dialogue.snapshots import restored, snapshot_of
from dialogue.state import DialogueState, Exchange
from dialogue.tasks.state import Filled, Question, TaskMemory, Underway, Wanted

STATE = DialogueState(
    "zh",
    exchanges=(
        Exchange("", "您好", "greeting", "zh"),
        Exchange("多久送到", "嗯，好的。两天。", "known", "zh", "嗯，好的。"),
    ),
    said=(Say("两天。", "zh", fixed=True),),
    answers=("delivery",),
    unreached=1,
    offer="desk",
    expects="yes-no",
    callback=CallBack("number", "0791", (False, True, True, True), 1),
    caller="+4930555",
    tasks=TaskMemory(
        stack=(
            Underway(
                "return",
                "I want to return it",
                slots={
                    "order": Filled("#W123", "W 1 2 3", 0.9),
                    "items": Filled(["1", "2"], source="chosen"),
                },
                asked=Question("which", "payment", ("a", "b"), ("card", "gift card")),
                keyed=(True, False),
                doubt=Filled({"city": "Leeds"}),
                parts={"city": "Leeds", "refusals": 2},
                token="t1",
            ),
        ),
        waiting=(Wanted("cancel", "and cancel the lamp"),),
        session={"call_id": "c1", "user_id": "mia_1", "proposals": {"t1": {"tool": "return"}}},
        customer="Mia Wu",
        orders=("#W123",),
    ),
    feelings=FeelingMemory("angry", 2, 1, ("neutral", "angry"), style="calm", priority=5),
)


def written(state: DialogueState) -> dict[str, Any]:
    """What another process reads."""
    read: dict[str, Any] = json.loads(json.dumps(snapshot_of("shop", state)))
    return read


def test_all_of_a_state_comes_back() -> None:
    assert restored("shop", written(STATE)) == STATE


def test_it_can_be_read_by_people() -> None:
    snapshot = written(STATE)
    assert (snapshot["version"], snapshot["flow"], snapshot["offer"]) == (1, "shop", "desk")
    assert snapshot["exchanges"][1]["caller"] == "多久送到"


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"flow": "other"},
        {"colour": "blue"},
        {"unreached": "many"},
        {"exchanges": [{"caller": "hello"}]},
        {"callback": {"stage": "asleep"}},
    ],
)
def test_the_state_of_another_parley_is_dropped_and_said(
    change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert restored("shop", {**written(STATE), **change}) is None
    assert "an earlier dialogue is dropped" in caplog.text
    assert "多久送到" not in caplog.text


def test_a_field_that_is_missing_is_another_parleys_too() -> None:
    snapshot = written(STATE)
    del snapshot["unreached"]
    assert restored("shop", snapshot) is None


def test_words_off_the_record_are_not_written() -> None:
    card = Exchange("my card is 4242", "Thank you.", "known", "en", off_record=True)
    state = DialogueState("en", (STATE.exchanges[0], card), said=(Say("Thank you.", "en"),))
    text = json.dumps(snapshot_of("shop", state), ensure_ascii=False)
    assert "4242" not in text
    assert "Thank you" not in text
    assert "您好" in text
