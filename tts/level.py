"""Makes an engine's raw samples fit for the telephone: trimmed, resampled, levelled, limited.

Engines differ by more than 15 dB and leave up to half a second of silence around a
phrase. Leading silence is delay that the caller hears, so it is cut to a few
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr  # type: ignore[import-untyped]  # ships no annotations

Samples = npt.NDArray[np.float32]

TARGET_DBFS = -20.0
"""Active speech level of everything Parley says. ITU-T P.830 tests at -26 dBov; prompts on a
noisy line are understood better somewhat louder, and -20 leaves 17 dB for peaks."""

CEILING_DBFS = -1.5
"""True-peak ceiling: what remains keeps G.711 coders and gateways from clipping."""

MOST_GAIN_DB = 30.0

_MARGIN_DB = 15.9
"""Speech further than this below the active level is a pause (ITU-T P.56, 15.9 dB margin)."""

FLOOR_DB = 42.0
"""A frame this far below the active level is silence. Weak fricatives lie about 30 dB below,
vocoder hiss 50 dB and more."""

_FRAME_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Samples without their outer silence; `start` is how many samples were cut in front."""

    samples: Samples
    start: int


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Convert mono float samples between rates with soxr's HQ filter (images below -100 dB)."""
    if source == target or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, source, target, quality="HQ"), dtype=np.float32)


def active_level(samples: Samples, rate: int) -> float:
    """Level of the speech itself, pauses left out, in dB below full scale (RMS).

    The threshold follows the level until both agree, as in ITU-T P.56 method B, but on
    10 ms frames instead of an envelope. Digital silence gives -inf.
    """
    power = _frame_power(samples, rate)
    power = power[power > 1e-10]
    if not len(power):
        return float("-inf")
    level = float(np.mean(power))
    for _ in range(20):
        active = power[power >= level * 10 ** (-_MARGIN_DB / 10)]
        following = float(np.mean(active))
        if abs(following - level) <= 1e-4 * level:
            break
        level = following
    return 10 * float(np.log10(level))


def trim(
    samples: Samples,
    rate: int,
    *,
    floor: float | None = None,
    lead: float = 0.01,
    tail: float = 0.04,
    front: bool = True,
    back: bool = True,
) -> Trimmed:
    """Cut silence from the ends and fade what is left in (3 ms) and out (10 ms).

    Args:
        samples: mono, -1 to 1.
        rate: samples per second.
        floor: RMS below which a 10 ms frame is silence; without it, `FLOOR_DB` below the active level.
        lead: seconds kept before the first sound.
        tail: seconds kept after the last sound.
        front: cut the beginning.
        back: cut the end.

    Returns:
        What is left, empty if all was silence.
    """
    power = _frame_power(samples, rate)
    if floor is None:
        floor = 10 ** ((active_level(samples, rate) - FLOOR_DB) / 20)
    loud = np.flatnonzero(power > max(floor, 1e-5) ** 2)
    if not len(loud):
        return Trimmed(samples[:0], 0)
    frame = round(rate * _FRAME_SECONDS)
    start = max(0, int(loud[0]) * frame - round(lead * rate)) if front else 0
    end = min(len(samples), (int(loud[-1]) + 1) * frame + round(tail * rate)) if back else len(samples)
    cut = np.array(samples[start:end], dtype=np.float32)
    fade(cut, rate, into=0.003 if front else 0.0, out=0.01 if back else 0.0)
    return Trimmed(cut, start)


def fade(samples: Samples, rate: int, *, into: float = 0.0, out: float = 0.0) -> None:
    """Fade the beginning (`into` seconds) and end (`out` seconds) in place, raised cosine."""
    for seconds, part in ((into, samples), (out, samples[::-1])):
        n = min(len(part), round(seconds * rate))
        if n:
            ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
            part[:n] *= ramp.astype(np.float32)


def gain_for(samples: Samples, rate: int, target_dbfs: float = TARGET_DBFS) -> float:
    """Factor that brings the active speech level of `samples` to `target_dbfs`, at most +30 dB."""
    level = active_level(samples, rate)
    if level == float("-inf"):
        return 1.0
    return float(10 ** (min(MOST_GAIN_DB, target_dbfs - level) / 20))


def limit(samples: Samples, rate: int, ceiling_dbfs: float = CEILING_DBFS) -> Samples:
    """Hold true peaks (4 times oversampled, ITU-R BS.1770-4 annex 2) under the ceiling.

    The gain comes down over 2 ms before a peak and recovers over 2 ms after it, so that a
    single plosive does not make the whole phrase quieter and nothing is clipped flat.
    """
    ceiling = 10 ** (ceiling_dbfs / 20)
    if not len(samples) or float(np.max(np.abs(samples))) < 0.7 * ceiling:
        return samples
    over = np.abs(resample(samples, rate, rate * 4))
    over = np.pad(over[: len(samples) * 4], (0, max(0, len(samples) * 4 - len(over))))
    peak = np.maximum(over.reshape(-1, 4).max(axis=1), np.abs(samples))
    if float(peak.max()) <= ceiling:
        return samples
    reach = max(1, round(0.002 * rate))
    wanted = np.minimum(1.0, ceiling / np.maximum(peak, 1e-9))
    padded = np.pad(wanted, (2 * reach, 2 * reach), constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(lowest, window / window.sum(), mode="valid")
    return np.asarray(samples * smooth, dtype=np.float32)


def to_pcm(samples: Samples) -> bytes:
    """Float samples (-1 to 1, clipped beyond) as 16-bit little-endian PCM."""
    return bytes(np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2").tobytes())


def silence(seconds: float, rate: int) -> bytes:
    """`seconds` of digital silence as 16-bit PCM."""
    return bytes(2 * round(seconds * rate))


def finish(samples: Samples, source: int, target: int, *, pause: float = 0.0) -> tuple[bytes, float]:
    """Everything in one go for an engine that renders whole phrases.

    Args:
        samples: the engine's output, mono, at `source` samples per second.
        source: the engine's rate.
        target: the line's rate.
        pause: seconds of silence to add behind (the phrase's punctuation).

    Returns:
        PCM at `target` and the seconds that were cut in front (to be taken off word times);
        empty PCM when there was nothing but silence.
    """
    trimmed = trim(samples, source)
    if not len(trimmed.samples):
        return b"", 0.0
    speech = resample(trimmed.samples, source, target)
    speech = limit(speech * np.float32(gain_for(speech, target)), target)
    return to_pcm(speech) + silence(pause, target), trimmed.start / source


def _frame_power(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    frame = round(rate * _FRAME_SECONDS)
    padded = np.pad(np.asarray(samples, dtype=np.float64), (0, -len(samples) % frame))
    return np.asarray(np.mean(padded.reshape(-1, frame) ** 2, axis=1))
