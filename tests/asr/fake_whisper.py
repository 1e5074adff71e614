"""An engine that says what it is told to, for each context it is asked in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from asr.audio import WHISPER_RATE, Floats
from asr.decoding import Decoding, Segment


def decoding(
    text: str,
    *,
    finished: bool = True,
    log_probability: float = -0.3,
    no_speech: float = 0.05,
    start: float = 0.0,
) -> Decoding:
    """A decoding of one segment; its tokens are its characters."""
    tokens = tuple(ord(c) for c in text)
    segments = (Segment(start, text, tokens),) if text else ()
    return Decoding(segments, finished, log_probability, no_speech)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the engine was given."""

    samples: Floats
    context: float


@dataclass(frozen=True, slots=True)
class Asked:
    """How the engine was asked to decode."""

    context: float
    language: str
    budget: int
    prompt: str
    beam: int
    penalty: float


class FakeEngine:
    """Says `script[k]` the k-th time it is asked, the last one ever after.

    Args:
        script: what it says.
        heard: the probability of each language.
        gate: waited for before each encoding, if given.
    """

    def __init__(
        self,
        script: Sequence[Decoding],
        heard: dict[str, float] | None = None,
        gate: threading.Event | None = None,
    ) -> None:
        self.script = list(script)
        self.heard = heard or {"en": 0.8, "zh": 0.1}
        self.encoded: list[Encoded] = []
        self.asked: list[Asked] = []
        self.started = threading.Event()
        self._gate = gate

    def encode(self, samples: Floats, context: float) -> Any:
        self.started.set()
        if self._gate is not None:
            assert self._gate.wait(10), "the test never let the engine go on"
        self.encoded.append(Encoded(samples, context))
        return self.encoded[-1]

    def frames(self, encoded: Any) -> Floats:
        return np.ones((round(encoded.context * 50), 4), dtype=np.float32)

    def languages(self, encoded: Any) -> dict[str, float]:
        return self.heard

    def decode(
        self,
        encoded: Any,
        language: str,
        *,
        budget: int,
        prompt: str = "",
        beam: int = 1,
        penalty: float = 1.0,
    ) -> Decoding:
        self.asked.append(Asked(encoded.context, language, budget, prompt, beam, penalty))
        return self.script[min(len(self.asked), len(self.script)) - 1]

    def readings(
        self, encoded: Any, language: str, *, budget: int, prompt: str = "", count: int = 5
    ) -> list[Decoding]:
        return [self.decode(encoded, language, budget=budget, prompt=prompt) for _ in range(count)]


class Hears:
    """A voice detector that hears speech in everything but digital silence."""

    def probability(self, window: Floats) -> float:
        return 0.9 if float(np.abs(window).max()) > 0.001 else 0.0

    def reset(self) -> None:
        """Nothing is remembered."""


def sound(seconds: float, amplitude: float = 0.1) -> Floats:
    """Something that is not silent, at 16 kHz."""
    t = np.arange(round(seconds * WHISPER_RATE), dtype=np.float32) / WHISPER_RATE
    return np.asarray(amplitude * np.sin(2 * np.pi * 200 * t), dtype=np.float32)


def nothing(seconds: float) -> Floats:
    """Digital silence at 16 kHz."""
    return np.zeros(round(seconds * WHISPER_RATE), dtype=np.float32)
