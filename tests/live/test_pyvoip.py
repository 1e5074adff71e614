"""Parley as a pyVoIP extension of a real Asterisk.

pyVoIP is GPL and no part of Parley's environment: it is installed, hash-checked, into one of
its own in the cache, and `telephony.pyvoip` runs there in another process.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import venv
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.freeports import free_port
from parley.lab.install import cache_dir
from parley.lab.server import AsteriskServer
from tests.live.asterisk import Ports, running_asterisk
from tests.live.sip_calls import ENOUGH, call, chirp, pieces_found, start_call

pytestmark = [pytest.mark.live, pytest.mark.calls]

_ROOT = Path(__file__).parents[2]
_LOCK = _ROOT / "requirements-pyvoip.lock"
_VERSION = "1.6.8"
_PASSWORD = "lab"
_EXTENSION = """
import asyncio, json, logging, sys
from pathlib import Path
from telephony.line import Frame, HungUp, Key, MarkPlayed
from telephony.pyvoip import PyVoipAccount, PyVoipTransport
logging.basicConfig(level="WARNING")
job = json.loads(sys.argv[1])
def tell(**fact): print(json.dumps(fact), flush=True)
async def on_call(line):
    await line.answer()
    tell(event="call", caller=line.info.caller, dialled=line.info.dialled)
    line.play(Path(job["play"]).read_bytes())
    line.mark("said")
    with Path(job["heard"]).open("wb") as heard:
        async for event in line.events():
            if isinstance(event, Frame):
                heard.write(event.pcm)
            elif isinstance(event, Key):
                tell(event="key", digit=event.digit)
                if event.digit == "#":
                    heard.flush()
                    await line.hang_up()
            elif isinstance(event, MarkPlayed):
                tell(event="mark", at=event.at)
            elif isinstance(event, HungUp):
                heard.flush()
                tell(event="end", by=event.by, reason=event.reason)
async def main():
    account = PyVoipAccount(job["registrar"], "parley", job["password"])
    transport = PyVoipTransport(job["listen"], account, media_timeout=job["media_timeout"])
    await transport.start(on_call)
    tell(event="registered", address=transport.address)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await transport.stop()
    tell(event="stopped")
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of an environment that has pyVoIP and nothing else."""
    folder = cache_dir().parent / "envs" / f"pyvoip-{_VERSION}"
    interpreter = folder / "bin/python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(interpreter), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*command, "--require-hashes", "-r", str(_LOCK)], check=True, timeout=300)
        (folder / "complete").touch()
    return interpreter


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with running_asterisk(Ports()) as server:
        yield server


@dataclass
class Extension:
    """The other process, and what it told."""

    facts: list[dict[str, Any]] = field(default_factory=list)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if fact["event"] == event]

    async def until(self, event: str, seconds: float = 15) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while not self.of(event):  # noqa: ASYNC110 - told by another process
                await asyncio.sleep(0.02)
        return self.of(event)[0]


@asynccontextmanager
async def extension(
    python: Path, asterisk: AsteriskServer, folder: Path, **job: Any
) -> AsyncIterator[Extension]:
    (folder / "play.raw").write_bytes(chirp(1.0))
    settings = {
        "listen": f"127.0.0.1:{free_port()}",
        "registrar": f"127.0.0.1:{asterisk.sip}",
        "password": _PASSWORD,
        "play": str(folder / "play.raw"),
        "heard": str(folder / "heard.raw"),
        "media_timeout": 30.0,
        **job,
    }
    process = await asyncio.create_subprocess_exec(
        python, "-W", "ignore", "-c", _EXTENSION, json.dumps(settings),
        env={**os.environ, "PYTHONPATH": str(_ROOT)}, stdin=-1, stdout=-1,
    )  # fmt: skip
    assert process.stdin is not None
    told = Extension()
    reading = asyncio.create_task(_read(process, told))
    try:
        await told.until("registered")
        yield told
        process.stdin.write(b"stop\n")
        await told.until("stopped")
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, told: Extension) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        told.facts.append(json.loads(line))


async def test_a_call_with_audio_both_ways_and_keys(
    python: Path, asterisk: AsteriskServer, tmp_path: Path
) -> None:
    speech, record = tmp_path / "speech.wav", tmp_path / "call.wav"
    sf.write(speech, np.frombuffer(chirp(1.2), dtype="<i2"), 8000)
    async with extension(python, asterisk, tmp_path) as parley:
        steps = (f"play={speech}@0.3", "dtmf=7@1.8", "dtmf=#@2.4", "silence=8")
        report = await call(asterisk.uri("120"), *steps, record=record)
        assert (await parley.until("end"))["by"] == "parley"
    assert report["ended_by"] == "callee"
    assert report["ended_at"] < 7
    assert parley.of("call")[0] == {"event": "call", "caller": "tester", "dialled": "parley"}
    assert [fact["digit"] for fact in parley.of("key")] == ["7", "#"]
    assert len(parley.of("mark")) == 1
    tape, _ = sf.read(record, dtype="int16")
    # 8-bit samples and a sender that is 5 % slow: likeness, with a gap now and then.
    assert pieces_found(chirp(1.0), tape[:, 1].tobytes(), 8000, 0.9) >= ENOUGH
    assert pieces_found(chirp(1.2), (tmp_path / "heard.raw").read_bytes(), 8000, 0.9) >= ENOUGH


async def test_the_caller_hanging_up_and_a_second_call(
    python: Path, asterisk: AsteriskServer, tmp_path: Path
) -> None:
    async with extension(python, asterisk, tmp_path) as parley:
        for number in (1, 2):
            report = await call(asterisk.uri("120"), "silence=1.5")
            assert report["heard"]
            assert report["ended_by"] == "caller"
            await parley.until("end")
            assert [fact["by"] for fact in parley.of("end")] == ["caller"] * number


async def test_a_caller_that_vanishes_is_noticed(
    python: Path, asterisk: AsteriskServer, tmp_path: Path
) -> None:
    async with extension(python, asterisk, tmp_path, media_timeout=1.0) as parley:
        process = await start_call(asterisk.uri("120"), "silence=30")
        await parley.until("mark")
        process.kill()
        await process.wait()
        end = await parley.until("end")
    assert end["by"] == "error"
    assert "no RTP from the caller for 1 s" in end["reason"]


async def test_a_wrong_password_is_a_clear_error(
    python: Path, asterisk: AsteriskServer, tmp_path: Path
) -> None:
    job = {
        "listen": f"127.0.0.1:{free_port()}", "registrar": f"127.0.0.1:{asterisk.sip}",
        "password": "wrong", "media_timeout": 1.0,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        python, "-W", "ignore", "-c", _EXTENSION, json.dumps(job),
        env={**os.environ, "PYTHONPATH": str(_ROOT)}, stdin=-3, stdout=-1, stderr=-1,
    )  # fmt: skip
    async with asyncio.timeout(40):
        _, err = await process.communicate()
    assert process.returncode == 1
    assert f"could not register as parley@127.0.0.1:{asterisk.sip}: a wrong password" in err.decode()
