"""The last minutes of a call's audio, by the call's clock."""

from __future__ import annotations

import numpy as np

from asr.audio import Pcm16

_JITTER = 0.002
"""Seconds by which a chunk's time may be off before that counts as a gap or an overlap."""


class AudioMemory:
    """A ring of samples on a call's clock.

    Gaps between chunks are filled with silence; of chunks that overlap, what came first is kept.
    """

    def __init__(self, rate: int, seconds: float) -> None:
        """Keep the last `seconds` of audio at `rate` samples per second."""
        if rate <= 0 or seconds <= 0:
            raise ValueError(f"expected a positive rate and length, got {rate} and {seconds}")
        self.rate = rate
        self._ring: Pcm16 = np.zeros(round(rate * seconds), dtype=np.int16)
        self._written = 0
        self._end: float | None = None

    @property
    def end(self) -> float | None:
        """Time just after the last sample, `None` while there is none."""
        return self._end

    @property
    def start(self) -> float | None:
        """Time of the oldest sample kept, `None` while there is none."""
        if self._end is None:
            return None
        return self._end - min(self._written, len(self._ring)) / self.rate

    def write(self, samples: Pcm16, at: float) -> tuple[int, Pcm16]:
        """Take samples whose first one is at `at`.

        Returns:
            How many samples of silence were put before them, and those of them that were new.
        """
        if self._end is None:
            self._end = at
        missing = 0
        if abs(at - self._end) > _JITTER:
            missing = round((at - self._end) * self.rate)
        if missing < 0:
            samples, missing = samples[-missing:], 0
        if not samples.size:
            return 0, samples
        self._append_silence(missing)
        self._append(samples)
        self._end += (missing + len(samples)) / self.rate
        return missing, samples

    def read(self, start: float, end: float) -> tuple[float, Pcm16]:
        """Copy the samples between two times, as far as they are there, and the first one's time."""
        if self._end is None or self.start is None:
            return start, self._ring[:0].copy()
        kept = min(self._written, len(self._ring))
        first = min(kept, max(0, round((start - self.start) * self.rate)))
        last = min(kept, max(first, round((end - self.start) * self.rate)))
        positions = np.arange(self._written - kept + first, self._written - kept + last)
        return self.start + first / self.rate, self._ring[positions % len(self._ring)]

    def _append(self, samples: Pcm16) -> None:
        self._written += max(0, len(samples) - len(self._ring))
        samples = samples[-len(self._ring) :]
        begin = self._written % len(self._ring)
        head = samples[: len(self._ring) - begin]
        self._ring[begin : begin + len(head)] = head
        self._ring[: len(samples) - len(head)] = samples[len(head) :]
        self._written += len(samples)

    def _append_silence(self, count: int) -> None:
        self._append(np.zeros(min(count, len(self._ring)), dtype=np.int16))
