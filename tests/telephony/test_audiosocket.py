"""Calls over AudioSocket, against a peer that behaves (or misbehaves) like Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Mapping

import pytest

from telephony import audiosocket
from telephony.arrivals import Arrival, Arrivals, Ending
from telephony.audiosocket import AudioSocketTransport
from telephony.audiosocket_wire import Audio, CallId, Decoder, Dtmf, Hangup, Message, Unknown, encode
from telephony.line import (
    HungUp,
    Key,
    Line,
    LineError,
    MarkPlayed,
    OnCall,
    Played,
    TransferUnsupportedError,
)
from tests.telephony.peers import WAIT, Handler

CALL = uuid.UUID("40325ec2-5efd-4bd3-805f-53576e581d13")


class FakeAsterisk:
    """The other end of one AudioSocket connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.got: list[tuple[float, Message]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        decoder = Decoder()
        with contextlib.suppress(ConnectionError):
            while data := await self.reader.read(4096):
                self.got += [(time.monotonic(), message) for message in decoder.feed(data)]

    def send(self, *messages: Message) -> None:
        self.writer.write(b"".join(map(encode, messages)))

    def audio(self) -> bytes:
        return b"".join(message.pcm for _, message in self.got if isinstance(message, Audio))

    async def hears(self, pcm: bytes) -> None:
        async with asyncio.timeout(WAIT):
            while pcm not in self.audio():  # noqa: ASYNC110 - what comes is kept by another task
                await asyncio.sleep(0.01)

    async def closed(self) -> None:
        async with asyncio.timeout(WAIT):
            await self._reading

    async def close(self) -> None:
        self.writer.close()
        await self.closed()


class Desk:
    """A transport on a free port, and the peers that connect to it."""

    def __init__(self, transport: AudioSocketTransport) -> None:
        self.transport = transport
        self.peers: list[FakeAsterisk] = []

    async def connect(self) -> FakeAsterisk:
        host, port = self.transport.address.split(":")
        self.peers.append(FakeAsterisk(*await asyncio.open_connection(host, int(port))))
        return self.peers[-1]

    async def call(self, call_id: uuid.UUID | None = None, rate: int = 8000) -> FakeAsterisk:
        peer = await self.connect()
        peer.send(CallId(call_id or uuid.uuid4()), Audio(bytes(rate // 50 * 2), rate))
        return peer


@contextlib.asynccontextmanager
async def serving(handler: OnCall, arrivals: Arrivals | None = None) -> AsyncIterator[Desk]:
    desk = Desk(AudioSocketTransport("127.0.0.1", 0, arrivals=arrivals))
    await desk.transport.start(handler)
    try:
        yield desk
    finally:
        await desk.transport.stop()
        for peer in desk.peers:
            await peer.close()


def ramp(samples: int) -> bytes:
    return b"".join((i % 30000 + 1).to_bytes(2, "little") for i in range(samples))


@pytest.mark.parametrize("rate", [8000, 16000])
async def test_samples_pass_undamaged_both_ways(rate: int) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call(rate=rate)
        line = await handler.line()
        assert line.rate == rate
        line.play(ramp(rate // 4))
        line.mark("end")
        said = ramp(rate // 50 * 5)
        for i in range(5):
            peer.send(Audio(said[i * rate // 25 : (i + 1) * rate // 25], rate))
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
        await peer.hears(ramp(rate // 4))
        assert handler.heard().endswith(said)
        played = [event for event in handler.seen if isinstance(event, Played)]
        assert b"".join(event.pcm for event in played) == ramp(rate // 4)
        (mark,) = [event for event in handler.seen if isinstance(event, MarkPlayed)]
        assert mark.at == pytest.approx(played[0].at + 0.25, abs=0.001)


async def test_silence_flows_before_anything_is_said() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        await handler.line()
        await asyncio.sleep(0.3)
        assert len(peer.audio()) >= 320 * 10
        assert not peer.audio().strip(b"\0")


async def test_frames_are_paced_not_burst() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        line = await handler.line()
        started = time.monotonic()
        line.play(ramp(8000))
        line.mark("end")
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
        assert time.monotonic() - started > 0.97
        assert all(len(message.pcm) == 320 for _, message in peer.got if isinstance(message, Audio))


async def test_pause_resume_and_flush_act_on_the_next_frame() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        line = await handler.line()
        line.play(ramp(16000))
        line.mark("never")
        await handler.until(lambda: any(isinstance(event, Played) for event in handler.seen))
        line.pause()
        before = line.queued
        await asyncio.sleep(0.1)
        assert line.queued == before
        line.resume()
        await asyncio.sleep(0.1)
        assert line.queued < before
        line.flush()
        assert line.queued == 0
        await asyncio.sleep(0.1)
        assert not peer.got[-1][1].pcm.strip(b"\0")  # type: ignore[union-attr]
        assert not any(isinstance(event, MarkPlayed) for event in handler.seen)


async def test_keys_and_unknown_messages() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        peer.send(Dtmf("4"), Unknown(0x42, b"future"), Dtmf("#"))
        await handler.until(lambda: sum(isinstance(event, Key) for event in handler.seen) == 2)
        assert [event.digit for event in handler.seen if isinstance(event, Key)] == ["4", "#"]


async def test_the_callers_hang_up_ends_the_call() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        await handler.line()
        await peer.close()
        assert (await handler.ended()).by == "caller"


async def test_our_hang_up_says_so_and_closes() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        line = await handler.line()
        await line.hang_up()
        await line.hang_up()
        await peer.closed()
        assert isinstance(peer.got[-1][1], Hangup)
        assert (await handler.ended()).by == "parley"
        line.play(ramp(80))
        assert line.queued == 0


async def test_a_line_without_audio_gets_the_telephone_rate_soon() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.connect()
        peer.send(CallId(uuid.uuid4()))
        started = time.monotonic()
        assert (await handler.line()).rate == 8000
        assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (encode(Audio(bytes(320), 8000)), "expected a UUID (0x01) first, got Audio"),
        (b"\x01\x00\x03abc", "UUID (0x01): expected 16 bytes, got 3"),
        (b"", "expected a UUID (0x01), but the connection was closed"),
        (b"\x01\x00", "the stream ended 2 bytes into a message"),
        (
            encode(CallId(uuid.uuid4())) + encode(Audio(bytes(960), 24000)),
            "expected 8 or 16 kHz, got 24000 Hz",
        ),
    ],
)
async def test_a_bad_peer_is_refused_by_name_and_calls_go_on(
    raw: bytes, complaint: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        good = await desk.call()
        line = await handler.line()
        with caplog.at_level(logging.ERROR):
            bad = await desk.connect()
            bad.writer.write(raw)
            bad.writer.write_eof()
            await bad.closed()
        assert complaint in caplog.text
        assert "127.0.0.1:" in caplog.text
        assert len(handler.lines) == 1
        line.play(ramp(160))
        line.mark("still here")
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))
        await good.close()


async def test_a_peer_that_never_says_who_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audiosocket, "UUID_SECONDS", 0.1)
    async with serving(Handler()) as desk:
        peer = await desk.connect()
        await peer.closed()
        assert "expected a UUID (0x01) within 0 s, got none" in caplog.text


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"\x10\x00\x03abc", "got 3 bytes"),
        (b"\x03\x00\x01!", "got byte 0x21"),
        (encode(CallId(CALL)), "a second UUID"),
        (encode(Audio(bytes(640), 16000)), "the rate changed from 8000 to 16000 Hz"),
        (b"\xff\x00\x01\x02", "AudioSocket error 02"),
    ],
)
async def test_malformed_input_during_a_call_ends_it_with_the_reason(raw: bytes, complaint: str) -> None:
    handler = Handler()
    async with serving(handler) as desk:
        peer = await desk.call()
        await handler.line()
        peer.writer.write(raw)
        end = await handler.ended()
        assert end.by == "error"
        assert complaint in end.reason
        await peer.closed()


async def test_fastagi_tells_who_calls_and_takes_the_transfer() -> None:
    arrivals = Arrivals()
    call_id = uuid.uuid4()
    arrivals.announce(
        Arrival(str(call_id), "PJSIP/shop-1", "+4930123", "100", "shop-en", {"VIP": "yes"}, asks_after=True)
    )
    handler = Handler()
    async with serving(handler, arrivals) as desk:
        peer = await desk.call(call_id)
        line = await handler.line()
        assert line.info.caller == "+4930123"
        assert line.info.dialled == "100"
        assert line.info.flow == "shop-en"
        assert line.info.variables == {"VIP": "yes"}
        assert line.info.peer.endswith("PJSIP/shop-1")
        with pytest.raises(LineError, match="expected an extension"):
            await line.transfer("700,1) same => n,System(x")
        await line.transfer("700")
        assert (await handler.ended()).by == "parley"
        await peer.closed()
        assert arrivals.after(str(call_id)) == Ending("transfer", "700")


async def test_without_fastagi_a_transfer_is_refused_and_the_call_goes_on() -> None:
    handler = Handler()
    async with serving(handler) as desk:
        await desk.call()
        line = await handler.line()
        with pytest.raises(TransferUnsupportedError, match=r"parley-agi\.conf"):
            await line.transfer("700")
        line.mark("up")
        await handler.until(lambda: any(isinstance(event, MarkPlayed) for event in handler.seen))


async def test_asterisk_that_dies_is_told_from_a_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiosocket, "AFTER_SECONDS", 0.2)
    arrivals = Arrivals()
    hung_up, died = uuid.uuid4(), uuid.uuid4()
    for call_id in (hung_up, died):
        arrivals.announce(Arrival(str(call_id), asks_after=True))
    handler = Handler()
    async with serving(handler, arrivals) as desk:
        first, second = await desk.call(hung_up), await desk.call(died)
        await handler.until(lambda: len(handler.lines) == 2)
        await first.close()
        assert arrivals.after(str(hung_up)) == Ending("hangup")
        assert (await handler.ended()).by == "caller"
        await second.close()
        await handler.until(lambda: sum(isinstance(event, HungUp) for event in handler.seen) == 2)
        end = handler.seen[-1]
        assert isinstance(end, HungUp)
        assert end.by == "error"
        assert "never went on" in end.reason


async def test_the_same_uuid_twice_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    arrivals = Arrivals()
    call_id = uuid.uuid4()
    arrivals.announce(Arrival(str(call_id)))
    handler = Handler()
    async with serving(handler, arrivals) as desk:
        await desk.call(call_id)
        await handler.line()
        second = await desk.call(call_id)
        await second.closed()
        assert "came twice" in caplog.text
        assert len(handler.lines) == 1


async def test_a_call_that_breaks_parley_falls_back_and_the_port_lives_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_line: Line) -> None:
        raise RuntimeError("no such flow")

    arrivals = Arrivals()
    call_id = uuid.uuid4()
    arrivals.announce(Arrival(str(call_id), asks_after=True))
    handler = Handler(broken)
    async with serving(handler, arrivals) as desk:
        peer = await desk.call(call_id)
        await peer.closed()
        assert "no such flow" in caplog.text
        assert arrivals.after(str(call_id)) == Ending("failed")
        again = await desk.call()
        await again.closed()
        assert len(handler.lines) == 2


async def test_a_port_in_use_is_named() -> None:
    async with serving(Handler()) as desk:
        host, port = desk.transport.address.split(":")
        with pytest.raises(LineError, match=rf"can't listen on {host}:{port}: .*in use"):
            await AudioSocketTransport(host, int(port)).start(Handler())


async def test_stopping_ends_the_calls_and_the_dialplan_falls_back() -> None:
    arrivals = Arrivals()
    call_id = uuid.uuid4()
    arrivals.announce(Arrival(str(call_id), asks_after=True))
    handler = Handler()
    async with serving(handler, arrivals) as desk:
        peer = await desk.call(call_id)
        await handler.line()
        await desk.transport.stop()
        await peer.closed()
    assert (await handler.ended()).by == "parley"
    assert arrivals.after(str(call_id)) == Ending("failed")
    assert desk.transport.lines == ()


async def test_media_that_stops_while_the_caller_is_moved() -> None:
    """Asterisk closes the media before it says that the caller was moved."""
    peers: list[FakeAsterisk] = []

    async def redirect(call_id: str, target: str, about: Mapping[str, str]) -> None:
        await peers[0].close()
        await asyncio.sleep(0.1)

    handler = Handler()
    async with serving(handler, Arrivals(redirect=redirect)) as desk:
        peers.append(await desk.call())
        line = await handler.line()
        await line.transfer("200")
        assert (await handler.ended()).by == "parley"
