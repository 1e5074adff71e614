"""Signals that can be found again after a telephone network, and the finding."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

import numpy as np
import soxr  # type: ignore[import-untyped]  # ships no annotations
from baresip import BaresipError

P = ParamSpec("P")


def steady(test: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """A test that measures milliseconds: other work on the machine may spoil it twice, not three times."""

    @functools.wraps(test)
    async def again(*args: P.args, **kwargs: P.kwargs) -> None:
        for attempt in (1, 2):
            try:
                await test(*args, **kwargs)
            except (AssertionError, TimeoutError, BaresipError) as error:
                print(f"attempt {attempt}: {error!r}")
            else:
                return
        await test(*args, **kwargs)

    return again


def babble(seconds: float, rate: int, seed: int = 1) -> bytes:
    """Noise in the telephone band, different for each seed: like speech it never repeats itself."""
    count = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / rate)
    spectrum[(frequencies < 300) | (frequencies > 3000)] = 0
    wave = np.fft.irfft(spectrum, count)
    return bytes((wave / np.abs(wave).max() * 16000).astype("<i2").tobytes())


def at_rate(pcm: bytes, rate: int, wanted: int) -> np.ndarray:
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    return samples if rate == wanted else np.asarray(soxr.resample(samples, rate, wanted))


def find(signal: np.ndarray, heard: np.ndarray) -> int:
    """Where in `heard` the signal starts, by the best correlation."""
    size = len(signal) + len(heard)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(signal, size)), size)
    return int(np.argmax(product[: max(1, len(heard))]))


def likeness(signal: np.ndarray, heard: np.ndarray, start: int, piece: int = 800) -> np.ndarray:
    """Correlation of each piece of the signal with what was heard in its place; 1 is undamaged."""
    found = []
    for at in range(0, len(signal) - piece + 1, piece):
        ours, theirs = signal[at : at + piece], heard[start + at : start + at + piece]
        if len(theirs) < piece:
            theirs = np.pad(theirs, (0, piece - len(theirs)))
        norm = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
        found.append(float(ours @ theirs) / norm if norm else 0.0)
    return np.array(found)


def last_loud(heard: np.ndarray, level: float = 500.0) -> int:
    """Index of the last sample that is not silence, -1 if all is."""
    loud = np.flatnonzero(np.abs(heard) > level)
    return int(loud[-1]) if len(loud) else -1


def loud_seconds(heard: np.ndarray, rate: int, level: float = 500.0, piece: float = 0.005) -> float:
    """How much of it is not silence, counted in pieces of some milliseconds."""
    size = round(rate * piece)
    pieces = np.abs(heard[: len(heard) // size * size]).reshape(-1, size)
    return float(np.count_nonzero(pieces.max(axis=1) > level) * piece) if len(pieces) else 0.0


def tone_share(heard: np.ndarray, rate: int, hertz: float) -> float:
    """How much of the energy is that tone, from 0 to 1."""
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(heard), 1 / rate) - hertz) < 15
    return float(power[near].sum() / max(power.sum(), 1.0))
