"""Asterisk's manager interface: place calls, move calls, watch queues and channels.

One connection that is kept up: while Asterisk is away it is tried again, at
growing intervals, and whoever asks meanwhile gets an `AmiError` at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Mapping

from telephony.ami_answers import AmiEvents, Asked, Last
from telephony.ami_connecting import connect
from telephony.ami_wire import (
    AmiError,
    AmiEvent,
    AmiResponse,
    Packet,
    Packets,
    action,
)
from telephony.arrivals import About, Redirect
from telephony.handing_over import channel_variables, event_fields
from telephony.line import OnCall

NAME = "asterisk-ami"

ANSWER_SECONDS = 5.0
"""How long Asterisk may take to connect, to greet, and to answer an action."""

PING_SECONDS = 10.0
"""A ping this often finds an Asterisk that is gone without closing."""

BACKOFF_SECONDS = (0.5, 30.0)
"""First and longest pause between two attempts to connect."""

_REASONS = {
    "0": "no such number, or the phone is not registered",
    "1": "hung up",
    "3": "not answered",
    "5": "busy",
    "8": "congested or unreachable",
}
"""`Reason` of OriginateResponse: control frames of Asterisk's `include/asterisk/frame.h`."""

_log = logging.getLogger(__name__)


def _listed(event: AmiEvent) -> bool:
    return event["EventList"] in {"Complete", "Cancelled"}


class ManagerConnection:
    """A connection to the manager interface that is kept up between `start` and `stop`.

    Has the shape of a `Transport`, so that the server opens and closes it with its ports.

    Args:
        host: where Asterisk's manager listens.
        port: its TCP port.
        username: section of manager.conf.
        secret: its secret.
        backoff: first and longest pause in seconds between two attempts.
    """

    name = NAME

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        backoff: tuple[float, float] = BACKOFF_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._secret = secret
        self._backoff = backoff
        self._at = f"{host}:{port}"
        self._logged_in = False
        self._writer: asyncio.StreamWriter | None = None
        self._asked: dict[str, Asked] = {}
        self._readers: list[AmiEvents] = []
        self._count = 0
        self._keeping: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._problem = "not started"
        self._showing: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """`host:port`, and what is wrong while it is not connected."""
        return self._at if self.connected else f"{self._at}: NOT CONNECTED: {self._problem}"

    @property
    def connected(self) -> bool:
        """Whether Asterisk has let this user in."""
        return self._logged_in

    async def start(self, on_call: OnCall | None = None) -> None:
        """Connect, and keep connected. Returns after the first attempt, whether it succeeded or not."""
        self._keeping = asyncio.create_task(self._keep(), name="asterisk-ami")
        await self._tried.wait()

    async def stop(self) -> None:
        """Disconnect and end every reader. Safe to call twice."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping])
        self._problem = "stopped"
        for showing in tuple(self._showing):
            showing.cancel()
        for reader in tuple(self._readers):
            reader.close()

    async def check(self) -> None:
        """Log in once and leave again. Raises AmiError saying what is wrong."""
        async with self._session():
            pass

    def events(self, *names: str) -> AmiEvents:
        """What happens from now on: the events with these names, or all. Goes on after a reconnection."""
        reader = AmiEvents(frozenset(names), self._forget)
        self._readers.append(reader)
        return reader

    def _forget(self, reader: AmiEvents) -> None:
        if reader in self._readers:
            self._readers.remove(reader)

    async def do(
        self,
        name: str,
        fields: Mapping[str, str] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        last: Last | None = None,
        seconds: float | None = None,
    ) -> tuple[AmiResponse, list[AmiEvent]]:
        """Any action.

        Args:
            name: the action.
            fields: its lines; empty ones are left out.
            variables: channel variables.
            last: for an action that is answered with events, tells the last of them.
            seconds: how long the answer may take, by default `ANSWER_SECONDS`.

        Returns:
            The response, and the events of the answer with the last one.

        Raises:
            AmiError: not connected, refused, or not answered in time.
        """
        if not self.connected:
            raise AmiError(f"the manager interface on {self.address}")
        return await self._do(name, fields or {}, variables, last, seconds)

    async def _do(
        self,
        name: str,
        fields: Mapping[str, str],
        variables: Mapping[str, str] | None = None,
        last: Last | None = None,
        seconds: float | None = None,
    ) -> tuple[AmiResponse, list[AmiEvent]]:
        if self._writer is None or self._writer.is_closing():  # a reset closes it before the reader knows
            raise AmiError(f"the connection to {self._at} is closed")
        self._count += 1
        identifier = f"parley-{self._count}"
        asked = Asked(asyncio.get_running_loop().create_future(), last)
        packet = action(name, {"ActionID": identifier, **fields}, variables)
        self._asked[identifier] = asked
        seconds = ANSWER_SECONDS if seconds is None else seconds
        try:
            async with asyncio.timeout(seconds):
                self._writer.write(packet)
                response = await asked.answer
        except TimeoutError:
            raise AmiError(f"{self._at} did not answer {name} within {seconds:.0f} s") from None
        finally:
            del self._asked[identifier]
        if not response.ok:
            raise AmiError(f"{self._at} refused {name}: {response.message or 'no reason given'}")
        return response, asked.events

    async def originate(
        self,
        channel: str,
        *,
        context: str,
        extension: str,
        caller_id: str = "",
        variables: Mapping[str, str] | None = None,
        seconds: float = 30.0,
    ) -> AmiEvent:
        """Call `channel` and, once it answers, send it to `extension` in `context`.

        Args:
            channel: what to dial, such as `PJSIP/200`.
            context: of the dialplan.
            extension: in that context; priority 1.
            caller_id: `Name <number>` or a number that the phone shows.
            variables: channel variables.
            seconds: how long it may ring.

        Returns:
            The OriginateResponse: `Channel`, `Uniqueid`.

        Raises:
            AmiError: not answered, busy, no such phone, refused, or not connected.
        """
        fields = {
            "Channel": channel,
            "Context": context,
            "Exten": extension,
            "Priority": "1",
            "CallerID": caller_id,
            "Timeout": str(round(seconds * 1000)),
            "Async": "true",
        }
        _, events = await self.do(
            "Originate",
            fields,
            variables=variables,
            last=lambda event: event.name == "OriginateResponse",
            seconds=seconds + ANSWER_SECONDS,
        )
        if events[-1]["Response"] != "Success":
            reason = events[-1]["Reason"]
            raise AmiError(f"{channel} could not be called: {_REASONS.get(reason, f'reason {reason}')}")
        return events[-1]

    async def redirect(self, channel: str, context: str, extension: str) -> None:
        """Have a channel go on at `extension` in `context`. Raises AmiError, for instance when it is gone."""
        await self.do(
            "Redirect", {"Channel": channel, "Context": context, "Exten": extension, "Priority": "1"}
        )

    async def channels(self) -> list[AmiEvent]:
        """Every channel: `Channel`, `CallerIDNum`, `Application`, `Data`, `BridgeID` ... Raises AmiError."""
        _, events = await self.do("Status", last=_listed)
        return [event for event in events if event.name == "Status"]

    async def caller_of(self, call_id: str) -> str:
        """The channel whose dialplan step names the call: `Dial(AudioSocket/.../<call_id>)` and its like.

        Raises AmiError when there is none, or not connected.
        """
        for channel in await self.channels():
            if call_id in channel["Data"]:
                return channel["Channel"]
        raise AmiError(f"no channel of {self._at} runs Dial or AudioSocket for call {call_id}")

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        """Set a variable of a channel. Raises AmiError, for instance when the channel is gone."""
        await self.do("Setvar", {"Channel": channel, "Variable": name, "Value": value})

    def transfers_to(self, context: str) -> Redirect:
        """A way to transfer calls by their identifiers: the caller goes on in `context`.

        What is known of him is set as variables of his channel first; he is transferred even if that fails.
        """

        async def redirect(call_id: str, target: str, about: About) -> None:
            channel = await self.caller_of(call_id)
            self.show(channel, target, about)
            try:
                for name, value in channel_variables(about).items():
                    await self.set_variable(channel, name, value)
            except AmiError as error:
                _log.error("call %s goes to %s without a word about it: %s", call_id, target, error)
            await self.redirect(channel, context, target)

        return redirect

    def show(self, channel: str, target: str, about: About) -> None:
        """Tell agents' screens of a caller who is transferred, by the event `ParleyHandover`.

        Returns at once; what fails is logged.
        """
        showing = asyncio.create_task(self._show(event_fields(about, target, channel)), name="handover event")
        self._showing.add(showing)
        showing.add_done_callback(self._showing.discard)

    async def _show(self, fields: Mapping[str, str]) -> None:
        try:
            await self.do("UserEvent", fields)
        except AmiError as error:
            _log.warning("agents' screens are not told of a caller: %s", error)

    async def queue_status(self, queue: str = "") -> list[AmiEvent]:
        """QueueParams, QueueMember and QueueEntry of a queue, or of all. Raises AmiError."""
        _, events = await self.do("QueueStatus", {"Queue": queue}, last=_listed)
        return events[:-1]

    async def _keep(self) -> None:
        """Stay connected until cancelled."""
        pause, longest = self._backoff
        while True:
            try:
                async with self._session() as reading:
                    pause = self._backoff[0]
                    self._became("")
                    await self._ping_until(reading)
            except AmiError as error:
                self._became(str(error))
            # Not all Parleys at the same moment when an Asterisk comes back.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, longest)

    def _became(self, problem: str) -> None:
        """Note how it stands, and log what is new; no problem is an empty one."""
        if problem != self._problem:
            if problem:
                _log.error("the manager interface: %s; trying again", problem)
            else:
                _log.info("connected to the manager interface on %s", self._at)
        self._problem = problem
        self._tried.set()

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[asyncio.Task[None]]:
        """Be logged in, while the task that it yields reads. Raises AmiError."""
        reader, writer = await connect(self._host, self._port, seconds=ANSWER_SECONDS)
        self._writer = writer
        reading = asyncio.create_task(self._read(reader), name="asterisk-ami reading")
        try:
            try:
                await self._do("Login", {"Username": self._username, "Secret": self._secret})
            except AmiError as error:
                raise AmiError(f"user {self._username!r} can't log in: {error}") from None
            self._logged_in = True
            yield reading
        finally:
            self._logged_in = False
            self._break_off(f"the connection to {self._at} is closed")
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            writer.close()

    async def _ping_until(self, reading: asyncio.Task[None]) -> None:
        """Never returns: raises AmiError when the connection is of no use any more."""
        while not (await asyncio.wait([reading], timeout=PING_SECONDS))[0]:
            await self._do("Ping", {})
        await reading

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Hand out what comes until the stream ends, which is an AmiError."""
        packets = Packets()
        problem = f"{self._at} closed the connection"
        try:
            while data := await reader.read(8192):
                for packet in packets.feed(data):
                    self._hand_out(packet)
        except (AmiError, ConnectionError) as error:
            problem = f"{self._at}: {error}"
        self._break_off(problem)
        raise AmiError(problem)

    def _hand_out(self, packet: Packet) -> None:
        asked = self._asked.get(packet.fields.get("ActionID", ""))
        if isinstance(packet, AmiResponse):
            if asked is not None:
                asked.responded(packet)
            return
        if asked is not None:
            asked.happened(packet)
        for reader in self._readers:
            reader.put(packet)

    def _break_off(self, problem: str) -> None:
        """Nothing can be asked any more; who waits for an answer gets the problem instead."""
        if self._logged_in:
            self._became(problem)
        self._logged_in = False
        self._writer = None
        for asked in self._asked.values():
            asked.fail(problem)
