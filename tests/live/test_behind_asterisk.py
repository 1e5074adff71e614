"""A whole Parley behind a real Asterisk: a caller's way to another phone, and a PBX that dies."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from parley.lab.server import AsteriskServer, Peers
from telephony.caller import Heard
from tests.live.phones import RATE, Phone, phones
from tests.live.running import Running, read_back, running_parley, says
from tests.live.signals import at_rate, babble, find, last_loud, likeness

pytestmark = [
    pytest.mark.live,
    pytest.mark.calls,
    pytest.mark.engines,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parley(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_parley(tmp_path_factory.mktemp("parley"), via="agi") as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asterisk(
    parley: Running, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AsteriskServer]:
    ports = parley.ports
    peers = Peers(
        f"127.0.0.1:{ports.agi}", f"127.0.0.1:{ports.audiosocket}", f"ws://127.0.0.1:{ports.websocket}/media"
    )
    server = AsteriskServer(tmp_path_factory.mktemp("a"), peers)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def reads(phone: Phone, since: int = 0, until: int | None = None) -> str:
    """What was heard between two samples, in words."""
    return await read_back(Heard((), phone.samples()[since:until].astype("<i2").tobytes(), RATE))


async def quiet(phone: Phone, seconds: float = 0.5) -> None:
    """Wait until Parley has spoken and then been quiet; Asterisk may send no packets meanwhile."""

    def done() -> bool:
        last = last_loud(phone.samples())
        return last >= 0 and time.monotonic() - phone.time_of(last) > seconds

    await phone.until(done, 20)


@pytest.mark.parametrize("extension", ["101", "102"], ids=["WebSocket", "AudioSocket"])
async def test_zero_leads_to_a_colleague(parley: Running, asterisk: AsteriskServer, extension: str) -> None:
    async with phones() as book:
        await book.register("reception", "lab", f"127.0.0.1:{asterisk.sip}")
        caller = await book.dial(asterisk.uri(extension))
        await quiet(caller)
        asked = len(caller.samples())
        await caller.press("0")  # before anything is read, for which the caller would be silent too long
        await caller.until(lambda: bool(book.answered), 15)
        colleague = book.answered[0]
        colleague.say(babble(1.0, RATE, seed=7) * 8)  # a busy machine may damage one of them
        expected = at_rate(babble(1.0, RATE, seed=7), RATE, RATE)
        async with asyncio.timeout(8):
            while True:
                heard = caller.samples()
                start = find(expected, heard)
                if likeness(expected, heard, start).min() > 0.85:
                    break
                await asyncio.sleep(0.1)
        while start >= RATE and np.median(likeness(expected, heard, start - RATE)) > 0.5:
            start -= RATE  # to the first one
        assert says(await reads(caller, 0, asked), "Welcome to the test shop")
        sentence = await reads(caller, asked, start)
        assert says(sentence, "One moment please, I am putting you through to a colleague")
        assert says(sentence[-25:], "through to a colleague", 0.7), "its end is not clipped"
    call = await parley.ended_call()
    assert call.hangup_by == "parley"
    assert [event["target"] for event in parley.events(call) if event["event"] == "transfer"] == ["200"]


async def taken(parley: Running, kind: str) -> str:
    """Wait for a turn of that kind in the newest call; what the caller heard of it."""
    async with asyncio.timeout(30):
        while True:
            for turn in (await parley.last_call())[1]:
                if turn.kind == kind and turn.reply_heard_text:
                    return turn.reply_heard_text
            await asyncio.sleep(0.1)


async def test_whom_nobody_takes_is_back_with_parley_and_leaves_his_number(
    parley: Running, asterisk: AsteriskServer
) -> None:
    async with phones("anonymous") as book:
        caller = await book.dial(asterisk.uri("101"))
        await caller.press("0")
        await taken(parley, "unreachable")
        heard = await reads(caller)
        assert says(heard, "Nobody could take your call. Which number may we call?")
        assert "welcome" not in heard.partition("nobody")[2], "he is not greeted again"
        offered = len(caller.samples())
        for key in "07911123456#":
            await caller.press(key)
            await asyncio.sleep(0.15)
        await taken(parley, "callback")
        assert says(await reads(caller, offered), "I have noted it, and a colleague will call you back")
        await caller.hang_up()
    call = await parley.ended_call()
    ticket = json.loads((parley.data / "tickets.jsonl").read_text())
    assert ticket["request"]["call_back"] == "07911123456"
    assert ticket["call_id"] == call.id


async def test_asterisk_dies_in_a_call_and_nothing_recorded_is_lost(
    parley: Running, asterisk: AsteriskServer
) -> None:
    async with phones() as book:
        caller = await book.dial(asterisk.uri("101"))
        await quiet(caller)
        asterisk.kill()
        call = await parley.ended_call()
    assert call.hangup_by == "error"
    assert call.reason
    turns = (await parley.last_call())[1]
    assert [turn.input for turn in turns][:1] == ["arrived"]
    await asyncio.to_thread(asterisk.start)
    async with phones() as book:
        caller = await book.dial(asterisk.uri("101"))
        await quiet(caller)
        assert says(await reads(caller), "Welcome to the test shop")
        await caller.hang_up()
    assert (await parley.ended_call()).hangup_by == "caller"
