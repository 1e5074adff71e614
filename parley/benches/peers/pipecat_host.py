"""Pipecat as a party of the latency benchmark, called through the same real Asterisk as Parley."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

from parley.benches.latency.own import MODEL_TOKENS
from parley.benches.latency.party import CallEntry, Host, Party, Place, Shop
from parley.benches.peers.pipecat_journal import read_journal
from parley.benches.peers.pipecat_serve import PeerError, Served, bot_command
from parley.demo.asterisk import asterisk_towards
from parley.demo.servers import Ports, ready_process

VIA = "asterisk-websocket"
"""Pipecat has no SIP of its own: what it offers to a telephone exchange is a WebSocket."""

_VERSIONS = """
import json, sys
from importlib.metadata import version
names = "pipecat-ai", "faster-whisper", "ctranslate2", "piper-tts", "onnxruntime"
json.dump({name: version(name) for name in names}, sys.stdout)
"""


def pipecat_host(environment: Path, config: Path | None = None) -> Host:
    """A host that runs Pipecat.

    Args:
        environment: the virtual environment that `scripts/pipecat-env` made.
        config: Parley's configuration, whose models Pipecat is given; `None` for the built-in one.
    """

    @contextlib.asynccontextmanager
    async def host(shop: Shop, place: Place) -> AsyncGenerator[Party]:
        if place.via != VIA:
            raise PeerError(f"Pipecat can be called by --via {VIA} only, got --via {place.via}")
        about = await asyncio.to_thread(versions, environment)
        ports = Ports.free()
        served = Served(shop, environment, ports.websocket, config, place.folder / "calls.jsonl")
        settings = place.folder / "pipecat.json"
        served.write(settings)
        command = [sys.executable, "-m", "parley.benches.peers.pipecat_serve", str(settings)]
        # As long an answer as Parley's model may give.
        limit = {"PARLEY__DIALOGUE__MODEL__MAX_TOKENS": str(MODEL_TOKENS)}
        async with ready_process("Pipecat", command, limit) as pid, asterisk_towards(VIA, ports) as uri:
            yield Party("pipecat", uri, pid, ledger=lambda: _ledger(served.journal, shop), about=about)

    return host


async def _ledger(journal: Path, shop: Shop) -> Sequence[CallEntry]:
    return await asyncio.to_thread(_read, journal, [answer.text for answer in shop.answers])


def _read(journal: Path, known: Sequence[str]) -> Sequence[CallEntry]:
    """Every call so far, none before the first."""
    if not journal.exists():
        return []
    return read_journal(journal.read_text(encoding="utf-8").splitlines(), known)


def versions(environment: Path) -> Mapping[str, Any]:
    """What is installed there, by package. Raises PeerError when it can't be told."""
    python = bot_command(environment, Path())[0]
    done = subprocess.run(  # noqa: S603 - the environment that the user named
        [python, "-I", "-c", _VERSIONS], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise PeerError(
            f"{environment}: expected what scripts/pipecat-env installs, but Python said: {said[0]}"
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
