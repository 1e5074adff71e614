from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from telephony.browser import BrowserTransport, Screen
from telephony.caller import Caller
from telephony.line import Frame, HungUp, Key, Line, LineError, MarkPlayed, Played, TransferUnsupportedError
from telephony.tape import HEARD
from tests.telephony.fake_phone import tone
from tests.telephony.peers import Handler

FRAME = b"\x00\x10" * 320


@asynccontextmanager
async def serving(
    on_call: Callable[[Line], Awaitable[None]], **options: Any
) -> AsyncIterator[BrowserTransport]:
    transport = BrowserTransport(port=0, **options)
    await transport.start(on_call)
    try:
        yield transport
    finally:
        await transport.stop()


class Page:
    """A page's side of the WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.audio = b""
        self.said: list[Mapping[str, Any]] = []

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not wanted():
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.audio += message.data
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self.said.append(json.loads(message.data))
                else:
                    raise AssertionError(f"the socket closed: {message}, after {self.said}")

    async def until_said(self, kind: str) -> Mapping[str, Any]:
        await self.until(lambda: any(event["type"] == kind for event in self.said))
        return next(event for event in self.said if event["type"] == kind)


@asynccontextmanager
async def page(transport: BrowserTransport, path: str = "/call", **headers: str) -> AsyncIterator[Page]:
    headers = {"Origin": transport.address, **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{transport.address}{path}", headers=headers) as websocket,
    ):
        yield Page(websocket)


async def answer(line: Line) -> None:
    await line.answer()


async def test_a_call_with_audio_and_keys_both_ways() -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(FRAME * 5)
        line.mark("said")

    handler = Handler(script)
    async with serving(handler) as transport, page(transport) as caller:
        ready = await caller.until_said("ready")
        await caller.until_said("answered")
        assert ready["rate"] == (await handler.line()).rate == 16000
        await caller.socket.send_bytes(FRAME)
        await caller.socket.send_str('{"type": "key", "digit": "#"}')
        await caller.until(lambda: len(caller.audio) >= len(FRAME) * 5)
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
        await caller.socket.send_str('{"type": "hangup"}')
        assert (await handler.ended()).by == "caller"
        assert (await caller.until_said("ended"))["by"] == "caller"
    assert handler.heard() == FRAME
    assert [event.digit for event in handler.seen if isinstance(event, Key)] == ["#"]
    played = [event for event in handler.seen if isinstance(event, Played)]
    assert b"".join(event.pcm for event in played) == caller.audio == FRAME * 5
    mark = next(event for event in handler.seen if isinstance(event, MarkPlayed))
    assert mark.at >= played[-1].at + 0.019


async def test_what_is_played_leaves_in_real_time() -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(FRAME * 25)
        line.mark("said")

    handler = Handler(script)
    async with serving(handler) as transport, page(transport) as caller:
        await caller.until(lambda: len(caller.audio) >= len(FRAME) * 25)
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
    played = [event.at for event in handler.seen if isinstance(event, Played)]
    assert played[-1] - played[0] == pytest.approx(0.48, abs=0.15)


async def test_pause_resume_and_flush() -> None:
    handler = Handler(answer)
    async with serving(handler) as transport, page(transport) as caller:
        line = await handler.line()
        await caller.until_said("answered")
        line.play(FRAME * 50)
        await caller.until(lambda: len(caller.audio) >= len(FRAME) * 3)
        line.pause()
        left = line.queued
        await asyncio.sleep(0.15)
        assert line.queued == left > 0.5
        line.resume()
        await caller.until(lambda: len(caller.audio) >= len(FRAME) * 8)
        line.mark("never")
        line.flush()
        assert line.queued == 0
        # The page drops what its loudspeaker has not played yet.
        await caller.until_said("flush")
        heard = len(caller.audio)
        line.play(FRAME)
        line.mark("after")
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
        await line.hang_up()
        await caller.until_said("ended")
        assert len(caller.audio) == heard + len(FRAME)
    assert [event.name for event in handler.seen if isinstance(event, MarkPlayed)] == ["after"]


async def test_the_caller_is_not_heard_before_the_answer() -> None:
    handler = Handler()
    async with serving(handler) as transport, page(transport) as caller:
        line = await handler.line()
        await caller.socket.send_bytes(FRAME)
        await caller.socket.send_str('{"type": "key", "digit": "1"}')
        await handler.until(lambda: bool(handler.seen))
        await line.answer()
        await caller.socket.send_bytes(FRAME * 2)
        await handler.until(lambda: len(handler.heard()) > 0)
    assert handler.heard() == FRAME * 2


async def test_parley_hangs_up() -> None:
    async def script(line: Line) -> None:
        await line.answer()
        await line.hang_up()
        await line.hang_up()
        line.play(FRAME)

    handler = Handler(script)
    async with serving(handler) as transport, page(transport) as caller:
        assert await caller.until_said("ended") == {"type": "ended", "by": "parley", "reason": ""}
    assert (await handler.ended()).by == "parley"
    with pytest.raises(LineError, match="hung up before the call was answered"):
        await handler.lines[0].answer()


async def test_a_page_that_is_closed_has_hung_up() -> None:
    handler = Handler(answer)
    async with serving(handler) as transport:
        async with page(transport) as caller:
            await caller.until_said("answered")
        assert (await handler.ended()).by == "caller"


async def test_the_transcript_reaches_the_page() -> None:
    async def script(line: Line) -> None:
        await line.answer()
        assert isinstance(line, Screen)
        line.show({"kind": "caller", "text": "我的订单在哪里?", "final": True})

    async with serving(Handler(script)) as transport, page(transport) as caller:
        shown = await caller.until_said("show")
    assert shown["event"] == {"kind": "caller", "text": "我的订单在哪里?", "final": True}


async def test_a_call_cannot_be_transferred() -> None:
    handler = Handler(answer)
    async with serving(handler) as transport, page(transport):
        with pytest.raises(TransferUnsupportedError, match="browser"):
            await (await handler.line()).transfer("200")


async def test_the_page_chooses_flow_and_number() -> None:
    handler = Handler(answer)
    path = f"/call?flow=zh&dial={'9' * 100}"
    async with serving(handler) as transport, page(transport, path):
        info = (await handler.line()).info
    assert (info.transport, info.flow, info.dialled) == ("browser", "zh", "9" * 64)


@pytest.mark.parametrize(
    "hostile",
    [b"\x01", b"", bytes(16_002), bytes(200_000), "{", "x" * 5000, '{"type":"key","digit":"Z"}', "[" * 999],
)
async def test_a_page_that_breaks_the_protocol_ends_its_own_call_only(hostile: bytes | str) -> None:
    handler = Handler(answer)
    async with serving(handler) as transport, page(transport) as good:
        await good.until_said("answered")
        async with page(transport) as bad:
            await bad.until_said("answered")
            if isinstance(hostile, bytes):
                await bad.socket.send_bytes(hostile)
            else:
                await bad.socket.send_str(hostile)
            assert (await handler.ended()).by == "error"
        await good.socket.send_bytes(FRAME)
        await handler.until(lambda: handler.heard() == FRAME)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[broken"},
        # A foreign name that resolves to this machine brings its own Host along.
        {"Origin": "http://evil.example:8080", "Host": "evil.example:8080"},
        {"Origin": "http://127.0.0.1.evil.example", "Host": "127.0.0.1.evil.example"},
        {"Origin": "file://127.0.0.1"},
    ],
)
async def test_a_page_from_elsewhere_cannot_call(headers: dict[str, str]) -> None:
    handler = Handler(answer)
    async with serving(handler) as transport:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with page(transport, **headers):
                pass
        assert refused.value.status == 403
        # Another port of the same machine is another page.
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with page(transport, Origin="http://127.0.0.1:1"):
                pass
    assert handler.lines == []


async def test_a_page_that_is_allowed_by_name_can_call() -> None:
    handler = Handler(answer)
    allowed = "https://phone.example.org"
    async with (
        serving(handler, origins=(allowed,)) as transport,
        page(transport, Origin=allowed, Host="phone.example.org") as caller,
    ):
        await caller.until_said("answered")


async def test_one_call_too_many_is_refused_and_the_line_is_free_again_later() -> None:
    handler = Handler(answer)
    async with serving(handler, max_calls=1) as transport:
        async with page(transport) as first:
            await first.until_said("answered")
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with page(transport):
                    pass
            assert refused.value.status == 503
        await handler.ended()
        await asyncio.sleep(0.05)
        async with page(transport) as second:
            await second.until_said("answered")


async def test_the_page_comes_from_here_alone() -> None:
    async with serving(answer) as transport, aiohttp.ClientSession() as session:
        async with session.get(transport.address) as reply:
            html = await reply.text()
            policy = reply.headers["Content-Security-Policy"]
            assert reply.content_type == "text/html"
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        # Neither inline scripts nor styles, which the policy forbids, nor anything from another host.
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)|//\w", html)
        wanted = re.findall(r'(?:src|href)="([^":]+)"', html)
        assert {"page.css", "page.js"} <= set(wanted)
        for name in (*wanted, "words.js", "microphone.js", "loudspeaker.js"):
            async with session.get(f"{transport.address}/{name}") as reply:
                assert reply.status == 200
                assert reply.content_type in ("text/css", "text/javascript")
                assert not re.search(r"https?://(?!www\.w3\.org)", await reply.text())


@pytest.mark.parametrize("path", ["/page/page.js", "/../line.py", "/%2e%2e/line.py", "/browser.py", "/call"])
async def test_nothing_else_is_served(path: str) -> None:
    async with serving(answer) as transport, aiohttp.ClientSession() as session:
        async with session.get(f"{transport.address}{path}") as reply:
            assert reply.status in (403, 404)
        async with session.post(transport.address) as reply:
            assert reply.status == 405


async def test_port_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LineError, match=rf"127\.0\.0\.1:{port}: .*in use"):
            await BrowserTransport(port=port).start(answer)


async def test_stopping_ends_the_calls() -> None:
    handler = Handler(answer)
    transport = BrowserTransport(port=0)
    await transport.start(handler)
    async with page(transport) as caller:
        await caller.until_said("answered")
        await transport.stop()
        assert (await handler.ended()).by == "parley"
        assert (await caller.until_said("ended"))["by"] == "parley"
    await transport.stop()


async def test_the_scripted_caller_calls_the_page() -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(FRAME * 10)
        async for event in line.events():
            if isinstance(event, Frame) and any(event.pcm):
                line.play(event.pcm)
            if isinstance(event, Key):
                await line.hang_up()
            if isinstance(event, HungUp):
                return

    async with serving(script) as transport, Caller() as caller:
        await caller.dial(transport.address)
        greeting = await caller.listen(until_quiet=0.4, timeout=5)
        assert greeting.spans
        said = await caller.say(tone(0.3))
        echo = await caller.listen(until_quiet=0.4, timeout=5, since=said.start)
        first = caller.first_sample_after(said.start)
        assert echo.spans
        assert first is not None
        assert 0.0 < first - said.start < 0.3
        await caller.press("#")
        assert await caller.wait_ended(2)
    assert caller.report().ended_by == "callee"
    assert caller.tape.seconds(HEARD) > 0.4


async def test_calling_a_page_that_is_not_there_is_an_error() -> None:
    async with Caller() as caller:
        with pytest.raises(
            LineError, match=r"http://127\.0\.0\.1:9: expected an answer, got: Cannot connect"
        ):
            await caller.dial("http://127.0.0.1:9")
