"""The Asterisk side of chan_websocket, and a server for it to call."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import aiohttp

from telephony.arrivals import Arrivals
from telephony.line import (
    MarkPlayed,
    OnCall,
    Played,
)
from telephony.websocket import WebSocketTransport
from tests.telephony.peers import WAIT, Handler

CALL = "40325ec2-5efd-4bd3-805f-53576e581d13"
PERIOD = 0.02


class FakeAsterisk:
    """chan_websocket's side: plays its queue at one frame in 20 ms, echoes marks, pauses and flushes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, codec: str) -> None:
        self.socket = socket
        self.frame_bytes = {"slin": 320, "slin16": 640, "ulaw": 160}[codec]
        self.commands: list[str] = []
        self.played = bytearray()
        self.messages = 0
        self.frames = 0
        self.longest = 0
        self.most_queued = 0
        self.paused = False
        self._codec = codec
        self._queue: list[bytes | str] = []
        self._rest = b""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._play())]

    async def start(self, **changes: object) -> None:
        await self.event(
            "MEDIA_START",
            **{
                "channel": "WebSocket/parley/1",
                "format": self._codec,
                "optimal_frame_size": self.frame_bytes,
                "ptime": 20,
                **changes,
            },
        )

    async def event(self, name: str, **fields: object) -> None:
        await self.socket.send_str(json.dumps({"event": name, **fields}))

    async def closed(self) -> None:
        async with asyncio.timeout(WAIT):
            await self._tasks[0]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._media(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._command(json.loads(message.data))

    def _media(self, payload: bytes) -> None:
        self.messages += 1
        self.longest = max(self.longest, len(payload))
        data = self._rest + payload
        while len(data) >= self.frame_bytes:
            self._queue.append(data[: self.frame_bytes])
            self.frames += 1
            data = data[self.frame_bytes :]
        self._rest = data
        self.most_queued = max(self.most_queued, sum(isinstance(item, bytes) for item in self._queue))

    def _command(self, fields: dict[str, str]) -> None:
        self.commands.append(fields["command"])
        match fields["command"]:
            case "MARK_MEDIA":
                self._queue.append(fields["correlation_id"])
            case "FLUSH_MEDIA":
                self._queue.clear()
            case "PAUSE_MEDIA":
                self.paused = True
            case "CONTINUE_MEDIA":
                self.paused = False

    async def _play(self) -> None:
        due = asyncio.get_running_loop().time()
        while True:
            due += PERIOD
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            while self._queue and not self.paused:
                item = self._queue.pop(0)
                if isinstance(item, bytes):
                    self.played += item
                    break
                await self.event("MEDIA_MARK_PROCESSED", correlation_id=item)


class Desk:
    """A transport on a free port, and the Asterisks that connect to it."""

    def __init__(self, transport: WebSocketTransport, session: aiohttp.ClientSession) -> None:
        self.transport = transport
        self.session = session
        self.peers: list[FakeAsterisk] = []

    async def connect(self, query: str = "", codec: str = "slin16") -> FakeAsterisk:
        url = self.transport.address.replace("ws:", "http:") + query
        socket = await self.session.ws_connect(url, protocols=("media",), max_msg_size=0)
        self.peers.append(FakeAsterisk(socket, codec))
        return self.peers[-1]

    async def call(self, query: str = "", codec: str = "slin16") -> FakeAsterisk:
        peer = await self.connect(query, codec)
        await peer.start()
        return peer


@contextlib.asynccontextmanager
async def serving(handler: OnCall, arrivals: Arrivals | None = None) -> AsyncIterator[Desk]:
    transport = WebSocketTransport("127.0.0.1", 0, "/media", arrivals)
    await transport.start(handler)
    async with aiohttp.ClientSession() as session:
        desk = Desk(transport, session)
        try:
            yield desk
        finally:
            for peer in desk.peers:
                await peer.close()
            await transport.stop()


def ramp(samples: int) -> bytes:
    return b"".join((i % 30000 + 1).to_bytes(2, "little") for i in range(samples))


def played(handler: Handler) -> bytes:
    return b"".join(event.pcm for event in handler.seen if isinstance(event, Played))


def marks(handler: Handler) -> list[str]:
    return [event.name for event in handler.seen if isinstance(event, MarkPlayed)]
