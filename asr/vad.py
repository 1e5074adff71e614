"""Voice activity: a cheap gate in front of Silero's neural detector.

WebRTC's detector costs microseconds and lets little speech pass unnoticed, but
takes many noises for speech; Silero tells them apart and costs about 0.2 ms for
32 ms of audio. So the gate keeps Silero off the CPU while the line is quiet,
and Silero alone decides what speech is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Protocol

import faster_whisper  # type: ignore[import-untyped]  # ships no annotations
import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no annotations
import webrtcvad  # type: ignore[import-untyped]  # ships no annotations

from asr.audio import WHISPER_RATE, Floats, StreamResampler, to_float, to_pcm16

WINDOW = 512
"""Samples at 16 kHz of one detector window (32 ms), as Silero was trained."""

SLICE = 128
"""Samples at 16 kHz for which a level is measured (8 ms)."""

_CONTEXT = 64
_STATE = (1, 1, 128)
_GATE_FRAME = 160
_DETECTOR_PEAK = 10 ** (-24 / 20)
_PEAK_FADE = 10 ** (-3 / 20 * WINDOW / WHISPER_RATE)  # 3 dB a second
SPEECH_PROBABILITY = 0.5
"""Silero's probability from which a window counts as speech."""

QUIETEST = -100.0
"""Level in dB given to digital silence."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window of audio, judged.

    Attributes:
        start, end: seconds on the call's clock.
        probability: 0 to 1, that somebody speaks in it.
        levels: loudness of its equal slices in dB below full scale, oldest first.
    """

    start: float
    end: float
    probability: float
    levels: tuple[float, ...]


class Detector(Protocol):
    """Judges consecutive windows of one stream."""

    def probability(self, window: Floats) -> float:
        """Probability of speech in the next 512 samples at 16 kHz."""

    def reset(self) -> None:
        """Forget the stream so far."""


class SileroModel:
    """Silero VAD v6, loaded once and shared by all calls (MIT, github.com/snakers4/silero-vad).

    The ONNX file ships inside the `faster-whisper` package.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Load the model from `path`, by default from the installed `faster-whisper`.

        Raises:
            FileNotFoundError: the model file is not there.
        """
        if path is None:
            path = Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx"
        if not path.is_file():
            raise FileNotFoundError(f"{path}: expected Silero's ONNX model here; reinstall faster-whisper")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def run(self, window: Floats, h: Floats, c: Floats) -> tuple[float, Floats, Floats]:
        """Judge one window of (1, 64 + 512) samples from the recurrent state `h`, `c`."""
        probability, h, c = self._session.run(None, {"input": window, "h": h, "c": c})
        return float(probability[0]), h, c


class Silero:
    """Silero's recurrent state for one stream."""

    def __init__(self, model: SileroModel) -> None:
        """Judge a stream of its own with the shared `model`."""
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget the stream so far."""
        self._h: Floats = np.zeros(_STATE, dtype=np.float32)
        self._c: Floats = np.zeros(_STATE, dtype=np.float32)
        self._input: Floats = np.zeros((1, _CONTEXT + WINDOW), dtype=np.float32)

    def probability(self, window: Floats) -> float:
        """Probability of speech in the next 512 samples at 16 kHz."""
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = window
        probability, self._h, self._c = self._model.run(self._input, self._h, self._c)
        return probability


class NoiseFloor:
    """The line's noise level: the quietest slices of the last seconds.

    It falls at once and rises slowly (`rise` dB a second): the gaps within words bring it down
    again, so that speech hardly lifts it, and a noise that begins is learnt within seconds.
    """

    def __init__(self, *, initial: float = -60.0, rise: float = 6.0) -> None:
        """Start at `initial` dB below full scale."""
        self._rise = rise
        self.level = initial

    def learn(self, levels: Sequence[float], seconds: float) -> None:
        """Follow the quietest of the levels of the next `seconds`."""
        quietest = max(min(levels, default=QUIETEST), -75.0)
        self.level = min(quietest, self.level + self._rise * seconds)


class Gate:
    """Says when a closer look is worth it.

    Open when WebRTC's voice detector takes a sound for speech, or (it misses quiet callers) when
    the sound stands out of the line's noise; never below an absolute floor.
    """

    def __init__(
        self, *, floor: float = -65.0, margin: float = 12.0, hangover: float = 0.3, strictness: int = 2
    ) -> None:
        """Make a gate.

        Args:
            floor: dB below full scale under which nothing is speech.
            margin: dB above the noise floor at which a sound opens it by itself.
            hangover: seconds it stays open after the last hint of speech.
            strictness: WebRTC's mode, 0 (lets most through) to 3.
        """
        self._vad = webrtcvad.Vad(strictness)
        self._floor = floor
        self._margin = margin
        self._hangover = hangover
        self._noise = NoiseFloor()
        self._left = 0.0

    def open(self, window: Floats, levels: Sequence[float]) -> bool:
        """Whether the window (512 samples at 16 kHz) may hold speech."""
        self._noise.learn(levels, WINDOW / WHISPER_RATE)
        loudest = max(levels)
        if loudest > self._floor and (loudest > self._noise.level + self._margin or self._voiced(window)):
            self._left = self._hangover
            return True
        self._left -= WINDOW / WHISPER_RATE
        return self._left > 0

    def _voiced(self, window: Floats) -> bool:
        pcm = to_pcm16(window).tobytes()
        size = 2 * _GATE_FRAME
        starts = range(0, len(pcm) - size + 1, size)
        return any(self._vad.is_speech(pcm[i : i + size], WHISPER_RATE) for i in starts)

    def reset(self) -> None:
        """Close at once."""
        self._left = 0.0


def slice_levels(window: Floats) -> tuple[float, ...]:
    """Loudness in dB below full scale of each 8 ms of a window at 16 kHz."""
    power = np.square(window.reshape(-1, SLICE)).mean(axis=1)
    return tuple(10 * log10(p) if p > 1e-10 else QUIETEST for p in power.tolist())


class VoiceDetector:
    """Turns one call's audio into judged windows.

    While the gate is closed windows get probability 0 without Silero being asked; when it opens,
    Silero first hears the last few windows again, so that it enters the word with its context.
    Loud audio is turned down for Silero: shouting that fills the scale was measured to get
    probabilities near 0, and the same sound 20 dB lower is plainly speech to it.
    """

    def __init__(self, detector: Detector, *, rate: int, gate: Gate | None = None) -> None:
        """Listen at `rate` samples per second."""
        self._detector = detector
        self._gate = gate or Gate()
        self._resampler = StreamResampler(rate, WHISPER_RATE)
        self._pending: Floats = np.zeros(0, dtype=np.float32)
        self._skipped: deque[Floats] = deque(maxlen=4)
        self._peak = 0.0
        self._clock = 0.0

    def restart(self, at: float) -> None:
        """Begin anew with audio whose first sample is at `at` on the call's clock."""
        self._resampler.reset()
        self._detector.reset()
        self._gate.reset()
        self._skipped.clear()
        self._pending = self._pending[:0]
        self._clock = at - self._resampler.delay

    def push(self, pcm: bytes) -> list[Window]:
        """Take the next s16le samples and return the windows that they complete."""
        audio = self._resampler.push(to_float(np.frombuffer(pcm, dtype="<i2")))
        self._pending = np.concatenate((self._pending, audio))
        windows = []
        while len(self._pending) >= WINDOW:
            window, self._pending = self._pending[:WINDOW], self._pending[WINDOW:]
            end = self._clock + WINDOW / WHISPER_RATE
            levels = slice_levels(window)
            windows.append(Window(self._clock, end, self._judge(window, levels), levels))
            self._clock = end
        return windows

    def _judge(self, window: Floats, levels: Sequence[float]) -> float:
        if not self._gate.open(window, levels):
            if not self._skipped:
                self._detector.reset()
            self._skipped.append(window)
            return 0.0
        loudest = float(np.abs(window).max())
        self._peak = max(loudest, self._peak * _PEAK_FADE)
        gain = np.float32(min(1.0, _DETECTOR_PEAK / self._peak)) if self._peak else np.float32(1.0)
        while self._skipped:
            self._detector.probability(self._skipped.popleft() * gain)
        return self._detector.probability(window * gain)


def speech_seconds(samples: Floats, detector: Detector, enough: float) -> float:
    """Seconds of speech in a whole span at 16 kHz; stops counting at `enough`.

    As in `VoiceDetector`, loud audio is turned down first.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    gain = np.float32(min(1.0, _DETECTOR_PEAK / peak)) if peak else np.float32(1.0)
    detector.reset()
    # Silence before it: the detector takes a few windows to settle.
    lead, tail = np.zeros(4 * WINDOW, dtype=np.float32), np.zeros(WINDOW, dtype=np.float32)
    line = np.concatenate((lead, samples * gain, tail))
    found = 0.0
    for start in range(0, len(line) - WINDOW + 1, WINDOW):
        if detector.probability(line[start : start + WINDOW]) >= SPEECH_PROBABILITY:
            found += WINDOW / WHISPER_RATE
            if found >= enough:
                break
    return found
