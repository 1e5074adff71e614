"""What the dialplan said about a call, kept for the media that follows, and how the call ended.

Asterisk brings a call in several steps that only share an identifier: FastAGI
`start` (who calls whom, which flow), then the media (AudioSocket or
WebSocket), then FastAGI `after` (what the dialplan shall do next). This is the
table that joins them. No I/O; asyncio only to wait for `after`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from telephony.line import LineError, LineInfo, TransferUnsupportedError

Next: TypeAlias = Literal["hangup", "transfer", "failed"]

About: TypeAlias = Mapping[str, str]
"""What the one who takes a call over should know, see `telephony.handing_over`."""

Redirect: TypeAlias = Callable[[str, str, About], Awaitable[None]]
"""Moves the caller of a call (its identifier) to a target, and tells there of him. Raises LineError."""

Show: TypeAlias = Callable[[str, str, About], None]
"""Tells agents' screens of a caller: his channel, where he is sent, and what is known of him."""

_TARGET = re.compile(r"(?:sips?:)?[A-Za-z0-9+*#_.-]+(?:@[A-Za-z0-9.:\[\]-]+)?")
"""An extension or SIP address, and nothing a dialplan would read as syntax: it lands in `Goto` and `Dial`."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as FastAGI `start` saw it.

    Attributes:
        call_id: the UUID given to the call (channel variable `PARLEY_UUID`).
        channel: Asterisk's channel name.
        caller: caller's number, empty if withheld.
        dialled: number that was dialled.
        flow: flow chosen for it, `None` to choose by `dialled`.
        variables: channel variables that came along.
        asks_after: whether the dialplan will ask `after` how the call ended.
    """

    call_id: str
    channel: str = ""
    caller: str = ""
    dialled: str = ""
    flow: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    asks_after: bool = False

    def info(self, transport: str, peer: str) -> LineInfo:
        """The same, as the line that carries its media shows it."""
        return LineInfo(
            call_id=self.call_id,
            transport=transport,
            peer=f"{peer} {self.channel}".strip(),
            caller=self.caller,
            dialled=self.dialled,
            flow=self.flow,
            variables=self.variables,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """What the dialplan shall do once the media has ended (`PARLEY_NEXT`, `PARLEY_TARGET`).

    Attributes:
        next: goes on with.
        target: of a transfer.
        about: what is told there of the caller.
    """

    next: Next
    target: str = ""
    about: About = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    arrival: Arrival
    since: float
    claimed: bool = False
    ending: Ending | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)


class Arrivals:
    """Calls between FastAGI `start` and `after`.

    Args:
        expiry: seconds after which a call that never ended properly is forgotten.
        limit: calls remembered at most; the oldest go first.
        clock: monotonic seconds.
        redirect: transfers calls whose dialplan does not ask `after`; `None` if nothing can.
        show: tells agents' screens of callers whom the dialplan transfers; `None` if there are none.
    """

    def __init__(
        self,
        expiry: float = 6 * 3600,
        limit: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
        *,
        redirect: Redirect | None = None,
        show: Show | None = None,
    ) -> None:
        self._expiry = expiry
        self._limit = limit
        self._clock = clock
        self._redirect = redirect
        self._show = show
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def announce(self, arrival: Arrival) -> None:
        """Remember a call until its media comes and `after` is asked."""
        now = self._clock()
        while self._entries:
            oldest = next(iter(self._entries))
            if len(self._entries) < self._limit and now - self._entries[oldest].since < self._expiry:
                break
            del self._entries[oldest]
        self._entries[arrival.call_id] = _Entry(arrival, now)

    def claim(self, call_id: str) -> Arrival | None:
        """The media of `call_id` has come. `None` if FastAGI never announced it.

        Raises LineError when the media of this call has come before: an
        identifier used twice would mix two callers.
        """
        entry = self._entries.get(call_id)
        if entry is None:
            return None
        if entry.claimed:
            raise LineError(f"media for call {call_id} came twice; each call needs a PARLEY_UUID of its own")
        entry.claimed = True
        return entry.arrival

    async def transfer(self, call_id: str, target: str, about: About | None = None) -> None:
        """Have the caller go on at `target` once the media has ended, which the line does next.

        `about` is what is told there of him.

        Raises TransferUnsupportedError when the dialplan will not ask and
        nothing else can move the caller, and LineError when that fails or
        `target` is neither an extension nor a SIP address.
        """
        if not _TARGET.fullmatch(target):
            raise LineError(
                f"can't transfer call {call_id} to {target!r}: expected an extension or sip:user@host"
            )
        entry = self._entries.get(call_id)
        if entry is not None and entry.arrival.asks_after:
            entry.ending = Ending("transfer", target, about or {})
            if self._show is not None:
                self._show(entry.arrival.channel, target, about or {})
        elif self._redirect is not None:
            await self._redirect(call_id, target, about or {})
        else:
            raise TransferUnsupportedError(
                f"call {call_id} came through a dialplan that does not ask FastAGI `after` what to do next, "
                f"so it can't be transferred to {target!r}: use the [parley] context of parley-agi.conf, "
                "or switch telephony.ami on"
            )

    def fail(self, call_id: str) -> None:
        """Parley could not serve this call: the dialplan shall take its fallback."""
        entry = self._entries.get(call_id)
        if entry is not None and entry.ending is None:
            entry.ending = Ending("failed")

    def after(self, call_id: str) -> Ending:
        """The dialplan asks what to do next, and the call is forgotten.

        A call whose media never came has failed; so has one nobody knows,
        which Parley must have lost by restarting.
        """
        entry = self._entries.pop(call_id, None)
        if entry is None:
            return Ending("failed")
        entry.asked.set()
        if entry.ending is not None:
            return entry.ending
        return Ending("hangup" if entry.claimed else "failed")

    async def asked_after(self, call_id: str, seconds: float) -> bool | None:
        """Whether the dialplan has asked, or asks within `seconds`.

        Media that just stops means either that the caller hung up or that
        Asterisk died. Only a living Asterisk comes back and asks. `None` when
        the dialplan of this call never asks, so that nothing can be concluded.
        """
        entry = self._entries.get(call_id)
        if entry is None or not entry.arrival.asks_after:
            return None
        try:
            async with asyncio.timeout(seconds):
                await entry.asked.wait()
        except TimeoutError:
            return False
        return True


class Departure:
    """Whether the caller was moved elsewhere, for a line whose media may stop before that is known."""

    def __init__(self) -> None:
        self._moved: asyncio.Future[bool] | None = None

    async def move(self, moving: Awaitable[None]) -> None:
        """Await `moving`, which moves the caller. Raises what it raises."""
        self._moved = asyncio.get_running_loop().create_future()
        moved = False
        try:
            await moving
            moved = True
        finally:
            self._moved.set_result(moved)

    async def by(self) -> str:
        """Who ended media that has just stopped: `parley` if it moved the caller, else `caller`."""
        return "parley" if self._moved is not None and await self._moved else "caller"
