"""Melody, loudness and pace of an utterance in a few numbers, none of which depends on the line's gain."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from asr.audio import Floats

PROSODY: Final = 23
"""How many figures `prosody` gives."""

BELOW_PEAK: Final = 25.0
"""Frames within so many dB of the loud ones count as voice."""

_RATE = 8000
_WINDOW = 512
_HOP = 160
_SHORTEST, _LONGEST = 16, 130
"""Lags between which the pitch is looked for: 500 to 62 Hz."""
_TRANSFORM = 768
"""Long enough that no lag looked for wraps around (window and longest lag), and twice as fast as 1024."""
_PERIODIC = 0.5
_OCTAVE_COST = 0.05 * np.log2(np.maximum(np.arange(_LONGEST), 1))
_BANDS = ((100, 500), (500, 1000), (1000, 2000), (2000, 3800))
_NO_PITCH = np.full(3, 7.0)
_TAPER: Floats = np.hanning(_WINDOW).astype(np.float32)


@cache
def _taper_correlation() -> Floats:
    spectrum = np.fft.rfft(_TAPER, 2 * _WINDOW)
    own = np.fft.irfft(np.abs(spectrum) ** 2)[:_WINDOW]
    return np.asarray(own / own[0] + 1e-3, dtype=np.float32)


def pitch(samples: Floats, wanted: npt.NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """Fundamental frequency in Hz and periodicity (0 to 1) of every 20 ms of samples at 16 kHz.

    Of those only that are `wanted`, if it is given: most of the time goes here.

    The autocorrelation of tapered 64 ms, divided by that of the taper (Boersma 1993), without a path
    search: enough for statistics over an utterance.
    """
    slow = samples[::2]
    if len(slow) < _WINDOW:
        slow = np.pad(slow, (0, _WINDOW - len(slow)))
    frames = np.lib.stride_tricks.sliding_window_view(slow, _WINDOW)[::_HOP]
    if wanted is not None:
        frames = frames[wanted[: len(frames)].nonzero()[0]]
    frames = frames * _TAPER
    own = np.fft.irfft(_power(np.fft.rfft(frames, _TRANSFORM)), _TRANSFORM)[:, :_LONGEST]
    own = own / (own[:, :1] + 1e-9) / _taper_correlation()[:_LONGEST]
    # Twice the period fits as well as once: a longer lag must fit better to be taken.
    lags = (own - _OCTAVE_COST)[:, _SHORTEST:].argmax(axis=1) + _SHORTEST
    return _RATE / lags, own[np.arange(len(own)), lags]


def prosody(samples: Floats, loudness: npt.NDArray[np.float64]) -> Floats:
    """`PROSODY` figures of an utterance.

    Args:
        samples: float32 at 16 kHz.
        loudness: dB of each 20 ms, at least one; see `asr.windows.levels`.

    Returns:
        float32 of (PROSODY,): octaves of the pitch (mean, deviation, 10th, 50th, 90th percentile, mean
        step, rise), how much is periodic and how much so; loudness below the peak (mean, deviation,
        10th, 25th, 50th, 75th percentile, mean step, range); seconds, seconds of voice, onsets a frame;
        energy of three bands beside the lowest, in dB.
    """
    peak = float(np.percentile(loudness, 95))
    voiced = loudness > peak - BELOW_PEAK
    count = min(max(1, (len(samples) // 2 - _WINDOW) // _HOP + 1), len(loudness))
    frequency, periodicity = pitch(samples, voiced[:count])
    sung = periodicity > _PERIODIC
    octaves = np.log2(frequency[sung]) if int(sung.sum()) > 3 else _NO_PITCH
    third = max(1, len(octaves) // 3)
    melody = [
        *(octaves.mean(), octaves.std(), *np.percentile(octaves, [10, 50, 90])),
        *(np.abs(np.diff(octaves)).mean(), octaves[-third:].mean() - octaves[:third].mean()),
        *(sung.sum() / count, periodicity[sung].mean() if sung.any() else 0.0),
    ]
    below = loudness[voiced] - peak
    energy = [
        *(below.mean(), below.std(), *np.percentile(below, [10, 25, 50, 75])),
        *(np.abs(np.diff(loudness)).mean() if len(loudness) > 1 else 0.0, peak - np.percentile(loudness, 5)),
    ]
    onsets = (np.diff(voiced.astype(np.int8)) == 1).sum() / len(loudness)
    pace = [len(loudness) * 0.02, voiced.sum() * 0.02, onsets]
    return np.array([*melody, *energy, *pace, *_tilt(samples)], dtype=np.float32)


def _power(spectrum: npt.NDArray[np.complexfloating]) -> npt.NDArray[np.floating]:
    """Of each bin; half the time of `abs` squared, which takes a root first."""
    power: npt.NDArray[np.floating] = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    return power


def _tilt(samples: Floats) -> list[float]:
    slow = samples[::2]
    # A power of two: the transform of a length that is prime takes ten times as long.
    size = 1 << max(1, len(slow) - 1).bit_length()
    spectrum = _power(np.fft.rfft(slow, size))
    hz = np.fft.rfftfreq(size, 1 / _RATE)
    low, *others = (
        10 * float(np.log10(spectrum[np.searchsorted(hz, a) : np.searchsorted(hz, b)].sum() + 1e-6))
        for a, b in _BANDS
    )
    return [one - low for one in others]
