"""Scripted SIP calls in processes of their own, for tests that run `SipTransport` in this one."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from telephony.line import Frame, Key, Line
from telephony.sip import SipTransport

ENOUGH = 0.6
"""Share of `pieces_found` that shows that audio passes, even on a machine that is very busy."""

_ROOT = Path(__file__).parents[2]
_CALL = """
import asyncio, json, sys
from pathlib import Path
from telephony.caller_script import parse_step, run_script
job = json.loads(sys.argv[1])
for _ in range(job["times"]):
    report = asyncio.run(run_script(
        job["uri"], [parse_step(step) for step in job["steps"]],
        record=Path(job["record"]) if job["record"] else None, **job["options"]))
print(json.dumps(report.as_json()))
"""


async def start_call(
    uri: str, *steps: str, record: Path | None = None, times: int = 1, **options: Any
) -> asyncio.subprocess.Process:
    """Start another process that places a call: there is one SIP stack a process."""
    job = {"uri": uri, "steps": steps, "record": record and str(record), "options": options, "times": times}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CALL, json.dumps(job), cwd=_ROOT, stdout=-1, stderr=-1
    )


async def call(uri: str, *steps: str, **options: Any) -> dict[str, Any]:
    """Place a call in another process and return its report."""
    process = await start_call(uri, *steps, **options)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    report: dict[str, Any] = json.loads(out)
    return report


@asynccontextmanager
async def answering(
    on_call: Callable[[Line], Awaitable[None]], **options: Any
) -> AsyncIterator[SipTransport]:
    transport = SipTransport(options.pop("listen", "127.0.0.1:0"), **options)
    await transport.start(on_call)
    try:
        yield transport
    finally:
        await transport.stop()


class Note:
    """Plays a chirp after the answer, and writes down what happens."""

    def __init__(self, say: float = 1.0, hang_up_on: str = "") -> None:
        self.say, self.hang_up_on = say, hang_up_on
        self.heard = bytearray()
        self.events: list[Any] = []
        self.lines: list[Line] = []

    async def __call__(self, line: Line) -> None:
        self.lines.append(line)
        await line.answer()
        if self.say:
            line.play(chirp(self.say, line.rate))
            line.mark("said")
        async for event in line.events():
            if isinstance(event, Frame):
                self.heard += event.pcm
            else:
                self.events.append(event)
            if isinstance(event, Key) and event.digit == self.hang_up_on:
                await line.hang_up()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type, seconds: float) -> Any:
        """The first event of a kind; fails when none comes in time."""
        async with asyncio.timeout(seconds):
            while not self.of(kind):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)
        return self.of(kind)[0]


def chirp(seconds: float, rate: int = 8000) -> bytes:
    """A sweep from 300 to 3000 Hz: it matches only itself, at one delay."""
    t = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * (300 * t + 2700 / (2 * seconds) * t**2)
    return bytes((9000 * np.sin(phase)).astype("<i2").tobytes())


def likeness(sent: bytes, got: bytes) -> tuple[float, int]:
    """Highest normalised correlation of `sent` inside `got`, and at which sample."""
    a = np.frombuffer(sent, dtype="<i2").astype(float)
    b = np.frombuffer(got, dtype="<i2").astype(float)
    assert len(b) >= len(a), f"expected {len(a)} samples or more, got {len(b)}"
    dot = np.correlate(b, a, mode="valid")
    energy = np.sqrt(np.convolve(b**2, np.ones(len(a)), mode="valid") * (a**2).sum())
    scores = dot / np.maximum(energy, 1)
    best = int(scores.argmax())
    return float(scores[best]), best


def pieces_found(sent: bytes, got: bytes, rate: int, like: float) -> float:
    """Share of the tenths of a second of `sent` that are in `got` with at least that likeness.

    A machine that is too busy puts gaps between them; a codec that does harm is in all of them.
    """
    size = rate // 10 * 2
    pieces = [sent[at : at + size] for at in range(0, len(sent) - size + 1, size)]
    return sum(likeness(piece, got)[0] >= like for piece in pieces) / len(pieces)
