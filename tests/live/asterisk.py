"""A real Asterisk with Parley's dialplans, and a Parley's ports for it to call."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from parley.freeports import free_ports
from parley.lab.install import AsteriskMissingError
from parley.lab.server import AsteriskServer, Peers
from telephony.agi import AgiTransport, Choose, choose_as_asked
from telephony.arrivals import Arrivals, Redirect, Show
from telephony.audiosocket import AudioSocketTransport
from telephony.line import OnCall
from telephony.pacer import Beat, Pacer, Tick
from telephony.websocket import WebSocketTransport

_log = logging.getLogger(__name__)


class Ports:
    """Free ports, chosen before either side is started."""

    def __init__(self) -> None:
        self.agi, self.audiosocket, self.websocket = free_ports(3)

    @property
    def peers(self) -> Peers:
        return Peers(
            f"127.0.0.1:{self.agi}",
            f"127.0.0.1:{self.audiosocket}",
            f"ws://127.0.0.1:{self.websocket}/media",
        )


@contextlib.contextmanager
def running_asterisk(ports: Ports) -> Iterator[AsteriskServer]:
    """Start it in a folder of its own, and show its complaints if the test fails."""
    with tempfile.TemporaryDirectory(prefix="ast-") as folder:
        server = AsteriskServer(Path(folder), ports.peers)
        try:
            server.start()
        except AsteriskMissingError as error:
            raise AssertionError(f"the live tests need an Asterisk: {error}") from error
        try:
            yield server
        finally:
            server.stop()
            print(server.log.read_text(errors="replace")[-20_000:])


class MeasuredPacer(Pacer):
    """The shared beat, which also notes how far from its deadline each frame left."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []

    def join(self, tick: Tick) -> Beat:
        def measured(deadline: float) -> None:
            tick(deadline)
            self.late.append(time.monotonic() - deadline)

        return super().join(measured)


class Parley:
    """Parley's Asterisk side: FastAGI, WebSocket and AudioSocket, one handler for all calls."""

    def __init__(
        self, ports: Ports, choose: Choose, redirect: Redirect | None, show: Show | None = None
    ) -> None:
        self.arrivals = Arrivals(redirect=redirect, show=show)
        self.pacer = MeasuredPacer()
        host = "127.0.0.1"
        self.agi = AgiTransport(host, ports.agi, self.arrivals, choose=choose)
        self.audiosocket = AudioSocketTransport(host, ports.audiosocket, self.arrivals, self.pacer)
        self.websocket = WebSocketTransport(host, ports.websocket, "/media", self.arrivals, pacer=self.pacer)

    async def start(self, on_call: OnCall) -> None:
        await self.agi.start()
        await self.audiosocket.start(on_call)
        await self.websocket.start(on_call)

    async def stop(self) -> None:
        await self.agi.stop()
        await self.audiosocket.stop()
        await self.websocket.stop()


@contextlib.asynccontextmanager
async def parley(
    ports: Ports,
    on_call: OnCall,
    choose: Choose = choose_as_asked,
    redirect: Redirect | None = None,
    show: Show | None = None,
) -> AsyncIterator[Parley]:
    server = Parley(ports, choose, redirect, show)
    await server.start(on_call)
    try:
        yield server
    finally:
        await server.stop()
