"""What leaves a caller's mouth, 20 ms at a time: his words, the noise around him, the echo of what he hears.

Pure: positions on the tape's clock are given, no clock is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from telephony.line import FRAME_SECONDS
from telephony.tape import HEARD, Tape

NEAREST_ECHO = 0.06
"""Seconds of delay below which an echo can't be made: it is sent from what is on the tape already."""


@dataclass(frozen=True, slots=True)
class Echo:
    """A line that sends back what the caller hears.

    Attributes:
        gain_db: its level against what is heard, below 0.
        delay: seconds from the ear to the mouth, at least `NEAREST_ECHO`.
    """

    gain_db: float
    delay: float

    def __post_init__(self) -> None:
        """Refuse an echo that can't be made. Raises ValueError."""
        if self.gain_db >= 0 or self.delay < NEAREST_ECHO:
            raise ValueError(
                f"an echo: expected less than 0 dB and at least {NEAREST_ECHO} s, "
                f"got {self.gain_db:g} dB and {self.delay:g} s"
            )

    @classmethod
    def parse(cls, text: str) -> Echo:
        """Read `-20@0.12`: decibels and seconds. Raises ValueError that says what was expected."""
        found = re.fullmatch(r"(-\d+(?:\.\d+)?)@(\d+(?:\.\d+)?)", text)
        if not found:
            raise ValueError(f"echo {text!r}: expected decibels and seconds, such as -20@0.12")
        return cls(float(found[1]), float(found[2]))


class Mouth:
    """One caller's.

    Args:
        tape: of the call; an echo is taken from its heard side.
        noise: s16le samples at the tape's rate that sound all the time, over and over, from their first one.
        echo: of the line, `None` for a line without.
    """

    def __init__(self, tape: Tape, noise: bytes = b"", echo: Echo | None = None) -> None:
        self._tape = tape
        self._noise = np.frombuffer(noise, dtype="<i2").astype(np.int32)
        self._noise_at = 0
        self._echo = echo
        self._words = bytearray()
        self.size = int(tape.rate * FRAME_SECONDS)

    @property
    def never_still(self) -> bool:
        """Whether there is something to send although nothing is said."""
        return bool(len(self._noise)) or self._echo is not None

    @property
    def lead(self) -> float:
        """Seconds ahead of its time that a frame can be made at most."""
        return float("inf") if self._echo is None else self._echo.delay - 2 * FRAME_SECONDS

    @property
    def queued(self) -> float:
        """Seconds of words that have not left."""
        return len(self._words) / 2 / self._tape.rate

    def say(self, pcm: bytes) -> None:
        """Queue words, s16le at the tape's rate."""
        self._words += pcm

    def frame(self, at: float) -> bytes:
        """The next 20 ms, which are spoken from `at` on; a last piece of words is filled up with silence."""
        said = bytes(self._words[: self.size * 2]).ljust(self.size * 2, b"\0")
        del self._words[: self.size * 2]
        if not self.never_still:
            return said
        mixed = np.frombuffer(said, dtype="<i2").astype(np.float64) + self._next_noise() + self._echoed(at)
        return bytes(np.clip(mixed.round(), -32768, 32767).astype("<i2").tobytes())

    def _next_noise(self) -> np.ndarray:
        if not len(self._noise):
            return np.zeros(self.size)
        places = (self._noise_at + np.arange(self.size)) % len(self._noise)
        self._noise_at = int(places[-1]) + 1
        return self._noise[places].astype(np.float64)

    def _echoed(self, at: float) -> np.ndarray:
        begin = 0.0 if self._echo is None else at - self._echo.delay
        if self._echo is None or begin < 0:
            return np.zeros(self.size)
        heard = np.frombuffer(self._tape.pcm(HEARD, begin, begin + FRAME_SECONDS), dtype="<i2")
        return np.pad(
            heard[: self.size] * 10 ** (self._echo.gain_db / 20), (0, max(0, self.size - len(heard)))
        )
