import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from aiohttp import web

from dialogue.llm import LanguageModel, LanguageModelError, Message, ModelSettings
from tests.dialogue.fake_server import FakeServer, endless, never, serving, words

ASK: list[Message] = [{"role": "user", "content": "Where is my order?"}]


@pytest.fixture
async def model(server: FakeServer) -> AsyncIterator[LanguageModel]:
    one = LanguageModel(ModelSettings(server.url, first_token=0.5, next_token=0.3, total=2.0))
    yield one
    await one.close()


async def said(model: LanguageModel, language: str = "en") -> str:
    async with asyncio.timeout(5):
        return "".join([piece async for piece in model.reply(ASK, language)])


async def test_a_reply_streams_as_it_is_written(server: FakeServer, model: LanguageModel) -> None:
    server.script = words("Your ", "order ", "is on ", "its way.", pause=0.02)
    reply = model.reply(ASK, "en")
    pieces = [piece async for piece in reply]
    assert "".join(pieces) == "Your order is on its way."
    assert len(pieces) > 1
    assert reply.is_whole
    assert reply.first_ms is not None
    assert reply.first_ms < 500
    assert server.requests[0]["messages"] == ASK
    assert server.requests[0]["model"] == "fake"


async def test_nothing_is_sent_before_the_reply_is_wanted(server: FakeServer, model: LanguageModel) -> None:
    model.reply(ASK, "en")
    await asyncio.sleep(0.05)
    assert server.requests == []


async def test_leaving_a_reply_stops_it_at_the_server(server: FakeServer, model: LanguageModel) -> None:
    server.script = words(*(f"Number {i} is next. " for i in range(1000)), pause=0.05)

    async def listen() -> None:
        async for _ in model.reply(ASK, "en"):
            pass

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.3)
    assert server.open == 1
    task.cancel()
    await asyncio.wait({task})
    await asyncio.wait_for(server.idle.wait(), 2)
    assert server.open == 0


async def test_a_reply_cut_by_the_token_limit_is_not_whole(server: FakeServer, model: LanguageModel) -> None:
    server.finish = "length"
    reply = model.reply(ASK, "en")
    assert [piece async for piece in reply]
    assert not reply.is_whole


async def failing(model: LanguageModel, language: str = "en") -> LanguageModelError:
    with pytest.raises(LanguageModelError) as caught:
        await said(model, language)
    assert str(caught.value).startswith(f"language model at {model.settings.url}: expected ")
    return caught.value


async def test_silence_is_bounded(server: FakeServer, model: LanguageModel) -> None:
    server.script = never()
    error = await failing(model)
    assert (error.expected, error.found) == ("text within 0.5 s", "none")


async def test_a_reply_that_stops_half_way_is_bounded(server: FakeServer, model: LanguageModel) -> None:
    async def script() -> AsyncIterator[str]:
        yield "We deliver within"
        await asyncio.sleep(60)

    server.script = script
    error = await failing(model)
    assert (error.expected, error.found) == ("text within 0.3 s", "none")


async def test_a_slow_reply_is_bounded_in_total(server: FakeServer, model: LanguageModel) -> None:
    model.settings = replace(model.settings, total=0.6)
    server.script = words(*(f"{chr(97 + i)}{i} " for i in range(26)), pause=0.1)
    error = await failing(model)
    assert "0.6 s" in error.expected or "0.3 s" in error.expected


async def test_an_endless_reply_is_cut(server: FakeServer, model: LanguageModel) -> None:
    server.script = endless("We are open. ")
    assert len(await said(model)) < 60


@pytest.mark.parametrize(
    ("pieces", "language", "found"),
    [
        ((), "en", "an empty reply"),
        (("<|im_start|>", "assistant"), "en", "'<|im_start|>'"),
        (("User: ", "hello"), "en", "'User:'"),
        (("您的订单", "已经发货了。"), "en", "'您的订单"),
        (("Your order has been shipped ", "and is on its way."), "zh", "'Your order"),
        (("????", "!!"), "en", "'????!!'"),
    ],
)
async def test_garbage_is_an_error(
    server: FakeServer, model: LanguageModel, pieces: tuple[str, ...], language: str, found: str
) -> None:
    server.script = words(*pieces)
    error = await failing(model, language)
    assert found in error.found


async def test_a_connection_that_breaks_is_an_error(server: FakeServer, model: LanguageModel) -> None:
    server.script = words("We deliver ", "within")
    server.cut_off = True
    await failing(model)


async def test_a_connection_that_was_closed_while_idle_is_no_error(
    server: FakeServer, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = server.chat

    async def closing(request: web.Request) -> web.StreamResponse:
        if not server.requests:
            server.requests.append({})
            assert request.transport is not None
            request.transport.abort()
        return await answered(request)

    monkeypatch.setattr(server, "chat", closing)
    async with serving(server) as again:
        other = LanguageModel(ModelSettings(again.url))
        assert await said(other) == "All right."
        await other.close()


@pytest.mark.parametrize(
    "body", ["data: {not json}\n\n", "data: []\n\n", 'data: {"choices": 5}\n\n', "hello\n\n"]
)
async def test_a_server_that_speaks_something_else_is_an_error(
    server: FakeServer, model: LanguageModel, body: str
) -> None:
    server.body = body
    await failing(model)


async def test_a_refusal_is_named(server: FakeServer, model: LanguageModel) -> None:
    server.status = 404
    error = await failing(model)
    assert error.expected == "status 200"
    assert "404" in error.found
    assert "no such model" in error.found


async def test_no_server_at_all_is_told_at_once() -> None:
    async with serving() as server:
        url = server.url
    model = LanguageModel(ModelSettings(url, model="x"))
    async with asyncio.timeout(3):
        error = await failing(model)
    assert error.expected == "a connection"
    await model.close()


VLLM_START = """\
data: {"id":"chatcmpl-8f2","object":"chat.completion.chunk","created":1790000000,"model":"qwen",\
"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],\
"prompt_token_ids":null}

"""


def vllm_chunk(delta: dict[str, object], finish: str | None = None) -> str:
    """A chunk as vLLM's chat server writes it (`ChatCompletionStreamResponse` in its protocol module)."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    choice |= {"token_ids": None} if finish is None else {"stop_reason": None}
    head = {"id": "chatcmpl-8f2", "object": "chat.completion.chunk", "created": 1790000000, "model": "qwen"}
    return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"


VLLM_USAGE = (
    'data: {"id":"chatcmpl-8f2","object":"chat.completion.chunk","created":1790000000,"model":"qwen",'
)
VLLM_USAGE += '"choices":[],"usage":{"prompt_tokens":9,"total_tokens":15,"completion_tokens":6}}\n\n'


async def test_a_reply_as_vllm_streams_it(server: FakeServer, model: LanguageModel) -> None:
    pieces = [vllm_chunk({"content": piece}) for piece in ("We", " are", " open", " until", " six", ".")]
    end = vllm_chunk({"content": ""}, "stop") + VLLM_USAGE + "data: [DONE]\n\n"
    server.body = VLLM_START + "".join(pieces) + end
    reply = model.reply(ASK, "en")
    assert "".join([piece async for piece in reply]) == "We are open until six."
    assert reply.is_whole


async def test_what_a_reasoning_model_thinks_is_not_said(server: FakeServer, model: LanguageModel) -> None:
    thinking = vllm_chunk({"reasoning_content": "The caller wants", "content": None})
    server.body = VLLM_START + thinking + vllm_chunk({"content": "Until six."}) + vllm_chunk({}, "stop")
    assert await said(model) == "Until six."


async def test_a_vllm_that_fails_half_way_is_an_error(server: FakeServer, model: LanguageModel) -> None:
    broken = {"error": {"message": "EngineDeadError", "type": "InternalServerError", "code": 500}}
    server.body = VLLM_START + vllm_chunk({"content": "We are"}) + f"data: {json.dumps(broken)}\n\n"
    error = await failing(model)
    assert "EngineDeadError" in error.found


async def test_a_prompt_can_be_read_in_another_way(server: FakeServer) -> None:
    read: list[Sequence[Message]] = []

    async def take(messages: Sequence[Message]) -> None:
        read.append(messages)

    model = LanguageModel(ModelSettings(server.url), read=take)
    await model.warm(ASK)
    assert read == [ASK]
    assert server.requests == []
    await model.close()


async def test_an_enormous_piece_is_cut(server: FakeServer, model: LanguageModel) -> None:
    server.script = words("The lamp is green and stands on the table. " * 20_000)
    assert len(await said(model)) < 500


async def test_warming_reads_the_prompt_only(server: FakeServer, model: LanguageModel) -> None:
    await model.warm(ASK)
    assert server.requests[0]["max_tokens"] == 1
    server.status = 500
    with pytest.raises(LanguageModelError):
        await model.warm(ASK)


@pytest.fixture
async def slow_reader(server: FakeServer) -> AsyncIterator[LanguageModel]:
    async def take(messages: Sequence[Message]) -> None:
        pass

    one = LanguageModel(ModelSettings(server.url), read=take)
    yield one
    await one.close()


async def test_a_slow_server_reads_a_conversation_ahead(
    server: FakeServer, slow_reader: LanguageModel
) -> None:
    slow_reader.read_ahead(ASK)
    async with asyncio.timeout(5):
        while not server.requests:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
    assert server.requests[0]["messages"] == ASK
    assert server.requests[0]["max_tokens"] == 1


async def test_nothing_is_read_ahead_while_a_reply_is_wanted(
    server: FakeServer, slow_reader: LanguageModel
) -> None:
    server.script = words("Your ", "order.", pause=0.1)
    slow_reader.read_ahead(ASK)
    reply = slow_reader.reply([*ASK, {"role": "assistant", "content": "Which?"}], "en")
    async for _ in reply:
        slow_reader.read_ahead(ASK)
    assert [request.get("stream") for request in server.requests] == [True]


async def test_nothing_is_read_ahead_while_several_calls_are_held(
    server: FakeServer, slow_reader: LanguageModel
) -> None:
    async def read(call: str) -> int:
        before = len(server.requests)
        slow_reader.read_ahead(ASK, call)
        await asyncio.sleep(0.1)
        return len(server.requests) - before

    assert await read("one") == 1
    assert await read("two") == 0, "it would take the processor from both"
    assert await read("one") == 0
    slow_reader.ended("one")
    assert await read("two") == 1


async def test_a_fast_server_reads_nothing_ahead(server: FakeServer, model: LanguageModel) -> None:
    model.read_ahead(ASK)
    await asyncio.sleep(0.1)
    assert server.requests == []
