"""Calls from Asterisk's AudioSocket: a TCP connection each, samples both ways.

Works with the dialplan application `AudioSocket(uuid,host:port)` (8 kHz) and
with `Dial(AudioSocket/host:port/uuid/c(slin16))` (16 kHz; always give `c()`).
Asterisk does not pace what it gets, so this side sends one 20 ms frame every
20 ms, silence included: without it the caller gets no RTP at all, and after
2 s without traffic Asterisk ends the application.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, cast

from telephony.arrivals import Arrival, Arrivals
from telephony.audiosocket_line import AudioSocketLine
from telephony.audiosocket_wire import Audio, AudioSocketError, CallId, Decoder, Hangup, Message
from telephony.calls import Calls
from telephony.line import Line, LineError, OnCall
from telephony.pacer import Pacer

NAME = "asterisk-audiosocket"
RATES = (8000, 16000)

UUID_SECONDS = 5.0
"""How long a peer may take to say which call it is."""

FIRST_AUDIO_SECONDS = 0.1
"""How long to wait for the first samples, which tell the rate. A caller without RTP gets 8 kHz."""

AFTER_SECONDS = 0.3
"""How long a living Asterisk may take from closing the media to asking FastAGI `after` (some ms)."""

_log = logging.getLogger(__name__)


class _Connection(asyncio.Protocol):
    """One connection: says which call it is, shows its rate by its first audio, then feeds a line.

    A protocol and not a task with a stream: with hundreds of calls the switches
    between tasks would cost as much as the audio itself.

    Args:
        port: the transport it came to.
        calls: takes the line.
    """

    def __init__(self, port: AudioSocketTransport, calls: Calls) -> None:
        self._port = port
        self._calls = calls
        self._decoder = Decoder()
        self._peer = "a peer that left"
        self._socket: asyncio.Transport | None = None
        self._arrival: Arrival | None = None
        self._early: list[Message] = []
        self._line: AudioSocketLine | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._judged = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._socket = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only
        if peername := transport.get_extra_info("peername"):
            self._peer = "{}:{}".format(*peername[:2])
        self._port.connections.add(self)
        self._wait(UUID_SECONDS, self._no_uuid)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        try:
            messages = self._decoder.feed(data)
            if self._line is not None:
                self._line.received(messages)
            elif messages and not self._judged:
                self._introduce(messages)
        except (AudioSocketError, LineError) as error:
            self._refuse(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._port.connections.discard(self)
        self._wait(None)
        if self._judged:
            return
        if exc is None and self._decoder.unfinished:
            self._refuse(f"the stream ended {self._decoder.unfinished} bytes into a message")
        elif self._arrival is None:
            self._refuse(exc or "expected a UUID (0x01), but the connection was closed")
        else:
            # A reset is how the kernel closes a socket with unread data: an ordinary end.
            self._begin(self._arrival)
            self._port.spawn(self._judge(self._arrival.call_id))

    def close(self) -> None:
        """Let the peer go."""
        self._judged = True
        self._wait(None)
        if self._socket is not None:
            self._socket.close()

    def _introduce(self, messages: list[Message]) -> None:
        """Learn which call it is, then its rate. Raises AudioSocketError and LineError."""
        if self._arrival is None:
            first, *messages = messages
            if not isinstance(first, CallId):
                raise AudioSocketError(f"expected a UUID (0x01) first, got {type(first).__name__}")
            call_id = str(first.call_id)
            arrival = self._arrival = self._port.arrivals.claim(call_id) or Arrival(call_id)
            self._wait(FIRST_AUDIO_SECONDS, lambda: self._begin(arrival))
        self._early += messages
        if any(isinstance(message, Audio | Hangup) for message in self._early):
            self._begin(self._arrival)

    def _begin(self, arrival: Arrival) -> None:
        """Hand the line over, once. Raises AudioSocketError."""
        self._wait(None)
        if self._line is not None or self._socket is None:
            return
        rate = next((message.rate for message in self._early if isinstance(message, Audio)), RATES[0])
        if rate not in RATES:
            raise AudioSocketError(f"expected 8 or 16 kHz, got {rate} Hz: dial with c(slin) or c(slin16)")
        self._line = AudioSocketLine(
            self._socket,
            arrival.info(NAME, self._peer),
            rate,
            self._port.pacer,
            arrivals=self._port.arrivals,
            clock=self._port.clock,
        )
        self._line.received(self._early)
        self._early.clear()
        self._calls.begin(self._line)

    def _no_uuid(self) -> None:
        self._refuse(f"expected a UUID (0x01) within {UUID_SECONDS:.0f} s, got none")

    def _refuse(self, problem: object) -> None:
        """What the peer sends can't be used: say so and end the connection."""
        if self._arrival is not None:
            self._port.arrivals.fail(self._arrival.call_id)
        if self._line is None:
            _log.error("AudioSocket connection from %s refused: %s", self._peer, problem)
        else:
            info = self._line.info
            _log.error("AudioSocket call %s from %s: %s", info.call_id, info.peer, problem)
            self._line.finish("error", f"{info.peer}: {problem}")
        self.close()

    async def _judge(self, call_id: str) -> None:
        """Say why a connection that was closed in good order has ended."""
        line = self._line
        if line is None or line.ended:
            return
        if await self._port.arrivals.asked_after(call_id, AFTER_SECONDS) is False:
            line.finish("error", f"{line.info.peer} closed the media and never went on with the call")
        else:
            line.finish(await line.departure.by())

    def _wait(self, seconds: float | None, then: Callable[[], None] | None = None) -> None:
        """Have `then` called after so many seconds, and nothing that was to be called before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None and then is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, then)


class AudioSocketTransport:
    """The TCP port that Asterisk's AudioSocket connects to.

    Args:
        host: address to listen on.
        port: TCP port, 0 for any free one.
        arrivals: what FastAGI learnt about calls, shared with `AgiTransport`.
        pacer: the shared beat; one of its own if not given.
        clock: monotonic seconds; must be the pacer's.
    """

    name = NAME

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 9092,
        arrivals: Arrivals | None = None,
        pacer: Pacer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._port = port
        self.arrivals = arrivals if arrivals is not None else Arrivals()
        self.clock = clock
        self.pacer = pacer or Pacer(clock=clock)
        self.connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._calls: Calls | None = None
        self._endings: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """`host:port`, as it goes into the dialplan."""
        return f"{self._host}:{self._port}"

    @property
    def lines(self) -> tuple[Line, ...]:
        """The calls that are up."""
        return self._calls.lines if self._calls else ()

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises LineError when the port can't be had."""
        calls = Calls(on_call, lambda line: self.arrivals.fail(line.info.call_id))
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _Connection(self, calls), self._host, self._port)
        except OSError as error:
            raise LineError(
                f"AudioSocket can't listen on {self.address}: {error.strerror or error}"
            ) from error
        self._port = self._server.sockets[0].getsockname()[1]
        self._calls = calls

    async def stop(self) -> None:
        """Stop listening and end the calls that are left; the dialplan falls back."""
        if self._server is None or self._calls is None:
            return
        self._server.close()
        for line in self._calls.lines:
            self.arrivals.fail(line.info.call_id)
        await self._calls.end()
        for connection in tuple(self.connections):
            connection.close()
        for task in tuple(self._endings):
            task.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)
        self._server = None

    def spawn(self, ending: Coroutine[Any, Any, None]) -> None:
        """Run what finds out why a connection has ended."""
        task = asyncio.create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
