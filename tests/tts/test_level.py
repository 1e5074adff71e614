"""Level: what leaves for the line is short of silence, evenly loud, and free of aliases."""

from __future__ import annotations

import numpy as np
import pytest

from tts import level


def tone(hertz: float, seconds: float, rate: int, amplitude: float = 0.5) -> level.Samples:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def power_db(samples: level.Samples) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize("hertz", [4_200, 5_000, 6_500, 7_900, 10_500])
def test_nothing_above_half_the_lines_rate_comes_back_as_an_alias(hertz: float) -> None:
    loud = tone(hertz, 0.5, 22_050)
    heard = level.resample(loud, 22_050, 8_000)
    # The ends ring, as any filter of finite length does on a tone switched on and off.
    assert power_db(heard[400:-400]) < power_db(loud) - 80


@pytest.mark.parametrize("source", [22_050, 24_000, 16_000])
@pytest.mark.parametrize("target", [8_000, 16_000])
def test_what_the_telephone_carries_passes_unchanged(source: int, target: int) -> None:
    heard = level.resample(tone(1_000, 0.5, source), source, target)
    assert len(heard) == pytest.approx(0.5 * target, abs=2)
    assert power_db(heard[400:-400]) == pytest.approx(power_db(tone(1_000, 0.5, source)), abs=0.05)


@pytest.mark.parametrize("gain", [0.02, 0.3, 1.0])
def test_quiet_and_loud_engines_end_at_the_same_level(gain: float) -> None:
    speech = np.concatenate(
        [tone(300, 0.4, 24_000, gain), np.zeros(9_600, np.float32), tone(500, 0.4, 24_000, gain)]
    )
    pcm, _ = level.finish(speech, 24_000, 8_000)
    heard = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    assert level.active_level(heard, 8_000) == pytest.approx(level.TARGET_DBFS, abs=0.7)


def test_pauses_do_not_count_as_speech() -> None:
    dense = tone(400, 1.0, 8_000, 0.2)
    sparse = np.concatenate([dense, np.zeros(24_000, np.float32)])
    assert level.active_level(sparse, 8_000) == pytest.approx(level.active_level(dense, 8_000), abs=0.3)


def test_silence_has_no_level() -> None:
    assert level.active_level(np.zeros(800, np.float32), 8_000) == float("-inf")


def test_a_reply_starts_within_20_ms() -> None:
    rng = np.random.default_rng(1)
    hiss = (1e-4 * rng.standard_normal(12_000)).astype(np.float32)
    speech = np.concatenate([hiss, tone(300, 0.5, 24_000, 0.4), hiss])
    pcm, skipped = level.finish(speech, 24_000, 8_000)
    heard = np.abs(np.frombuffer(pcm, "<i2").astype(np.int32))
    onset = int(np.argmax(heard > heard.max() // 10)) / 8_000
    assert onset < 0.02
    assert skipped == pytest.approx(0.49, abs=0.011)
    assert len(pcm) / 16_000 == pytest.approx(0.55, abs=0.02)


def test_a_soft_beginning_is_not_cut_off() -> None:
    rng = np.random.default_rng(1)
    fricative = (0.012 * rng.standard_normal(2_400)).astype(np.float32)
    speech = np.concatenate([np.zeros(4_800, np.float32), fricative, tone(200, 0.4, 24_000, 0.5)])
    assert level.trim(speech, 24_000).start <= 4_800


def test_nothing_but_silence_gives_nothing() -> None:
    assert level.finish(np.zeros(24_000, np.float32), 24_000, 8_000) == (b"", 0.0)
    assert level.finish(np.zeros(0, np.float32), 24_000, 8_000) == (b"", 0.0)


def test_a_pause_follows_as_asked() -> None:
    speech = tone(300, 0.3, 8_000)
    without, _ = level.finish(speech, 8_000, 8_000)
    with_pause, _ = level.finish(speech, 8_000, 8_000, pause=0.25)
    assert with_pause[: len(without)] == without
    assert with_pause[len(without) :] == bytes(4_000)


def test_peaks_are_held_without_making_the_rest_quieter() -> None:
    speech = tone(300, 1.0, 8_000, 0.2)
    speech[4_000:4_010] = 1.6
    limited = level.limit(speech, 8_000)
    ceiling = 10 ** (level.CEILING_DBFS / 20)
    over = np.abs(level.resample(limited, 8_000, 32_000))
    assert over.max() <= ceiling * 1.02
    np.testing.assert_array_equal(limited[:3_900], speech[:3_900])
    np.testing.assert_array_equal(limited[4_100:], speech[4_100:])


def test_samples_beyond_full_scale_saturate_instead_of_wrapping() -> None:
    pcm = level.to_pcm(np.array([2.0, -2.0, 0.0], dtype=np.float32))
    assert list(np.frombuffer(pcm, "<i2")) == [32767, -32768, 0]
