"""One SIP call as a `Line`."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections import deque
from collections.abc import Mapping

import baresip
from baresip import AudioNotActive, AudioRestarted, BaresipError, CallState, DigitEvent, StaleHandleError

from telephony.line import (
    FRAME_SECONDS,
    Key,
    LineError,
    LineInfo,
    MarkPlayed,
    Played,
)
from telephony.pacer import Beat, Pacer
from telephony.pcm import Converter
from telephony.queued_line import QueuedLine

LEAD = 0.05
"""Seconds of audio kept inside the stack, which takes 20 ms at a time: what the event loop may be late by."""

_LEAD_MAX = 0.15
"""How far the lead grows, 20 ms at a time, in a call whose audio has run dry (a busy machine)."""

_SEND_DELAY = 0.01
"""Mean wait in seconds for the stack's next packet when it has nothing to send."""

_ANSWER_TIMEOUT = 10.0
_CLOSE_TIMEOUT = 5.0
_SIP_USER = re.compile(r"sips?:(?:([^@;>]*)@)?([^;>?]*)", re.IGNORECASE)


def sip_user(address: str) -> str:
    """The user part of a SIP address or of a From/To header, empty if withheld (RFC 3323)."""
    found = _SIP_USER.search(address)
    user = (found.group(1) or "").partition(":")[0] if found else ""
    return "" if user.lower() == "anonymous" else user


def dialled(to: str, extension: str) -> str:
    """The number that was dialled, by the To header.

    A PBX calls a registered phone by the address it registered, whose user the stack
    makes up: the extension, a hyphen and random characters.
    """
    user = sip_user(to)
    return extension if extension and user.startswith(f"{extension}-") else user


def sip_host(address: str) -> str:
    """Host and port of a SIP address, empty if there is none."""
    found = _SIP_USER.search(address)
    return found.group(2) if found else ""


def ended_by(text: str) -> tuple[str, str]:
    """Who ended a call that Parley did not end, and why, from the stack's closing text."""
    if not text or text.startswith("Connection reset") or text.startswith("487"):
        return "caller", ""  # BYE and CANCEL
    return "error", f"SIP call ended: {text}"


class SipLine(QueuedLine):
    """One call; made by `SipTransport`, with its clock at 0.

    Args:
        call: the stack's call, still ringing.
        rate: samples per second of the line; the call's codec is converted to it.
        pacer: the beat that moves audio; a period of 10 ms keeps the delay low.
        domain: host that completes a transfer to a bare extension; empty for the caller's own.
        extension: what Parley is registered as, empty if it is not.
        flow_header: header of the INVITE that names the flow.
    """

    def __init__(
        self,
        call: baresip.Call,
        *,
        rate: int,
        pacer: Pacer,
        domain: str = "",
        extension: str = "",
        flow_header: str = "X-Parley-Flow",
    ) -> None:
        headers: Mapping[str, str] = call.headers
        peer = call.peer or ""
        info = LineInfo(
            call_id=str(uuid.uuid4()),
            transport="sip",
            peer=peer,
            caller=sip_user(peer),
            dialled=dialled(headers.get("To", ""), extension),
            flow=headers.get(flow_header),
            variables={**headers, "SIP-Call-ID": call.call_id or ""},
        )
        super().__init__(info, rate)
        self._call = call
        self._pacer = pacer
        self._domain = domain
        self._leaving: deque[Played | MarkPlayed] = deque()
        self._leaves_at = 0.0
        self._lead = LEAD
        self._speaking = False
        self._hear: Converter | None = None
        self._speak: Converter | None = None
        self._second = 0
        self._tail = False
        self._draining: int | None = None
        self._established = asyncio.Event()
        self._closed = asyncio.Event()
        self._ending: str | None = None
        self._beat: Beat | None = None
        call.on(self._on_event)
        call.on_dtmf(self._on_key)

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        now = self.now()
        leaving = (
            max(0.0, e.at + len(e.pcm) / 2 / e.rate - now) for e in self._leaving if isinstance(e, Played)
        )
        return self._playout.queued + max(leaving, default=0.0)

    async def answer(self) -> None:
        """Pick up (200 OK) and wait for the caller's ACK. Raises LineError when the caller is gone."""
        if self._established.is_set():
            return
        try:
            await self._call.answer()
            async with asyncio.timeout(_ANSWER_TIMEOUT):
                await self._established.wait()
        except (BaresipError, TimeoutError) as error:
            raise LineError(
                f"{self._info.peer}: expected ACK to our 200 OK, got {str(error) or 'nothing'}"
            ) from error
        if self._closed.is_set():
            raise LineError(f"{self._info.peer}: the caller hung up before the call was answered")

    def play(self, pcm: bytes) -> None:
        """Queue samples. The first ones leave with the stack's next packet."""
        super().play(pcm)
        if not self.ended and self._established.is_set() and not self._leaving:
            self._send()

    def flush(self) -> None:
        """Drop everything that has not left yet, the stack's own share of it too, and any pause."""
        super().flush()
        self._report()
        audio = self._call.audio
        try:
            if audio.info().tx_buffered:
                # The stack only takes note: at its next packet it drops what it holds by then, what was
                # written after the flush too, and sends silence.
                audio.flush_tx()
                self._draining = audio.stats().tx_silence_frames
        except AudioRestarted:
            self._restarted()
        except AudioNotActive:
            return
        self._leaving.clear()
        self._leaves_at = self.now()
        self._speaking = False

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """Hand the caller over with REFER (RFC 3515) and wait for what comes of it.

        Raises:
            LineError: the caller's side refused, or could not reach `target`; the call goes on.
        """
        uri = target
        if not target.lower().startswith(("sip:", "sips:")):
            host = self._domain or sip_host(self._info.peer)
            uri = f"sip:{target}" if "@" in target else f"sip:{target}@{host}"
        self._ending = "parley"
        try:
            await self._call.transfer(uri)
        except (BaresipError, ValueError) as error:
            self._ending = None
            raise LineError(f"{self._info.peer}: transfer to {uri} failed: {error}") from error
        await self._wait_closed()

    async def hang_up(self) -> None:
        """End the call at once (BYE; 486 where it was not answered)."""
        if self._closed.is_set():
            return
        self._ending = "parley"
        try:
            await self._call.hangup()
        except StaleHandleError:
            pass  # the caller hung up in the same moment: the event is on its way
        except BaresipError as error:
            self.close("error", f"SIP hang-up failed: {error}")
        await self._wait_closed()

    async def _wait_closed(self) -> None:
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._closed.wait()
        except TimeoutError:
            self.close("parley", "")

    def close(self, by: str, reason: str) -> None:
        """Report the end of the call, once."""
        if self._closed.is_set():
            return
        if self._beat is not None:
            self._hear_caller()
            self._report(final=True)
            self._beat.leave()
        self._closed.set()
        self._established.set()
        self._end(by, reason)

    def _on_event(self, event: baresip.StackEvent) -> None:
        if event.event is baresip.Event.CALL_ESTABLISHED:
            self._established.set()
            if self._beat is None:
                self._beat = self._pacer.join(self._tick)
        elif event.event is baresip.Event.CALL_CLOSED:
            self.close(*((self._ending, "") if self._ending else ended_by(event.text or "")))

    def _on_key(self, digit: DigitEvent) -> None:
        self._events.put(Key(digit.digit, self.now()))

    def _tick(self, _deadline: float) -> None:
        if self._call.state is CallState.CLOSED:
            return
        self._hear_caller()
        self._send()
        self._report()

    def _hear_caller(self) -> None:
        try:
            if self._hear is None:
                self._open_audio()
            if self._hear is None:
                return
            while chunk := self._call.audio.read(self._second):
                self._put_frame(self._hear.convert(chunk))
        except AudioRestarted:
            self._restarted()
        except AudioNotActive:
            return  # no media yet, or no more

    def _open_audio(self) -> None:
        info = self._call.audio.info()
        if not (info.rx_ready and info.tx_ready):
            return
        self._second = info.rx_sample_rate * info.rx_channels * 2
        self._hear = Converter(info.rx_sample_rate, self._rate, info.rx_channels)
        self._speak = Converter(self._rate, info.tx_sample_rate, 1, info.tx_channels)

    def _put_frame(self, pcm: bytes) -> None:
        if not pcm:
            return
        self._heard(pcm, self.now())

    def _send(self) -> None:
        try:
            if self._speak is None:
                self._open_audio()
            if self._speak is None or not self._drained():
                return
            info = self._call.audio.info()
            second = info.tx_sample_rate * info.tx_channels * 2
            held = info.tx_buffered / second
            if not held:
                if self._speaking:
                    self._lead = min(self._lead + FRAME_SECONDS, _LEAD_MAX)
                self._leaves_at = max(self._leaves_at, self.now() + _SEND_DELAY)
            while held < self._lead:
                self._speaking = self._send_frame()
                if not self._speaking:
                    break
                held += FRAME_SECONDS
        except AudioRestarted:
            self._restarted()
        except AudioNotActive:
            return

    def _drained(self) -> bool:
        """Whether the stack has done what the last flush asked for, so that what is written stays."""
        if self._draining is not None and self._call.audio.stats().tx_silence_frames != self._draining:
            self._draining = None
        return self._draining is None

    def _restarted(self) -> None:
        """New streams: they hold nothing, and a re-INVITE may have changed the codec."""
        self._hear = self._speak = self._draining = None

    def _send_frame(self) -> bool:
        """Give the stack the next frame; False when there is nothing to say."""
        if self._speak is None:
            return False
        taken = self._playout.take(int(self._rate * FRAME_SECONDS), self._leaves_at)
        self._leaving.extend(taken.events)
        if not taken.audible:
            # A converter holds the last few milliseconds back until something follows.
            tail, self._tail = self._tail, False
            if tail:
                self._call.audio.write(self._speak.convert(taken.pcm))
            return False
        self._call.audio.write(self._speak.convert(taken.pcm))
        self._tail = not self._speak.passes_through
        self._leaves_at += FRAME_SECONDS
        return True

    def _report(self, *, final: bool = False) -> None:
        """Put what has left by now into the events; at the end of the call what has not is forgotten."""
        now = self.now()
        while self._leaving and self._leaving[0].at <= now:
            self._events.put(self._leaving.popleft())
        if final:
            self._leaving.clear()
