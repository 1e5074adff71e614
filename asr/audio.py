"""Telephone audio: G.711, sample formats and resampling.

Everything here works on numpy arrays of one channel. Names ending in `pcm16`
hold int16 samples; float audio is float32 within -1 to 1.
"""

from __future__ import annotations

from math import ceil, gcd

import numpy as np
import numpy.typing as npt
import soxr  # type: ignore[import-untyped]  # ships no annotations

Pcm16 = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]

WHISPER_RATE = 16_000
"""Samples per second that both Whisper and Silero were trained on."""

_MU_BIAS = 0x84
_MU_CLIP = 32_635
_HALF_TAPS = 20


def _mu_law_tables() -> tuple[npt.NDArray[np.uint8], Pcm16]:
    linear = np.arange(-32768, 32768, dtype=np.int32)
    magnitude = np.minimum(np.abs(linear), _MU_CLIP) + _MU_BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (segment + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    encode = (~(sign | (segment << 4) | mantissa) & 0xFF).astype(np.uint8)
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    value = (((code & 0x0F) << 3) + _MU_BIAS << ((code & 0x70) >> 4)) - _MU_BIAS
    decode = np.where(code & 0x80, -value, value).astype(np.int16)
    return np.roll(encode, 32768), decode


def _a_law_tables() -> tuple[npt.NDArray[np.uint8], Pcm16]:
    linear = np.arange(-32768, 32768, dtype=np.int32) >> 3
    magnitude = np.where(linear < 0, ~linear, linear)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = (magnitude >> np.maximum(segment, 1)) & 0x0F
    sign = np.where(linear < 0, 0x00, 0x80)
    encode = ((sign | (segment << 4) | mantissa) ^ 0x55).astype(np.uint8)
    code = np.arange(256, dtype=np.int32) ^ 0x55
    part, step = (code & 0x70) >> 4, (code & 0x0F) << 4
    value = np.where(part == 0, step + 8, (step + 0x108) << np.maximum(part - 1, 0))
    decode = np.where(code & 0x80, value, -value).astype(np.int16)
    return np.roll(encode, 32768), decode


_MU_ENCODE, _MU_DECODE = _mu_law_tables()
_A_ENCODE, _A_DECODE = _a_law_tables()


def encode_mu_law(pcm16: Pcm16) -> bytes:
    """Encode int16 samples as G.711 µ-law, a byte a sample (ITU-T G.711, table 2a)."""
    return _MU_ENCODE[pcm16.view(np.uint16)].tobytes()


def decode_mu_law(data: bytes) -> Pcm16:
    """Decode G.711 µ-law bytes to int16 samples (ITU-T G.711, table 2b)."""
    return _MU_DECODE[np.frombuffer(data, dtype=np.uint8)]


def encode_a_law(pcm16: Pcm16) -> bytes:
    """Encode int16 samples as G.711 A-law, a byte a sample (ITU-T G.711, table 1a)."""
    return _A_ENCODE[pcm16.view(np.uint16)].tobytes()


def decode_a_law(data: bytes) -> Pcm16:
    """Decode G.711 A-law bytes to int16 samples (ITU-T G.711, table 1b)."""
    return _A_DECODE[np.frombuffer(data, dtype=np.uint8)]


def to_float(pcm16: Pcm16) -> Floats:
    """Scale int16 samples to float32 within -1 to 1."""
    return pcm16.astype(np.float32) / np.float32(32768)


def to_pcm16(audio: Floats) -> Pcm16:
    """Scale float audio to int16; what lies beyond -1 to 1 is clipped, not wrapped."""
    scaled: Floats = np.clip(np.rint(audio * np.float32(32768)), -32768, 32767)
    return scaled.astype(np.int16)


def resample(audio: Floats, source: int, target: int) -> Floats:
    """Resample a whole span at high quality (soxr HQ), with no delay between input and output."""
    if source == target or not audio.size:
        return audio
    return np.asarray(soxr.resample(audio, source, target, quality="HQ"), dtype=np.float32)


class StreamResampler:
    """Resamples a stream chunk by chunk with a small, fixed delay.

    soxr's streams work by blocks and were measured to hold 60 to 100 ms of telephone audio back
    (`QQ` excepted, which lets images through at -20 dB): too much for a detector that has to
    notice the end of speech. This polyphase windowed sinc (Kaiser, about 60 dB) holds back 2.5 ms.

    Attributes:
        delay: seconds by which the output lags behind the input.
    """

    def __init__(self, source: int, target: int) -> None:
        """Resample from `source` to `target` samples per second."""
        if source <= 0 or target <= 0:
            raise ValueError(f"sample rates must be positive, got {source} and {target}")
        divisor = gcd(source, target)
        self._up, self._down = target // divisor, source // divisor
        half = ceil(_HALF_TAPS * max(1.0, source / target))
        self._taps = 2 * half
        self.delay = 0.0 if source == target else half / source
        self._filters = self._design(half)
        self.reset()

    def _design(self, half: int) -> Floats:
        """Return one row of taps for each of the `up` phases."""
        cutoff = 0.94 * min(1.0, self._up / self._down)
        phase = np.arange(self._up)[:, None] / self._up
        # Distance in input samples from each tap to the output sample, oldest tap first.
        distance = np.arange(self._taps)[None, :] - (half - 1) - phase
        window = np.i0(6.0 * np.sqrt(np.maximum(0.0, 1 - (distance / half) ** 2))) / np.i0(6.0)
        taps = cutoff * np.sinc(cutoff * distance) * window
        return np.asarray(taps / taps.sum(axis=1, keepdims=True), dtype=np.float32)

    def reset(self) -> None:
        """Forget the audio heard so far."""
        self._history: Floats = np.zeros(self._taps - 1, dtype=np.float32)
        self._position = 0

    def push(self, audio: Floats) -> Floats:
        """Take the next samples and return those that can be computed from them."""
        if self._up == self._down or not audio.size:
            return audio
        line = np.concatenate((self._history, audio))
        # Output k sits at input position k * down / up, counted from the first sample of `line`'s new part.
        steps = np.arange(self._position, len(audio) * self._up, self._down)
        starts, phases = np.divmod(steps, self._up)
        self._position = int(self._position + len(steps) * self._down - len(audio) * self._up)
        self._history = line[len(line) - self._taps + 1 :]
        windows = np.lib.stride_tricks.sliding_window_view(line, self._taps)
        output: Floats = np.einsum("ij,ij->i", windows[starts], self._filters[phases])
        return output
