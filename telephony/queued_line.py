"""What lines have in common whose audio waits here, in a `Playout`, until it is sent."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

from telephony.event_stream import EventStream
from telephony.inbound_clock import InboundClock
from telephony.line import Frame, HungUp, LineEvent, LineInfo
from telephony.playout import Playout


class QueuedLine:
    """Half of a `telephony.line.Line`: who calls, the queue, the clock and the events.

    Answering, hanging up, transferring, and moving samples in and out are the carrier's own.

    Args:
        info: who calls whom.
        rate: samples per second in both directions.
        clock: the time now in seconds, from which the call's own clock is counted.
    """

    def __init__(self, info: LineInfo, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._info = info
        self._rate = rate
        self._clock = clock
        self._started = clock()
        self._playout = Playout(rate)
        self._inbound = InboundClock()
        self._events = EventStream()
        self._ended = False

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
        return self._ended

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        return self._playout.queued

    def now(self) -> float:
        """Seconds on the call's clock."""
        return self._clock() - self._started

    def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, in order, until `HungUp`."""
        return self._events.events()

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples. Ignored after the end."""
        if not self._ended:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""
        if not self._ended:
            self._playout.mark(name)

    def pause(self) -> None:
        """Play silence from the next frame on; what is queued stays."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything not yet sent, and any pause."""
        self._playout.flush()

    def _heard(self, pcm: bytes, arrived: float) -> None:
        """Report the caller's samples, which came at `arrived` on the call's clock."""
        at = self._inbound.place(len(pcm) / 2 / self._rate, arrived)
        self._events.put(Frame(pcm, self._rate, at))

    def _end(self, by: str, reason: str) -> None:
        """Report the end of the call; nothing follows it."""
        self._ended = True
        self._events.put(HungUp(self.now(), by, reason))
