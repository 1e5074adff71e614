"""A scripted caller: dials Parley (or anything else), says, listens, presses keys, and keeps the tape.

All times are seconds on one monotonic clock that starts when the call is dialled,
and are those of a caller's mouth and ear: a sample said at `t` was spoken at `t`
and left in the packet that ended then; a sample heard at `t` could be played at `t`,
as soon as its packet had arrived. So a delay read off the tape is never too short
by the packets' own 20 ms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from telephony.line import FRAME_SECONDS, LineError
from telephony.tape import HEARD, SAID, Span, Tape, read_audio, speech_spans

_POLL = 0.01
_LATE = 0.2
"""Seconds by which what was heard may come to the tape late, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something the caller played.

    Attributes:
        name: the file's name, or empty.
        start: when its first sample was spoken.
        end: when its last sample was.
        speech: where it really holds speech, by energy.
    """

    name: str
    start: float
    end: float
    speech: tuple[Span, ...]

    @property
    def speech_end(self) -> float:
        """The true end of the speech, to the sample: where a latency clock starts."""
        return self.speech[-1].end if self.speech else self.end


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller heard while listening: the speech, and its samples from `spans[0]` on."""

    spans: tuple[Span, ...]
    pcm: bytes
    rate: int


@dataclass(frozen=True, slots=True)
class CallReport:
    """What became of a call.

    Attributes:
        uri: what was dialled.
        answered_at: when it was answered, `None` if never.
        ended_at: when it was over.
        ended_by: `caller` (this side), `callee` or `error`.
        reason: why, where it is not an ordinary hang-up.
        said: what this side played.
        heard: where the other side spoke.
        keys: keys the other side pressed, with their times.
        packets: RTP packets `sent`, `received`, `lost`, where the phone counts them.
        started: Unix time at which the clock stood at 0; 0 for a call that was never answered.
    """

    uri: str
    answered_at: float | None
    ended_at: float
    ended_by: str
    reason: str = ""
    said: tuple[Said, ...] = ()
    heard: tuple[Span, ...] = ()
    keys: tuple[tuple[str, float], ...] = ()
    packets: Mapping[str, int] = field(default_factory=dict)
    started: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


class Phone(Protocol):
    """What a caller holds in its hand: SIP, or the page's WebSocket.

    Attributes:
        tape: receives both sides with the times of mouth and ear.
        ended: set when the call is over.
        ended_by: `caller`, `callee` or `error`, once it is.
        reason: why.
        keys: keys the other side pressed.
        packets: counts for the report.
    """

    tape: Tape
    ended: asyncio.Event
    ended_by: str
    reason: str
    keys: list[tuple[str, float]]
    packets: dict[str, int]

    def now(self) -> float:
        """Seconds on the clock, which starts at 0 when the call is dialled."""

    async def dial(self, uri: str, timeout: float) -> None:  # noqa: ASYNC109 - of the call, not the task
        """Call and wait until it is answered. Raises LineError."""

    def send(self, pcm: bytes) -> None:
        """Queue samples at `tape.rate`."""

    @property
    def unsent(self) -> float:
        """Seconds queued and not yet spoken."""

    @property
    def spoken_to(self) -> float:
        """When the last sample that left of all that was queued was spoken; 0 before the first."""

    async def press(self, digits: str) -> None:
        """Press keys, one after the other."""

    async def hang_up(self) -> None:
        """End the call, if it is not over."""

    async def put_down(self) -> None:
        """Release everything. Safe to call twice."""


class Caller:
    """One call at a time; see the module for its clock.

    Args:
        phone: made by `telephony.caller_sip.SipPhone` or `telephony.caller_browser.BrowserPhone`;
            by default chosen by the address that is dialled.
        options: passed on to the phone that is chosen.
    """

    def __init__(self, phone: Phone | None = None, **options: Any) -> None:
        self._chosen = phone
        self._options = options
        self._uri = ""
        self._mouth = asyncio.Lock()
        self._said: list[Said] = []
        self._started = 0.0
        self.answered_at: float | None = None

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._chosen is not None:
            await self._chosen.hang_up()
            await self._chosen.put_down()

    @property
    def phone(self) -> Phone:
        """The phone in use. Raises LineError before `dial`."""
        if self._chosen is None:
            raise LineError("no call: dial first")
        return self._chosen

    @property
    def tape(self) -> Tape:
        """Both sides so far."""
        return self.phone.tape

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self.phone.ended.is_set()

    def now(self) -> float:
        """Seconds on the call's clock."""
        return self.phone.now()

    async def dial(self, uri: str, timeout: float = 20.0) -> None:  # noqa: ASYNC109 - of the call, not the task
        """Call `uri` (`sip:…`, or `ws://…` and `http://…` for Parley's page) and wait for the answer.

        Raises:
            LineError: busy, refused, not answered within `timeout` seconds.
        """
        self._uri = uri
        if self._chosen is None:
            self._chosen = phone_for(uri, self._options)
        await self._chosen.dial(uri, timeout)
        self.answered_at = self.now()
        self._started = time.time() - self.answered_at

    async def say(self, what: bytes | str | Path, name: str = "") -> Said:
        """Play samples (s16le at the tape's rate) or an audio file, and wait until it is said.

        Returns:
            When it was said, and where in it the speech was.
        """
        if isinstance(what, bytes):
            pcm = what
        else:
            pcm, name = await asyncio.to_thread(read_audio, Path(what), self.tape.rate), Path(what).name
        async with self._mouth:
            before = self.phone.spoken_to
            self.phone.send(pcm)
            while self.phone.unsent > 0 and not self.ended:  # noqa: ASYNC110 - time passes, no event comes
                await asyncio.sleep(_POLL)
            end = self.phone.spoken_to
        length = len(pcm) / 2 / self.tape.rate
        # The last packet is filled up with silence.
        padding = -len(pcm) % (int(self.tape.rate * FRAME_SECONDS) * 2) / 2 / self.tape.rate
        start = max(before, end - padding - length)
        speech = tuple(Span(s.start + start, s.end + start) for s in speech_spans(pcm, self.tape.rate))
        said = Said(name, start, start + length, speech)
        self._said.append(said)
        return said

    async def listen(
        self,
        until_quiet: float = 0.8,
        timeout: float = 20.0,  # noqa: ASYNC109 - of the reply: running into it is a result, not an error
        since: float | None = None,
    ) -> Heard:
        """Listen until the other side has spoken and then been quiet, hung up, or said nothing at all.

        Args:
            until_quiet: seconds of silence that end its turn.
            timeout: seconds to wait altogether.
            since: from when on its speech counts; now by default.
        """
        begin = self.now() if since is None else since
        deadline = self.now() + timeout
        while self.now() < deadline and not self.ended:
            spans = self.tape.spans(HEARD, begin)
            # Not every phone gets packets while the other side is quiet.
            heard_to = max(self.tape.seconds(HEARD), self.now() - _LATE)
            if spans and heard_to - spans[-1].end >= until_quiet:
                break
            await asyncio.sleep(4 * _POLL)
        spans = self.tape.spans(HEARD, begin)
        pcm = self.tape.pcm(HEARD, spans[0].start - 0.1, spans[-1].end + 0.1) if spans else b""
        return Heard(tuple(spans), pcm, self.tape.rate)

    async def hear_speech(self, timeout: float = 20.0) -> float | None:  # noqa: ASYNC109 - as for `listen`
        """Wait until the other side is audible from now on, and return when it was; `None` if it never is."""
        begin = self.now()
        while self.now() < begin + timeout and not self.ended:
            if (found := self.first_sample_after(begin)) is not None:
                return found
            await asyncio.sleep(_POLL)
        return self.first_sample_after(begin)

    def first_sample_after(self, t: float) -> float | None:
        """When the first audible sample at or after `t` was heard, `None` if none was.

        With `t` the `Said.speech_end` of a question, the difference is the delay that the
        caller feels: from the last audible sample of the speech, whatever silence the file
        ends with, to the first one of the reply. Audible is what `Tape.first_sample_after` says.
        """
        return self.tape.first_sample_after(HEARD, t)

    async def press(self, digits: str) -> None:
        """Press keys (`0`-`9`, `*`, `#`, `A`-`D`)."""
        await self.phone.press(digits)

    async def hang_up(self) -> None:
        """End the call, if it is not over."""
        await self.phone.hang_up()

    async def wait_ended(self, seconds: float) -> bool:
        """Wait until the call is over; False if it still is not after that many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self.phone.ended.wait()
        except TimeoutError:
            return False
        return True

    def report(self) -> CallReport:
        """What became of the call so far."""
        phone = self._chosen
        if phone is None:
            return CallReport(self._uri, None, 0.0, "error", "never dialled")
        return CallReport(
            uri=self._uri,
            answered_at=self.answered_at,
            ended_at=max(phone.tape.seconds(SAID), phone.tape.seconds(HEARD)),
            ended_by=phone.ended_by,
            reason=phone.reason,
            said=tuple(self._said),
            heard=tuple(phone.tape.spans(HEARD)),
            keys=tuple(phone.keys),
            packets=dict(phone.packets),
            started=self._started,
        )


def phone_for(uri: str, options: Mapping[str, Any]) -> Phone:
    """The phone that can call `uri`. Raises LineError for an address of no kind that is known."""
    scheme = uri.partition(":")[0].lower()
    if scheme in ("sip", "sips"):
        from telephony.caller_sip import SipPhone  # noqa: PLC0415 - starts the SIP stack's library

        return SipPhone(**options)
    if scheme in ("ws", "wss", "http", "https"):
        from telephony.caller_browser import BrowserPhone  # noqa: PLC0415

        return BrowserPhone(**options)
    raise LineError(f"{uri!r}: expected an address that starts with sip:, ws:// or http://")
