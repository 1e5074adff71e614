"""Where speech lies in a span of audio, and where a long one may be cut: pure logic on samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from asr.audio import WHISPER_RATE, Floats

_SLICE = 320  # 20 ms at 16 kHz
_SLICE_SECONDS = _SLICE / WHISPER_RATE
_FLOOR_PERCENTILE = 10
_ABOVE_FLOOR = 8.0
_BELOW_PEAK = 40.0
_QUIETEST = -90.0


def levels(samples: Floats) -> npt.NDArray[np.float64]:
    """Loudness in dB below full scale of each whole 20 ms of samples at 16 kHz."""
    count = len(samples) // _SLICE
    power = np.square(samples[: count * _SLICE].reshape(count, _SLICE), dtype=np.float64).mean(axis=1)
    decibels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (_QUIETEST / 10)))
    return decibels


def sounding(samples: Floats, pad: float = 0.25) -> tuple[int, int]:
    """First sample, and the one after the last, of what sounds in samples at 16 kHz.

    What is near the quietest tenth of the span, or 40 dB below its peak, is silence. `pad` seconds
    are kept on either side: soft consonants are as quiet as the line.
    """
    loudness = levels(samples)
    if not loudness.size:
        return 0, len(samples)
    peak = float(loudness.max())
    floor = float(np.percentile(loudness, _FLOOR_PERCENTILE))
    threshold = max(min(floor + _ABOVE_FLOOR, peak - _ABOVE_FLOOR), peak - _BELOW_PEAK)
    loud = np.flatnonzero(loudness >= threshold)
    margin = round(pad * WHISPER_RATE)
    start = max(0, int(loud[0]) * _SLICE - margin)
    end = min(len(samples), int(loud[-1] + 1) * _SLICE + margin)
    return start, end


def split(samples: Floats, longest: float = 28.0, shortest: float = 12.0) -> list[Floats]:
    """Cut samples at 16 kHz into pieces of at most `longest` seconds, each cut at a pause.

    Each cut is where 0.3 s are quietest on average, between `shortest` and `longest` seconds after
    the cut before; the pieces joined are the samples again.
    """
    pieces = []
    smooth = np.ones(15) / 15
    while len(samples) > longest * WHISPER_RATE:
        loudness = np.convolve(levels(samples), smooth, mode="same")
        first, last = round(shortest / _SLICE_SECONDS), round(longest / _SLICE_SECONDS)
        cut = (first + int(loudness[first:last].argmin())) * _SLICE
        pieces.append(samples[:cut])
        samples = samples[cut:]
    pieces.append(samples)
    return pieces
