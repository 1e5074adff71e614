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
from collections.abc import AsyncIterator, Callable

from telephony.arrivals import Arrival, Arrivals, Departure
from telephony.audiosocket_wire import (
    Audio,
    AudioSocketError,
    CallId,
    Decoder,
    Dtmf,
    Failure,
    Hangup,
    Message,
    Unknown,
    encode,
)
from telephony.calls import Calls
from telephony.event_stream import EventStream
from telephony.inbound_clock import InboundClock
from telephony.line import FRAME_SECONDS, Frame, HungUp, Key, Line, LineError, LineEvent, LineInfo, OnCall
from telephony.pacer import Beat, Pacer
from telephony.playout import Playout

NAME = "asterisk-audiosocket"
RATES = (8000, 16000)

UUID_SECONDS = 5.0
"""How long a peer may take to say which call it is."""

FIRST_AUDIO_SECONDS = 0.1
"""How long to wait for the first samples, which tell the rate. A caller without RTP gets 8 kHz."""

AFTER_SECONDS = 0.3
"""How long a living Asterisk may take from closing the media to asking FastAGI `after` (some ms)."""

_WRITE_LIMIT = 64_000
"""Bytes that may wait for Asterisk to read them: 4 s of audio, by then the call is lost anyway."""

_log = logging.getLogger(__name__)


class AudioSocketLine:
    """One call over AudioSocket; see `telephony.line.Line`.

    Made by `AudioSocketTransport`, which also reads the socket and calls `received`.
    """

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        info: LineInfo,
        rate: int,
        pacer: Pacer,
        *,
        arrivals: Arrivals,
        clock: Callable[[], float],
    ) -> None:
        self._writer = writer
        self._info = info
        self._rate = rate
        self._arrivals = arrivals
        self._clock = clock
        self._started = clock()
        self._stream = EventStream()
        self.departure = Departure()
        self._playout = Playout(rate)
        self._inbound = InboundClock()
        self._frame_samples = round(rate * FRAME_SECONDS)
        self._beat: Beat = pacer.join(self._tick)

    @property
    def info(self) -> LineInfo:
        """Who calls whom, and how."""
        return self._info

    @property
    def rate(self) -> int:
        """Samples per second in both directions."""
        return self._rate

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self._stream.ended

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        return self._playout.queued

    def now(self) -> float:
        """Seconds on the call's clock."""
        return self._clock() - self._started

    async def answer(self) -> None:
        """Nothing to do: the dialplan answered before it opened the socket."""

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, until `HungUp`."""
        return self._stream.events()

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples."""
        if not self.ended:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""
        if not self.ended:
            self._playout.mark(name)

    def pause(self) -> None:
        """Send silence from the next frame on."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything not yet sent, and any pause."""
        self._playout.flush()

    async def transfer(self, target: str) -> None:
        """Leave `target` for the dialplan's `after` step, or have the manager interface move the caller."""
        await self.departure.move(self._arrivals.transfer(self._info.call_id, target))
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the media; the dialplan goes on behind it."""
        if self.ended:
            return
        self._writer.write(encode(Hangup()))
        self.finish("parley")

    def finish(self, by: str, reason: str = "") -> None:
        """The call is over: report it and let the socket go."""
        if self.ended:
            return
        self._beat.leave()
        self._stream.put(HungUp(self.now(), by, reason))
        self._writer.close()

    def received(self, messages: list[Message]) -> None:
        """What one read from the socket brought."""
        now = self.now()
        audio = [m for m in messages if isinstance(m, Audio)]
        at = self._inbound.place(sum(len(m.pcm) / 2 / m.rate for m in audio), now) if audio else now
        for message in messages:
            match message:
                case Audio(pcm, rate):
                    if rate != self._rate:
                        self.finish(
                            "error", f"the rate changed from {self._rate} to {rate} Hz during the call"
                        )
                        return
                    self._stream.put(Frame(pcm, rate, at))
                    at += len(pcm) / 2 / rate
                case Dtmf(digit):
                    self._stream.put(Key(digit, now))
                case Hangup():
                    self.finish("caller")
                case Failure(code):
                    self.finish("error", f"Asterisk reports AudioSocket error {code.hex() or '(no code)'}")
                case CallId():
                    self.finish("error", "a second UUID came on a connection that had one")
                case Unknown(kind, payload):
                    peer = self._info.peer
                    _log.warning("%s: ignored AudioSocket message 0x%02x, %d bytes", peer, kind, len(payload))

    def _tick(self, deadline: float) -> None:
        if self._writer.transport.get_write_buffer_size() > _WRITE_LIMIT:
            self.finish("error", f"{self._info.peer} no longer reads what is sent to it")
            return
        taken = self._playout.take(self._frame_samples, deadline - self._started)
        self._writer.write(encode(Audio(taken.pcm, self._rate)))
        for event in taken.events:
            self._stream.put(event)


class _Peer:
    """The receiving half of one connection."""

    def __init__(self, reader: asyncio.StreamReader, name: str) -> None:
        self.name = name
        self._reader = reader
        self._decoder = Decoder()

    async def read(self, seconds: float | None = None) -> list[Message] | None:
        """The next messages (maybe none yet), or `None` at the end of the stream.

        Raises AudioSocketError for malformed input and TimeoutError after `seconds`.
        """
        async with asyncio.timeout(seconds):
            data = await self._reader.read(4096)
        if data:
            return self._decoder.feed(data)
        if self._decoder.unfinished:
            raise AudioSocketError(f"the stream ended {self._decoder.unfinished} bytes into a message")
        return None

    async def identify(self) -> tuple[str, list[Message]]:
        """The call's UUID and what came with it. Raises AudioSocketError."""
        try:
            async with asyncio.timeout(UUID_SECONDS):
                while True:
                    messages = await self.read()
                    if messages is None:
                        raise AudioSocketError("expected a UUID (0x01), but the connection was closed")
                    if messages:
                        break
        except TimeoutError:
            raise AudioSocketError(f"expected a UUID (0x01) within {UUID_SECONDS:.0f} s, got none") from None
        first = messages[0]
        if not isinstance(first, CallId):
            raise AudioSocketError(f"expected a UUID (0x01) first, got {type(first).__name__}")
        return str(first.call_id), messages[1:]

    async def find_rate(self, messages: list[Message]) -> int:
        """Read into `messages` until audio tells the rate. Raises AudioSocketError."""
        deadline = asyncio.get_running_loop().time() + FIRST_AUDIO_SECONDS
        while not any(isinstance(message, Audio | Hangup) for message in messages):
            left = deadline - asyncio.get_running_loop().time()
            try:
                more = await self.read(left) if left > 0 else None
            except TimeoutError:
                break
            if more is None:
                break
            messages += more
        rate = next((message.rate for message in messages if isinstance(message, Audio)), RATES[0])
        if rate not in RATES:
            raise AudioSocketError(f"expected 8 or 16 kHz, got {rate} Hz: dial with c(slin) or c(slin16)")
        return rate


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
        self._arrivals = arrivals if arrivals is not None else Arrivals()
        self._clock = clock
        self._pacer = pacer or Pacer(clock=clock)
        self._server: asyncio.Server | None = None
        self._calls: Calls | None = None
        self._connections: set[asyncio.Task[None]] = set()

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
        calls = Calls(on_call, lambda line: self._arrivals.fail(line.info.call_id))

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._accept(calls, reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

        try:
            self._server = await asyncio.start_server(connected, self._host, self._port)
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
            self._arrivals.fail(line.info.call_id)
        await self._calls.end()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._server = None

    async def _accept(self, calls: Calls, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peername = writer.get_extra_info("peername")
        peer = _Peer(reader, "{}:{}".format(*peername[:2]) if peername else "a peer that left")
        try:
            await self._serve(calls, peer, writer)
        except (AudioSocketError, LineError, ConnectionError, TimeoutError) as error:
            _log.error("AudioSocket connection from %s refused: %s", peer.name, error)
        finally:
            writer.close()

    async def _serve(self, calls: Calls, peer: _Peer, writer: asyncio.StreamWriter) -> None:
        call_id, messages = await peer.identify()
        arrival = self._arrivals.claim(call_id) or Arrival(call_id)
        try:
            rate = await peer.find_rate(messages)
        except AudioSocketError:
            self._arrivals.fail(call_id)
            raise
        info = arrival.info(NAME, peer.name)
        line = AudioSocketLine(writer, info, rate, self._pacer, arrivals=self._arrivals, clock=self._clock)
        line.received(messages)
        calls.begin(line)
        await self._pump(peer, line)

    async def _pump(self, peer: _Peer, line: AudioSocketLine) -> None:
        """Feed the line until its connection ends, and say why it ended."""
        call_id = line.info.call_id
        try:
            while (messages := await peer.read()) is not None:
                line.received(messages)
        except AudioSocketError as error:
            _log.error("AudioSocket call %s from %s: %s", call_id, line.info.peer, error)
            self._arrivals.fail(call_id)
            line.finish("error", f"{line.info.peer}: {error}")
            return
        except ConnectionError:
            pass  # a reset is how the kernel closes a socket with unread data: an ordinary end, judged below
        if line.ended:
            return
        if await self._arrivals.asked_after(call_id, AFTER_SECONDS) is False:
            line.finish("error", f"{line.info.peer} closed the media and never went on with the call")
        else:
            line.finish(await line.departure.by())
