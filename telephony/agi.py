"""FastAGI: the dialplan asks Parley which flow a call gets, and afterwards what to do with it.

Two scripts, both over before the dialplan's next step:

`agi://host:port/start?after=yes&media=websocket,NAME=value,...` announces a
call. The argument `PARLEY_DIALLED` is the number that was dialled, the others
are channel variables for Parley. It sets the channel variables `PARLEY_UUID`
(names the media that follows), `PARLEY_FLOW`, `PARLEY_MEDIA` (`websocket`,
`audiosocket` or `audiosocket16`) and whatever `choose` adds. `after=yes` says
that the dialplan runs the second script, which makes transfers possible.

`agi://host:port/after,${PARLEY_UUID}` asks how the call ended. It sets
`PARLEY_NEXT` (`hangup`, `transfer` or `failed`) and `PARLEY_TARGET`, and for a
transfer what `telephony.handing_over` tells of the caller.

When Parley is down the application sets `AGISTATUS=FAILURE` and the dialplan
goes on with its fallback, before anything was answered.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from telephony.agi_wire import (
    MAX_LINE_BYTES,
    MAX_LINES,
    AgiError,
    AgiRequest,
    AgiResponse,
    continues,
    get_variable,
    parse_request,
    parse_response,
    set_variable,
)
from telephony.arrivals import Arrival, Arrivals
from telephony.handing_over import channel_variables
from telephony.line import LineError, OnCall

STEP_SECONDS = 5.0
"""How long Asterisk may take for one line."""

CHOICE_SECONDS = 5.0
"""How long `choose` may take; the caller hears ringing meanwhile."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """What happens with a call.

    Attributes:
        flow: name of the flow, `None` to choose by the dialled number.
        media: `websocket`, `audiosocket` or `audiosocket16`; `None` leaves it to the dialplan.
        variables: channel variables to set beside Parley's own.
        accept: `False` sends the call to the dialplan's fallback without answering it.
    """

    flow: str | None = None
    media: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    accept: bool = True


Choose: TypeAlias = Callable[[AgiRequest, Mapping[str, str]], Awaitable[Route]]
"""Called with the request and the channel variables that came with it."""


async def choose_as_asked(request: AgiRequest, variables: Mapping[str, str]) -> Route:
    """The flow and media that the dialplan itself names (`?flow=...&media=...` or `PARLEY_FLOW`)."""
    flow = request.query.get("flow") or variables.get("PARLEY_FLOW") or None
    return Route(flow=flow, media=request.query.get("media") or None)


class _Session:
    """One FastAGI connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def _line(self) -> str:
        try:
            async with asyncio.timeout(STEP_SECONDS):
                raw = await self._reader.readuntil(b"\n")
        except TimeoutError:
            raise AgiError(f"expected a line within {STEP_SECONDS:.0f} s, got none") from None
        except asyncio.IncompleteReadError as error:
            raise AgiError(f"the connection ended {len(error.partial)} bytes into a line") from None
        except asyncio.LimitOverrunError:
            raise AgiError(f"expected lines of at most {MAX_LINE_BYTES} bytes, got a longer one") from None
        return raw.decode("utf-8", errors="replace").rstrip("\r\n")

    async def request(self) -> AgiRequest:
        """The environment. Raises AgiError."""
        lines: list[str] = []
        while line := await self._line():
            if len(lines) == MAX_LINES:
                raise AgiError(f"expected at most {MAX_LINES} lines of environment, got more")
            lines.append(line)
        return parse_request(lines)

    async def command(self, line: str) -> AgiResponse:
        """Send one command and return its answer. Raises AgiError unless it succeeded."""
        self._writer.write(line.encode())
        while True:
            answer = await self._line()
            if answer == "HANGUP":
                continue  # a notice between answers: the caller has gone, the variables can still be set
            if not continues(answer):
                break
        response = parse_response(answer)
        if response.code != 200:
            raise AgiError(f"Asterisk refused {line.strip()[:80]!r}: {response.code} {response.text[:200]}")
        return response

    async def set(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self.command(set_variable(name, value))

    async def get(self, name: str) -> str:
        """Read a channel variable; empty where it is not set."""
        return (await self.command(get_variable(name))).data or ""


class AgiTransport:
    """The FastAGI port. It carries no media: the media follows to another transport.

    Args:
        host: address to listen on.
        port: TCP port, 0 for any free one.
        arrivals: shared with the transports that take the media.
        choose: decides flow and media; by default what the dialplan names.
        variables: channel variables to read from every call, beside those given as arguments.
        media: `PARLEY_MEDIA` where neither `choose` nor the dialplan names one.
    """

    name = "asterisk-agi"

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 4573,
        arrivals: Arrivals | None = None,
        *,
        choose: Choose = choose_as_asked,
        variables: tuple[str, ...] = ("PARLEY_FLOW",),
        media: str = "websocket",
    ) -> None:
        self._host = host
        self._port = port
        self._arrivals = arrivals if arrivals is not None else Arrivals()
        self._choose = choose
        self._variables = variables
        self._media = media
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """`host:port`, as it goes into the dialplan."""
        return f"{self._host}:{self._port}"

    async def start(self, on_call: OnCall | None = None) -> None:
        """Listen; `on_call` is not used. Raises LineError when the port can't be had."""
        try:
            self._server = await asyncio.start_server(
                self._connected, self._host, self._port, limit=MAX_LINE_BYTES
            )
        except OSError as error:
            cause = error.strerror or error
            raise LineError(f"FastAGI can't listen on {self.address}: {cause}") from error
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop requests that are not done."""
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._sessions):
            task.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        self._server = None

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._run(reader, writer))
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peername = writer.get_extra_info("peername")
        peer = "{}:{}".format(*peername[:2]) if peername else "a peer that left"
        session = _Session(reader, writer)
        try:
            request = await session.request()
            script = request.script.split("/")[-1]
            if script == "start":
                await self._start(request, session)
            elif script == "after":
                await self._after(request, session)
            else:
                raise AgiError(f"expected agi://{self.address}/start or /after, got {request.script!r}")
        except (AgiError, ConnectionError) as error:
            _log.error("FastAGI request from %s: %s", peer, error)
        except Exception:
            # `choose` is the caller's code: whatever it raises, this call falls back and others go on.
            _log.exception("FastAGI request from %s failed", peer)
        finally:
            writer.close()

    async def _start(self, request: AgiRequest, session: _Session) -> None:
        variables = {name: value for name in self._variables if (value := await session.get(name))}
        variables.update({name: value for name, value in request.variables.items() if value})
        dialled = variables.pop("PARLEY_DIALLED", "") or request.dialled
        async with asyncio.timeout(CHOICE_SECONDS):
            route = await self._choose(request, variables)
        if not route.accept:
            await session.set("PARLEY_UUID", "")
            return
        arrival = Arrival(
            call_id=str(uuid.uuid4()),
            channel=request.channel,
            caller=request.caller,
            dialled=dialled,
            flow=route.flow,
            variables=variables,
            asks_after=request.query.get("after") == "yes",
        )
        for name, value in route.variables.items():
            await session.set(name, value)
        await session.set("PARLEY_FLOW", route.flow or "")
        await session.set("PARLEY_MEDIA", route.media or request.query.get("media") or self._media)
        self._arrivals.announce(arrival)
        # Last: the dialplan takes a call with a PARLEY_UUID as one that Parley has accepted.
        await session.set("PARLEY_UUID", arrival.call_id)

    async def _after(self, request: AgiRequest, session: _Session) -> None:
        if not request.arguments or not request.arguments[0]:
            raise AgiError(f"expected AGI(agi://{self.address}/after,${{PARLEY_UUID}}), got no UUID")
        ending = self._arrivals.after(request.arguments[0])
        # After a hang-up nobody is left to read the variables.
        if request.environment.get("extension") == "h":
            return
        if ending.next == "transfer":
            for name, value in channel_variables(ending.about).items():
                await session.set(name, value)
        await session.set("PARLEY_TARGET", ending.target)
        await session.set("PARLEY_NEXT", ending.next)
