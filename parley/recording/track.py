"""Where samples belong on the recording's time line: pure logic, one `Track` a channel.

Telephone audio comes in packets whose times jitter. Laid down by their times they would be torn
at every packet, laid down one after the other they would drift. So a track keeps packets together
as long as their times agree on average, bends them by a sample now and then where a clock runs
slow or fast, and moves on only at a real gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.int16]

JITTER = 0.04
"""Seconds that a packet may be late without being taken for the end of a gap."""
OVERLAP = 1.0
"""Seconds that packets may run ahead of their times before they are left out."""
STALL = 2.0
"""Longest gap, in seconds, that may be a stall of the network whose packets are still to come."""
DOUBT = 3
"""Packets that are held back to tell a gap from a stall: after a stall they come all at once."""
MAX_HELD = 0.4
"""Seconds of audio held back at most."""
SMOOTHING = 2.0
"""Time constant, in seconds, of the average that corrects the drift."""


@dataclass(frozen=True, slots=True)
class Run:
    """Samples, and the index on the track of the first of them."""

    start: int
    samples: Samples


class Track:
    """One channel's time line.

    Args:
        rate: samples per second.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.left_out = 0.0
        """Seconds of audio left out because it overlapped."""
        self._next = 0
        """Where the next packet goes."""
        self._lateness = 0.0
        """Average of how late packets are against `_next`, in seconds."""
        self._held: list[Samples] = []
        self._held_lateness = 0.0

    @property
    def doubtful(self) -> int:
        """Packets held back until it is clear where they belong."""
        return len(self._held)

    def add(self, samples: Samples, at: float) -> list[Run]:
        """Take a packet whose first sample belongs at `at` seconds; returns what is now certain."""
        held = sum(map(len, self._held))
        late = max(0.0, at) - (self._next + held) / self.rate
        if self._held:
            self._held.append(samples)
            return self._judge(late)
        if late > JITTER:
            self._held = [samples]
            self._held_lateness = late
            return self.settle() if late > STALL else []
        if late < -OVERLAP:
            self.left_out += len(samples) / self.rate
            return []
        share = min(1.0, len(samples) / self.rate / SMOOTHING)
        self._lateness += (late - self._lateness) * share
        return [self._append(self._bent(samples))]

    def settle(self) -> list[Run]:
        """Take what is held back as what follows a gap."""
        if not self._held:
            return []
        self._next += round(self._held_lateness * self.rate)
        self._lateness = 0.0
        return self._release()

    def _judge(self, late: float) -> list[Run]:
        """Whether what is held back came after a stall (packets catch up) or after a gap (they don't)."""
        if late <= JITTER:
            return self._release()
        held = sum(map(len, self._held)) / self.rate
        catching_up = late < self._held_lateness - held / 2
        if held >= MAX_HELD or (len(self._held) >= DOUBT and not catching_up):
            return self.settle()
        return []

    def _release(self) -> list[Run]:
        held, self._held = self._held, []
        return [self._append(samples) for samples in held]

    def _append(self, samples: Samples) -> Run:
        run = Run(self._next, samples)
        self._next += len(samples)
        return run

    def _bent(self, samples: Samples) -> Samples:
        off = abs(self._lateness)
        if off < 0.005 or len(samples) < 2:
            return samples
        # 0.6 % is not heard as a change of pitch; 2 % hardly, and ends a larger error in seconds.
        step = max(1, round(len(samples) / (160 if off < 0.02 else 50)))
        length = len(samples) + (step if self._lateness > 0 else -step)
        places = np.linspace(0.0, len(samples) - 1.0, max(1, length))
        return np.rint(np.interp(places, np.arange(len(samples)), samples)).astype(np.int16)
