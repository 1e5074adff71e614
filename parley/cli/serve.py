"""`parley serve`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from parley import __version__
from parley.cli.console import ConfigOption, config_file, out, read_config, set_up_logging
from parley.config import Config
from parley.heap import collector_off
from parley.status import status_line

if TYPE_CHECKING:
    from parley.server import Server

log = logging.getLogger(__name__)


def serve(config: ConfigOption = None) -> None:
    """Answer calls until Ctrl-C.

    Running calls then finish their sentence; a second Ctrl-C ends them at once.
    """
    settings = read_config(config, dict(os.environ))
    set_up_logging(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_server(settings, config_file(config)))


async def run_server(config: Config, file: Path | None) -> None:
    """Serve until SIGINT or SIGTERM. SIGUSR1 has the status logged.

    Args:
        config: what the admin configured.
        file: where it was read from.
    """
    loading = contextlib.ExitStack()
    loading.enter_context(collector_off())
    from parley.server import Server  # noqa: PLC0415 - loads every engine, which other commands need not wait for

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - we are running in one

    def on_signal() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    out.print(f"[bold]Parley {__version__}[/bold]")
    server = Server(
        config,
        lambda name, what: out.print(f"  {name:<12} {what}", markup=False),
        file=file,
        reread=lambda: read_config(file, dict(os.environ)),
    )
    loop.add_signal_handler(signal.SIGUSR1, lambda: log.info(status_line(server.calls)))
    starting = asyncio.create_task(server.__aenter__())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
    try:
        await starting
    except asyncio.CancelledError:
        out.print("Stopped before the ports were open.")
        return
    loading.close()
    try:
        out.print(_first_call(config, server), markup=False)
        await stop.wait()
        out.print("Stopping; Ctrl-C again ends running calls at once.")
    finally:
        stopping.cancel()
        await server.__aexit__(None, None, None)
    out.print("Stopped.")


def _first_call(config: Config, server: Server) -> str:
    lines = ["Place the first call:"]
    for port in server.ports:
        if port.name == "browser":
            lines.append(f"  from a browser:   {port.address}")
        if port.name == "sip":
            host, _, number = port.address.rpartition(":")
            if host == "0.0.0.0":  # noqa: S104 - compared, not bound
                host = _own_address()
            lines.append(f"  from a SIP phone: sip:shop@{host}:{number}")
    if config.telephony.agi.enabled or config.telephony.websocket.enabled:
        lines.append("  through Asterisk: see docs/asterisk.md")
    return "\n".join([*lines, "Ready. Ctrl-C stops."])


def _own_address() -> str:
    """This host's address towards the network, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737: never answered, only routed
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
