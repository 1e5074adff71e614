"""The scripted caller against `SipTransport`: the delays it measures are those that were."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.line import Frame, Key, Line
from tests.live.sip_calls import answering, call, chirp

pytestmark = [pytest.mark.live, pytest.mark.calls]

_ROOT = Path(__file__).parents[2]
DELAY = 0.5
"""Seconds that the other side waits after the caller's last sound."""


class Polite:
    """Plays a chirp `DELAY` seconds after the caller's last sound, and keeps the keys."""

    def __init__(self) -> None:
        self.keys = ""
        self.started: list[float] = []
        self.replied = asyncio.Event()

    async def __call__(self, line: Line) -> None:
        await line.answer()
        end: float | None = None
        async for event in line.events():
            if isinstance(event, Key):
                self.keys += event.digit
            if not isinstance(event, Frame):
                continue
            loud = np.flatnonzero(np.abs(np.frombuffer(event.pcm, "<i2").astype(int)) > 500)
            if len(loud):
                end = event.at + (int(loud[-1]) + 1) / event.rate
            elif end is not None and line.now() >= end + DELAY:
                line.play(chirp(0.6, line.rate))
                self.started.append(line.now() - end)
                end = None


@pytest.fixture
def question(tmp_path: Path) -> Path:
    """A file that goes on for 0.7 s after its last sound."""
    path = tmp_path / "question.wav"
    sf.write(path, np.frombuffer(chirp(1.0) + bytes(11_200), dtype="<i2"), 8000)
    return path


def delays(report: dict[str, Any]) -> list[float]:
    """From the end of each question's speech to the first thing heard after it."""
    found = []
    for said in report["said"]:
        end = said["speech"][-1]["end"]
        found.append(min(span["start"] for span in report["heard"] if span["start"] >= end) - end)
    return found


@pytest.mark.parametrize("codec", ["pcmu", "g722"])
async def test_the_delay_is_that_of_the_other_side_and_the_way(question: Path, codec: str) -> None:
    polite = Polite()
    async with answering(polite) as sip:
        steps = (f"play={question}", "wait-reply=0.4", f"play={question}", "wait-reply=0.4")
        report = await call(f"sip:300@{sip.address}", *steps, codecs=[codec])
    measured = delays(report)
    assert len(measured) == len(polite.started) == 2
    for delay, waited in zip(measured, polite.started, strict=True):
        # The reply goes with the next packet, in 20 ms at most, and through two stacks of a busy machine. It
        # can't arrive before it was said: a measured delay never flatters.
        assert 0 <= delay - waited <= 0.2


async def test_from_the_command_line(question: Path, tmp_path: Path) -> None:
    polite = Polite()
    record = tmp_path / "call.flac"
    async with answering(polite) as sip:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parley", "call", f"sip:300@{sip.address}",
            f"play={question}", "wait-reply=0.4", "dtmf=12#", "silence=0.3", "--record", str(record),
            "--json", cwd=_ROOT, stdout=-1, stderr=-1,
        )  # fmt: skip
        async with asyncio.timeout(60):
            out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    report = json.loads(out)
    assert polite.keys == "12#"
    assert report["ended_by"] == "caller"
    assert DELAY <= delays(report)[0] <= DELAY + 0.3
    both, rate = sf.read(record)
    assert rate == 8000
    assert (np.abs(both).max(axis=0) > 0.1).all()
