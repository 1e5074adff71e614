"""Parley's own voice coming back is told from a caller's."""

from __future__ import annotations

import numpy as np
import pytest

from parley.echo import EXPLAINED, EchoWatch, explained
from telephony.g711 import pcm_to_ulaw, ulaw_to_pcm

RATE = 8000


def voice(seconds: float, seed: int, level: float = 4000.0) -> np.ndarray:
    """Noise with a voice's spectrum and syllables: it never repeats itself."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    spectrum = np.fft.rfft(noise)
    frequency = np.fft.rfftfreq(len(noise), 1 / RATE)
    spectrum *= 1 / (1 + (frequency / 500) ** 2) * (frequency > 100)
    wave = np.fft.irfft(spectrum, len(noise))
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(len(wave)) / RATE)
    wave *= syllables
    return np.asarray(wave / wave.std() * level)


def over_the_line(wave: np.ndarray) -> np.ndarray:
    pcm = np.clip(wave, -32768, 32767).astype("<i2").tobytes()
    return np.frombuffer(ulaw_to_pcm(pcm_to_ulaw(pcm)), "<i2").astype(float)


def call(near: np.ndarray, far: np.ndarray) -> EchoWatch:
    watch = EchoWatch(RATE)
    for at in range(0, len(near), 160):
        watch.played(far[at : at + 160].astype("<i2").tobytes(), at / RATE)
        watch.heard(near[at : at + 160].astype("<i2").tobytes(), at / RATE)
    return watch


def echoed(far: np.ndarray, delay: float, decibels: float) -> np.ndarray:
    samples = round(delay * RATE)
    return np.concatenate((np.zeros(samples), far))[: len(far)] * 10 ** (decibels / 20)


@pytest.mark.parametrize("delay", [0.0, 0.04, 0.12, 0.3, 0.5])
@pytest.mark.parametrize("decibels", [-10, -20, -30])
def test_an_echo_is_known_at_any_delay(delay: float, decibels: float) -> None:
    far = voice(2.0, 1)
    near = over_the_line(echoed(far, delay, decibels))
    assert call(near, far).is_echo(2.0)


def test_an_echo_through_a_room_is_known() -> None:
    far = voice(2.0, 1)
    room = np.zeros(20)
    room[[0, 3, 7, 15]] = [1.0, -0.5, 0.3, 0.2]
    near = over_the_line(np.convolve(echoed(far, 0.12, -20), room)[: len(far)])
    assert call(near, far).is_echo(2.0)


def test_a_caller_is_no_echo() -> None:
    far = voice(2.0, 1)
    assert not call(over_the_line(voice(2.0, 2)), far).is_echo(2.0)


def test_a_caller_who_speaks_over_an_echo_is_no_echo() -> None:
    far = voice(2.0, 1)
    near = over_the_line(echoed(far, 0.12, -20) + voice(2.0, 2, level=2000))
    assert not call(near, far).is_echo(2.0)


def test_what_is_heard_while_nothing_is_played_is_no_echo() -> None:
    watch = EchoWatch(RATE)
    watch.heard(voice(1.0, 1).astype("<i2").tobytes(), 0.0)
    assert not watch.is_echo(1.0)


def test_the_share_lies_between_nothing_and_all() -> None:
    far = voice(1.5, 1)
    near = far[2000:4000]
    assert explained(near, far) == pytest.approx(1.0, abs=1e-3)
    assert explained(np.zeros(2000), far) == 0.0
    assert explained(voice(0.25, 5), far) < EXPLAINED


def test_who_begins_to_speak_in_an_echo_is_noticed_and_its_quiet_end_is_nobody() -> None:
    far = np.concatenate((voice(2.0, 1), np.zeros(RATE)))
    echo = echoed(far, 0.12, -20)
    for speaks in (False, True):
        near = echo + np.random.default_rng(3).normal(0, 8, len(echo))
        if speaks:
            near[round(1.5 * RATE) :] += voice(1.5, 2, level=2000)
        near = over_the_line(near)
        watch, since = EchoWatch(RATE), None
        for at in range(0, len(near), 160):
            now = (at + 160) / RATE
            watch.played(far[at : at + 160].astype("<i2").tobytes(), at / RATE)
            watch.heard(near[at : at + 160].astype("<i2").tobytes(), at / RATE)
            if at == round(0.5 * RATE):
                assert watch.begin(now)
            elif since is None and at > round(0.5 * RATE) and watch.is_caller(now):
                since = now
        if speaks:
            assert since is not None
            assert 1.5 < since < 1.85
        else:
            assert since is None


def test_a_caller_who_interrupts_on_a_quiet_line_is_noticed_at_once() -> None:
    far = voice(2.0, 1)
    watch = call(over_the_line(voice(2.0, 2)), far)
    assert not watch.begin(2.0)
    assert not watch.watching
