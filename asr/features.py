"""What Whisper sees of audio: the logarithm of 80 (or 128) mel bands, 100 times a second."""

from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor  # type: ignore[import-untyped]
from numpy.lib.stride_tricks import sliding_window_view

from asr.audio import Floats

_FFT = 400
_HOP = 160
_DYNAMIC_RANGE = 8.0
FRAMES_PER_SECOND = 100


class LogMel:
    """Whisper's features, as in `whisper/audio.py` of github.com/openai/whisper.

    The same values as faster-whisper's extractor gives for audio padded with silence, in a tenth of
    its time: the padding is never transformed.
    """

    def __init__(self, bands: int = 80) -> None:
        """Make features of so many mel bands."""
        extractor = FeatureExtractor(feature_size=bands, n_fft=_FFT, hop_length=_HOP)
        self._filters: Floats = np.ascontiguousarray(extractor.mel_filters.T, dtype=np.float32)
        self._window: Floats = np.hanning(_FFT + 1)[:-1].astype(np.float32)

    def __call__(self, samples: Floats, context: float) -> Floats:
        """Features of samples at 16 kHz, padded with silence (or cut) to `context` seconds.

        Returns:
            float32 of (1, bands, 100 * context).
        """
        count = round(context * FRAMES_PER_SECOND)
        samples = samples[: count * _HOP]
        mirrored = samples[_FFT // 2 : 0 : -1]
        head = np.zeros(_FFT // 2 - len(mirrored), dtype=np.float32)
        tail = np.zeros(_FFT, dtype=np.float32)
        line = np.concatenate((head, mirrored, samples, tail), dtype=np.float32)
        spectrum = np.fft.rfft(sliding_window_view(line, _FFT)[::_HOP] * self._window)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        bands = np.log10(np.maximum(power @ self._filters, 1e-10))[:count]
        floor = bands.max() - _DYNAMIC_RANGE
        features = np.full((1, self._filters.shape[1], count), (floor + 4) / 4, dtype=np.float32)
        features[0, :, : len(bands)] = (np.maximum(bands, floor) + 4).T / 4
        return features
