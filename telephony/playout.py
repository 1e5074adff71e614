"""The playback queue of a line that paces itself: PCM, and marks between samples.

Pure: no clock, no I/O. Whoever owns the clock (`telephony.pacer`, an audio
device, a test) calls `Playout.take` once a frame and sends what it gets.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from telephony.line import MarkPlayed, Played

SAMPLE_BYTES = 2
"""Bytes of one s16le mono sample."""

_CLOCK_SLACK = 0.0005
"""Seconds by which two neighbouring deadlines may differ from one frame without delaying a mark."""

PlayoutEvent: TypeAlias = Played | MarkPlayed


def later(event: PlayoutEvent, seconds: float) -> PlayoutEvent:
    """The same event, dated `seconds` later."""
    if isinstance(event, Played):
        return Played(event.pcm, event.rate, event.at + seconds)
    return MarkPlayed(event.name, event.at + seconds)


@dataclass(frozen=True, slots=True)
class Taken:
    """One frame for the caller.

    Attributes:
        pcm: exactly the samples asked for, silence where nothing was queued.
        audible: how many bytes at the start of `pcm` were queued by `play`; 0 means silence.
        events: what to report on the line, in order of time.
    """

    pcm: bytes
    audible: int
    events: tuple[PlayoutEvent, ...]


class Playout:
    """What is still to be played on one call.

    Positions are counted in bytes since the start: a mark lies at the position
    where the next byte will be queued, and is due when that position was taken.

    Args:
        rate: samples per second of everything that is queued.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._chunks: deque[memoryview] = deque()
        self._marks: deque[tuple[int, str]] = deque()
        self._due: deque[MarkPlayed] = deque()
        self._queued_to = 0
        self._taken_to = 0
        self._ends_at = float("-inf")
        self._paused = False

    @property
    def queued(self) -> float:
        """Seconds queued and not yet taken."""
        return (self._queued_to - self._taken_to) / SAMPLE_BYTES / self.rate

    @property
    def paused(self) -> bool:
        """Whether `take` gives silence although samples are queued."""
        return self._paused

    @property
    def idle(self) -> bool:
        """Whether there is neither a sample nor a mark left to play or report."""
        return not (self._chunks or self._marks or self._due)

    def play(self, pcm: bytes) -> None:
        """Queue s16le mono samples. Raises ValueError for half a sample."""
        if len(pcm) % SAMPLE_BYTES:
            raise ValueError(f"expected whole 16-bit samples, got {len(pcm)} bytes")
        if pcm:
            self._chunks.append(memoryview(bytes(pcm)))
            self._queued_to += len(pcm)

    def mark(self, name: str) -> None:
        """Put a mark behind everything queued so far."""
        self._marks.append((self._queued_to, name))

    def pause(self) -> None:
        """Give silence from the next frame on; what is queued stays."""
        self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        self._paused = False

    def flush(self) -> tuple[str, ...]:
        """Drop every sample not yet taken, and any pause.

        Returns:
            The names of the marks dropped with the samples. A mark whose
            samples were all taken already is not dropped.
        """
        self._paused = False
        dropped = tuple(name for position, name in self._marks if position > self._taken_to)
        self._marks = deque(mark for mark in self._marks if mark[0] <= self._taken_to)
        self._chunks.clear()
        self._queued_to = self._taken_to
        return dropped

    def take(self, samples: int, at: float) -> Taken:
        """Take the next frame.

        Args:
            samples: length of the frame.
            at: when its first sample leaves, in seconds on the call's clock; never goes back.

        Returns:
            The frame and the events due by `at`. `Played` is reported with the
            frame that carries the samples, a mark with the first frame that
            starts no earlier than the end of the sample before the mark: by
            then the caller's side has all of it, so the call may end.
        """
        size = samples * SAMPLE_BYTES
        self._pass_marks(at)
        events: list[PlayoutEvent] = []
        while self._due and self._due[0].at <= at + _CLOCK_SLACK:
            events.append(self._due.popleft())
        start = self._taken_to
        pcm = b"" if self._paused else self._pull(size)
        if pcm:
            events.append(Played(pcm, self.rate, at))
            self._pass_marks(at, start)
            self._ends_at = at + len(pcm) / SAMPLE_BYTES / self.rate
        return Taken(pcm.ljust(size, b"\0"), len(pcm), tuple(events))

    def _pull(self, size: int) -> bytes:
        parts: list[memoryview] = []
        missing = size
        while missing and self._chunks:
            chunk = self._chunks.popleft()
            if len(chunk) > missing:
                self._chunks.appendleft(chunk[missing:])
                chunk = chunk[:missing]
            parts.append(chunk)
            missing -= len(chunk)
        self._taken_to += size - missing
        return b"".join(parts)

    def _pass_marks(self, at: float, start: int | None = None) -> None:
        """Date the marks that `_taken_to` has reached; `start` is the position that left at `at`."""
        while self._marks and self._marks[0][0] <= self._taken_to:
            position, name = self._marks.popleft()
            if start is None:
                # Set on an empty queue: due as soon as the frame on its way is over.
                when = max(at, self._ends_at) if self._ends_at > at + _CLOCK_SLACK else at
            else:
                when = at + (position - start) / SAMPLE_BYTES / self.rate
            self._due.append(MarkPlayed(name, when))
