"""What a far end that paces for itself has still to play, and when each frame leaves it.

Asterisk's chan_websocket plays from a queue of its own, one frame at each tick
of a timer. This is a model of that queue on the call's clock: it says when the
frames sent ahead were really played, so that what was flushed is never
reported as heard. Marks that Asterisk echoes keep the model true to the tick.

Pure: times are passed in, and never go back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from telephony.line import FRAME_SECONDS
from telephony.playout import PlayoutEvent, later

TRAVEL_SECONDS = 0.001
"""How long a message travels: what arrives after a tick of the far timer waits for the next."""

ECHO_SECONDS = 0.25
"""How long past its time an echo is waited for before the model goes on without it."""

FIRST_ECHO_SECONDS = 2.0
"""The same for the first echo, which tells when the far end has begun to play at all."""


@dataclass(slots=True)
class _Slot:
    """A frame (`seconds` > 0) or a mark (`sync` names its echo); `events` are dated from the slot's start."""

    seconds: float
    events: tuple[PlayoutEvent, ...]
    sync: str = ""


class RemoteQueue:
    """A model of the far end's queue.

    Args:
        period: seconds between two ticks of the far timer, the length of a frame.
    """

    def __init__(self, period: float = FRAME_SECONDS) -> None:
        self._period = period
        self._slots: deque[_Slot] = deque()
        self._frames = 0
        self._next_at = 0.0
        self._phase: float | None = None
        self._suspected = 0.0
        self._paused = False

    @property
    def ahead(self) -> float:
        """Seconds sent and not yet played."""
        return self._frames * self._period

    def send_frame(self, events: tuple[PlayoutEvent, ...], now: float) -> None:
        """One frame was sent; `events` are dated from its start."""
        self._append(_Slot(self._period, events), now)
        self._frames += 1

    def send_mark(self, sync: str, events: tuple[PlayoutEvent, ...], now: float) -> None:
        """A mark was sent behind the frames; `events` are dated from the end of the frame before it."""
        self._append(_Slot(0.0, events, sync), now)

    def _append(self, slot: _Slot, now: float) -> None:
        if not self._slots:
            self._next_at = max(self._next_at, self._tick_after(now))
        self._slots.append(slot)

    def _tick_after(self, now: float) -> float:
        """The far timer's first tick that a message sent now can still meet."""
        earliest = now + TRAVEL_SECONDS
        if self._phase is None:
            return earliest + self._period / 2
        missed = (earliest - self._phase) // self._period
        return self._phase + (missed + 1) * self._period

    def advance(self, now: float) -> list[PlayoutEvent]:
        """What was played by `now`. Stops at a mark until its echo has come (or is overdue)."""
        events: list[PlayoutEvent] = []
        while self._slots and not self._paused:
            wait = self._patience() if self._slots[0].sync else 0.0
            if self._next_at + wait > now:
                break
            events += self._leave()
        return events

    def _patience(self) -> float:
        return FIRST_ECHO_SECONDS if self._phase is None else ECHO_SECONDS

    def echoed(self, sync: str, now: float) -> list[PlayoutEvent]:
        """The far end came to the mark `sync`: all before it was played, what is behind it starts now.

        Returns what was played up to it. The echo of a flushed mark says nothing.
        """
        before = 0.0
        for slot in self._slots:
            if slot.sync == sync:
                break
            before += slot.seconds
        else:
            return []
        error = now - TRAVEL_SECONDS - (self._next_at + before)
        late = error
        if self._phase is not None and late > self._period:
            # Either the echo was held up on its way here, or the far end missed some ticks of its
            # timer. Only the second is still so at the next echo, and is believed then.
            error = max(self._period, min(late, self._suspected))
        self._suspected = max(0.0, late - error)
        self._next_at += error
        events: list[PlayoutEvent] = []
        while self._slots:
            slot = self._slots[0]
            events += self._leave()
            if slot.sync == sync:
                break
        self._phase = self._next_at
        return events

    def _leave(self) -> list[PlayoutEvent]:
        slot = self._slots.popleft()
        start = self._next_at
        if slot.seconds:
            self._next_at = start + slot.seconds
            self._frames -= 1
        return [later(event, start) for event in slot.events]

    def pause(self) -> None:
        """The far end was told to stop; it keeps what it has."""
        self._paused = True

    def resume(self, now: float) -> None:
        """The far end was told to go on."""
        if self._paused:
            self._paused = False
            self._next_at = max(self._next_at, self._tick_after(now))

    def flush(self) -> None:
        """The far end was told to drop everything, marks included, and any pause.

        Marks whose frames were all played stay to be reported, without an echo.
        """
        self._paused = False
        kept: deque[_Slot] = deque()
        while self._slots and not self._slots[0].seconds:
            kept.append(_Slot(0.0, self._slots.popleft().events))
        self._slots = kept
        self._frames = 0
