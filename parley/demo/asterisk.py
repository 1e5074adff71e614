"""The Asterisk between the demonstration's caller and its Parley."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from parley.demo.servers import DemoError, Ports
from parley.lab.install import AsteriskError
from parley.lab.server import AsteriskServer, Peers

EXTENSIONS = {
    "agi": "100",
    "asterisk-websocket": "110",
    "asterisk-audiosocket": "111",
}
"""Extensions of the lab's dialplan (`parley/lab/etc/extensions.conf`). None of them names a flow."""


@contextlib.asynccontextmanager
async def asterisk_towards(via: str, ports: Ports) -> AsyncGenerator[str]:
    """Run an Asterisk that sends calls to the Parley on `ports`; yields the SIP address to call.

    Args:
        via: `agi` (FastAGI, then the WebSocket), `asterisk-websocket` or `asterisk-audiosocket` (both
            without FastAGI).
        ports: where Parley listens.

    Raises:
        DemoError: there is no Asterisk, it can't be fetched, or it does not start.
    """
    peers = Peers(
        agi=f"127.0.0.1:{ports.agi}",
        audiosocket=f"127.0.0.1:{ports.audiosocket}",
        websocket=f"ws://127.0.0.1:{ports.websocket}/media",
    )
    # The folder's path is in the names of Unix sockets, which have room for 107 bytes.
    with tempfile.TemporaryDirectory(prefix="parley-", dir="/tmp") as folder:
        server = AsteriskServer(Path(folder), peers)
        try:
            await asyncio.to_thread(server.start)
            yield server.uri(EXTENSIONS[via])
        except AsteriskError as error:
            raise DemoError(f"--via {via} needs an Asterisk: {error}") from error
        finally:
            await asyncio.to_thread(server.stop)
