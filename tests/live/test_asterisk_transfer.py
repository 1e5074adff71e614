"""Callers are handed to other phones, and to the fallback when Parley or Asterisk is down."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping

import numpy as np
import pytest
import pytest_asyncio

from parley.lab.server import AsteriskServer
from telephony.ami import ManagerConnection
from telephony.line import HungUp, Line, LineError, MarkPlayed, TransferUnsupportedError
from tests.live.asterisk import Ports, parley, running_asterisk
from tests.live.phones import RATE, Phone, Phones, phones
from tests.live.signals import at_rate, babble, find, likeness, steady, tone_share
from tests.telephony.peers import Handler

pytestmark = [pytest.mark.live, pytest.mark.calls]

WITH_AGI = {"WebSocket": "101", "AudioSocket": "102", "AudioSocket 16 kHz": "103"}
WITHOUT_AGI = {"WebSocket alone": "110", "AudioSocket alone": "111"}
SENTENCE = 1.5
FALLBACK_HZ = 1004.0
PORTS = Ports()


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with running_asterisk(PORTS) as server:
        yield server


@pytest_asyncio.fixture
async def manager(asterisk: AsteriskServer) -> AsyncIterator[ManagerConnection]:
    connection = ManagerConnection("127.0.0.1", asterisk.ami, "parley", "change-me")
    await connection.start()
    assert connection.connected, connection.address
    yield connection
    await connection.stop()


ABOUT = {
    "who": "+4930555",
    "wants": "where is my order, please?",
    "mood": "angry",
    "priority": "7",
    "call_id": "the-call-before",
}
KNOWN = "Told: angry: where is my order; please who=+4930555 wants=where is my order; please priority=7"
"""What extension 210 reads in the variables of the channel that Asterisk made for it."""


class Transferring(Handler):
    """Says a sentence, then transfers; keeps how that went. Keeps a caller who is brought back."""

    def __init__(self, target: str, about: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.target = target
        self.about = about
        self.error: LineError | None = None

    @property
    def back(self) -> Mapping[str, str]:
        """The variables with which the caller was brought back."""
        return self.lines[1].info.variables

    async def __call__(self, line: Line) -> None:
        self.lines.append(line)
        await line.answer()
        is_back = "PARLEY_RETURNED" in line.info.variables
        line.play(babble(SENTENCE, line.rate, seed=5 if is_back else 1))
        line.mark("sentence")
        async for event in line.events():
            self.seen.append(event)
            self.news.set()
            if isinstance(event, MarkPlayed) and not is_back:
                try:
                    await line.transfer(self.target, self.about)
                except LineError as error:
                    self.error = error
                    line.play(babble(SENTENCE, line.rate, seed=5))


def heard_whole(phone: Phone, rate: int, seed: int = 1) -> int:
    """That the sentence was heard to its last sample; where it starts."""
    sentence = at_rate(babble(SENTENCE, rate, seed=seed), rate, RATE)
    heard = phone.samples()
    start = find(sentence, heard)
    assert likeness(sentence, heard, start, piece=400).min() > 0.85
    return start


async def hears(phone: Phone, expected: np.ndarray, *, since: int = 0, seconds: float = 8.0) -> None:
    """That it is heard undamaged, at a phone's rate, behind its sample `since`. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            heard = phone.samples()[since:]
            if len(heard) > len(expected) and likeness(expected, heard, find(expected, heard)).min() > 0.85:
                return
            await asyncio.sleep(0.1)


async def understands(listener: Phone, speaker: Phone, words: bytes) -> None:
    """What is said at one phone is heard at the other; on a busy machine it is said up to four times."""
    for _ in range(4):
        said_at = len(listener.samples())
        speaker.say(words)
        with contextlib.suppress(TimeoutError):
            return await hears(listener, at_rate(words, RATE, RATE), since=said_at, seconds=3.0)
    raise TimeoutError("one phone does not hear the other")


async def reception(book: Phones, asterisk: AsteriskServer) -> None:
    """A real phone registers as extension 200."""
    await book.register("reception", "lab", f"127.0.0.1:{asterisk.sip}")


async def talk(caller: Phone, book: Phones) -> None:
    """Both phones are connected: each hears the other."""
    await caller.until(lambda: bool(book.answered))
    other = book.answered[0]
    await understands(caller, other, babble(1.0, RATE, seed=7))
    await understands(other, caller, babble(1.0, RATE, seed=8))


@pytest.mark.parametrize("extension", list(WITH_AGI.values()), ids=list(WITH_AGI))
@steady
async def test_a_sentence_then_the_other_phone(asterisk: AsteriskServer, extension: str) -> None:
    call = Transferring("200")
    async with parley(PORTS, call), phones() as book:
        await reception(book, asterisk)
        caller = await book.dial(asterisk.uri(extension))
        await talk(caller, book)
        assert call.error is None
        assert (await call.ended()).by == "parley"
        heard_whole(caller, (await call.line()).rate)


@pytest.mark.parametrize("extension", list(WITHOUT_AGI.values()), ids=list(WITHOUT_AGI))
@steady
async def test_media_without_agi_is_transferred_by_the_manager(
    asterisk: AsteriskServer, manager: ManagerConnection, extension: str
) -> None:
    call = Transferring("200")
    redirect = manager.transfers_to("parley-transfer")
    async with parley(PORTS, call, redirect=redirect), phones() as book:
        await reception(book, asterisk)
        caller = await book.dial(asterisk.uri(extension))
        await talk(caller, book)
        assert call.error is None
        assert (await call.ended()).by == "parley"
        heard_whole(caller, (await call.line()).rate)


@pytest.mark.parametrize("extension", list(WITHOUT_AGI.values()), ids=list(WITHOUT_AGI))
@steady
async def test_without_agi_and_manager_the_caller_stays(asterisk: AsteriskServer, extension: str) -> None:
    call = Transferring("200")
    async with parley(PORTS, call), phones() as book:
        caller = await book.dial(asterisk.uri(extension))
        await caller.until(lambda: call.error is not None)
        assert isinstance(call.error, TransferUnsupportedError)
        await asyncio.sleep(SENTENCE + 0.4)
        heard_whole(caller, 16000 if extension == "110" else 8000, seed=5)


@steady
async def test_a_manager_that_is_away_leaves_the_caller_with_parley(asterisk: AsteriskServer) -> None:
    call = Transferring("200")
    away = ManagerConnection("127.0.0.1", 9, "parley", "change-me")
    async with parley(PORTS, call, redirect=away.transfers_to("parley-transfer")), phones() as book:
        caller = await book.dial(asterisk.uri("110"))
        await caller.until(lambda: call.error is not None)
        assert "NOT CONNECTED" in str(call.error)
        await asyncio.sleep(SENTENCE + 0.4)
        heard_whole(caller, 16000, seed=5)


@steady
async def test_what_is_no_extension_is_refused_and_the_call_goes_on(asterisk: AsteriskServer) -> None:
    call = Transferring("200,1)Hangup(")
    async with parley(PORTS, call), phones() as book:
        caller = await book.dial(asterisk.uri("101"))
        await caller.until(lambda: call.error is not None)
        assert "expected an extension" in str(call.error)
        await asyncio.sleep(SENTENCE + 0.4)
        heard_whole(caller, 16000, seed=5)


async def hears_fallback(phone: Phone) -> None:
    async with asyncio.timeout(8):
        while True:
            heard = phone.samples()[-RATE // 2 :]
            if len(heard) == RATE // 2 and tone_share(heard, RATE, FALLBACK_HZ) > 0.9:
                return
            await asyncio.sleep(0.05)


async def brought_back(call: Transferring) -> Mapping[str, str]:
    """The caller is with Parley again: the variables that tell why."""
    await call.until(lambda: len(call.lines) == 2)
    return call.back


@pytest.mark.parametrize(
    ("target", "why"), [("4711", "CHANUNAVAIL"), ("200", "CONGESTION")], ids=["no extension", "no phone"]
)
@steady
async def test_a_transfer_that_fails_brings_the_caller_back(
    asterisk: AsteriskServer, target: str, why: str
) -> None:
    call = Transferring(target, ABOUT)
    async with parley(PORTS, call), phones() as book:
        caller = await book.dial(asterisk.uri("101"))
        back = await brought_back(call)
        assert (back["PARLEY_RETURNED"], back["PARLEY_CALL_ID"]) == (why, "the-call-before")
        assert call.lines[1].info.dialled == "101"
        await hears(caller, at_rate(babble(SENTENCE, 16000, seed=5), 16000, RATE))


@steady
async def test_a_busy_phone_brings_the_caller_back(
    asterisk: AsteriskServer, manager: ManagerConnection
) -> None:
    """By the dialplan's own step and by the manager alike, who cannot where AudioSocket is all there is."""
    for extension in ("102", "110", "111"):
        call = Transferring("200", ABOUT)
        redirect = manager.transfers_to("parley-transfer")
        async with parley(PORTS, call, redirect=redirect), phones() as book:
            await reception(book, asterisk)
            book.busy = True
            caller = await book.dial(asterisk.uri(extension))
            if extension == "111":
                await hears_fallback(caller)
            else:
                back = await brought_back(call)
                assert (back["PARLEY_RETURNED"], back["PARLEY_CALL_ID"]) == ("BUSY", "the-call-before")
            assert call.error is None


@pytest.mark.parametrize("extension", ["101", "110"], ids=["by the dialplan", "by the manager"])
@steady
async def test_the_other_phone_and_the_agents_screens_are_told_who_comes(
    asterisk: AsteriskServer, manager: ManagerConnection, extension: str
) -> None:
    call = Transferring("210", ABOUT)
    redirect = manager.transfers_to("parley-transfer")
    screen = ManagerConnection("127.0.0.1", asterisk.ami, "screen", "lab")
    await screen.start()
    with screen.events("UserEvent") as events:
        async with parley(PORTS, call, redirect=redirect, show=manager.show), phones() as book:
            await book.dial(asterisk.uri(extension))
            assert (await brought_back(call))["PARLEY_RETURNED"] == "BUSY"
            async with asyncio.timeout(5):
                event = await anext(aiter(events))
    await screen.stop()
    assert KNOWN in asterisk.log.read_text()
    assert event["UserEvent"] == "ParleyHandover"
    assert (event["Who"], event["Mood"], event["Target"]) == ("+4930555", "angry", "210")
    assert event["Channel"].startswith("PJSIP/anonymous-")


@steady
async def test_who_waits_in_a_queue_for_nobody_is_brought_back(asterisk: AsteriskServer) -> None:
    call = Transferring("support", {**ABOUT, "queue": "nobody"})
    async with parley(PORTS, call), phones() as book:
        await book.dial(asterisk.uri("101"))
        assert (await brought_back(call))["PARLEY_RETURNED"] == "JOINEMPTY"


@steady
async def test_a_queue_leads_to_the_agent(asterisk: AsteriskServer) -> None:
    call = Transferring("support", {**ABOUT, "queue": "support"})
    async with parley(PORTS, call), phones() as book:
        await reception(book, asterisk)
        caller = await book.dial(asterisk.uri("101"))
        await talk(caller, book)


@pytest.mark.parametrize("extension", ["101", "102", "110", "111"])
async def test_parley_is_down_and_the_caller_gets_the_fallback(
    asterisk: AsteriskServer, extension: str
) -> None:
    async with phones() as book:
        await hears_fallback(await book.dial(asterisk.uri(extension)))


@pytest.mark.parametrize("extension", ["101", "102"])
async def test_parley_stops_in_a_call_and_the_caller_gets_the_fallback(
    asterisk: AsteriskServer, extension: str
) -> None:
    handler = Handler(lambda line: line.answer())
    async with phones() as book:
        async with parley(PORTS, handler):
            caller = await book.dial(asterisk.uri(extension))
            await handler.line()
        # FastAGI is gone as well, so the dialplan hears nothing of how it ended.
        await hears_fallback(caller)


async def test_asterisk_killed_in_a_call_and_started_again(asterisk: AsteriskServer) -> None:
    """Parley notices within a second, and takes the next call."""
    for extension in ("101", "102"):
        handler = Handler(lambda line: line.answer())
        async with parley(PORTS, handler):
            async with phones() as book:
                await book.dial(asterisk.uri(extension))
                await handler.line()
                asterisk.kill()
                async with asyncio.timeout(1.0):
                    end = await handler.ended()
                assert end.by == "error"
                assert end.reason
            await asyncio.to_thread(asterisk.start)
            async with phones() as book:
                phone = await book.dial(asterisk.uri(extension))
                await handler.until(lambda seen=handler: len(seen.lines) == 2)  # type: ignore[misc]
                await phone.hang_up()
                await handler.until(
                    lambda seen=handler: sum(isinstance(e, HungUp) for e in seen.seen) == 2  # type: ignore[misc]
                )
