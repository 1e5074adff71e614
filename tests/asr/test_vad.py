"""The voice detector with a detector of its own, so that no network has to run."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Floats, Pcm16, to_float
from asr.vad import (
    QUIETEST,
    SPEECH_PROBABILITY,
    Gate,
    SileroModel,
    VoiceDetector,
    slice_levels,
    speech_seconds,
)

RATE = 8000


class LoudIsSpeech:
    """Takes what is louder than -40 dB for speech, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Floats] = []
        self.resets = 0

    def probability(self, window: Floats) -> float:
        self.asked.append(window)
        return 0.9 if float(np.sqrt(np.square(window).mean())) > 0.01 else 0.1

    def reset(self) -> None:
        self.resets += 1


def tone(seconds: float, amplitude: float = 0.3, rate: int = RATE) -> Pcm16:
    """Something a voice might be: a low tone with overtones."""
    t = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 9))
    return np.asarray(amplitude / 2 * 32767 * wave, dtype=np.int16)


def silence(seconds: float, rate: int = RATE) -> Pcm16:
    return np.zeros(round(seconds * rate), dtype=np.int16)


def test_a_quiet_line_costs_the_network_nothing() -> None:
    detector = LoudIsSpeech()
    voice = VoiceDetector(detector, rate=RATE)
    windows = voice.push(silence(5.0).tobytes())
    assert len(windows) == pytest.approx(5.0 / 0.032, abs=1)
    assert all(window.probability == 0.0 for window in windows)
    assert detector.asked == []


def test_speech_is_seen_with_the_windows_before_it() -> None:
    detector = LoudIsSpeech()
    voice = VoiceDetector(detector, rate=RATE)
    windows = voice.push(np.concatenate((silence(1.0), tone(0.5))).tobytes())
    spoken = [window for window in windows if window.probability >= SPEECH_PROBABILITY]
    assert spoken[0].start == pytest.approx(1.0, abs=0.04)
    # The network entered the word with some silence before it, as it needs.
    assert float(np.abs(detector.asked[0]).max()) < 0.01
    assert len(detector.asked) > len(spoken)


def test_a_pause_between_words_keeps_the_gate_open() -> None:
    detector = LoudIsSpeech()
    voice = VoiceDetector(detector, rate=RATE)
    voice.push(np.concatenate((tone(0.5), silence(0.2), tone(0.3))).tobytes())
    assert len(detector.asked) >= 0.95 / 0.032


def test_times_start_where_the_audio_does() -> None:
    voice = VoiceDetector(LoudIsSpeech(), rate=RATE)
    voice.restart(12.5)
    windows = voice.push(silence(0.5).tobytes())
    assert windows[0].start == pytest.approx(12.5, abs=0.005)
    assert all(a.end == b.start for a, b in pairwise(windows))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_windows_do_not_depend_on_how_the_audio_comes(sizes: list[int]) -> None:
    audio = np.concatenate((silence(0.3), tone(0.6), silence(0.3)))
    whole = VoiceDetector(LoudIsSpeech(), rate=RATE).push(audio.tobytes())
    voice = VoiceDetector(LoudIsSpeech(), rate=RATE)
    parts = []
    for size in [*sizes, len(audio)]:
        head, audio = audio[:size], audio[size:]
        parts += voice.push(head.tobytes())
    assert np.allclose([(w.start, w.end) for w in parts], [(w.start, w.end) for w in whole])
    assert [w.probability for w in parts] == [w.probability for w in whole]
    assert np.allclose([w.levels for w in parts], [w.levels for w in whole], atol=0.1)


def test_shouting_is_turned_down_for_the_network() -> None:
    detector = LoudIsSpeech()
    VoiceDetector(detector, rate=RATE).push(tone(1.0, amplitude=1.0).tobytes())
    assert max(float(np.abs(window).max()) for window in detector.asked) <= 10 ** (-24 / 20) + 1e-6


def test_a_steady_noise_shuts_the_gate_again() -> None:
    rng = np.random.default_rng(1)
    gate = Gate()
    answers = []
    for _ in range(600):
        window = (rng.standard_normal(512) * 0.01).astype(np.float32)
        answers.append(gate.open(window, slice_levels(window)))
    assert not any(answers[-200:])


def test_levels_are_in_decibels_below_full_scale() -> None:
    assert slice_levels(np.zeros(512, dtype=np.float32)) == (QUIETEST,) * 4
    assert slice_levels(np.full(512, 0.1, dtype=np.float32)) == pytest.approx((-20.0,) * 4)


def test_speech_in_a_span_is_counted_until_there_is_enough() -> None:
    span = to_float(np.concatenate((silence(1.0, 16000), tone(1.0, rate=16000))))
    detector = LoudIsSpeech()
    assert speech_seconds(span, detector, 100.0) == pytest.approx(1.0, abs=0.07)
    asked = len(detector.asked)
    assert speech_seconds(span, detector, 0.1) == pytest.approx(0.1, abs=0.03)
    assert len(detector.asked) - asked < 0.6 * asked
    assert speech_seconds(np.zeros(0, dtype=np.float32), detector, 0.1) == 0.0


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"silero\.onnx.*reinstall faster-whisper"):
        SileroModel(tmp_path / "silero.onnx")
