"""FastAGI requests, against a scripted Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import uuid
from collections.abc import AsyncIterator, Mapping

import pytest

from telephony import agi
from telephony.agi import AgiTransport, Choose, Route, choose_as_asked
from telephony.agi_wire import AgiRequest
from telephony.arrivals import Arrivals
from telephony.line import LineError
from tests.telephony.peers import WAIT

START = (
    "agi_request: agi://127.0.0.1/start?after=yes&media=audiosocket",
    "agi_channel: PJSIP/trunk-1",
    "agi_callerid: 4930555",
    "agi_extension: s",
    "agi_arg_1: PARLEY_DIALLED=4930123",
    "agi_arg_2: CUSTOMER=42",
)


class Channel:
    """Asterisk's side of one request: the variables of a channel."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = dict(variables or {})
        self.noise: list[str] = []
        self.refuse = ""

    async def run(self, transport: AgiTransport, *environment: str) -> None:
        """Run the script until Parley closes the connection."""
        host, port = transport.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(("\n".join(environment) + "\n\n").encode())
        try:
            async with asyncio.timeout(WAIT):
                while line := (await reader.readline()).decode():
                    for noise in self.noise:
                        writer.write(f"{noise}\n".encode())
                    writer.write(f"{self._answer(line)}\n".encode())
        finally:
            writer.close()

    def _answer(self, line: str) -> str:
        verb, kind, name, *value = line.rstrip("\n").split(" ", 3)
        assert kind == "VARIABLE"
        if name == self.refuse:
            return "520-Invalid command syntax.\n520 End of proper usage."
        if verb == "SET":
            self.variables[name] = value[0][1:-1]
            return "200 result=1"
        known = self.variables.get(name)
        return f"200 result=1 ({known})" if known else "200 result=0"


@contextlib.asynccontextmanager
async def serving(
    arrivals: Arrivals | None = None, choose: Choose = choose_as_asked
) -> AsyncIterator[AgiTransport]:
    transport = AgiTransport("127.0.0.1", 0, arrivals, choose=choose)
    await transport.start()
    try:
        yield transport
    finally:
        await transport.stop()


async def test_a_call_is_announced_and_the_dialplan_told() -> None:
    arrivals, channel = Arrivals(), Channel({"PARLEY_FLOW": "shop-zh"})
    async with serving(arrivals) as transport:
        await channel.run(transport, *START)
    assert channel.variables["PARLEY_MEDIA"] == "audiosocket"
    assert channel.variables["PARLEY_FLOW"] == "shop-zh"
    arrival = arrivals.claim(str(uuid.UUID(channel.variables["PARLEY_UUID"])))
    assert arrival is not None
    assert (arrival.caller, arrival.dialled, arrival.flow) == ("4930555", "4930123", "shop-zh")
    assert arrival.variables == {"CUSTOMER": "42", "PARLEY_FLOW": "shop-zh"}
    assert arrival.asks_after


async def test_a_chosen_route_wins() -> None:
    async def choose(request: AgiRequest, variables: Mapping[str, str]) -> Route:
        assert variables["CUSTOMER"] == "42"
        return Route("vip", "websocket", {"GREETING": 'say "hi"'})

    channel = Channel()
    async with serving(choose=choose) as transport:
        await channel.run(transport, *START)
    assert channel.variables["PARLEY_FLOW"] == "vip"
    assert channel.variables["PARLEY_MEDIA"] == "websocket"
    assert channel.variables["GREETING"] == 'say \\"hi\\"'


async def test_a_call_that_is_not_accepted_has_no_uuid() -> None:
    async def choose(request: AgiRequest, variables: Mapping[str, str]) -> Route:
        return Route(accept=False)

    arrivals, channel = Arrivals(), Channel({"PARLEY_UUID": "stale"})
    async with serving(arrivals, choose) as transport:
        await channel.run(transport, *START)
    assert channel.variables["PARLEY_UUID"] == ""
    assert not len(arrivals)


async def test_how_the_call_ended_is_asked_afterwards() -> None:
    arrivals, channel = Arrivals(), Channel()
    async with serving(arrivals) as transport:
        await channel.run(transport, *START)
        call_id = channel.variables["PARLEY_UUID"]
        arrivals.claim(call_id)
        await arrivals.transfer(call_id, "200", {"who": "Ann, Bob", "queue": "returns"})
        after = ("agi_request: agi://h/after", "agi_extension: s", f"agi_arg_1: {call_id}")
        await channel.run(transport, *after)
        assert (channel.variables["PARLEY_NEXT"], channel.variables["PARLEY_TARGET"]) == ("transfer", "200")
        told = {name: value for name, value in channel.variables.items() if name.startswith("__")}
        assert told["__PARLEY_WHO"] == "Ann; Bob"
        assert told["__PARLEY_QUEUE"] == "returns"
        assert told["__PARLEY_MOOD"] == "", "what another transfer left is cleared"
        await channel.run(transport, *after)
        assert channel.variables["PARLEY_NEXT"] == "failed"  # of a call that nobody knows (any more)


async def test_after_a_hang_up_nothing_is_set() -> None:
    arrivals, channel = Arrivals(), Channel()
    async with serving(arrivals) as transport:
        await channel.run(transport, *START)
        call_id = channel.variables["PARLEY_UUID"]
        channel.variables.clear()
        await channel.run(
            transport, "agi_request: agi://h/after", "agi_extension: h", f"agi_arg_1: {call_id}"
        )
    assert not channel.variables
    assert not len(arrivals)


async def test_hang_up_notices_between_answers_are_passed_over() -> None:
    channel = Channel()
    channel.noise = ["HANGUP"]
    async with serving() as transport:
        await channel.run(transport, *START)
    assert channel.variables["PARLEY_UUID"]


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        (("agi_request: agi://h/else",), "expected agi://127.0.0.1:.*/start or /after, got 'else'"),
        (("agi_request: agi://h/after",), "got no UUID"),
        (("GET / HTTP/1.1",), "expected a line `agi_name: value`"),
        (tuple(f"agi_x{n}: y" for n in range(300)), "at most 200 lines"),
        (("agi_request: agi://h/" + "x" * 20_000,), "at most 8192 bytes"),
    ],
)
async def test_what_is_wrong_is_logged_with_its_peer_and_harms_nobody(
    environment: tuple[str, ...], problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()
    async with serving() as transport:
        with contextlib.suppress(ConnectionError):
            await Channel().run(transport, *environment)
        assert caplog.messages[0].startswith("FastAGI request from 127.0.0.1:")
        assert re.search(problem, caplog.messages[0])
        caplog.clear()
        await channel.run(transport, *START)
    assert channel.variables["PARLEY_UUID"]
    assert not caplog.records


async def test_a_refused_command_leaves_the_call_to_the_fallback(caplog: pytest.LogCaptureFixture) -> None:
    channel = Channel()
    channel.refuse = "PARLEY_MEDIA"
    async with serving() as transport:
        await channel.run(transport, *START)
    assert "PARLEY_UUID" not in channel.variables
    assert "Asterisk refused 'SET VARIABLE PARLEY_MEDIA" in caplog.text


async def test_a_choice_that_fails_leaves_the_call_to_the_fallback(caplog: pytest.LogCaptureFixture) -> None:
    async def choose(request: AgiRequest, variables: Mapping[str, str]) -> Route:
        raise KeyError("boom")

    channel = Channel()
    async with serving(choose=choose) as transport:
        await channel.run(transport, *START)
    assert "PARLEY_UUID" not in channel.variables
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_peer_that_says_nothing_is_let_go(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(agi, "STEP_SECONDS", 0.05)
    async with serving() as transport:
        host, port = transport.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        async with asyncio.timeout(WAIT):
            assert await reader.read() == b""
        writer.close()
    assert "expected a line within" in caplog.text


async def test_a_port_in_use_is_named() -> None:
    async with serving() as transport:
        port = int(transport.address.split(":")[1])
        with pytest.raises(LineError, match=f"FastAGI can't listen on 127.0.0.1:{port}: .*in use"):
            await AgiTransport("127.0.0.1", port).start()
