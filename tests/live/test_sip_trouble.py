"""What goes wrong on a SIP port: hostile packets, vanished callers, no common codec, ports in use."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from telephony.line import HungUp, Line, LineError, Played
from telephony.sip import SipTransport
from tests.live.sip_calls import ENOUGH, Note, answering, call, chirp, pieces_found, start_call

pytestmark = [pytest.mark.live, pytest.mark.calls]


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "chirp.wav"
    sf.write(path, np.frombuffer(chirp(1.2), dtype="<i2"), 8000)
    return path


async def test_a_failing_call_does_not_hurt_the_next() -> None:
    note = Note(say=0.3)

    async def on_call(line: Line) -> None:
        if line.info.dialled == "bad":
            raise RuntimeError("the flow is broken")
        await note(line)

    async with answering(on_call) as sip:
        with pytest.raises(AssertionError, match="LineError"):
            await call(f"sip:bad@{sip.address}", "silence=1")
        report = await call(f"sip:good@{sip.address}", "silence=0.6")
    assert report["heard"]


async def test_hostile_packets_do_not_disturb_a_call(speech: Path, tmp_path: Path) -> None:
    note = Note(say=0)
    noise = random.Random(7)  # noqa: S311 - the same noise every time
    valid = b"INVITE sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
    hostile = [
        b"",
        b"\x00" * 1000,
        b"INVITE",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        valid + b"Content-Length: 99999999\r\n\r\n",
        valid + b"From: <sip:" + b"a" * 5000 + b"@b>;tag=1\r\nTo: <sip:x>\r\n\r\n",
        valid + b"CSeq: 4294967296999 INVITE\r\nCall-ID: \r\n\r\n",
        *(noise.randbytes(noise.randrange(1, 1400)) for _ in range(100)),
        *(valid[: noise.randrange(len(valid))] + noise.randbytes(60) for _ in range(100)),
    ]
    async with answering(note) as sip:
        host, _, port = sip.address.rpartition(":")
        placed = asyncio.create_task(call(f"sip:300@{sip.address}", f"play={speech}@0.5", "silence=2.5"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for packet in hostile:
                udp.sendto(packet, (host, int(port)))
                await asyncio.sleep(0.005)
        with socket.create_connection((host, int(port))) as tcp:
            tcp.sendall(noise.randbytes(4000))
        report = await placed
    assert report["ended_by"] == "caller"
    assert pieces_found(chirp(1.2), bytes(note.heard), 8000, 0.97) >= ENOUGH


class RawPhone:
    """A phone that speaks SIP by hand over UDP, and no more of it than a test needs."""

    def __init__(self, udp: socket.socket, target: tuple[str, int]) -> None:
        self._udp, self._target = udp, target
        self._port = udp.getsockname()[1]

    async def invite(self, *formats: str, numbers: str) -> str:
        """Call; returns the final answer."""
        sdp = "\r\n".join(
            ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
             f"m=audio 9 RTP/AVP {numbers}", *(f"a=rtpmap:{one}" for one in formats), ""]
        )  # fmt: skip
        await self._send("INVITE", "", sdp)
        async with asyncio.timeout(10):
            while (answer := await self._receive()).startswith("SIP/2.0 1"):
                pass
        return answer

    async def acknowledge(self, answer: str) -> None:
        to = next(line for line in answer.split("\r\n") if line.startswith("To:"))
        await self._send("ACK", to.partition(";")[2], "")

    async def asked(self, seconds: float) -> list[str]:
        """What the other side asks for within some seconds, by method."""
        methods: list[str] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    methods.append((await self._receive()).partition(" ")[0])
        return methods

    async def _send(self, method: str, to_tag: str, body: str) -> None:
        tag = f";{to_tag}" if to_tag else ""
        head = [
            f"{method} sip:300@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK{method};rport",
            "From: <sip:raw@127.0.0.1>;tag=1",
            f"To: <sip:300@127.0.0.1>{tag}",
            f"Call-ID: raw-{self._port}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:raw@127.0.0.1:{self._port}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        message = "\r\n".join(head) + "\r\n\r\n" + body
        await asyncio.get_running_loop().sock_sendto(self._udp, message.encode(), self._target)

    async def _receive(self) -> str:
        return (await asyncio.get_running_loop().sock_recv(self._udp, 4000)).decode()


@asynccontextmanager
async def raw_phone(address: str) -> AsyncIterator[RawPhone]:
    host, _, port = address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        yield RawPhone(udp, (host, int(port)))


async def test_a_call_that_never_gets_media_ends_with_an_error() -> None:
    note = Note(say=0)
    async with answering(note, media_timeout=1) as sip, raw_phone(sip.address) as phone:
        answer = await phone.invite("0 PCMU/8000", numbers="0")
        assert answer.startswith("SIP/2.0 200")
        await phone.acknowledge(answer)
        end = await note.until(HungUp, 10)
    assert (end.by, "rtp" in end.reason) == ("error", True)


async def test_an_answered_call_is_not_negotiated_again() -> None:
    note = Note(say=0)
    async with answering(note) as sip, raw_phone(sip.address) as phone:
        answer = await phone.invite(
            "0 PCMU/8000", "8 PCMA/8000", "101 telephone-event/8000", numbers="0 8 101"
        )
        await phone.acknowledge(answer)
        asked = await phone.asked(0.5)
    assert "INVITE" not in asked


async def test_a_caller_that_vanishes_is_noticed_and_a_new_one_served() -> None:
    note = Note(say=0.3)
    async with answering(note, media_timeout=1) as sip:
        process = await start_call(f"sip:300@{sip.address}", "silence=30")
        await note.until(Played, 20)
        process.kill()  # no BYE, no more RTP
        await process.wait()
        end = await note.until(HungUp, 10)
        report = await call(f"sip:300@{sip.address}", "silence=0.8")
    assert (end.by, "rtp" in end.reason) == ("error", True)
    assert report["heard"]


async def test_no_common_codec_is_refused_with_488() -> None:
    note = Note()
    async with answering(note) as sip, raw_phone(sip.address) as phone:
        answer = await phone.invite("18 G729/8000", "3 GSM/8000", numbers="18 3")
    assert answer.startswith("SIP/2.0 488")
    assert not note.lines


async def test_a_second_call_is_served_and_one_too_many_is_busy() -> None:
    note = Note(say=0.3)
    async with answering(note, max_calls=2) as sip:
        uri = f"sip:300@{sip.address}"
        first = asyncio.create_task(call(uri, "dtmf=1", "silence=20"))
        await note.until(Played, 20)
        second = await call(uri, "silence=0.8")
        assert second["heard"]
        third = asyncio.create_task(call(uri, "silence=20"))
        async with asyncio.timeout(20):
            while len(note.lines) < 3:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)
        with pytest.raises(AssertionError, match="486"):
            await call(uri, "silence=1")
        for line in note.lines:
            await line.hang_up()
        assert {(await placed)["ended_by"] for placed in (first, third)} == {"callee"}


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
async def test_port_in_use(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(LineError, match=rf"{address}: Address already in use"):
            await SipTransport(address).start(Note())


async def test_a_second_stack_in_the_process_is_refused_with_a_reason() -> None:
    async with answering(Note()):
        with pytest.raises(LineError, match="only one"):
            await SipTransport("127.0.0.1:0").start(Note())


async def test_the_port_is_free_again_after_stop() -> None:
    async with answering(Note()) as first:
        address = first.address
    async with answering(Note(), listen=address) as second:
        assert second.address == address
