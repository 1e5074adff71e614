"""An OpenAI chat server that says what a test tells it to, as slowly and as badly as wanted."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Delta = dict[str, Any]
Script = Callable[[], AsyncIterator[str | Delta]]
"""Pieces of text, or whole deltas."""


def words(*pieces: str | Delta, pause: float = 0.0) -> Script:
    """A reply that comes in these pieces."""

    async def script() -> AsyncIterator[str | Delta]:
        for piece in pieces:
            if pause:
                await asyncio.sleep(pause)
            yield piece

    return script


def in_turn(*scripts: Script) -> Script:
    """Another reply to each request; the last one again and again."""
    left = list(scripts)

    def script() -> AsyncIterator[str | Delta]:
        return (left.pop(0) if len(left) > 1 else left[0])()

    return script


def calling(name: str, arguments: str, *, at: int = 0) -> list[Delta]:
    """A tool call, as servers stream it: the name first, then the arguments in pieces."""
    parts = [arguments[start : start + 7] for start in range(0, len(arguments), 7)]
    first = {"index": at, "id": f"id-{at}", "type": "function", "function": {"name": name, "arguments": ""}}
    more = [{"index": at, "function": {"arguments": part}} for part in parts]
    return [{"tool_calls": [piece]} for piece in (first, *more)]


def endless(piece: str) -> Script:
    async def script() -> AsyncIterator[str | Delta]:
        while True:
            await asyncio.sleep(0.001)
            yield piece

    return script


def never() -> Script:
    async def script() -> AsyncIterator[str | Delta]:
        await asyncio.sleep(60)
        yield ""

    return script


class FakeServer:
    """`script` writes the next replies; `requests` are those that came; `open` counts running replies."""

    def __init__(self) -> None:
        self.script: Script = words("All right.")
        self.requests: list[dict[str, Any]] = []
        self.status = 200
        self.body: str | None = None
        self.finish = "stop"
        self.cut_off = False
        self.open = 0
        self.idle = asyncio.Event()
        self.url = ""

    async def chat(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        if self.status != 200:
            return web.json_response({"error": {"message": "no such model"}}, status=self.status)
        if self.body is not None:
            return web.Response(text=self.body, content_type="text/event-stream")
        if not asked.get("stream"):
            return web.json_response(_whole())
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.open += 1
        self.idle.clear()
        try:
            async for piece in self.script():
                delta = {"content": piece} if isinstance(piece, str) else piece
                await response.write(_event(delta, None))
            if self.cut_off and request.transport is not None:
                request.transport.abort()
                return response
            await response.write(_event({}, self.finish))
            await response.write(b"data: [DONE]\n\n")
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            self.open -= 1
            self.idle.set()
        return response

    async def models(self, _: web.Request) -> web.Response:
        if self.status >= 500:
            return web.json_response({"error": {"message": "starting"}}, status=self.status)
        return web.json_response({"object": "list", "data": [{"id": "fake", "object": "model"}]})


@asynccontextmanager
async def serving(server: FakeServer | None = None) -> AsyncIterator[FakeServer]:
    server = server or FakeServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_get("/v1/models", server.models)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def _event(delta: Delta, finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _whole() -> dict[str, Any]:
    message = {"role": "assistant", "content": "All right."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice]}
