"""Sounds that are no speech: a cough-like burst, and the hiss of a bad line. Made, and the same each time."""

from __future__ import annotations

import numpy as np

from parley.benches.latency.clips import LEVEL, RATE, Clip, levelled
from telephony.tape import Span

_COUGH = ((0.0, 0.22), (0.38, 0.16))
"""Where a cough's two bursts begin, and how long they are, in seconds."""

HISS_DB = -45.0
HISS_SECONDS = 3.0


def cough() -> Clip:
    """Two bursts of noise that rise at once and die away, as loud as speech."""
    rng = np.random.default_rng(7)
    samples = np.zeros(round(0.7 * RATE))
    for start, seconds in _COUGH:
        size = round(seconds * RATE)
        noise = np.convolve(rng.normal(0, 1, size + 8), [0.5, 0.9, 0.3, -0.2, -0.5, -0.3], mode="same")[:size]
        begin = round(start * RATE)
        samples[begin : begin + size] = noise * np.exp(-np.arange(size) / (0.3 * size))
    spans = [Span(start, start + seconds) for start, seconds in _COUGH]
    pcm = levelled((samples * 6000).astype("<i2").tobytes(), spans, LEVEL)
    return Clip("cough", "", pcm, (Span(0.0, spans[-1].end),))


def hiss() -> Clip:
    """White noise, well below speech."""
    samples = np.random.default_rng(8).normal(0, 1000, round(HISS_SECONDS * RATE))
    pcm = levelled(samples.astype("<i2").tobytes(), None, HISS_DB)
    return Clip("hiss", "", pcm, (Span(0.0, HISS_SECONDS),))
