"""A shop's language model for parties that ask one for everything: OpenAI's chat API, streaming only.

A known question gets its known answer at once, as Parley gives it without a model. So the party pays for
its own way only, not for a model that Parley does not ask. Any other question goes on to a real model's
server, the same one that Parley would ask.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from dialogue.known import Asked, KnownAnswers
from parley.benches.latency.party import Answer

MODEL = "shop"
"""The model's name, for clients that need one."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """The real language model.

    Attributes:
        url: base address of its server.
        model: its name there, empty to leave the request's.
        api_key: sent to the server, if it wants one.
        max_tokens, temperature: for requests that do not say.
    """

    url: str
    model: str = ""
    api_key: str = ""
    max_tokens: int = 120
    temperature: float = 0.3

    def request(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A request as this server is to get it."""
        limits = {"max_tokens": self.max_tokens, "temperature": self.temperature}
        return {**limits, **asked, **({"model": self.model} if self.model else {})}


class ShopModel:
    """Answers chat requests for one shop.

    Args:
        answers: the questions that are known, with their answers.
        upstream: takes all others, `None` to refuse them.
    """

    def __init__(self, answers: Sequence[Answer], upstream: Upstream | None = None) -> None:
        self._texts = {answer.name: answer.text for answer in answers}
        self._known = KnownAnswers({answer.name: Asked(answer.examples) for answer in answers})
        self._upstream = upstream
        self._client: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        """The HTTP application, with `/v1/chat/completions`."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.on_cleanup.append(self._close)
        return app

    def known(self, question: str) -> str | None:
        """The known answer to a question, `None` where there is none."""
        match = self._known.find(question)
        return self._texts[match.name] if match else None

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = json.loads(await request.text())
            question = last_question(asked)
        except ValueError as error:
            return _refusal(400, str(error))
        answer = self.known(question)
        if answer is None:
            if self._upstream is None:
                return _refusal(503, f"expected one of the known questions, got {question!r}")
            return await self._forward(request, self._upstream, asked)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        # All of it in one piece: nobody could be faster.
        await response.write(b"".join(stream_events(answer, usage=_wants_usage(asked))))
        await response.write_eof()
        return response

    async def _forward(
        self, request: web.Request, upstream: Upstream, asked: dict[str, Any]
    ) -> web.StreamResponse:
        """Pass a request on, and its reply back as it comes."""
        if self._client is None:
            self._client = aiohttp.ClientSession()
        headers = {"Authorization": f"Bearer {upstream.api_key}"} if upstream.api_key else {}
        post = self._client.post(
            f"{upstream.url}/chat/completions", json=upstream.request(asked), headers=headers
        )
        try:
            async with post as reply:
                response = web.StreamResponse(
                    status=reply.status, headers={"Content-Type": reply.headers.get("Content-Type", "")}
                )
                await response.prepare(request)
                async for piece in reply.content.iter_any():
                    await response.write(piece)
                await response.write_eof()
                return response
        except aiohttp.ClientConnectorError as error:
            return _refusal(502, f"language model at {upstream.url}: expected a connection, got {error}")

    async def _close(self, _: web.Application) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def last_question(asked: Any) -> str:
    """What the user said last in a chat request. Raises ValueError: what was expected, and what came."""
    if not isinstance(asked, dict) or asked.get("stream") is not True:
        raise ValueError('expected an object with "stream": true')
    messages = asked.get("messages")
    if not isinstance(messages, list):
        raise ValueError(f'expected "messages" as a list, got {messages!r:.80}')
    said = [one for one in messages if isinstance(one, dict) and one.get("role") == "user"]
    content = said[-1].get("content") if said else None
    if isinstance(content, list):  # the API's other form: parts, of which only texts are speech
        content = " ".join(part.get("text", "") for part in content if isinstance(part, dict))
    if not isinstance(content, str):
        raise ValueError(f"expected a message of the user with text, got {content!r:.80}")
    return content


def stream_events(text: str, *, usage: bool) -> list[bytes]:
    """A whole reply as server-sent events; `usage` adds the token counts that a client may ask for."""
    chunks = [_chunk([{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}])]
    chunks.append(_chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
    if usage:
        tokens = len(text.split())
        counts = {"prompt_tokens": 0, "completion_tokens": tokens, "total_tokens": tokens}
        chunks.append(_chunk([]) | {"usage": counts})
    return [*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks), b"data: [DONE]\n\n"]


def _chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    head = {"id": "shop", "object": "chat.completion.chunk", "created": 0, "model": MODEL}
    return {**head, "choices": choices}


def _wants_usage(asked: dict[str, Any]) -> bool:
    options = asked.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "invalid_request"}}, status=status)
