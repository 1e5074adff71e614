"""Parley as a registered extension of a real Asterisk, over SIP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.lab.server import AsteriskServer
from telephony.line import Frame, HungUp, Key, Line, LineError
from telephony.sip import SipAccount, SipTransport
from tests.live.asterisk import Ports, running_asterisk
from tests.live.sip_calls import ENOUGH, Note, answering, call, chirp, pieces_found

pytestmark = [pytest.mark.live, pytest.mark.calls]

PASSWORD = "lab"
REGISTER_SECONDS = 10


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with running_asterisk(Ports()) as server:
        yield server


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "chirp.wav"
    sf.write(path, np.frombuffer(chirp(1.2), dtype="<i2"), 8000)
    return path


def account(asterisk: AsteriskServer, password: str, transport: str = "udp") -> SipAccount:
    return SipAccount("parley", f"127.0.0.1:{asterisk.sip}", password, transport=transport)


async def registered(sip: SipTransport) -> None:
    async with asyncio.timeout(REGISTER_SECONDS):
        await sip.registered.wait()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_call_through_the_pbx(
    asterisk: AsteriskServer, speech: Path, tmp_path: Path, transport: str
) -> None:
    note = Note()
    async with answering(note, account=account(asterisk, PASSWORD, transport)) as sip:
        await registered(sip)
        report = await call(
            asterisk.uri("120"), f"play={speech}@0.3", "dtmf=7#@1.6", "silence=2.6", record=tmp_path / "c.wav"
        )
    tape, _ = sf.read(tmp_path / "c.wav", dtype="int16")
    assert pieces_found(chirp(1.0), tape[:, 1].tobytes(), 8000, 0.97) >= ENOUGH
    assert pieces_found(chirp(1.2), bytes(note.heard), 8000, 0.97) >= ENOUGH
    assert [key.digit for key in note.of(Key)] == ["7", "#"]
    assert report["ended_by"] == "caller"
    assert note.of(HungUp)[0].by == "caller"
    assert note.lines[0].info.dialled == "parley"


async def test_a_caller_is_transferred_by_refer(
    asterisk: AsteriskServer, speech: Path, tmp_path: Path
) -> None:
    ends: list[HungUp] = []

    async def on_call(line: Line) -> None:
        await line.answer()
        async for event in line.events():
            if isinstance(event, Key):
                await line.transfer("998")  # the PBX's echo
            if isinstance(event, HungUp):
                ends.append(event)

    async with answering(on_call, account=account(asterisk, PASSWORD)) as sip:
        await registered(sip)
        steps = ("dtmf=1@0.3", f"play={speech}@1.5", "silence=3.5")
        await call(asterisk.uri("120"), *steps, record=tmp_path / "c.wav")
    tape, _ = sf.read(tmp_path / "c.wav", dtype="int16")
    assert [end.by for end in ends] == ["parley"]
    assert pieces_found(chirp(1.2), tape[:, 1].tobytes(), 8000, 0.97) >= ENOUGH


async def test_a_transfer_that_the_pbx_cannot_make_leaves_the_call_up(asterisk: AsteriskServer) -> None:
    refused: list[LineError] = []
    heard_after = bytearray()

    async def on_call(line: Line) -> None:
        await line.answer()
        async for event in line.events():
            if isinstance(event, Key):
                try:
                    await line.transfer("31415")
                except LineError as error:
                    refused.append(error)
            if isinstance(event, Frame) and refused:
                heard_after.extend(event.pcm)

    async with answering(on_call, account=account(asterisk, PASSWORD)) as sip:
        await registered(sip)
        await call(asterisk.uri("120"), "dtmf=1@0.3", "silence=2.5")
    assert "transfer to sip:31415@" in str(refused[0])
    assert len(heard_after) > 8000


async def test_a_wrong_password_is_an_error_that_names_the_account(asterisk: AsteriskServer) -> None:
    with pytest.raises(LineError, match=r"parley@127\.0\.0\.1:\d+ over udp.*refused.*401"):
        await SipTransport("127.0.0.1:0", account=account(asterisk, "wrong")).start(Note())


async def test_a_pbx_that_is_down_does_not_keep_parley_from_answering(asterisk: AsteriskServer) -> None:
    note = Note(say=0.3)
    nowhere = SipAccount("parley", "127.0.0.1:9", "lab")
    async with answering(note, account=nowhere) as sip:
        report = await call(f"sip:300@{sip.address}", "silence=0.8")
        assert not sip.registered.is_set()
    assert report["heard"]
