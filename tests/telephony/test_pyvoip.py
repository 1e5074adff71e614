from __future__ import annotations

import asyncio
import importlib
import io
import threading
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.line import (
    Frame,
    HungUp,
    Key,
    Line,
    LineError,
    MarkPlayed,
    Played,
    TransferUnsupportedError,
)
from telephony.pacer import Pacer
from telephony.pyvoip import PyVoipAccount, PyVoipTransport
from telephony.pyvoip_line import LEAD, PyVoipLine, from_unsigned, to_unsigned


class State(Enum):
    RINGING = 1
    ANSWERED = 2
    ENDED = 3


class Buffer:
    """As pyVoIP's RTPPacketManager: one growing buffer with a place to read from."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        self.bufferLock = threading.Lock()

    def read(self, length: int) -> bytes:
        return self.buffer.read(length)

    def append(self, samples: bytes) -> None:
        place = self.buffer.tell()
        self.buffer.seek(0, 2)
        self.buffer.write(samples)
        self.buffer.seek(place)


class FakeCall:
    """As much of pyVoIP's VoIPCall as the line touches."""

    def __init__(self, *codecs: str) -> None:
        self.state = State.RINGING
        assoc = {
            number: SimpleNamespace(name=name) for number, name in enumerate(codecs or ("PCMU", "EVENT"))
        }
        self.RTPClients = [SimpleNamespace(assoc=assoc, preference=None, pmin=Buffer(), pmout=Buffer())]
        self.request = SimpleNamespace(
            headers={
                "From": {"number": "4930555"},
                "To": {"number": "120"},
                "Call-ID": "abc",
                "X-Parley-Flow": "zh",
            }
        )
        self.keys = ""
        self.said: list[str] = []

    def answer(self) -> None:
        self.state = State.ANSWERED

    def hangup(self) -> None:
        self.said.append("BYE")
        self.state = State.ENDED

    def deny(self) -> None:
        self.said.append("486")
        self.state = State.ENDED

    def get_dtmf(self) -> str:
        digit, self.keys = self.keys[:1], self.keys[1:]
        return digit

    def write_audio(self, samples: bytes) -> None:
        self.RTPClients[0].pmout.append(samples)

    def transmit(self) -> bytes:
        """What pyVoIP's thread sends next."""
        return bytes(self.RTPClients[0].pmout.read(160))


def make_line(call: FakeCall, limit: float = 30.0) -> tuple[PyVoipLine, threading.Event]:
    over = threading.Event()
    return PyVoipLine(call, pacer=Pacer(), over=over, server="120@pbx", silence_limit=limit), over


async def collect(line: Line, seconds: float) -> list[Any]:
    seen: list[Any] = []

    async def read() -> None:
        seen.extend([event async for event in line.events()])

    task = asyncio.create_task(read())
    await asyncio.sleep(seconds)
    await line.hang_up()
    await task
    return seen


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_samples_lose_no_more_than_half_a_step(samples: list[int]) -> None:
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)
    eight = to_unsigned(pcm)
    assert len(eight) == len(samples)
    for sample, value in zip(samples, eight, strict=True):
        assert abs((value - 128) * 256 - min(sample, 127 * 256)) <= 128


def test_silence_is_silence_both_ways_and_so_is_a_hole() -> None:
    assert to_unsigned(bytes(320)) == b"\x80" * 160
    assert from_unsigned(b"\x80" * 160) == bytes(320)
    assert from_unsigned(bytes(160)) == bytes(320)
    assert from_unsigned(b"\x01\xff") == (-127 * 256).to_bytes(2, "little", signed=True) + b"\x00\x7f"


async def test_who_calls_whom() -> None:
    line, _ = make_line(FakeCall())
    info = line.info
    assert (info.transport, info.caller, info.dialled, info.flow) == ("pyvoip", "4930555", "120", "zh")
    assert info.variables == {"SIP-Call-ID": "abc"}


async def test_audio_and_keys_arrive_and_audio_leaves_with_its_marks() -> None:
    call = FakeCall()
    line, over = make_line(call)
    await line.answer()
    line.play(b"\x00\x10" * 320)
    line.mark("said")
    call.RTPClients[0].pmin.append(b"\x90" * 160)
    call.keys = "7#"
    seen = await collect(line, 0.25)
    assert b"".join(e.pcm for e in seen if isinstance(e, Frame)) == b"\x00\x10" * 160
    assert [e.digit for e in seen if isinstance(e, Key)] == ["7", "#"]
    assert call.transmit() + call.transmit() == b"\x90" * 320
    played = [e for e in seen if isinstance(e, Played)]
    mark = next(e for e in seen if isinstance(e, MarkPlayed))
    assert b"".join(e.pcm for e in played) == b"\x00\x10" * 320
    assert mark.at >= played[-1].at + 0.02 - 0.001
    assert isinstance(seen[-1], HungUp)
    assert over.is_set()


async def test_flush_leaves_no_more_than_the_lead() -> None:
    call = FakeCall()
    line, _ = make_line(call)
    await line.answer()
    line.play(b"\x00\x10" * 8000)
    await asyncio.sleep(0.1)
    line.flush()
    assert call.RTPClients[0].pmout.buffer.getbuffer().nbytes <= (LEAD + 0.02) * 8000
    assert line.queued <= LEAD + 0.03
    await line.hang_up()


async def test_the_caller_hanging_up_ends_the_line_and_frees_the_thread() -> None:
    call = FakeCall()
    line, over = make_line(call)
    await line.answer()
    call.state = State.ENDED
    seen = await collect(line, 0.1)
    assert seen[-1].by == "caller"
    assert call.said == []
    assert over.is_set()


async def test_hanging_up_says_bye_and_refusing_says_busy() -> None:
    answered, refused = FakeCall(), FakeCall()
    line, _ = make_line(answered)
    await line.answer()
    await line.hang_up()
    await line.hang_up()
    assert answered.said == ["BYE"]
    line, _ = make_line(refused)
    await line.hang_up()
    assert refused.said == ["486"]
    with pytest.raises(LineError, match="hung up before"):
        await line.answer()


async def test_a_caller_without_rtp_is_given_up() -> None:
    line, _ = make_line(FakeCall(), limit=0.1)
    await line.answer()
    seen = await collect(line, 0.3)
    assert (seen[-1].by, "no RTP" in seen[-1].reason) == ("error", True)


async def test_ulaw_is_sent_even_where_the_caller_likes_alaw_better() -> None:
    call = FakeCall("PCMA", "PCMU", "EVENT")
    line, _ = make_line(call)
    await line.answer()
    assert call.RTPClients[0].preference.name == "PCMU"
    await line.hang_up()


async def test_a_caller_without_ulaw_is_an_error() -> None:
    line, _ = make_line(FakeCall("PCMA", "EVENT"))
    with pytest.raises(LineError, match=r"G\.711 µ-law"):
        await line.answer()


async def test_a_transfer_is_unsupported() -> None:
    line, _ = make_line(FakeCall())
    with pytest.raises(TransferUnsupportedError, match="pyVoIP can't transfer"):
        await line.transfer("200")


async def test_without_pyvoip_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    transport = PyVoipTransport("127.0.0.1:5080", PyVoipAccount("pbx", "120", "secret"))
    with pytest.raises(LineError, match=r"pip install 'parley\[pyvoip\]'"):
        await transport.start(lambda line: asyncio.sleep(0))
    await transport.stop()


def test_accounts() -> None:
    account = PyVoipAccount("pbx.example.org:5070", "120", "hunter2")
    assert account.server == ("pbx.example.org", 5070)
    assert PyVoipAccount("pbx", "120", "x").server == ("pbx", 5060)
    assert "hunter2" not in f"{account!r} {account}"
    with pytest.raises(LineError, match="expected HOST or HOST:PORT"):
        _ = PyVoipAccount("pbx:sip", "120", "x").server
    with pytest.raises(LineError, match="expected IPV4:PORT"):
        PyVoipTransport("10.0.0.1", account)
