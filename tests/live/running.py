"""A Parley in a process of its own, as an admin runs it, and what can be seen of it from outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from parley.demo.servers import Ports, environment, parley_server
from parley.store import CallRow, CallStore, TurnRow
from tests.live.reading import read_back, says

FLOW = Path(__file__).with_name("flow.yaml")
DATA = Path(os.environ.get("PARLEY_TEST_DATA", Path(__file__).parents[3] / "shared/data"))


@dataclass(frozen=True, slots=True)
class Running:
    """One server.

    Attributes:
        ports: where it listens.
        data: its folder.
        pid: its process.
    """

    ports: Ports
    data: Path
    pid: int

    @property
    def sip(self) -> str:
        return f"sip:shop@127.0.0.1:{self.ports.sip}"

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.pid)

    async def last_call(self) -> tuple[CallRow, list[TurnRow]]:
        """The newest call and its turns, as they stand in the database."""
        store = CallStore(f"sqlite:///{self.data / 'parley.db'}")
        await store.open()
        try:
            call = (await store.calls(1))[0]
            return call, list(await store.turns(call.id))
        finally:
            await store.close()

    async def ended_call(self, seconds: float = 30.0, *, audio: bool = True) -> CallRow:
        """The newest call, once it has ended and, unless it may have none, its `audio.flac` is there."""
        async with asyncio.timeout(seconds):
            while True:
                call, _ = await self.last_call()
                complete = (Path(call.recording or "") / "audio.flac").exists() or not audio
                if call.ended is not None and complete:
                    return call
                await asyncio.sleep(0.05)

    def events(self, call: CallRow) -> list[dict[str, Any]]:
        """What `events.jsonl` of a call says."""
        assert call.recording is not None
        lines = (Path(call.recording) / "events.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextlib.asynccontextmanager
async def running_parley(
    folder: Path, via: str = "sip", overrides: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """Serve the test flow with the real recogniser and voices, and a small language model."""
    ports = Ports.free()
    settings = {
        **environment(ports, folder, "lab", via),
        "PARLEY__DIALOGUE__FLOWS": json.dumps({"lab": str(FLOW)}),
        "PARLEY__DIALOGUE__MODEL__NAME": "smollm2-135m",
        **(overrides or {}),
    }
    async with parley_server(None, settings) as pid:
        yield Running(ports, folder, pid)


__all__ = ["DATA", "FLOW", "Running", "read_back", "running_parley", "says"]
