"""The `Line`: one call's media and control, whatever carries it.

Every transport (Asterisk over WebSocket or AudioSocket, SIP, the browser, a
recording) is one file that implements this protocol. Nothing above this
module knows which one it is talking to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

FRAME_SECONDS = 0.02
"""Length of the packets that telephone media comes in (RFC 3551, default ptime)."""


class LineError(Exception):
    """A line could not do what was asked; the message names the peer, what was expected and what came."""


class TransferUnsupportedError(LineError):
    """This transport has no way to hand the caller to another phone."""


@dataclass(frozen=True, slots=True)
class LineInfo:
    """What is known about a call when it arrives.

    Attributes:
        call_id: unique identifier, a UUID in its canonical text form.
        transport: `sip`, `asterisk-websocket`, `asterisk-audiosocket`, `browser`, `pyvoip` or `recorded`.
        peer: the other end as an admin would write it, for logs (`127.0.0.1:5060`, a channel name).
        caller: the caller's number or SIP user, empty if withheld.
        dialled: the number or SIP user that was dialled, empty if unknown.
        flow: name of the flow chosen by the dialplan, `None` to choose by `dialled`.
        variables: channel variables that the dialplan passed along.
    """

    call_id: str
    transport: str
    peer: str = ""
    caller: str = ""
    dialled: str = ""
    flow: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """A run of the caller's audio: 16-bit little-endian mono PCM.

    Attributes:
        pcm: samples, an even number of bytes (usually 20 ms).
        rate: samples per second.
        at: time of the first sample, in seconds on the call's clock.
    """

    pcm: bytes
    rate: int
    at: float

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.pcm) / 2 / self.rate


@dataclass(frozen=True, slots=True)
class Played:
    """A run of Parley's audio that has just left for the caller; same units as `Frame`.

    Pauses and silence between phrases are not reported: a gap in `at` is silence.
    """

    pcm: bytes
    rate: int
    at: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key the caller pressed (`0`-`9`, `*`, `#`, `A`-`D`), at `at` seconds on the call's clock."""

    digit: str
    at: float


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """All audio queued before the mark `name` has been played to the caller at `at`."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over. Always the last event.

    Attributes:
        at: seconds on the call's clock.
        by: `caller`, `parley`, or `error` when the transport failed (PBX killed, socket reset).
        reason: one sentence for the log, empty for an ordinary hang-up.
    """

    at: float
    by: str
    reason: str = ""


LineEvent: TypeAlias = Frame | Played | Key | MarkPlayed | HungUp


class Line(Protocol):
    """One call. All methods are called from the event loop's thread.

    Playback is a queue: `play` appends, marks sit between samples, `pause` and
    `resume` stop and continue without loss, `flush` drops everything unplayed
    together with its marks (dropped marks are never reported).
    """

    @property
    def info(self) -> LineInfo:
        """Who calls whom, and how."""

    @property
    def rate(self) -> int:
        """Samples per second in both directions: 8000 or 16000."""

    def now(self) -> float:
        """Seconds on the call's clock, which starts at 0 when the line is made."""

    async def answer(self) -> None:
        """Pick up. Does nothing where the carrier has answered already. Raises LineError."""

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, in order, until `HungUp`. May be iterated once."""

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples at `rate` for the caller. Ignored after hang-up."""

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""

    def pause(self) -> None:
        """Stop playing at once; what is queued stays queued."""

    def resume(self) -> None:
        """Go on after `pause`."""

    def flush(self) -> None:
        """Drop everything not yet played, and any pause."""

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """Hand the caller to another phone (blind) and leave the call. `HungUp(by="parley")` follows.

        Args:
            target: an extension or a SIP address.
            about: what the one who takes the call should know, texts by name as in
                `telephony.handing_over`. Lines that cannot tell him leave it out.

        Raises:
            TransferUnsupportedError: this line can transfer nobody.
            LineError: the carrier refused.
        """

    async def hang_up(self) -> None:
        """End the call at once, without waiting for queued audio. Safe to call twice."""


OnCall: TypeAlias = Callable[[Line], Awaitable[None]]
"""What a transport does with each new call: awaited in a task of its own, one a call."""


class Transport(Protocol):
    """A port on which calls arrive."""

    @property
    def name(self) -> str:
        """The `LineInfo.transport` of its calls."""

    @property
    def address(self) -> str:
        """Where it listens, as an admin would write it; valid after `start`."""

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises LineError naming address and cause when the port can't be had."""

    async def stop(self) -> None:
        """Stop listening and end the calls that are left. Safe to call twice."""
