"""A connection to a manager interface that may be away, deaf, foreign or hostile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from telephony import ami
from telephony.ami import ManagerConnection
from telephony.ami_answers import UNREAD_LIMIT
from telephony.ami_wire import AmiError
from tests.telephony.fake_manager import SECRET, Answers, FakeManager, Fields, fake_manager, packet
from tests.telephony.peers import WAIT


@contextlib.asynccontextmanager
async def connected(
    answers: Answers | None = None,
) -> AsyncIterator[tuple[FakeManager, ManagerConnection]]:
    async with fake_manager(answers) as manager:
        connection = connection_to(manager.port)
        await connection.start()
        try:
            yield manager, connection
        finally:
            await connection.stop()


def connection_to(port: int, secret: str = SECRET) -> ManagerConnection:
    return ManagerConnection("127.0.0.1", port, "parley", secret, backoff=(0.02, 0.1))


async def until(wanted: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not wanted():  # noqa: ASYNC110 - the connection has no event for it
            await asyncio.sleep(0.005)


def success(*lines: str) -> Callable[[Fields], str]:
    return lambda _: packet("Response: Success", "ActionID: {id}", *lines)


async def test_it_logs_in_and_says_where_it_is_connected() -> None:
    async with connected() as (manager, connection):
        assert connection.connected
        assert connection.address == f"127.0.0.1:{manager.port}"
        assert manager.actions[0]["Username"] == "parley"


async def test_a_wrong_secret_is_said_and_tried_again_later() -> None:
    async with fake_manager() as manager:
        connection = connection_to(manager.port, "wrong")
        await connection.start()
        assert "user 'parley' can't log in" in connection.address
        assert "Authentication failed" in connection.address
        assert "wrong" not in connection.address
        await until(lambda: len(manager.asked("Login")) >= 3)
        await connection.stop()


async def test_nobody_listens_and_the_server_starts_anyway() -> None:
    manager = FakeManager()
    await manager.start()
    await manager.stop()
    connection = connection_to(manager.port)
    await connection.start()
    assert "Connection refused" in connection.address
    with pytest.raises(AmiError, match=r"NOT CONNECTED.*Connection refused"):
        await connection.redirect("PJSIP/1", "internal", "200")
    await manager.start()
    await until(lambda: connection.connected)
    await connection.stop()
    await manager.stop()


async def test_it_comes_back_after_asterisk_and_events_go_on() -> None:
    async with connected() as (manager, connection):
        with connection.events("Hangup") as events:
            await manager.stop()
            await until(lambda: not connection.connected)
            await manager.start()
            await until(lambda: connection.connected)
            manager.send(packet("Event: Newchannel", "Channel: a") + packet("Event: Hangup", "Channel: b"))
            async with asyncio.timeout(WAIT):
                assert (await anext(events))["Channel"] == "b"


@pytest.mark.parametrize(
    ("greeting", "problem"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "is it the manager's port"),
        (b"x" * 5000, "a greeting of at most"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is it the manager's port"),
    ],
)
async def test_something_else_listens(greeting: bytes, problem: str) -> None:
    async with fake_manager(greeting=greeting) as manager:
        with pytest.raises(AmiError, match=problem):
            await connection_to(manager.port).check()


async def test_a_port_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "ANSWER_SECONDS", 0.05)
    async with fake_manager(greeting=b"") as manager:
        with pytest.raises(AmiError, match="expected a greeting within"):
            await connection_to(manager.port).check()


async def test_a_packet_without_end_ends_the_connection_and_not_parley() -> None:
    async with connected() as (manager, connection):
        manager.send(b"Event: Flood\r\nX: " + b"x" * 100_000)
        await until(lambda: len(manager.asked("Login")) == 2)
        await until(lambda: connection.connected)


async def test_an_action_whose_answer_never_comes() -> None:
    async with connected() as (_, connection):
        with pytest.raises(AmiError, match="did not answer Deaf within"):
            await connection.do("Deaf", seconds=0.05)
        assert connection.connected


async def test_who_waits_for_an_answer_learns_at_once_that_asterisk_died() -> None:
    async with connected() as (manager, connection):
        asking = asyncio.create_task(connection.do("Deaf", seconds=60))
        await until(lambda: bool(manager.asked("Deaf")))
        manager.hang_up()
        with pytest.raises(AmiError, match="closed the connection"):
            async with asyncio.timeout(WAIT):
                await asking


async def test_what_is_asked_in_the_moment_of_a_reset_is_refused_at_once() -> None:
    async with connected() as (_, connection):
        assert connection._writer is not None
        connection._writer.transport.abort()  # the reader learns of it a turn of the loop later
        with pytest.raises(AmiError, match="is closed"):
            async with asyncio.timeout(WAIT):
                await connection.do("Deaf", seconds=60)


async def test_a_silent_asterisk_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "PING_SECONDS", 0.02)
    pings: list[Fields] = []

    def first_only(fields: Fields) -> str:
        pings.append(fields)
        return success("Ping: Pong")(fields) if len(pings) == 1 else ""

    async with connected({"Ping": first_only}) as (manager, _):
        monkeypatch.setattr(ami, "ANSWER_SECONDS", 0.05)
        await until(lambda: len(manager.asked("Login")) >= 2)
        assert len(pings) >= 2


async def test_originate_tells_how_it_went() -> None:
    def answer(fields: Fields) -> str:
        busy = fields["Channel"] == "PJSIP/busy"
        return success("Message: queued")(fields) + packet(
            "Event: OriginateResponse",
            "ActionID: {id}",
            f"Response: {'Failure' if busy else 'Success'}",
            f"Channel: {fields['Channel']}-1",
            f"Reason: {5 if busy else 4}",
        )

    async with connected({"Originate": answer}) as (manager, connection):
        event = await connection.originate("PJSIP/200", context="parley", extension="100", caller_id="7")
        assert event["Channel"] == "PJSIP/200-1"
        asked = manager.asked("Originate")[0]
        assert (asked["Context"], asked["Exten"], asked["Timeout"]) == ("parley", "100", "30000")
        with pytest.raises(AmiError, match="PJSIP/busy could not be called: busy"):
            await connection.originate("PJSIP/busy", context="parley", extension="100")


STATUS = (
    packet("Response: Success", "EventList: start", "ActionID: {id}")
    + packet("Event: Status", "ActionID: {id}", "Channel: AudioSocket/x-c0ffee", "Data: (Outgoing Line)")
    + packet("Event: Status", "ActionID: {id}", "Channel: PJSIP/1", "Data: AudioSocket/h:1/c0ffee/c(slin),,g")
    + packet("Event: StatusComplete", "ActionID: {id}", "EventList: Complete", "ListItems: 2")
)


async def test_a_call_is_transferred_by_its_identifier() -> None:
    answers = {"Status": lambda _: STATUS, "Redirect": success(), "Setvar": success(), "UserEvent": success()}
    async with connected(answers) as (manager, connection):
        about = {"who": "+4930555", "wants": "a lamp,\r\nand soon", "priority": "5"}
        await connection.transfers_to("parley-transfer")("c0ffee", "200", about)
        told = {one["Variable"]: one.get("Value", "") for one in manager.asked("Setvar")}
        assert told["__PARLEY_WANTS"] == "a lamp; and soon"
        assert {one["Channel"] for one in manager.asked("Setvar")} == {"PJSIP/1"}
        (shown,) = manager.asked("UserEvent")
        assert (shown["UserEvent"], shown["Who"], shown["Priority"]) == ("ParleyHandover", "+4930555", "5")
        asked = manager.asked("Redirect")[0]
        assert (asked["Channel"], asked["Context"], asked["Exten"]) == ("PJSIP/1", "parley-transfer", "200")
        with pytest.raises(AmiError, match=r"no channel of .* for call beef"):
            await connection.transfers_to("parley-transfer")("beef", "200", {})


async def test_a_caller_is_transferred_though_nothing_can_be_told_of_him(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refusal = packet("Response: Error", "ActionID: {id}", "Message: Permission denied")
    answers = {
        "Status": lambda _: STATUS,
        "Redirect": success(),
        "Setvar": lambda _: refusal,
        "UserEvent": lambda _: refusal,
    }
    async with connected(answers) as (manager, connection):
        await connection.transfers_to("parley-transfer")("c0ffee", "200", {"who": "Bob"})
        assert manager.asked("Redirect")
    assert "c0ffee goes to 200 without a word about it" in caplog.text
    assert "screens are not told" in caplog.text


async def test_a_refused_redirect_is_an_error_with_asterisks_words() -> None:
    refusal = packet("Response: Error", "ActionID: {id}", "Message: Channel does not exist: PJSIP/1")
    async with connected({"Redirect": lambda _: refusal}) as (_, connection):
        with pytest.raises(AmiError, match="refused Redirect: Channel does not exist"):
            await connection.redirect("PJSIP/1", "internal", "200")


async def test_queue_status() -> None:
    answer = (
        packet("Response: Success", "EventList: start", "ActionID: {id}")
        + packet("Event: QueueParams", "ActionID: {id}", "Queue: support", "Calls: 1")
        + packet("Event: QueueEntry", "ActionID: {id}", "Queue: support", "Position: 1")
        + packet("Event: QueueStatusComplete", "ActionID: {id}", "EventList: Complete")
    )
    async with connected({"QueueStatus": lambda _: answer}) as (_, connection):
        status = await connection.queue_status("support")
        assert [event.name for event in status] == ["QueueParams", "QueueEntry"]


async def test_a_slow_reader_loses_the_oldest_events_and_knows_it() -> None:
    async with connected() as (manager, connection):
        with connection.events() as events:
            for k in range(UNREAD_LIMIT + 5):
                manager.send(packet("Event: Tick", f"N: {k}"))
            await until(lambda: events.dropped == 5)
            assert (await anext(events))["N"] == "5"


async def test_stopping_ends_readers_and_leaves_no_task() -> None:
    async with fake_manager() as manager:
        connection = connection_to(manager.port)
        await connection.start()
        events = connection.events()
        reading = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await connection.stop()
        await connection.stop()
        with pytest.raises(StopAsyncIteration):
            await reading
        assert not [task for task in asyncio.all_tasks() if "ami" in task.get_name()]
