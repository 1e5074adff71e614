"""A flow's language model that looks orders up with the shop's real tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogue.flowmind import FlowMind
from dialogue.flowminds import FlowMinds
from dialogue.llm import LanguageModel, ModelSettings
from dialogue.mind import Said, Say
from dialogue.prompt import UNKNOWN
from tests.dialogue.fake_server import FakeServer, calling, in_turn, words
from tests.dialogue.tasks.talk import FLOW, Counted, noon, sample

ODD = Said("I wonder which of my things you would call the nicest", "en")


@pytest.fixture
async def mind(server: FakeServer, tmp_path: Path) -> AsyncIterator[FlowMind]:
    model = LanguageModel(ModelSettings(server.url, first_token=2.0, next_token=2.0, total=5.0))
    counted = Counted(tmp_path)
    await asyncio.to_thread(counted.counter.refresh)
    minds = FlowMinds({"shop": FLOW}, default="shop", model=model, clock=noon, counter=counted.counter)
    yield minds.mind(flow=None, dialled="", caller="", call_id="call-1")
    await model.close()
    counted.desk.close()
    counted.shop.close()


async def answered(mind: FlowMind, *, takes_place: bool = True) -> str:
    thought = mind.think(ODD)
    if takes_place:
        thought.release()
    async with asyncio.timeout(8):
        said = [act.text async for act in thought.acts() if isinstance(act, Say)]
    mind.commit(thought, " ".join(said))
    return " ".join(said)


def customer() -> tuple[str, str, float]:
    """E-mail, an order and what was paid for it."""
    user = next(one for one in sample()["users"].values() if one["orders"])
    order = sample()["orders"][user["orders"][0]]
    return user["email"], order["order_id"], order["payment_history"][0]["amount"]


async def test_what_was_looked_up_may_be_said(server: FakeServer, mind: FlowMind) -> None:
    email, order, amount = customer()
    server.script = in_turn(
        words(*calling("find_user_id_by_email", json.dumps({"email": email}))),
        words(*calling("get_order_details", json.dumps({"order_id": order}))),
        words(f"You paid ${amount} for order {order}."),
    )
    before = mind.state.tasks
    assert await answered(mind) == f"You paid ${amount} for order {order}."
    assert mind.state.tasks == before  # the model identified nobody for the tasks
    tools = [one["function"]["name"] for one in server.requests[0]["tools"]]
    assert not {"cancel_pending_order", "open_ticket"} & set(tools)


async def test_what_was_not_looked_up_may_not_be_said(server: FakeServer, mind: FlowMind) -> None:
    server.script = words("You paid $1234.56 for it.")
    assert await answered(mind) == UNKNOWN["en"]


async def test_orders_of_somebody_who_is_not_identified_are_refused(
    server: FakeServer, mind: FlowMind
) -> None:
    _, order, amount = customer()
    server.script = in_turn(
        words(*calling("get_order_details", json.dumps({"order_id": order}))),
        words(
            *calling("cancel_pending_order", json.dumps({"order_id": order, "reason": "no longer needed"}))
        ),
        words(f"It cost ${amount}."),
    )
    assert await answered(mind) == UNKNOWN["en"]
    told = [json.loads(one["content"]) for one in server.requests[-1]["messages"] if one["role"] == "tool"]
    assert told[0]["refused"] == "not_identified"
    assert "expected one of the tools" in told[1]["error"]
