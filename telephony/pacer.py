"""A drift-free 20 ms beat for every line of a process that must send in real time.

Deadlines are absolute, so lateness never adds up. Lines are spread over a few
phases of the beat: with 150 calls the loop sends to a quarter of them every
5 ms and no call waits behind all the others. There is no task a call.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from telephony.line import FRAME_SECONDS

Tick: TypeAlias = Callable[[float], None]
"""Called once a period with the deadline it stands for, in seconds of the pacer's clock."""

_log = logging.getLogger(__name__)


class Beat:
    """One line's place on the beat; made by `Pacer.join`."""

    __slots__ = ("_phase", "tick")

    def __init__(self, phase: _Phase, tick: Tick) -> None:
        self._phase = phase
        self.tick = tick

    def leave(self) -> None:
        """Stop ticking. Safe to call twice, and from within the tick."""
        self._phase.leave(self)


class _Phase:
    """The lines whose deadlines coincide."""

    def __init__(self, clock: Callable[[], float], period: float, offset: float, catch_up: int) -> None:
        self._clock = clock
        self._period = period
        self._offset = offset
        self._catch_up = catch_up
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.beats: list[Beat] = []

    def join(self, tick: Tick) -> Beat:
        beat = Beat(self, tick)
        self.beats.append(beat)
        if self._timer is None:
            passed = (self._clock() - self._offset) // self._period
            self._deadline = self._offset + (passed + 1) * self._period
            self._arm()
        return beat

    def leave(self, beat: Beat) -> None:
        if beat in self.beats:
            self.beats.remove(beat)
        if not self.beats and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.0, self._deadline - self._clock()), self._run)

    def _run(self) -> None:
        late = self._clock() - self._deadline
        if late < -0.001:  # a loop with a coarse clock may wake early
            self._arm()
            return
        missed = int(max(0.0, late) // self._period)
        # After a long stall the past is gone: sending all of it at once would only overrun the far end.
        self._deadline += max(0, missed - self._catch_up) * self._period
        for _ in range(min(missed, self._catch_up) + 1):
            for beat in tuple(self.beats):
                self._tick(beat)
            self._deadline += self._period
        if self.beats:
            self._arm()

    def _tick(self, beat: Beat) -> None:
        try:
            beat.tick(self._deadline)
        except Exception:
            # One line's failure must not silence the others.
            _log.exception("a line failed while sending its frame; it is no longer paced")
            beat.leave()


class Pacer:
    """Calls each line once every 20 ms, as one shared timer.

    Args:
        period: seconds between two ticks of one line.
        phases: how many groups of lines the period is divided into.
        catch_up: ticks made up at once after a stall; older ones are skipped.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        period: float = FRAME_SECONDS,
        phases: int = 4,
        catch_up: int = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        start = clock()
        self._phases = [_Phase(clock, period, start + k * period / phases, catch_up) for k in range(phases)]

    def join(self, tick: Tick) -> Beat:
        """Have `tick(deadline)` called from now on, on the running loop, until `Beat.leave`.

        A tick that raises is logged and left out from then on.
        """
        return min(self._phases, key=lambda phase: len(phase.beats)).join(tick)

    @property
    def lines(self) -> int:
        """How many lines are being paced."""
        return sum(len(phase.beats) for phase in self._phases)
