"""What Parley needs of a vLLM server, asked of a real one: `make test-vllm`.

PARLEY_VLLM_URL=http://gpu:8000/v1 asks a server that runs already, with whatever model it has. The same
questions hold for other servers of the OpenAI chat API.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk

from dialogue.llm import (
    LanguageModel,
    LanguageModelError,
    Message,
    ModelSettings,
    RefusedRequestError,
    ToolSchema,
)
from tests.live.vllm_server import vllm_server

# The first run installs 3.5 GB.
pytestmark = [pytest.mark.vllm, pytest.mark.live, pytest.mark.timeout(1800)]

TELL: list[Message] = [{"role": "user", "content": "Tell me a long story about a ship and its captain."}]
ORDER: ToolSchema = {
    "type": "function",
    "function": {
        "name": "get_order",
        "description": "One order.",
        "parameters": {
            "type": "object",
            "properties": {"order_id": {"type": "string", "pattern": "^W[0-9]{7}$"}},
            "required": ["order_id"],
            "additionalProperties": False,
        },
    },
}
FACTS = " ".join(f"Item {number} of the shop costs {number} dollars." for number in range(90))
"""Some 1,000 tokens."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get("PARLEY_VLLM_URL"):
        yield given.rstrip("/")
        return
    with vllm_server(tmp_path_factory.mktemp("vllm") / "server.log") as started:
        yield started


@pytest.fixture
def settings(url: str) -> ModelSettings:
    return ModelSettings(url, first_token=60.0, next_token=30.0, total=120.0, temperature=0.0, max_tokens=60)


@pytest.fixture
async def model(settings: ModelSettings) -> AsyncIterator[LanguageModel]:
    one = LanguageModel(settings)
    yield one
    await one.close()


@pytest.fixture
async def client(url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0, timeout=120.0) as one:
        yield one


async def seconds_to_text(model: LanguageModel, messages: Sequence[Message]) -> float:
    reply = model.reply(messages, "en")
    async for _ in reply:
        break
    assert reply.first_ms is not None
    return reply.first_ms / 1000


async def test_it_lists_its_model(model: LanguageModel, settings: ModelSettings) -> None:
    await model.check(10.0)
    other = LanguageModel(replace(settings, model="no-such-model"))
    with pytest.raises(LanguageModelError, match="expected the model 'no-such-model'"):
        await other.check(10.0)
    await other.close()


async def test_it_streams_while_it_writes(model: LanguageModel) -> None:
    began = time.monotonic()
    reply = model.reply(TELL, "en")
    times = [time.monotonic() - began async for _ in reply]
    assert len(times) > 5
    assert times[0] < 0.6 * times[-1]


async def test_it_stops_where_it_is_told_to(client: AsyncOpenAI, model: LanguageModel) -> None:
    done = await client.chat.completions.create(
        model=await model.name(), messages=TELL, max_tokens=60, temperature=0.0, stop=["."]
    )
    assert done.choices[0].finish_reason == "stop"
    assert "." not in (done.choices[0].message.content or "")
    assert done.usage is not None
    assert done.usage.completion_tokens < 60


async def test_a_reply_that_reaches_its_limit_is_not_whole(settings: ModelSettings) -> None:
    model = LanguageModel(replace(settings, max_tokens=8))
    reply = model.reply(TELL, "en")
    text = "".join([piece async for piece in reply])
    assert not reply.is_whole
    assert 0 < len(text.split()) <= 8
    await model.close()


class Calling(LanguageModel):
    """Makes the model call a tool: small ones never do by themselves."""

    async def open(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> AsyncStream[ChatCompletionChunk]:
        strict = [{**tool, "function": {**tool["function"], "strict": True}} for tool in tools]
        more: dict[str, Any] = {"tools": strict, "tool_choice": "required"}
        stream: AsyncStream[ChatCompletionChunk] = await self._client.chat.completions.create(
            model=await self.name(), messages=list(messages), stream=True, temperature=0.0, **more
        )
        return stream


async def test_a_tool_call_streams_and_keeps_to_its_schema(settings: ModelSettings) -> None:
    model = Calling(settings)
    reply = model.reply([{"role": "user", "content": "Where is my order W1234567?"}], "en", [ORDER])
    async for _ in reply:
        continue
    assert [call.name for call in reply.tool_calls] == ["get_order"]
    arguments = json.loads(reply.tool_calls[0].arguments)
    assert list(arguments) == ["order_id"]
    assert len(arguments["order_id"]) == 8
    assert arguments["order_id"][0] == "W"
    await model.close()


async def test_it_goes_on_from_a_tools_answer(model: LanguageModel) -> None:
    call = {
        "id": "call-1",
        "type": "function",
        "function": {"name": "get_order", "arguments": '{"order_id": "W1"}'},
    }
    talk: list[Any] = [
        {"role": "user", "content": "Where is my order W1?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call-1", "content": '{"status": "delivered"}'},
    ]
    assert "".join([piece async for piece in model.reply(talk, "en", [ORDER])])


async def test_a_prompt_that_was_read_is_not_read_again(model: LanguageModel) -> None:
    unread = f"Catalogue of the year {time.time_ns()}. {FACTS}"
    talk: list[Message] = [
        {"role": "system", "content": unread},
        {"role": "user", "content": "Which item costs ten dollars?"},
    ]
    first = await seconds_to_text(model, talk)
    again = await seconds_to_text(model, talk)
    longer: list[Message] = [
        *talk,
        {"role": "assistant", "content": "Item 10."},
        {"role": "user", "content": "And twenty?"},
    ]
    going_on = await seconds_to_text(model, longer)
    print(f"first text after {first:.2f} s, again {again:.2f} s, next turn {going_on:.2f} s")
    assert again < 0.6 * first
    assert going_on < 0.6 * first


async def running(url: str) -> float | None:
    """How many requests vLLM is busy with, None where the server does not tell."""
    address = url.removesuffix("/v1") + "/metrics"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        page = await answer.text() if answer.status == 200 else ""
    lines = [line for line in page.splitlines() if line.startswith("vllm:num_requests_running")]
    return sum(float(line.rpartition(" ")[2]) for line in lines) if lines else None


async def test_leaving_a_reply_frees_the_server(settings: ModelSettings) -> None:
    model = LanguageModel(replace(settings, max_tokens=800))
    await seconds_to_text(model, TELL)

    async def listen() -> None:
        # Longer than the guard lets any reply become on the telephone.
        stream = await model.open(TELL)
        try:
            async for _ in stream:
                continue
        finally:
            await stream.close()

    tasks = [asyncio.create_task(listen()) for _ in range(3)]
    await asyncio.sleep(2.0)
    assert not any(task.done() for task in tasks)
    busy = await running(settings.url)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    if busy is not None:
        assert busy == 3
        async with asyncio.timeout(5.0):
            while await running(settings.url):  # noqa: ASYNC110 - a page of figures has no event
                await asyncio.sleep(0.1)
    began = time.monotonic()
    await seconds_to_text(model, TELL)
    assert time.monotonic() - began < 3.0
    await model.close()


async def test_replies_are_written_at_the_same_time(model: LanguageModel) -> None:
    async def last() -> tuple[float, float]:
        times = [time.monotonic() async for _ in model.reply(TELL, "en")]
        return times[0], times[-1]

    spans = await asyncio.gather(*(last() for _ in range(3)))
    assert max(first for first, _ in spans) < min(end for _, end in spans)


async def test_a_model_that_it_does_not_have_is_an_error(settings: ModelSettings) -> None:
    model = LanguageModel(replace(settings, model="no-such-model"))
    with pytest.raises(LanguageModelError, match="status 200, found 404") as caught:
        await seconds_to_text(model, TELL)
    assert not isinstance(caught.value, RefusedRequestError)
    await model.close()


async def test_a_conversation_that_is_too_long_blames_the_request(model: LanguageModel) -> None:
    with pytest.raises(RefusedRequestError, match="status 200, found 400"):
        await seconds_to_text(model, [{"role": "user", "content": "word " * 200_000}])
