"""Real SIP calls: a scripted caller in a process of its own against `SipTransport`."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.line import HungUp, Key, Line, MarkPlayed, Played
from telephony.sip_stack import RTP_PORTS
from tests.live.signals import babble, steady
from tests.live.sip_calls import ENOUGH, Note, answering, call, chirp, likeness, pieces_found

pytestmark = [pytest.mark.live, pytest.mark.calls]


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "chirp.wav"
    sf.write(path, np.frombuffer(chirp(1.2), dtype="<i2"), 8000)
    return path


async def test_audio_passes_undamaged_in_both_directions(speech: Path, tmp_path: Path) -> None:
    note = Note()
    async with answering(note) as sip:
        report = await call(
            f"sip:300@{sip.address}", f"play={speech}@0.3", "silence=2.5", record=tmp_path / "call.wav"
        )
    tape, rate = sf.read(tmp_path / "call.wav", dtype="int16")
    said, heard = tape[:, 0].tobytes(), tape[:, 1].tobytes()
    assert rate == 8000
    assert pieces_found(chirp(1.0), heard, 8000, 0.99) >= ENOUGH
    assert pieces_found(chirp(1.2), bytes(note.heard), 8000, 0.99) >= ENOUGH
    # The tape's two sides lie on one clock: what the caller said is where the report says it is.
    at = likeness(chirp(1.2), said)[1] / rate
    assert at == pytest.approx(report["said"][0]["start"], abs=0.001)
    # The greeting starts at the caller at most 300 ms after the answer.
    assert report["heard"][0]["start"] - report["answered_at"] < 0.3
    assert report["packets"]["lost"] == 0


async def test_what_leaves_is_reported_as_played_then_the_mark(speech: Path) -> None:
    note = Note(say=0.5)
    async with answering(note) as sip:
        await call(f"sip:300@{sip.address}", "silence=1.5")
    played = note.of(Played)
    assert b"".join(event.pcm for event in played) == chirp(0.5)
    mark = note.of(MarkPlayed)[0]
    last = played[-1]
    assert mark.name == "said"
    assert mark.at >= last.at + len(last.pcm) / 2 / last.rate - 0.001


@pytest.mark.parametrize("codec", ["pcmu", "pcma", "g722", "opus"])
@pytest.mark.parametrize("rate", [8000, 16000])
async def test_every_codec(codec: str, rate: int, speech: Path, tmp_path: Path) -> None:
    note = Note()
    record = tmp_path / "call.wav"
    async with answering(note, rate=rate) as sip:
        await call(
            f"sip:300@{sip.address}", f"play={speech}@0.2", "silence=1.7", record=record, codecs=[codec]
        )
    tape, _ = sf.read(record, dtype="int16")
    like = 0.9 if codec == "opus" else 0.97  # Opus keeps the sound, not the samples
    assert pieces_found(chirp(1.0), tape[:, 1].tobytes(), 8000, like) >= ENOUGH
    assert pieces_found(chirp(1.2, rate), bytes(note.heard), rate, like) >= ENOUGH


async def test_tcp_on_the_same_port(speech: Path) -> None:
    note = Note()
    async with answering(note) as sip:
        report = await call(f"sip:300@{sip.address}", "silence=1.2", transport="tcp")
    assert report["heard"]
    assert report["packets"]["received"] > 40


async def test_every_interface_and_loopback_answer() -> None:
    note = Note(say=0.4)
    own = _own_address()
    async with answering(note, listen="0.0.0.0:0") as sip:
        port = sip.address.rpartition(":")[2]
        reports = [await call(f"sip:300@{host}:{port}", "silence=0.8") for host in ("127.0.0.1", own)]
    assert all(report["heard"] for report in reports)


def _own_address() -> str:
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family is socket.AF_INET and not address.address.startswith("127."):
                return str(address.address)
    return "127.0.0.1"


async def test_who_calls_whom() -> None:
    note = Note()
    async with answering(note) as sip:
        await call(
            f"sip:+4930123@{sip.address}",
            "silence=0.2",
            user="alice",
            headers={"X-Parley-Flow": "shop-zh"},
        )
    info = note.lines[0].info
    assert (info.transport, info.caller, info.dialled, info.flow) == ("sip", "alice", "+4930123", "shop-zh")
    assert info.variables["SIP-Call-ID"]


async def test_audio_uses_the_ports_that_a_firewall_lets_through() -> None:
    ports: set[int] = set()

    async def on_call(line: Line) -> None:
        await line.answer()
        ports.update(connection.laddr.port for connection in psutil.Process().net_connections("udp"))
        async for _ in line.events():
            pass

    async with answering(on_call) as sip:
        before = {connection.laddr.port for connection in psutil.Process().net_connections("udp")}
        await call(f"sip:300@{sip.address}", "silence=0.3")
    of_call = ports - before
    assert len(of_call) == 2  # RTP and RTCP
    assert all(RTP_PORTS[0] <= port <= RTP_PORTS[1] for port in of_call)


async def test_keys_and_hang_up_by_parley() -> None:
    note = Note(hang_up_on="#")
    async with answering(note) as sip:
        report = await call(f"sip:300@{sip.address}", "dtmf=19*0#@0.3", "silence=5")
    assert "".join(key.digit for key in note.of(Key)) == "19*0#"
    assert report["ended_by"] == "callee"
    assert note.of(HungUp)[0].by == "parley"
    assert report["ended_at"] < 3


async def test_hang_up_by_the_caller_is_seen_at_once() -> None:
    note = Note()
    async with answering(note) as sip:
        report = await call(f"sip:300@{sip.address}", "hangup@0.5")
    assert report["ended_by"] == "caller"
    assert note.of(HungUp)[0].by == "caller"
    assert note.of(HungUp)[0].at < 1.0


@steady
async def test_flush_is_heard_at_once_and_the_next_words_are_whole(tmp_path: Path) -> None:
    next_words = babble(0.6, 8000)

    async def on_call(line: Line) -> None:
        await line.answer()
        line.play(chirp(5.0))
        await asyncio.sleep(0.5)
        line.flush()
        assert line.queued == 0
        line.play(next_words)
        async for _ in line.events():
            pass

    record = tmp_path / "call.wav"
    async with answering(on_call) as sip:
        report = await call(f"sip:300@{sip.address}", "silence=1.8", record=record)
    tape, rate = sf.read(record, dtype="int16")
    found, at = likeness(next_words[:1600], tape[:, 1].tobytes())
    assert found > 0.95
    # Nothing but the packets on their way lies between what was flushed and what follows.
    assert 0.4 < at / rate - report["answered_at"] < 0.75
    assert pieces_found(next_words, tape[:, 1].tobytes(), rate, 0.95) >= ENOUGH


async def test_an_unanswered_call_can_be_refused() -> None:
    async def on_call(line: Line) -> None:
        await line.hang_up()

    async with answering(on_call) as sip:
        with pytest.raises(AssertionError, match="LineError"):
            await call(f"sip:300@{sip.address}", "silence=1")


async def test_four_calls_at_once_do_not_mix(tmp_path: Path) -> None:
    async def on_call(line: Line) -> None:
        await line.answer()
        tone = int(line.info.dialled)
        t = np.arange(8000) / 8000
        line.play((8000 * np.sin(2 * np.pi * tone * t)).astype("<i2").tobytes())
        async for _ in line.events():
            pass

    tones = [400, 700, 1000, 1300]
    async with answering(on_call) as sip:
        await asyncio.gather(
            *(call(f"sip:{t}@{sip.address}", "silence=2", record=tmp_path / f"{t}.wav") for t in tones)
        )
    for tone in tones:
        tape, _ = sf.read(tmp_path / f"{tone}.wav", dtype="float64")
        spectrum = np.abs(np.fft.rfft(tape[:, 1]))
        assert spectrum.argmax() * 8000 / len(tape) == pytest.approx(tone, abs=3)


async def test_twenty_calls_leave_nothing_behind() -> None:
    note = Note(say=0.1)
    process = psutil.Process()
    async with answering(note) as sip:
        uri = f"sip:300@{sip.address}"
        await call(uri, "silence=0.1")
        await asyncio.sleep(0.5)
        before = (len(asyncio.all_tasks()), process.num_fds(), threading.active_count())
        await asyncio.gather(*(call(uri, "silence=0.1", times=10) for _ in range(2)))
        await asyncio.sleep(0.5)
        after = (len(asyncio.all_tasks()), process.num_fds(), threading.active_count())
    assert len(note.lines) == 21
    assert after == before
