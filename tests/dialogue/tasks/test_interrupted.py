"""A task that is cut off: by a crash, or by a transfer that nobody takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.callback_tickets import CallBackTickets
from dialogue.decide import Decider
from dialogue.flowfile import load_flow
from dialogue.flowmind import FlowMind
from dialogue.mind import Arrived, Earlier, Transfer
from dialogue.resuming import begun
from dialogue.tasks.directory import Directory
from dialogue.tools import TicketOffice
from tests.dialogue.tasks.talk import FLOW, Call, Counted, noon, sample

RESUME = "Welcome back. Shall we go on with cancelling an order?"
WHY = "Why would you like to cancel it?"


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    one = Counted(tmp_path)
    yield one
    one.close()


@pytest.fixture(scope="module")
def decider() -> Decider:
    return Decider(load_flow(FLOW), clock=noon, has_model=False, directory=Directory, callbacks=True)


def begin(counted: Counted, decider: Decider, call_id: str, earlier: Earlier | None = None) -> Call:
    mind = FlowMind(
        "shop",
        decider,
        None,
        counter=counted.counter,
        call_id=call_id,
        clock=noon,
        state=begun("shop", decider.flow, "+4930555123", earlier),
        tickets=CallBackTickets(TicketOffice(counted.shop, counted.journal), call_id),
    )
    return Call(counted, mind)


def email() -> str:
    """Of a customer with one order that can be cancelled."""
    shop = sample()
    open_orders = [order["user_id"] for order in shop["orders"].values() if order["status"] == "pending"]
    return str(shop["users"][next(one for one in open_orders if open_orders.count(one) == 1)]["email"])


async def cut_off(counted: Counted, decider: Decider) -> Earlier:
    """What is left of a call in which an identified customer cancels an order."""
    call = begin(counted, decider, "before")
    await call.turn(Arrived())
    await call.line("I want to cancel my order")
    await call.line(f"my email is {email()}")
    assert WHY in call.said
    return Earlier(json.loads(json.dumps(call.mind.snapshot())))


async def test_after_a_yes_the_open_question_is_asked_again(counted: Counted, decider: Decider) -> None:
    call = begin(counted, decider, "now", await cut_off(counted, decider))
    assert await call.turn(Arrived()) == RESUME
    assert (await call.line("yes please")).startswith(WHY)
    await call.line("it is no longer needed")
    await call.line("yes")
    assert list(counted.changed().values()).count("cancelled") == 1
    assert {row.call_id for row in counted.audit()} == {"now"}, "written down under the call that did it"


@pytest.mark.parametrize("answer", ["no", "I want to cancel my order"])
async def test_without_a_yes_nobody_is_taken_for_the_customer(
    counted: Counted, decider: Decider, answer: str
) -> None:
    call = begin(counted, decider, "now", await cut_off(counted, decider))
    await call.turn(Arrived())
    await call.line(answer)
    assert call.tasks.customer == ""
    assert "e-mail" in await call.line("I want to cancel my order")
    assert call.tasks.session.get("user_id") is None


async def test_neither_silence_nor_a_repetition_settles_it(counted: Counted, decider: Decider) -> None:
    call = begin(counted, decider, "now", await cut_off(counted, decider))
    await call.turn(Arrived())
    assert await call.line("what did you say?") == RESUME
    assert await call.line("...") == "Are you still there?"
    assert (await call.line("#1")).startswith(WHY), "as in tasks, 1 is a yes and 2 a no"


async def test_a_colleague_is_told_who_it_is_and_what_is_being_done(
    counted: Counted, decider: Decider
) -> None:
    call = begin(counted, decider, "now", await cut_off(counted, decider))
    await call.turn(Arrived())
    await call.line("yes")
    await call.line("I want to talk to a human")
    (transfer,) = [act for act in call.acts if isinstance(act, Transfer)]
    assert transfer.about is not None
    assert transfer.about.who == f"{call.tasks.customer}, +4930555123"
    assert transfer.about.wants == f"cancelling an order {call.tasks.order}"


async def test_whom_nobody_takes_goes_on_or_is_called_back(counted: Counted, decider: Decider) -> None:
    before = await cut_off(counted, decider)
    call = begin(counted, decider, "now", Earlier(before.snapshot, "NOANSWER"))
    assert "Shall a colleague call you back" in await call.turn(Arrived())
    assert "I have noted it" in await call.line("yes")
    (ticket,) = counted.tickets()
    assert "cancelling an order" in ticket.text
    assert call.tasks.current is None, "it is a colleague's now"
    await call.line("no")
    assert call.over
