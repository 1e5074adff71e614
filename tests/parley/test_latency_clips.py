"""What is said: its level, its true bounds, and pauses put into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from parley.benches.latency.clips import LEVEL, RATE, Clip, bounds, level_of, levelled, read_clip, with_pause
from parley.benches.latency.sounds import HISS_DB, cough, hiss


def voice(seconds: float, level: float = 3000) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(level * np.sin(2 * np.pi * 440 * t + 1.57))


def room(seconds: float, level: float = 10) -> np.ndarray:
    return np.asarray(np.random.default_rng(3).normal(0, level, round(seconds * RATE)))


def pcm(*parts: np.ndarray) -> bytes:
    return bytes(np.concatenate(parts).astype("<i2").tobytes())


def clip(*parts: np.ndarray) -> Clip:
    samples = pcm(*parts)
    return Clip("clip", "words", samples, tuple(bounds(samples)))


def write(path: Path, *parts: np.ndarray, rate: int = RATE) -> Path:
    sf.write(path, np.concatenate(parts).astype("<i2"), rate)
    return path


@pytest.mark.parametrize("level", [400, 3000, 20000])
def test_speech_is_brought_to_one_level_and_its_bounds_are_to_the_sample(
    tmp_path: Path, level: float
) -> None:
    parts = (room(0.4), voice(1.0, level), room(0.5))
    read = read_clip(write(tmp_path / "a.wav", *parts), "hello")
    assert read is not None
    assert (read.name, read.text) == ("a", "hello")
    assert level_of(read.pcm, list(read.speech)) == pytest.approx(LEVEL, abs=0.1)
    assert read.onset == pytest.approx(0.4, abs=3 / RATE)
    assert read.end == pytest.approx(1.4, abs=3 / RATE)
    assert read.is_whole


def test_a_recording_that_breaks_off_is_not_whole(tmp_path: Path) -> None:
    read = read_clip(write(tmp_path / "a.wav", room(0.4), voice(1.0)))
    assert read is not None
    assert not read.is_whole


def test_a_recording_without_speech_is_none(tmp_path: Path) -> None:
    assert read_clip(write(tmp_path / "a.wav", np.zeros(8000))) is None


def test_stray_sounds_before_and_behind_are_no_speech() -> None:
    spans = bounds(pcm(voice(0.06), room(0.4), voice(1.0), room(0.3), voice(0.08), room(0.2)))
    assert spans[0].start == pytest.approx(0.46, abs=3 / RATE)
    assert spans[-1].end == pytest.approx(1.46, abs=3 / RATE)


def test_nothing_is_made_so_loud_that_it_is_clipped() -> None:
    loud = pcm(voice(0.1, 30000), voice(1.0, 300))
    samples = np.frombuffer(levelled(loud, None, 0.0), "<i2").astype(int)
    assert np.abs(samples).max() <= 32000


@pytest.mark.parametrize("gap", [0.06, 0.15])
@pytest.mark.parametrize("seconds", [0.3, 0.8])
def test_a_pause_is_put_between_two_words_and_the_end_moves_with_it(gap: float, seconds: float) -> None:
    spoken = clip(room(0.2), voice(1.0), room(gap), voice(0.8), room(0.3))
    paused = with_pause(spoken, seconds)
    assert paused is not None
    # Quiet places are known to the window of 10 ms.
    assert paused.longest_pause == pytest.approx(seconds, abs=0.021)
    assert paused.onset == spoken.onset
    assert paused.end - spoken.end == pytest.approx(seconds - gap, abs=0.021)
    # What the samples show is what the clip says.
    found = bounds(paused.pcm)
    assert found[-1].end == pytest.approx(paused.end, abs=3 / RATE)
    assert found[0].start == pytest.approx(paused.onset, abs=3 / RATE)
    assert [len(found), found[0].end] == [2, pytest.approx(1.2, abs=3 / RATE)]
    assert (spoken.pause, paused.pause) == (0, seconds)


def test_the_silence_of_a_pause_is_the_recordings_own() -> None:
    spoken = clip(room(0.2, 40), voice(1.0), room(0.1, 40), voice(0.8), room(0.3, 40))
    paused = with_pause(spoken, 0.6)
    assert paused is not None
    middle = np.frombuffer(paused.pcm, "<i2")[round(1.25 * RATE) : round(1.75 * RATE)]
    assert float(middle.std()) == pytest.approx(40, rel=0.15)


def test_there_is_no_place_for_a_pause_in_one_sound_or_near_an_edge() -> None:
    assert with_pause(clip(room(0.2), voice(2.0), room(0.2)), 0.5) is None
    assert with_pause(clip(room(0.2), voice(0.3), room(0.09), voice(1.5), room(0.2)), 0.5) is None


def test_a_pause_that_is_longer_already_is_left() -> None:
    assert with_pause(clip(room(0.2), voice(1.0), room(0.5), voice(1.0), room(0.2)), 0.4) is None


def test_sounds_that_are_no_speech_have_their_levels() -> None:
    assert level_of(cough().pcm, None) < LEVEL < level_of(cough().pcm) + 10
    assert level_of(hiss().pcm) == pytest.approx(HISS_DB, abs=0.2)
    assert cough() == cough()
