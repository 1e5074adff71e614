"""The language model that other parties are given: known answers at once, the rest from a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from openai import AsyncOpenAI

from parley.benches.latency.party import Answer
from parley.benches.peers.language_model import ShopModel, Upstream, last_question
from tests.dialogue.fake_server import serving, words

ANSWERS = (
    Answer("delivery", ("How long does delivery take?",), "Two to four working days. We send a link."),
    Answer("returns", ("How can I return something?",), "Print the label from your account."),
)


@asynccontextmanager
async def serve(upstream: Upstream | None = None) -> AsyncIterator[str]:
    runner = web.AppRunner(ShopModel(ANSWERS, upstream).application(), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def ask(url: str, question: str) -> list[str]:
    """The pieces that the client of OpenAI, which Pipecat uses, reads."""
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="shop",
            messages=[
                {"role": "system", "content": "You are a shop."},
                {"role": "user", "content": "How can I return something?"},
                {"role": "assistant", "content": "Print the label from your account."},
                {"role": "user", "content": question},
            ],
            stream=True,
            stream_options={"include_usage": True},
        )
        return [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]


async def post(url: str, body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.post(f"{url}/chat/completions", json=body) as reply:
        return reply.status, (await reply.json())["error"]["message"]


async def test_a_known_question_gets_its_answer_whole_in_the_first_piece() -> None:
    async with serve() as url:
        pieces = await ask(url, "How long does delivery take?")
    assert pieces[0] == ANSWERS[0].text
    assert "".join(pieces) == ANSWERS[0].text


async def test_a_word_misheard_does_not_hide_the_question() -> None:
    async with serve() as url:
        assert "".join(await ask(url, "How long does the livery take")) == ANSWERS[0].text


async def test_tokens_are_counted_for_clients_that_ask() -> None:
    async with serve() as url, AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="shop",
            messages=[{"role": "user", "content": "How can I return something?"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        counts = [chunk.usage.completion_tokens async for chunk in stream if chunk.usage]
    assert counts == [6]


async def test_other_questions_go_to_the_real_model_with_its_name_and_limits() -> None:
    async with serving() as real:
        real.script = words("It ", "is ", "sunny.")
        async with serve(Upstream(real.url, "qwen", max_tokens=77, temperature=0.2)) as url:
            assert "".join(await ask(url, "What is the weather like on Mars?")) == "It is sunny."
        [request] = real.requests
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("qwen", 77, 0.2)
    assert request["messages"][-1] == {"role": "user", "content": "What is the weather like on Mars?"}


async def test_the_real_models_refusal_is_passed_on() -> None:
    async with serving() as real:
        real.status = 404
        async with serve(Upstream(real.url)) as url:
            status, message = await post(
                url, {"stream": True, "messages": [{"role": "user", "content": "Mars"}]}
            )
    assert (status, message) == (404, "no such model")


async def test_a_real_model_that_is_away_is_named() -> None:
    async with serve(Upstream("http://127.0.0.1:9/v1")) as url:
        status, message = await post(url, {"stream": True, "messages": [{"role": "user", "content": "Mars"}]})
    assert status == 502
    assert message.startswith("language model at http://127.0.0.1:9/v1: expected a connection, got ")


async def test_without_a_real_model_other_questions_are_refused() -> None:
    async with serve() as url:
        status, message = await post(
            url, {"stream": True, "messages": [{"role": "user", "content": "Mars?"}]}
        )
    assert (status, message) == (503, "expected one of the known questions, got 'Mars?'")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], 'expected an object with "stream": true'),
        ({"messages": []}, 'expected an object with "stream": true'),
        ({"stream": True}, 'expected "messages" as a list, got None'),
        ({"stream": True, "messages": []}, "expected a message of the user with text, got None"),
    ],
)
async def test_what_is_no_request_is_refused(body: Any, said: str) -> None:
    async with serve() as url:
        assert await post(url, body) == (400, said)


def test_a_question_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "How long"}, {"type": "text", "text": "does it take?"}]
    asked = {"stream": True, "messages": [{"role": "user", "content": parts}]}
    assert last_question(asked) == "How long does it take?"
