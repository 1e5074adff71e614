"""`SipLine` against a stack whose clock the test turns; real stacks are in tests/live/test_sip.py."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from baresip import AudioNotActive, AudioRestarted, CallState, Event, StackEvent

from telephony.line import Frame, HungUp, Key, Line, LineError, MarkPlayed, Played
from telephony.pacer import Pacer
from telephony.sip_line import LEAD, SipLine

RATE = 8000
FRAME = b"\x00\x10" * 160


class FakeAudio:
    """The stack's streams: takes 20 ms from what was written whenever `transmit` is called."""

    def __init__(self, rate: int = RATE) -> None:
        self.rate = rate
        self.active = False
        self.restarted = False
        self.arrived = b""
        self.waiting = b""
        self.sent = b""
        self.flushing = False
        self.silent = 0

    def info(self) -> Any:
        if not self.active:
            raise AudioNotActive("no media")
        return SimpleNamespace(
            rx_ready=True, tx_ready=True, rx_sample_rate=self.rate, tx_sample_rate=self.rate,
            rx_channels=1, tx_channels=1, tx_buffered=len(self.waiting),
        )  # fmt: skip

    def read(self, size: int) -> bytes:
        if not self.active:
            raise AudioNotActive("no media")
        if self.restarted:
            self.restarted = False
            raise AudioRestarted("re-INVITE")
        chunk, self.arrived = self.arrived[:size], self.arrived[size:]
        return chunk

    def write(self, pcm: bytes) -> None:
        self.waiting += pcm

    def stats(self) -> Any:
        return SimpleNamespace(tx_silence_frames=self.silent)

    def flush_tx(self) -> None:
        if not self.active:
            raise AudioNotActive("no media")
        self.flushing = True  # the stack's own thread does it, with its next packet

    def transmit(self) -> None:
        size = self.rate // 50 * 2
        if self.flushing:
            self.flushing, self.waiting = False, b""
        self.silent += not self.waiting
        self.sent += self.waiting[:size].ljust(size, b"\0")
        self.waiting = self.waiting[size:]


class FakeCall:
    def __init__(self, audio: FakeAudio, *, acknowledged: bool = True) -> None:
        self.audio = audio
        self.state = CallState.INCOMING
        self.peer = "sip:4930555@10.0.0.7:5060"
        self.call_id = "abc@10.0.0.7"
        self.headers = {"To": "<sip:shop@10.0.0.1>", "X-Parley-Flow": "zh"}
        self.transferred: list[str] = []
        self._acknowledged = acknowledged
        self._listeners: list[Any] = []
        self.press: Any = None

    def on(self, listener: Any) -> None:
        self._listeners.append(listener)

    def on_dtmf(self, listener: Any) -> None:
        self.press = listener

    def report(self, event: Event, text: str | None = None) -> None:
        if event is Event.CALL_CLOSED:
            self.state = CallState.CLOSED
            self.audio.active = False
        for listener in self._listeners:
            listener(StackEvent(event=event, text=text))

    async def answer(self) -> None:
        if self._acknowledged:
            self.audio.active = True
            self.state = CallState.ESTABLISHED
            self.report(Event.CALL_ESTABLISHED)

    async def hangup(self) -> None:
        self.report(Event.CALL_CLOSED, "")

    async def transfer(self, uri: str) -> None:
        self.transferred.append(uri)
        self.report(Event.CALL_CLOSED, "Call transfered")


def make_line(call: FakeCall, **options: Any) -> SipLine:
    made: Any = call
    return SipLine(made, rate=RATE, pacer=Pacer(period=0.01, phases=1), **options)


async def collect(line: Line, into: list[Any]) -> None:
    into.extend([event async for event in line.events()])


async def turn(audio: FakeAudio, frames: int) -> None:
    """Let the stack send that many frames, in real time."""
    for _ in range(frames):
        await asyncio.sleep(0.02)
        audio.transmit()


async def test_who_calls_whom() -> None:
    info = make_line(FakeCall(FakeAudio())).info
    assert (info.caller, info.dialled, info.flow) == ("4930555", "shop", "zh")
    assert info.variables["SIP-Call-ID"] == "abc@10.0.0.7"


async def test_audio_and_keys_both_ways() -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call)
    await line.answer()
    reading = asyncio.create_task(collect(line, seen))
    line.play(FRAME * 3)
    line.mark("said")
    call.audio.arrived = b"\x11\x22" * 320
    call.press(SimpleNamespace(digit="#"))
    await turn(call.audio, 7)
    call.report(Event.CALL_CLOSED, "Connection reset by peer")
    await reading
    assert b"".join(e.pcm for e in seen if isinstance(e, Frame)) == b"\x11\x22" * 320
    assert [e.digit for e in seen if isinstance(e, Key)] == ["#"]
    assert b"".join(e.pcm for e in seen if isinstance(e, Played)) == FRAME * 3
    assert FRAME * 3 in call.audio.sent
    assert [e.name for e in seen if isinstance(e, MarkPlayed)] == ["said"]
    assert isinstance(seen[-1], HungUp)
    assert seen[-1].by == "caller"


async def test_flush_is_heard_at_once_and_what_follows_is_played() -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call)
    await line.answer()
    reading = asyncio.create_task(collect(line, seen))
    line.play(FRAME * 100)
    line.mark("dropped")
    assert len(call.audio.waiting) <= (LEAD + 0.02) * RATE * 2
    await turn(call.audio, 4)
    line.flush()
    assert line.queued == 0
    before = len(call.audio.sent)
    await turn(call.audio, 4)
    assert not any(call.audio.sent[before:])
    line.play(FRAME)
    line.mark("kept")
    await turn(call.audio, 5)
    await line.hang_up()
    await reading
    assert call.audio.sent[before:].count(FRAME) == 1
    assert [event.name for event in seen if isinstance(event, MarkPlayed)] == ["kept"]
    # What is reported as played is what left, within a packet.
    reported = sum(len(event.pcm) for event in seen if isinstance(event, Played))
    assert abs(reported - call.audio.sent.count(FRAME) * len(FRAME)) <= 2 * len(FRAME)


@pytest.mark.parametrize("held", [0, 1, 2, 3])
async def test_what_is_played_right_after_a_flush_is_whole(held: int) -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call)
    await line.answer()
    reading = asyncio.create_task(collect(line, seen))
    line.play(FRAME * held)
    assert len(call.audio.waiting) == len(FRAME) * held
    line.flush()
    words = b"".join(bytes([n, n]) * 160 for n in range(1, 6))
    line.play(words)
    await turn(call.audio, 9)
    await line.hang_up()
    await reading
    assert call.audio.sent.strip(b"\0") == words
    assert b"".join(event.pcm for event in seen if isinstance(event, Played))[-len(words) :] == words


async def test_flush_before_the_answer_and_after_the_end_does_nothing() -> None:
    call = FakeCall(FakeAudio())
    line = make_line(call)
    line.flush()
    await line.answer()
    await line.hang_up()
    line.flush()


async def test_pause_and_resume_lose_nothing() -> None:
    call = FakeCall(FakeAudio())
    line = make_line(call)
    numbered = b"".join(bytes([n, n]) * 160 for n in range(1, 21))
    await line.answer()
    line.play(numbered)
    await turn(call.audio, 4)
    line.pause()
    await turn(call.audio, 12)
    paused = len(call.audio.sent.replace(b"\0", b""))
    await turn(call.audio, 3)
    assert len(call.audio.sent.replace(b"\0", b"")) == paused
    line.resume()
    await turn(call.audio, 24)
    assert call.audio.sent.replace(b"\0", b"") == numbered
    await line.hang_up()


async def test_a_codec_that_changes_in_the_call_is_followed() -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call)
    await line.answer()
    reading = asyncio.create_task(collect(line, seen))
    await turn(call.audio, 2)
    call.audio.rate, call.audio.restarted = 16000, True
    await turn(call.audio, 2)
    call.audio.arrived = b"\x00\x10" * 1600  # 100 ms at the new rate
    await turn(call.audio, 2)
    await line.hang_up()
    await reading
    assert sum(e.seconds for e in seen if isinstance(e, Frame)) == pytest.approx(0.1, abs=0.001)


async def test_a_caller_who_never_acknowledges_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.sip_line._ANSWER_TIMEOUT", 0.05)
    line = make_line(FakeCall(FakeAudio(), acknowledged=False))
    with pytest.raises(LineError, match=r"sip:4930555@.*expected ACK to our 200 OK, got nothing"):
        await line.answer()


@pytest.mark.parametrize(
    ("target", "domain", "uri"),
    [
        ("200", "pbx.example.org", "sip:200@pbx.example.org"),
        ("200", "", "sip:200@10.0.0.7:5060"),
        ("bob@example.org", "pbx", "sip:bob@example.org"),
        ("sip:bob@example.org", "pbx", "sip:bob@example.org"),
    ],
)
async def test_where_a_caller_is_handed_over_to(target: str, domain: str, uri: str) -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call, domain=domain)
    await line.answer()
    await line.transfer(target)
    await collect(line, seen)
    assert call.transferred == [uri]
    assert seen[-1].by == "parley"


@pytest.mark.parametrize(
    ("text", "by"), [("rtp stream error", "error"), ("", "caller"), ("487 Request Terminated", "caller")]
)
async def test_how_a_call_ended(text: str, by: str) -> None:
    call = FakeCall(FakeAudio())
    seen: list[Any] = []
    line = make_line(call)
    await line.answer()
    call.report(Event.CALL_CLOSED, text)
    line.play(FRAME)
    await line.hang_up()
    await collect(line, seen)
    assert [e.by for e in seen if isinstance(e, HungUp)] == [by]
    assert line.queued == 0
