"""What a call remembers of its tasks survives being written down as JSON."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from dialogue.flowmind import FlowMind
from dialogue.mind import Keyed
from dialogue.state import DialogueState
from dialogue.tasks.state import Filled, Question, TaskMemory, Underway, Wanted
from tests.dialogue.tasks.talk import Counted, decider, noon

STATES = TypeAdapter(DialogueState)

TALKS = {
    "an identity in pieces": ("cancel my order", "Peter Ward", "oh two"),
    "keys": ("cancel my order", "Peter Ward", "#02", "#170"),
    "a number in pieces": ("where is my order", "peter.patel4957@example.com", "W one seven", "#36"),
    "an address in pieces": ("update my default address", "Peter Patel 80215", "12 Main Street", "Boston"),
    "two stacked, one waiting": (
        "cancel my order and where is my refund",
        "peter.patel4957@example.com",
        "I need an invoice",
        "the tea set",
    ),
    "options of a new item": (
        "I want to exchange the T-shirt and the mouse",
        "peter.patel4957@example.com",
        "the mouse in white",
    ),
    "items of which one was clear": (
        "我要退货",
        "吴军，210096",
        "书架和台灯的那个",
        "书架和台灯",
        "白色的",
    ),
    "a doubt": ("cancel my order", "Peter Patel 80215", "order W one seven three six five double two three"),
    "a write and what follows": (
        "I want to return the keyboard",
        "peter.patel4957@example.com",
        "no, the T-shirt",
        "yes",
        "no",
    ),
}


@pytest.mark.parametrize("name", TALKS)
async def test_every_state_of_a_conversation_is_the_same_from_json(counted: Counted, name: str) -> None:
    call = counted.call()
    for line in TALKS[name]:
        await call.line(line)
        state = call.mind.state
        assert STATES.validate_json(STATES.dump_json(state)) == state


async def test_a_call_is_taken_up_again_from_json(counted: Counted) -> None:
    call = counted.call()
    for line in ("cancel my order", "peter.patel4957@example.com", "no longer needed"):
        await call.line(line)
    kept = STATES.validate_json(STATES.dump_json(call.mind.state))
    mind = FlowMind("shop", decider(), None, counter=counted.counter, call_id="call-2", clock=noon)
    mind._state = kept
    call.mind = mind
    assert "Order #W1736522 is cancelled" in await call.turn(Keyed("1"))
    (row,) = counted.audit()
    assert row.user_id == "peter_patel_7642"


def test_every_field_survives() -> None:
    task = Underway(
        "t",
        "words",
        {"a": Filled({"zip": "1"}, "1", 0.5, "heard"), "b": Filled(["1", "2"], "x")},
        Question("which", "b", ("1", "2"), ("one", "two")),
        2,
        "W1",
        (False, True),
        Filled("#W1", "W1", 0.75, "corrected"),
        {"said": "12 Main Street", "picked": ["1"], "9": {"color": "red"}},
        1,
        "token",
        True,
    )
    memory = TaskMemory(
        stack=(task, task),
        waiting=(Wanted("u", "words"),),
        session={"call_id": "c", "user_id": None, "failures": 1, "proposals": {}},
        who={"email": "a@b.com", "name": "", "postcode": "", "doubtful": True},
        customer="Ann",
        order="#W1",
        done=("done",),
        stuck=1,
    )
    state = DialogueState("en", tasks=memory)
    assert STATES.validate_json(STATES.dump_json(state)) == state


def test_a_task_that_begins_again_is_there_once() -> None:
    memory = TaskMemory().beginning(Underway("a")).beginning(Underway("b")).beginning(Underway("a", "again"))
    assert [(one.task, one.words) for one in memory.stack] == [("b", ""), ("a", "again")]
    memory = memory.awaiting(Wanted("c", "1"), Wanted("d", "")).awaiting(Wanted("c", "2"))
    assert [(one.task, one.words) for one in memory.waiting] == [("c", "1"), ("d", "")]
    memory = memory.awaiting(Wanted("d", "first"), first=True)
    assert [(one.task, one.words) for one in memory.waiting] == [("d", "first"), ("c", "1")]
