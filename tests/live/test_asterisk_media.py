"""Calls through a real Asterisk, judged by what the caller's phone heard."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from parley.lab.server import AsteriskServer
from telephony.line import Frame, HungUp, Key, Line, MarkPlayed, Played
from tests.live.asterisk import Ports, parley, running_asterisk
from tests.live.phones import RATE, Phone, phones
from tests.live.signals import at_rate, babble, find, last_loud, likeness, loud_seconds, steady
from tests.telephony.peers import Handler

pytestmark = [pytest.mark.live, pytest.mark.calls]

ROUTES = {
    "FastAGI, WebSocket": "101",
    "FastAGI, AudioSocket": "102",
    "FastAGI, AudioSocket 16 kHz": "103",
    "FastAGI, WebSocket, µ-law": "104",
    "WebSocket alone": "110",
    "AudioSocket alone": "111",
    "AudioSocket alone, 16 kHz": "112",
}
RATES = {"101": 16000, "102": 8000, "103": 16000, "104": 8000, "110": 16000, "111": 8000, "112": 16000}

PORTS = Ports()


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with running_asterisk(PORTS) as server:
        yield server


@pytest.fixture(params=list(ROUTES.values()), ids=list(ROUTES))
def extension(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def mark_names(handler: Handler) -> list[str]:
    return [event.name for event in handler.seen if isinstance(event, MarkPlayed)]


def played(handler: Handler) -> bytes:
    return b"".join(event.pcm for event in handler.seen if isinstance(event, Played))


async def answer(line: Line) -> None:
    await line.answer()


async def heard_whole(phone: Phone, signal: np.ndarray) -> int:
    """Wait until the whole signal was heard, check that it is undamaged, and say where it starts."""
    wanted = len(signal)
    async with asyncio.timeout(10 + wanted / RATE):
        while True:
            heard = phone.samples()
            if len(heard) >= wanted:
                start = find(signal, heard)
                if likeness(signal, heard, start).min() > 0.9:
                    return start
            await asyncio.sleep(0.1)


@steady
async def test_audio_arrives_undamaged_both_ways(asterisk: AsteriskServer, extension: str) -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(babble(3.0, line.rate))
        line.mark("end")

    handler = Handler(script)
    async with parley(PORTS, handler), phones() as book:
        phone = await book.dial(asterisk.uri(extension))
        line = await handler.line()
        assert line.rate == RATES[extension]
        said = babble(2.0, RATE, seed=2)
        phone.say(said)
        expected = at_rate(babble(3.0, line.rate), line.rate, RATE)
        try:
            start = await heard_whole(phone, expected)
        except TimeoutError:
            heard = phone.samples()
            found = likeness(expected, heard, find(expected, heard)).round(2)
            raise AssertionError(f"damaged: {found} in {len(heard) / RATE:.2f} s heard") from None
        assert phone.time_of(start) - phone.answered_at < 0.3
        await handler.until(lambda: mark_names(handler) == ["end"])
        assert played(handler) == babble(3.0, line.rate)
        frames = at_rate(handler.heard(), line.rate, RATE)
        reference = at_rate(said, RATE, RATE)
        assert likeness(reference, frames, find(reference, frames)).min() > 0.9
        ats = [event.at for event in handler.seen if isinstance(event, Frame)]
        assert np.percentile(np.abs(np.diff(ats) - 0.02), 95) < 0.005


@steady
async def test_what_is_reported_as_played_is_what_the_caller_heard(
    asterisk: AsteriskServer, extension: str
) -> None:
    """Pause, resume and flush, and the times at which they were felt."""
    handler = Handler(answer)
    async with parley(PORTS, handler), phones() as book:
        phone = await book.dial(asterisk.uri(extension))
        line = await handler.line()
        offset = time.monotonic() - line.now()
        first, second = babble(5.0, line.rate), babble(1.0, line.rate, seed=3)
        line.play(first)
        line.mark("never")
        await asyncio.sleep(1.0)
        line.pause()
        paused_at = time.monotonic()
        await asyncio.sleep(0.6)
        silent_from = phone.time_of(last_loud(phone.samples()))
        assert silent_from - paused_at < 0.15
        line.resume()
        await asyncio.sleep(0.6)
        line.flush()
        flushed_at = time.monotonic()
        assert line.queued == 0
        await asyncio.sleep(0.4)
        assert phone.time_of(last_loud(phone.samples())) - flushed_at < 0.15
        heard_of_first = phone.samples()
        line.play(second)
        line.mark("second")
        await handler.until(lambda: mark_names(handler) == ["second"])
        await asyncio.sleep(0.2)

        reported = [event for event in handler.seen if isinstance(event, Played)]
        before = b"".join(event.pcm for event in reported if event.at + offset < flushed_at + 0.2)
        assert first.startswith(before)
        seconds = len(before) / 2 / line.rate
        assert 1.4 < seconds < 1.75

        heard = phone.samples()
        head = at_rate(first[: line.rate], line.rate, RATE)
        start = find(head, heard)
        assert loud_seconds(heard_of_first, RATE) == pytest.approx(seconds, abs=0.05)
        # Its time on the call's clock is when the caller's phone got it, give or take the way there.
        assert phone.time_of(start) - (reported[0].at + offset) == pytest.approx(0.01, abs=0.05)

        tail = at_rate(second, line.rate, RATE)
        at = find(tail, heard)
        assert likeness(tail, heard, at).min() > 0.9
        mark = next(event for event in handler.seen if isinstance(event, MarkPlayed))
        assert phone.time_of(at + len(tail)) - (mark.at + offset) == pytest.approx(0.01, abs=0.05)


@steady
async def test_keys(asterisk: AsteriskServer, extension: str) -> None:
    handler = Handler(answer)
    async with parley(PORTS, handler), phones() as book:
        phone = await book.dial(asterisk.uri(extension))
        await handler.line()
        await asyncio.sleep(0.3)
        await phone.press("159#*0")
        await handler.until(lambda: sum(isinstance(event, Key) for event in handler.seen) == 6)
        assert "".join(event.digit for event in handler.seen if isinstance(event, Key)) == "159#*0"


@steady
async def test_the_caller_hangs_up(asterisk: AsteriskServer, extension: str) -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(babble(10.0, line.rate))

    handler = Handler(script)
    async with parley(PORTS, handler), phones() as book:
        phone = await book.dial(asterisk.uri(extension))
        await handler.line()
        await asyncio.sleep(0.5)
        await phone.hang_up()
        left = time.monotonic()
        end = await handler.ended()
        assert time.monotonic() - left < 0.5
        assert (end.by, end.reason) == ("caller", "")


@steady
async def test_parley_hangs_up_after_its_last_word_and_clips_nothing(
    asterisk: AsteriskServer, extension: str
) -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(babble(1.5, line.rate))
        line.mark("last word")
        async for event in line.events():
            if isinstance(event, MarkPlayed):
                break
        await line.hang_up()

    lines: list[Line] = []

    async def on_call(line: Line) -> None:
        lines.append(line)
        await script(line)

    async with parley(PORTS, on_call), phones() as book:
        phone = await book.dial(asterisk.uri(extension))
        await phone.closed()
        expected = at_rate(babble(1.5, lines[0].rate), lines[0].rate, RATE)
        heard = phone.samples()
        start = find(expected[:RATE], heard)
        assert likeness(expected, heard, start, piece=400).min() > 0.85


@steady
async def test_frames_leave_on_time(asterisk: AsteriskServer) -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(babble(60.0, line.rate))

    handler = Handler(script)
    async with parley(PORTS, handler) as server, phones() as book:
        phone = await book.dial(asterisk.uri("102"))
        await handler.line()
        await asyncio.sleep(0.5)
        for _ in range(2):
            server.pacer.late.clear()
            before = len(phone.arrivals)
            machine = await asyncio.create_subprocess_exec(
                sys.executable, "-c", METRONOME, stdout=asyncio.subprocess.PIPE
            )
            said, _ = await machine.communicate()
            late = np.abs(server.pacer.late) * 1000
            gaps = np.diff(phone.arrivals[before:]) * 1000
            print(f"frames late, ms: p50 {np.median(late):.2f} p99 {np.percentile(late, 99):.2f}; ", end="")
            print(f"the machine's own p99 {float(said):.2f}; ", end="")
            print(f"packets at the caller apart, ms: mean {gaps.mean():.2f} sd {gaps.std():.2f}")
            if np.percentile(late, 99) <= 5.0:
                break
        assert len(late) > 190
        assert np.percentile(late, 99) <= 5.0 + float(said)
        assert gaps.mean() == pytest.approx(20, abs=0.5)


METRONOME = """
import time
due = time.monotonic()
late = []
for _ in range(200):
    due += 0.02
    time.sleep(max(0.0, due - time.monotonic()))
    late.append(time.monotonic() - due)
print(sorted(late)[-3] * 1000)
"""
"""How late this machine wakes a process that has nothing else to do: the other work on it."""


@steady
async def test_four_calls_at_once_over_every_route(asterisk: AsteriskServer) -> None:
    async def script(line: Line) -> None:
        await line.answer()
        line.play(babble(2.0, line.rate, seed=RATES_SEED[line.rate]))

    handler = Handler(script)
    async with parley(PORTS, handler), phones() as book:
        talking = [await book.dial(asterisk.uri(extension)) for extension in ("101", "102", "103", "111")]
        for phone, rate in zip(talking, (16000, 8000, 16000, 8000), strict=True):
            await heard_whole(phone, at_rate(babble(2.0, rate, seed=RATES_SEED[rate]), rate, RATE))
        assert len({line.info.call_id for line in handler.lines}) == 4
        for phone in talking:
            await phone.hang_up()
        await handler.until(lambda: sum(isinstance(event, HungUp) for event in handler.seen) == 4)


RATES_SEED = {8000: 8, 16000: 16}
