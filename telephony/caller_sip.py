"""The scripted caller's SIP phone. Its stack is the process's own: see `telephony.sip_stack`."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import time
from collections.abc import Mapping, Sequence

import baresip
import numpy as np
from baresip import AudioNotActive, AudioRestarted, BaresipError

from telephony.caller_mouth import Echo, Mouth
from telephony.line import FRAME_SECONDS, LineError
from telephony.pcm import Converter
from telephony.sip import CODECS
from telephony.sip_line import ended_by, sip_host
from telephony.sip_stack import ListenAddress, claim_port, dial, start_stack, stop_stack
from telephony.tape import HEARD, SAID, Tape

_POLL = 0.004
_RELEASE = 0.08
"""Seconds for the packets that say the last key is up (RFC 4733, 2.5.1.4: sent three times)."""
_LEAD_FRAMES = 6
"""Frames kept inside the stack: a caller never takes back what it says, so it can afford to be safe."""
_GAP = 0.06
_QUIET = 40
"""Samples below this are silence: µ-law's smallest steps are 8."""


class SipPhone:
    """A phone for one call.

    Args:
        rate: samples per second of the tape.
        user: who calls, the user part of the From address.
        password: for a PBX that asks for it.
        auth_user: name that goes with it, `user` by default.
        domain: domain of the From address; that of the address dialled by default.
        codecs: names from `telephony.sip.CODECS`, best first.
        transport: `udp` or `tcp`.
        interface: local IPv4 address; by default the one that reaches the address dialled.
        headers: headers to add to the INVITE.
        noise: samples at `rate` that sound around the caller all the time, over and over.
        echo: of a line that sends back what is heard.
    """

    def __init__(
        self,
        *,
        rate: int = 8000,
        user: str = "tester",
        password: str = "",
        auth_user: str | None = None,
        domain: str | None = None,
        codecs: Sequence[str] = ("pcmu",),
        transport: str = "udp",
        interface: str | None = None,
        headers: Mapping[str, str] | None = None,
        noise: bytes = b"",
        echo: Echo | None = None,
    ) -> None:
        self.tape = Tape(rate)
        self.ended = asyncio.Event()
        self.ended_by = ""
        self.reason = ""
        self.keys: list[tuple[str, float]] = []
        self.packets: dict[str, int] = {}
        self._user, self._password, self._auth_user, self._domain = user, password, auth_user, domain
        self._codecs = tuple(CODECS[name] for name in codecs)
        self._transport = transport
        self._interface = interface
        self._headers = dict(headers or {})
        self._start = time.monotonic()
        self._runtime: baresip.Runtime | None = None
        self._call: baresip.Call | None = None
        self._pump: asyncio.Task[None] | None = None
        self._mouth = Mouth(self.tape, noise, echo)
        self._lead = min(_LEAD_FRAMES, round(self._mouth.lead / FRAME_SECONDS)) if echo else _LEAD_FRAMES
        self._hanging_up = False
        self._said_to = -1.0
        self._spoken_to = 0.0
        self._heard_to: float | None = None
        self._held_back = 0.0

    def now(self) -> float:
        """Seconds since the INVITE was sent."""
        return time.monotonic() - self._start

    @property
    def unsent(self) -> float:
        """Seconds queued and not yet spoken."""
        return self._mouth.queued + max(0.0, self._spoken_to - self.now())

    @property
    def spoken_to(self) -> float:
        """When the last of the words was spoken, or will be."""
        return self._spoken_to

    async def dial(self, uri: str, timeout: float) -> None:  # noqa: ASYNC109 - of the call, not the task
        """Call `uri` and wait until it is answered.

        Raises:
            LineError: busy, declined, no answer within `timeout`, or no way to get there.
        """
        interface = self._interface or await _source_address(uri)
        address = claim_port(ListenAddress(interface, 0), ("udp", "tcp"))
        self._runtime = await start_stack(address)
        try:
            account = baresip.Account(
                user=self._user,
                domain=self._domain or sip_host(uri).partition(":")[0],
                password=self._password,
                auth_user=self._auth_user,
                reg_interval=0,
                transport="tcp" if self._transport == "tcp" else "udp",
                audio_codecs=self._codecs,
            )
            agent = await baresip.UserAgent.create(self._runtime, account)
            if self._transport == "tcp" and "transport=" not in uri:
                uri = f"{uri};transport=tcp"
            self._start = time.monotonic()
            self._call = await dial(self._runtime, agent, uri, self._headers)
            self._call.on(self._on_event)
            self._call.on_dtmf(lambda digit: self.keys.append((digit.digit, self.now())))
            await self._call.wait_established(timeout)
        except (BaresipError, ValueError) as error:
            self.ended_by, self.reason = "error", str(error)
            self.ended.set()
            await self.put_down()
            raise LineError(f"{uri}: expected an answer, got: {error}") from error
        self._pump = asyncio.create_task(self._run(self._call), name=f"caller {uri}")

    def send(self, pcm: bytes) -> None:
        """Queue samples at the tape's rate."""
        self._mouth.say(pcm)

    async def press(self, digits: str) -> None:
        """Press keys as RFC 4733 events, 100 ms each. Raises LineError when the call is over."""
        if self._call is None or self.ended.is_set():
            raise LineError(f"keys {digits!r}: the call is over")
        try:
            await self._call.send_dtmf(digits)
            await asyncio.sleep(_RELEASE)
        except (BaresipError, ValueError) as error:
            raise LineError(f"keys {digits!r}: {error}") from error

    async def hang_up(self) -> None:
        """Say BYE, and wait until the call is over."""
        if self._call is None or self.ended.is_set():
            return
        self._hanging_up = True
        with contextlib.suppress(BaresipError):  # it ended in the same moment
            await self._call.hangup()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.ended.wait()

    async def put_down(self) -> None:
        """Stop the stack."""
        if self._pump is not None:
            await self._pump
            self._pump = None
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            await stop_stack(runtime)

    def _on_event(self, event: baresip.StackEvent) -> None:
        if event.event is not baresip.Event.CALL_CLOSED or self.ended.is_set():
            return
        if self._hanging_up:
            self.ended_by = "caller"
        else:
            by, self.reason = ended_by(event.text or "")
            self.ended_by = "callee" if by == "caller" else by
        stats = self._call.final_stats if self._call else None
        if stats is not None:
            self.packets = {"sent": stats.tx_packets, "received": stats.rx_packets, "lost": stats.rx_lost}
        self.ended.set()

    async def _run(self, call: baresip.Call) -> None:
        while not self.ended.is_set():
            try:
                info = call.audio.info()
                if info.tx_ready and info.rx_ready:
                    await self._exchange(call.audio, info)
            except (AudioNotActive, AudioRestarted):
                await asyncio.sleep(_POLL)  # not up yet, a re-INVITE, or over

    async def _exchange(self, audio: baresip.CallAudio, info: baresip.AudioInfo) -> None:
        """Move audio until the stack replaces its streams."""
        hear = Converter(info.rx_sample_rate, self.tape.rate, info.rx_channels)
        speak = Converter(self.tape.rate, info.tx_sample_rate, 1, info.tx_channels)
        frame = int(info.tx_sample_rate * FRAME_SECONDS) * info.tx_channels * 2
        second = info.rx_sample_rate * info.rx_channels * 2
        beat = await self._find_beat(audio, frame)
        while not self.ended.is_set():
            if chunk := audio.read(second):
                self._hear(hear.convert(chunk), len(chunk) / second)
            held = audio.info().tx_buffered / frame
            while held < self._lead and (self._mouth.queued or self._mouth.never_still):
                self._say(audio, speak, beat, held)
                held += 1
            await asyncio.sleep(_POLL)

    async def _find_beat(self, audio: baresip.CallAudio, frame: int) -> float:
        """When the stack takes a frame to send: it does so every 20 ms from then on."""
        audio.write(bytes(frame))
        while audio.info().tx_buffered:  # noqa: ASYNC110 - the stack has no event for it
            await asyncio.sleep(0.0005)
        return self.now()

    def _say(self, audio: baresip.CallAudio, speak: Converter, beat: float, held: float) -> None:
        if held:
            leaves = self._said_to + FRAME_SECONDS  # right behind the frame before
        else:
            leaves = beat + math.ceil((self.now() - beat) / FRAME_SECONDS) * FRAME_SECONDS
        if self._mouth.queued:
            self._spoken_to = leaves
        pcm = self._mouth.frame(leaves - FRAME_SECONDS)
        audio.write(speak.convert(pcm))
        if not (self._mouth.queued or self._mouth.never_still or speak.passes_through):
            audio.write(speak.convert(bytes(len(pcm))))  # what the converter still held back
        self.tape.put(SAID, pcm, leaves - FRAME_SECONDS)
        self._said_to = leaves

    def _hear(self, pcm: bytes, seconds: float) -> None:
        """Put what came on the tape: `pcm` is what the converter made of it (and of its past)."""
        # The newest packet has just come; those before it are older by their length.
        at = self.now() - max(0.0, seconds - FRAME_SECONDS) - self._held_back
        if self._heard_to is not None:
            early = self._heard_to - at
            quiet = not np.abs(np.frombuffer(pcm, dtype="<i2")).max(initial=0) > _QUIET
            # Packets can only be late: an earlier one corrects the clock, as long as it is not heard.
            if early > -_GAP and not (early > 2 * _POLL and quiet):
                at = self._heard_to
        length = len(pcm) / 2 / self.tape.rate
        self._held_back += seconds - length
        self._heard_to = at + length
        self.tape.put(HEARD, pcm, at)


async def _source_address(uri: str) -> str:
    """This machine's address towards the host of `uri`."""
    host, _, port = sip_host(uri).partition(":")
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(host, int(port or 5060)), family=socket.AF_INET
        )
    except (OSError, ValueError) as error:
        raise LineError(
            f"{uri}: expected sip:USER@HOST[:PORT] with a host that can be reached: {error}"
        ) from error
    try:
        return str(transport.get_extra_info("sockname")[0])
    finally:
        transport.close()
