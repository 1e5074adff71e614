"""Calls from Asterisk's chan_websocket: `Dial(WebSocket/parley/c(slin16)nf(json)v(call=${PARLEY_UUID}))`."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable

from aiohttp import WSCloseCode, WSMsgType, web

from telephony.arrivals import Arrival, Arrivals
from telephony.calls import Calls
from telephony.line import FRAME_SECONDS, Line, LineError, OnCall
from telephony.pacer import Pacer
from telephony.websocket_line import WebSocketLine
from telephony.websocket_wire import MediaStart, WebSocketError, parse_event

NAME = "asterisk-websocket"

START_SECONDS = 5.0
"""How long Asterisk may take for MEDIA_START."""

HEARTBEAT_SECONDS = 10.0
"""A ping this often finds a machine that is gone without closing."""

AFTER_SECONDS = 0.3
"""How long a living Asterisk may take from closing the media to asking FastAGI `after` (some ms)."""

_log = logging.getLogger(__name__)


class WebSocketTransport:
    """The HTTP port that Asterisk's websocket_client connects to.

    Args:
        host: address to listen on.
        port: TCP port, 0 for any free one.
        path: path of the WebSocket in Asterisk's `uri=`.
        arrivals: what FastAGI learnt about calls, shared with `AgiTransport`.
        pacer: the shared beat; one of its own if not given.
        clock: monotonic seconds; must be the pacer's.
    """

    name = NAME

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8787,
        path: str = "/media",
        arrivals: Arrivals | None = None,
        *,
        pacer: Pacer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._port = port
        self._path = path
        self._arrivals = arrivals if arrivals is not None else Arrivals()
        self._clock = clock
        self._pacer = pacer or Pacer(clock=clock)
        self._calls: Calls | None = None
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """The URL, as it goes into websocket_client.conf."""
        return f"ws://{self._host}:{self._port}{self._path}"

    @property
    def lines(self) -> tuple[Line, ...]:
        """The calls that are up."""
        return self._calls.lines if self._calls else ()

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises LineError when the port can't be had."""
        calls = Calls(on_call, lambda line: self._arrivals.fail(line.info.call_id))

        async def connected(request: web.Request) -> web.StreamResponse:
            return await self._serve(calls, request)

        app = web.Application()
        app.router.add_get(self._path, connected)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            cause = error.strerror or error
            raise LineError(f"the WebSocket can't listen on {self.address}: {cause}") from error
        self._port = runner.addresses[0][1]
        self._runner = runner
        self._calls = calls

    async def stop(self) -> None:
        """Stop listening and end the calls that are left; the dialplan falls back."""
        if self._runner is None or self._calls is None:
            return
        for line in self._calls.lines:
            self._arrivals.fail(line.info.call_id)
        await self._calls.end()
        await self._runner.cleanup()
        self._runner = None

    async def _serve(self, calls: Calls, request: web.Request) -> web.StreamResponse:
        peer = request.remote or "a peer that left"
        try:
            arrival = self._arrival(request)
        except (LineError, ValueError) as error:
            _log.error("WebSocket connection from %s refused: %s", peer, error)
            return web.Response(status=400, text=f"{error}\n")
        socket = web.WebSocketResponse(
            protocols=("media",), heartbeat=HEARTBEAT_SECONDS, max_msg_size=65_536, compress=False
        )
        await socket.prepare(request)
        line: WebSocketLine | None = None
        try:
            line = await self._begin(calls, socket, arrival, peer)
            await self._pump(socket, line)
        except WebSocketError as error:
            _log.error("WebSocket call %s from %s: %s", arrival.call_id, peer, error)
            self._arrivals.fail(arrival.call_id)
            if line is not None:
                line.finish("error", f"{line.info.peer}: {error}")
            await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=str(error).encode()[:120])
        return socket

    def _arrival(self, request: web.Request) -> Arrival:
        """What the dial string's `v(...)` says, or what FastAGI learnt. Raises LineError and ValueError."""
        query = dict(request.query)
        call = query.pop("call", "")
        try:
            call_id = str(uuid.UUID(call)) if call else str(uuid.uuid4())
        except ValueError:
            raise LineError(f"expected ?call=<UUID>, got {call[:60]!r}") from None
        return self._arrivals.claim(call_id) or Arrival(
            call_id,
            caller=query.pop("caller", ""),
            dialled=query.pop("dialled", ""),
            flow=query.pop("flow", "") or None,
            variables=query,
        )

    async def _begin(
        self, calls: Calls, socket: web.WebSocketResponse, arrival: Arrival, peer: str
    ) -> WebSocketLine:
        """Wait for MEDIA_START and hand the line over. Raises WebSocketError."""
        early: list[tuple[bytes, float]] = []
        try:
            async with asyncio.timeout(START_SECONDS):
                while True:
                    message = await socket.receive()
                    if message.type is WSMsgType.TEXT:
                        break
                    if message.type is not WSMsgType.BINARY:
                        raise WebSocketError("expected MEDIA_START, but the connection was closed")
                    early.append((message.data, self._clock()))
        except TimeoutError:
            raise WebSocketError(f"expected MEDIA_START within {START_SECONDS:.0f} s, got none") from None
        start = parse_event(message.data)
        if not isinstance(start, MediaStart):
            raise WebSocketError(f"expected MEDIA_START first, got {message.data[:80]!r}")
        if start.ptime != FRAME_SECONDS * 1000:
            raise WebSocketError(f"MEDIA_START: expected ptime 20, got {start.ptime}")
        line = WebSocketLine(
            socket,
            start,
            arrival.info(NAME, peer if arrival.channel else f"{peer} {start.channel}"),
            self._pacer,
            as_json=message.data.lstrip().startswith("{"),
            arrivals=self._arrivals,
            clock=self._clock,
        )
        calls.begin(line)
        for payload, arrived in early:
            line.media(payload, arrived)
        return line

    async def _pump(self, socket: web.WebSocketResponse, line: WebSocketLine) -> None:
        """Feed the line until its connection ends, and say why it ended. Raises WebSocketError."""
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                line.media(message.data, self._clock())
            elif message.type is WSMsgType.TEXT:
                line.event(message.data)
            elif message.type is WSMsgType.ERROR:
                raise WebSocketError(f"the connection broke: {socket.exception() or message.data}")
        if line.ended:
            return
        closed = socket.close_code not in {None, WSCloseCode.ABNORMAL_CLOSURE}
        if closed or await self._arrivals.asked_after(line.info.call_id, AFTER_SECONDS):
            line.finish(await line.departure.by())
        else:
            line.finish("error", f"{line.info.peer} broke off without closing the call")
