"""A page with one button that calls Parley from the browser's microphone.

The page needs nothing from elsewhere and works offline. Browsers give a page the
microphone only on `localhost` or over HTTPS, so listening on other addresses
wants a TLS proxy in front.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from telephony import browser_wire as wire
from telephony.browser_line import BrowserLine
from telephony.calls import Calls
from telephony.line import LineError, OnCall
from telephony.pacer import Pacer

_PAGE = Path(__file__).with_name("page")
_FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/words.js": ("words.js", "text/javascript"),
    "/microphone.js": ("microphone.js", "text/javascript"),
    "/loudspeaker.js": ("loudspeaker.js", "text/javascript"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STOP_GRACE = 3.0


@runtime_checkable
class Screen(Protocol):
    """A line whose caller can also read.

    `event` has a `kind` and what belongs to it:

    - `caller`: `text` as understood; `final` (default true) is false while it may still change;
      `emotion` and `language` where known.
    - `parley`: `text` of a reply as it starts to be spoken.
    - `timing`: `ms`, milliseconds by stage of the turn just answered.
    - `note`: `text`, anything else worth reading, such as a transfer.
    """

    def show(self, event: Mapping[str, Any]) -> None:
        """Put `event` on the screen. Ignored after hang-up."""


class BrowserTransport:
    """Serves the page and takes its calls.

    Args:
        host: address to listen on.
        port: port, 0 for a free one.
        rate: samples per second of the lines, 8000 or 16000.
        max_calls: further calls are told that all lines are busy.
        origins: more origins (`https://phone.example.org`) whose pages may call;
            the page's own is always allowed.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8080,
        *,
        rate: int = 16000,
        max_calls: int = 20,
        origins: tuple[str, ...] = (),
    ) -> None:
        if rate not in (8000, 16000):
            raise LineError(f"browser rate: expected 8000 or 16000, got {rate}")
        self._host = host
        self._port = port
        self._rate = rate
        self._max_calls = max_calls
        self._origins = frozenset(origins)
        self._pacer = Pacer()
        self._runner: web.AppRunner | None = None
        self._calls: Calls | None = None

    @property
    def name(self) -> str:
        """`browser`."""
        return "browser"

    @property
    def address(self) -> str:
        """The page's address, as one types it."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises LineError naming address and cause when the port can't be had."""
        self._calls = Calls(on_call)
        app = web.Application()
        for path in _FILES:
            app.router.add_get(path, _serve_file)
        app.router.add_get("/call", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            raise LineError(
                f"the page cannot listen on {self._host}:{self._port}: {error.strerror}"
            ) from error
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Hang up what is left and stop listening."""
        if self._calls is not None:
            await self._calls.end(_STOP_GRACE)
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _may_call(self, request: web.Request) -> bool:
        """Whether the page that calls is ours: any page on the web can open a WebSocket to localhost."""
        origin = request.headers.get("Origin", "")
        if origin in self._origins:
            return True
        # Host is compared as well: a foreign name that resolves to 127.0.0.1 brings its own Origin along.
        host = urlsplit(f"//{request.headers.get('Host', '')}")
        try:
            same = urlsplit(origin).netloc == host.netloc
        except ValueError:
            return False
        named = host.hostname in _LOOPBACK or host.hostname == self._host
        return same and named and urlsplit(origin).scheme in ("http", "https")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if not self._may_call(request):
            raise web.HTTPForbidden(text=f"origin {request.headers.get('Origin')!r} may not call from here")
        calls = self._calls
        if calls is None or len(calls.lines) >= self._max_calls:
            raise web.HTTPServiceUnavailable(text="all lines are busy")
        socket = web.WebSocketResponse(max_msg_size=wire.MAX_AUDIO, heartbeat=20, compress=False)
        await socket.prepare(request)
        line = BrowserLine(
            peer=request.remote or "browser",
            dialled=request.query.get("dial", "")[:64],
            flow=request.query.get("flow", "")[:64] or None,
            rate=self._rate,
            pacer=self._pacer,
        )
        await socket.send_str(wire.ready(line.info.call_id, line.rate))
        call = calls.begin(line)
        sending = asyncio.create_task(_send(line, socket))
        await _receive(line, socket)
        await asyncio.gather(call, sending)
        return socket


async def _serve_file(request: web.Request) -> web.StreamResponse:
    name, kind = _FILES[request.path]
    return web.FileResponse(_PAGE / name, headers={**_HEADERS, "Content-Type": f"{kind}; charset=utf-8"})


async def _receive(line: BrowserLine, socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
            break
        try:
            line.receive(wire.decode(message.data))
        except wire.WireError as error:
            line.close("error", f"{line.info.peer}: {error}")
            break
    failure = socket.exception()
    if failure is not None:
        line.close("error", f"{line.info.peer}: {failure}")
    line.close("caller", "")


async def _send(line: BrowserLine, socket: web.WebSocketResponse) -> None:
    try:
        while not (line.ended and line.outbox.empty()):
            message = await line.outbox.get()
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            else:
                await socket.send_str(message)
    except ConnectionError:
        line.close("caller", "")  # the page was closed; `_receive` sees the same
    await socket.close()
