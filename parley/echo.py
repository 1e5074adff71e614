"""Parley's own voice coming back on the line: told from a caller who speaks, by what was played.

Pure arithmetic on samples, no clock. An echo is a delayed, filtered copy of what was played; a
caller's voice is not. So the share of what is heard that a short filter on what was played
explains, at the best delay, is near 1 for an echo and near 0 for a caller, and a caller who
speaks over an echo is the louder of the two.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

WINDOW_SECONDS = 0.25
"""How much of what is heard is compared."""

LONGEST_DELAY = 0.7
EARLIEST = -0.1
"""Delays that are looked at, in seconds: a carrier's playout clock may be a little late."""

EXPLAINED = 0.5
"""Share of the energy from which a sound is an echo: 3 dB above whatever else is in it."""

_TAPS_BEFORE, _TAPS = 8, 24
_PACING = 0.06
"""What is played comes end to end, whatever its times say of a pacer that was late, up to so many seconds."""

_KEPT = 1.5
"""Seconds of both sides that are kept."""

_DOUBT_SECONDS = 0.06
"""For so long something else has to be in an echo before it is a caller."""

_ECHOES_FOR = 5.0
"""A line that was heard to echo is expected to do so again for so many seconds."""

_QUIETER = 0.35
"""What is so much quieter than the echo was (9 dB) is no caller."""

_SILENT = 20.0
"""RMS below which nothing that was played can come back as speech."""

Samples = npt.NDArray[np.float64]


class EchoWatch:
    """One call's two sides, as far as an echo reaches back.

    Attributes:
        window: seconds of one comparison.
        watching: what is being heard was taken for an echo, and is looked at again as it goes on.
    """

    window = WINDOW_SECONDS

    def __init__(self, rate: int) -> None:
        """Watch a call of `rate` samples per second."""
        self.watching = False
        self._rate = rate
        self._near = _Side(rate)
        self._far = _Side(rate)
        self._doubtful_since: float | None = None
        self._echoed_at: float | None = None
        self._level = 0.0

    def heard(self, pcm: bytes, at: float) -> None:
        """The caller's s16le samples from `at` on."""
        self._near.put(pcm, at)

    def played(self, pcm: bytes, at: float) -> None:
        """What left for the caller from `at` on."""
        end = self._far.end
        if end is not None and abs(at - end) < _PACING:
            at = end
        self._far.put(pcm, at)

    def is_echo(self, now: float) -> bool:
        """Whether what was heard just before `now` is what was played before it."""
        if self._far.end is None:
            return False
        near = self._near.between(now - self.window, now)
        far = self._far.between(now - self.window - LONGEST_DELAY, now - EARLIEST)
        share = explained(near, far)
        level = float(np.sqrt(np.mean(near**2)))
        if share >= EXPLAINED:
            self._level, self._echoed_at = max(level, self._level), now
            return True
        # The end of an echo is as quiet as the line: what is left of it is nobody's voice.
        return self._is_echoing(now) and level * np.sqrt(1 - share) < _QUIETER * self._level

    def expected(self, now: float) -> bool:
        """Whether a sound that has just begun may be an echo: it is one, or the line was heard to echo."""
        return self._is_echoing(now) or self.is_echo(now)

    def begin(self, now: float) -> bool:
        """A sound began while Parley speaks: watch it if it is an echo. Says whether it is.

        On a line that was heard to echo a moment ago it is taken for one until it has been something
        else for a while.
        """
        is_echo = self.is_echo(now)
        self._doubtful_since = None if is_echo else now
        self.watching = is_echo or self._is_echoing(now)
        return self.watching

    def end(self) -> bool:
        """The sound is over; says whether it was an echo to its end."""
        was, self.watching = self.watching, False
        return was

    def is_caller(self, now: float) -> bool:
        """Whether, in a sound that began as an echo, somebody speaks by now."""
        if not self.watching or self.is_echo(now):
            self._doubtful_since = None
            return False
        if self._doubtful_since is None:
            self._doubtful_since = now
        self.watching = now - self._doubtful_since < _DOUBT_SECONDS
        return not self.watching

    def _is_echoing(self, now: float) -> bool:
        return self._echoed_at is not None and now - self._echoed_at < _ECHOES_FOR


class _Side:
    """The last runs of samples of one side; they are only put together when somebody asks."""

    def __init__(self, rate: int) -> None:
        self.end: float | None = None
        self._rate = rate
        self._runs: deque[tuple[float, bytes]] = deque()

    def put(self, pcm: bytes, at: float) -> None:
        """Samples from `at` on."""
        self._runs.append((at, pcm))
        self.end = at + len(pcm) / 2 / self._rate
        while self.end - self._runs[0][0] > _KEPT:
            self._runs.popleft()

    def between(self, start: float, end: float) -> Samples:
        """Samples of exactly that span, silence where there are none."""
        whole = np.zeros(round((end - start) * self._rate))
        for at, pcm in self._runs:
            samples = np.frombuffer(pcm, dtype="<i2")
            first = round((at - start) * self._rate)
            samples, first = samples[max(0, -first) :], max(0, first)
            part = samples[: max(0, len(whole) - first)]
            whole[first : first + len(part)] = part
        return whole


def explained(near: Samples, far: Samples) -> float:
    """Share (0 to 1) of the energy of `near` that a short filter on a part of `far` gives.

    Args:
        near: what was heard.
        far: what was played, from the longest delay before `near` on; longer than `near`.
    """
    energy = float(near @ near)
    if energy == 0.0 or len(far) < len(near) + _TAPS or np.sqrt(np.mean(far**2)) < _SILENT:
        return 0.0
    size = 1 << (len(far) + len(near)).bit_length()
    product = np.fft.irfft(np.fft.rfft(far, size) * np.conj(np.fft.rfft(near, size)), size)
    places = len(far) - len(near) + 1
    power = np.convolve(far**2, np.ones(len(near)), mode="valid")
    likeness = np.abs(product[:places]) / np.sqrt(np.maximum(power, 1.0))
    best = int(np.argmax(likeness))
    first = min(max(0, best - _TAPS_BEFORE), len(far) - len(near) - _TAPS + 1)
    columns = np.lib.stride_tricks.sliding_window_view(
        far[first : first + len(near) + _TAPS - 1], len(near)
    ).T
    weights = np.linalg.lstsq(columns.T @ columns + np.eye(_TAPS), columns.T @ near, rcond=None)[0]
    rest = near - columns @ weights
    return max(0.0, 1.0 - float(rest @ rest) / energy)
