"""Starts a Parley for one demonstration: a process of its own, on free loopback ports."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.children import end
from parley.freeports import free_ports

READY_SECONDS = 300.0
STOP_SECONDS = 20.0


class DemoError(Exception):
    """The demonstration could not take place; the message says why."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Free ports of one demonstration."""

    sip: int
    browser: int
    websocket: int
    audiosocket: int
    agi: int

    @classmethod
    def free(cls) -> Ports:
        """Choose them. Raises OSError when there are not enough."""
        return cls(*free_ports(5))


def environment(ports: Ports, data: Path, language: str, via: str) -> dict[str, str]:
    """Overrides of the configuration: only what `via` needs, only on loopback."""
    asterisk = via.startswith("asterisk") or via == "agi"
    settings = {
        "SERVER__DATA": str(data),
        "DIALOGUE__FLOW": language,
        "ASR__LANGUAGES": "[zh, en]" if language == "zh" else "[en, zh]",
        "TELEPHONY__SIP__ENABLED": str(via == "sip").lower(),
        "TELEPHONY__SIP__LISTEN": f"127.0.0.1:{ports.sip}",
        "TELEPHONY__BROWSER__ENABLED": str(via == "browser").lower(),
        "TELEPHONY__BROWSER__LISTEN": f"127.0.0.1:{ports.browser}",
        "TELEPHONY__WEBSOCKET__ENABLED": str(asterisk).lower(),
        "TELEPHONY__WEBSOCKET__LISTEN": f"127.0.0.1:{ports.websocket}",
        "TELEPHONY__AUDIOSOCKET__ENABLED": str(asterisk).lower(),
        "TELEPHONY__AUDIOSOCKET__LISTEN": f"127.0.0.1:{ports.audiosocket}",
        "TELEPHONY__AGI__ENABLED": str(asterisk).lower(),
        "TELEPHONY__AGI__LISTEN": f"127.0.0.1:{ports.agi}",
        "RECORDING__ENABLED": "true",
    }
    return {f"PARLEY__{name}": value for name, value in settings.items()}


@contextlib.asynccontextmanager
async def parley_server(
    config: Path | None, overrides: Mapping[str, str], heard: Callable[[str], None] = lambda line: None
) -> AsyncGenerator[int]:
    """Run `parley serve` until the block is left; yields its process id. `heard` is told each line it says.

    Raises DemoError with what the server said when it does not come up.
    """
    command = [sys.executable, "-m", "parley", "serve"]
    if config is not None:
        command += ["--config", str(config)]
    async with ready_process("Parley", command, overrides, heard) as pid:
        yield pid


@contextlib.asynccontextmanager
async def ready_process(
    name: str,
    command: Sequence[str],
    overrides: Mapping[str, str],
    heard: Callable[[str], None] = lambda line: None,
) -> AsyncGenerator[int]:
    """Run a server that prints `Ready.` when it can be called, until the block is left.

    Yields its process id. Raises DemoError with what the server said when it does not come up.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **overrides, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said: list[str] = []
    reading = asyncio.create_task(_read(process, said, heard))
    try:
        await _wait_ready(name, process, said)
        yield process.pid
    finally:
        await end(process, STOP_SECONDS)
        await reading


async def _read(process: asyncio.subprocess.Process, said: list[str], heard: Callable[[str], None]) -> None:
    assert process.stdout is not None  # noqa: S101 - asked for
    while line := await process.stdout.readline():
        said.append(line.decode(errors="replace").rstrip())
        heard(said[-1])


async def _wait_ready(name: str, process: asyncio.subprocess.Process, said: list[str]) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS
    while not any(line.startswith("Ready.") for line in said):
        if process.returncode is not None:
            raise DemoError(f"{name} did not start:\n" + "\n".join(said[-20:]))
        if loop.time() > deadline:
            raise DemoError(f"{name} was not ready after {READY_SECONDS:.0f} s:\n" + "\n".join(said[-20:]))
        await asyncio.sleep(0.05)
