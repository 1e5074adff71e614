"""The manager interface of a real Asterisk: place calls, move calls, watch queues, survive its death."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from parley.lab.server import AsteriskServer
from telephony.ami import ManagerConnection
from telephony.ami_answers import AmiEvents
from telephony.ami_wire import AmiError, AmiEvent
from telephony.line import Line
from tests.live.asterisk import Ports, parley, running_asterisk
from tests.live.phones import RATE, phones
from tests.live.signals import at_rate, babble, find, likeness, steady, tone_share
from tests.telephony.peers import Handler

pytestmark = [pytest.mark.live, pytest.mark.calls]

PORTS = Ports()


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with running_asterisk(PORTS) as server:
        yield server


@pytest_asyncio.fixture
async def manager(asterisk: AsteriskServer) -> AsyncIterator[ManagerConnection]:
    connection = ManagerConnection("127.0.0.1", asterisk.ami, "parley", "change-me", backoff=(0.1, 0.5))
    await connection.start()
    assert connection.connected, connection.address
    yield connection
    await connection.stop()


async def first(events: AmiEvents, name: str) -> AmiEvent:
    async with asyncio.timeout(10):
        async for event in events:
            if event.name == name:
                return event
    raise AssertionError(f"the events ended without {name}")


async def until(wanted: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not wanted():  # noqa: ASYNC110 - the connection has no event for it
            await asyncio.sleep(0.02)


async def greet(line: Line) -> None:
    await line.answer()
    line.play(babble(2.0, line.rate))


@steady
async def test_a_phone_is_called_and_connected_to_parley(
    asterisk: AsteriskServer, manager: ManagerConnection
) -> None:
    handler = Handler(greet)
    async with parley(PORTS, handler), phones() as book:
        await book.register("reception", "lab", f"127.0.0.1:{asterisk.sip}")
        with manager.events("Hangup") as events:
            called = await manager.originate(
                "PJSIP/reception",
                context="parley",
                extension="100",
                caller_id="Shop <4930999>",
                variables={"PARLEY_MEDIA_WANTED": "websocket"},
                seconds=10,
            )
            line = await handler.line()
            assert line.info.dialled == "100"
            assert called["Channel"].startswith("PJSIP/reception-")
            phone = book.answered[0]
            expected = at_rate(babble(2.0, line.rate), line.rate, RATE)
            await phone.until(lambda: len(phone.samples()) >= 2.0 * RATE)
            await asyncio.sleep(0.1)
            heard = phone.samples()
            assert likeness(expected, heard, find(expected, heard)).min() > 0.85
            await phone.hang_up()
            assert (await first(events, "Hangup"))["Cause-txt"]


async def test_a_running_call_is_moved(asterisk: AsteriskServer, manager: ManagerConnection) -> None:
    handler = Handler(greet)
    async with parley(PORTS, handler), phones() as book:
        caller = await book.dial(asterisk.uri("110"))
        line = await handler.line()
        channel = await manager.caller_of(line.info.call_id)
        assert channel.startswith("PJSIP/anonymous-")
        await manager.redirect(channel, "internal", "999")
        await handler.ended()
        await asyncio.sleep(1.0)
        assert tone_share(caller.samples()[-RATE // 2 :], RATE, 1004) > 0.9


async def test_a_channel_that_is_gone_cannot_be_moved(manager: ManagerConnection) -> None:
    with pytest.raises(AmiError, match="Channel does not exist"):
        await manager.redirect("PJSIP/anonymous-99999999", "internal", "999")
    with pytest.raises(AmiError, match="no channel"):
        await manager.caller_of("40325ec2-5efd-4bd3-805f-53576e581d13")


async def test_a_phone_that_is_not_registered_is_named_and_parley_gets_no_call(
    manager: ManagerConnection,
) -> None:
    handler = Handler()
    async with parley(PORTS, handler):
        with pytest.raises(AmiError, match="PJSIP/reception could not be called"):
            await manager.originate("PJSIP/reception", context="parley", extension="100", seconds=5)
        await asyncio.sleep(0.3)
        assert not handler.lines


async def test_what_happens_in_a_queue_is_seen(asterisk: AsteriskServer, manager: ManagerConnection) -> None:
    with manager.events("QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave") as events:
        async with phones("4930777") as book:
            dialling = asyncio.create_task(book.dial(asterisk.uri("300"), 30))
            joined = await first(events, "QueueCallerJoin")
            assert (joined["Queue"], joined["Position"]) == ("support", "1")
            assert joined["CallerIDNum"] == "4930777"
            status = await manager.queue_status("support")
            assert [event.name for event in status] == ["QueueParams", "QueueMember", "QueueEntry"]
            assert status[0]["Calls"] == "1"
            dialling.cancel()
            await asyncio.gather(dialling, return_exceptions=True)
        left = await first(events, "QueueCallerAbandon")
        assert left["Uniqueid"] == joined["Uniqueid"]


async def test_asterisk_dies_and_comes_back(asterisk: AsteriskServer, manager: ManagerConnection) -> None:
    with manager.events("Newchannel") as events:
        asterisk.kill()
        await until(lambda: not manager.connected, 2)
        with pytest.raises(AmiError, match="NOT CONNECTED"):
            await manager.queue_status()
        await asyncio.to_thread(asterisk.start)
        await until(lambda: manager.connected, 5)
        async with phones() as book:
            await book.dial(asterisk.uri("998"))
            assert (await first(events, "Newchannel"))["Exten"] == "998"


async def test_a_wrong_secret_is_said(asterisk: AsteriskServer) -> None:
    with pytest.raises(AmiError, match=r"user 'parley' can't log in: .*Authentication failed"):
        await ManagerConnection("127.0.0.1", asterisk.ami, "parley", "wrong").check()
