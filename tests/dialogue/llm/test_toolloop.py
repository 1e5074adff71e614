"""A model that looks things up with tools, and one that gets every bit of it wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, cast

import pytest

from dialogue.llm import LanguageModel, LanguageModelError, Message, ModelSettings, ToolReply, ToolSchema
from dialogue.llm.schema import problems
from dialogue.tools.box import CallerToolbox
from dialogue.tools.catalogue import TOOLS
from dialogue.tools.desk import Caller
from tests.dialogue.fake_server import FakeServer, calling, in_turn, never, serving, words

ASK: list[Message] = [{"role": "user", "content": "Where is my order W2378156?"}]
ORDER: ToolSchema = {
    "type": "function",
    "function": {
        "name": "get_order",
        "description": "One order.",
        "parameters": {
            "type": "object",
            "properties": {"order_id": {"type": "string", "minLength": 1}},
            "required": ["order_id"],
            "additionalProperties": False,
        },
    },
}
NOBODY = cast(Caller, None)
RIGHT = '{"order_id": "W2378156"}'


class Orders:
    """One order; `slow` and `broken` as a database may be."""

    def __init__(self) -> None:
        self.used: list[tuple[str, str]] = []
        self.slow = self.broken = False

    def schemas(self) -> Sequence[ToolSchema]:
        return [ORDER]

    async def call(self, name: str, arguments: str) -> str:
        self.used.append((name, arguments))
        if self.slow:
            await asyncio.sleep(60)
        if self.broken:
            raise RuntimeError("a fault of its own")
        return '{"status": "shipped", "arrives": "12 June"}'


async def said(reply: ToolReply) -> str:
    async with asyncio.timeout(5):
        return "".join([piece async for piece in reply])


def told(server: FakeServer) -> list[dict[str, Any]]:
    """The tools' answers that the last request carries."""
    last = server.requests[-1]["messages"]
    return [json.loads(one["content"]) for one in last if one["role"] == "tool"]


async def test_the_answer_of_a_tool_is_spoken_of(server: FakeServer, model: LanguageModel) -> None:
    server.script = in_turn(words(*calling("get_order", RIGHT)), words("It arrives on ", "12 June."))
    orders, learnt = Orders(), list[str]()
    reply = ToolReply(model, ASK, "en", orders, learn=learnt.append)
    assert await said(reply) == "It arrives on 12 June."
    assert orders.used == [("get_order", RIGHT)]
    assert learnt == ['{"status": "shipped", "arrives": "12 June"}']
    first, second = server.requests
    assert first["tools"] == [{**ORDER, "function": {**ORDER["function"], "strict": True}}]
    asked, answered = second["messages"][-2:]
    assert asked["tool_calls"][0]["function"] == {"name": "get_order", "arguments": RIGHT}
    assert (answered["tool_call_id"], answered["role"]) == (asked["tool_calls"][0]["id"], "tool")
    assert second["messages"][:1] == first["messages"]


async def test_words_before_a_tool_are_a_sentence_of_their_own(
    server: FakeServer, model: LanguageModel
) -> None:
    server.script = in_turn(words("Let me see.", *calling("get_order", RIGHT)), words("It was shipped."))
    assert await said(ToolReply(model, ASK, "en", Orders())) == "Let me see.\nIt was shipped."


async def test_several_tools_at_once(server: FakeServer, model: LanguageModel) -> None:
    both = [*calling("get_order", RIGHT), *calling("get_order", '{"order_id": "W1"}', at=1)]
    server.script = in_turn(words(*both), words("Both were shipped."))
    orders = Orders()
    assert await said(ToolReply(model, ASK, "en", orders)) == "Both were shipped."
    assert [json.loads(arguments)["order_id"] for _, arguments in orders.used] == ["W2378156", "W1"]


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("refund_everything", "{}", "expected one of the tools get_order, found 'refund_everything'"),
        ("get_order", "{order: 1}", "expected arguments as a JSON object, found '{order: 1}'"),
        ("get_order", "[1]", "expected arguments as a JSON object, found '[1]'"),
        ("get_order", "{}", "arguments.order_id: expected a value, found none"),
        ("get_order", '{"order_id": 7}', "arguments.order_id: expected string, found int"),
        ("get_order", '{"order_id": "W1", "force": true}', "arguments.force: expected one of order_id"),
    ],
)
async def test_a_wrong_call_is_told_and_can_be_mended(
    server: FakeServer, model: LanguageModel, name: str, arguments: str, fault: str
) -> None:
    server.script = in_turn(
        words(*calling(name, arguments)), words(*calling("get_order", RIGHT)), words("It was shipped.")
    )
    orders = Orders()
    assert await said(ToolReply(model, ASK, "en", orders)) == "It was shipped."
    assert [name for name, _ in orders.used] == ["get_order"]
    wrong, right = told(server)
    assert fault in wrong["error"]
    assert right["status"] == "shipped"
    json.loads(server.requests[1]["messages"][1]["tool_calls"][0]["function"]["arguments"])


async def test_a_model_that_calls_nonsense_again_and_again_loses_its_tools(
    server: FakeServer, model: LanguageModel
) -> None:
    nonsense = words(*calling("dance", "{}"))
    server.script = in_turn(nonsense, nonsense, words("I am sorry, I don't know that."))
    assert await said(ToolReply(model, ASK, "en", Orders())) == "I am sorry, I don't know that."
    assert ["tools" in request for request in server.requests] == [True, True, False]


async def test_a_model_that_never_stops_calling_is_stopped(server: FakeServer, model: LanguageModel) -> None:
    server.script = words(*calling("get_order", RIGHT))
    orders = Orders()
    with pytest.raises(LanguageModelError, match="an answer after them"):
        await said(ToolReply(model, ASK, "en", orders))
    assert len(orders.used) == 4
    assert "tools" not in server.requests[-1]


async def test_a_tool_call_that_never_ends_is_an_error(server: FakeServer, model: LanguageModel) -> None:
    endless = [
        *calling("get_order", '{"order_id": "'),
        *([{"tool_calls": [{"index": 0, "function": {"arguments": "9" * 900}}]}] * 50),
    ]
    server.script = words(*endless)
    with pytest.raises(LanguageModelError, match="a tool call that ends"):
        await said(ToolReply(model, ASK, "en", Orders()))


async def test_a_tool_that_hangs_takes_no_longer_than_the_reply(
    server: FakeServer, model: LanguageModel
) -> None:
    server.script = in_turn(words(*calling("get_order", RIGHT)), words("I can't look that up."))
    orders = Orders()
    orders.slow = True
    assert await said(ToolReply(model, ASK, "en", orders, total=0.3)) == "I can't look that up."
    assert told(server) == [{"error": "no answer in time"}]


async def test_a_tool_that_breaks_is_told_and_logged(
    server: FakeServer, model: LanguageModel, caplog: pytest.LogCaptureFixture
) -> None:
    server.script = in_turn(words(*calling("get_order", RIGHT)), words("I can't look that up."))
    orders = Orders()
    orders.broken = True
    assert await said(ToolReply(model, ASK, "en", orders)) == "I can't look that up."
    assert told(server) == [{"error": "the tool failed"}]
    assert "a fault of its own" in caplog.text


async def test_a_server_that_fails_between_the_rounds_is_an_error(
    server: FakeServer, model: LanguageModel
) -> None:
    server.script = in_turn(words(*calling("get_order", RIGHT)), never())
    with pytest.raises(LanguageModelError, match="text within"):
        await said(ToolReply(model, ASK, "en", Orders()))


async def test_no_tool_is_used_before_the_turn_is_sure(server: FakeServer, model: LanguageModel) -> None:
    server.script = in_turn(words(*calling("get_order", RIGHT)), words("It was shipped."))
    orders, sure = Orders(), asyncio.Event()
    task = asyncio.create_task(said(ToolReply(model, ASK, "en", orders, ready=sure.wait)))
    await asyncio.sleep(0.3)
    assert orders.used == []
    sure.set()
    assert await task == "It was shipped."


async def test_a_server_without_tools_is_not_told_of_any(server: FakeServer) -> None:
    model = LanguageModel(ModelSettings(server.url, tools=False))
    assert await said(ToolReply(model, ASK, "en", Orders())) == "All right."
    assert "tools" not in server.requests[0]
    await model.close()


async def test_a_server_that_takes_no_strict_schemas_gets_plain_ones(
    server: FakeServer, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = server.chat

    async def picky(request: Any) -> Any:
        asked = await request.json()
        server.status = 400 if asked["tools"][0]["function"].get("strict") else 200
        return await answered(request)

    monkeypatch.setattr(server, "chat", picky)
    async with serving(server) as again:
        other = LanguageModel(ModelSettings(again.url))
        for _ in range(2):
            assert await said(ToolReply(other, ASK, "en", Orders())) == "All right."
        await other.close()
    assert ["strict" in one["tools"][0]["function"] for one in server.requests] == [True, False, False]


def test_only_tools_that_change_nothing_are_in_the_box() -> None:
    box = CallerToolbox(NOBODY, "en")
    names = [one["function"]["name"] for one in box.schemas()]
    assert "get_order_details" in names
    assert "calculate" in names
    assert {name for name in names if TOOLS[name].kind == "write"} == set()
    assert not {"open_ticket", "transfer_to_human_agents"} & set(names)
    more = CallerToolbox(NOBODY, "en", proposals=True)
    assert "cancel_pending_order" in [one["function"]["name"] for one in more.schemas()]
    assert names == [one["function"]["name"] for one in CallerToolbox(NOBODY, "zh").schemas()]


@pytest.mark.parametrize(
    ("value", "schema", "count"),
    [
        ({"a": 1}, {"type": "object", "properties": {"a": {"type": "integer"}}}, 0),
        ({"a": True}, {"type": "object", "properties": {"a": {"type": "integer"}}}, 1),
        ([1, "x"], {"type": "array", "items": {"type": "integer"}, "maxItems": 1}, 2),
        ("blue", {"enum": ["red", "green"]}, 1),
        ("W12", {"type": "string", "pattern": "^W[0-9]{7}$"}, 1),
        ("", {"type": "string", "minLength": 1}, 1),
        (None, {"anyOf": [{"type": "string"}, {"type": "null"}]}, 0),
        (3, {"anyOf": [{"type": "string"}, {"type": "null"}]}, 1),
        (11, {"type": "integer", "minimum": 1, "maximum": 10}, 1),
        (2.5, {"type": ["integer", "string"]}, 1),
    ],
)
def test_a_schema_is_held_to(value: Any, schema: dict[str, Any], count: int) -> None:
    assert len(list(problems(value, schema))) == count
