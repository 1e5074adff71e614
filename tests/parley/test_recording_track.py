import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.recording.track import Run, Samples, Track

RATE = 8000
PACKET = 160


def tone(packets: int) -> Samples:
    """Samples that are all different from their neighbours and never silent."""
    return (np.arange(packets * PACKET) % 1000 + 1).astype(np.int16)


def lay(times: list[float], audio: Samples, track: Track | None = None) -> list[Run]:
    track = track or Track(RATE)
    runs: list[Run] = []
    for index, at in enumerate(times):
        runs += track.add(audio[index * PACKET : (index + 1) * PACKET], at)
    return runs + track.settle()


def together(runs: list[Run]) -> Samples:
    line = np.zeros(max((run.start + len(run.samples) for run in runs), default=0), np.int16)
    for run in runs:
        line[run.start : run.start + len(run.samples)] = run.samples
    return line


def test_jitter_does_not_tear_the_audio() -> None:
    dice = random.Random(1)  # noqa: S311 - repeatable jitter
    audio = tone(100)
    runs = lay([index * 0.02 + dice.uniform(0, 0.035) for index in range(100)], audio)
    line = together(runs)
    assert all(after.start == before.start + len(before.samples) for before, after in pairwise(runs))
    assert abs(len(line) - len(audio)) < 0.02 * RATE
    assert np.count_nonzero(line == 0) == 0


@pytest.mark.parametrize("skew", [1.0, 1 + 100e-6, 1 - 100e-6, 1.002])
def test_half_an_hour_of_jitter_and_a_skewed_clock_stays_aligned(skew: float) -> None:
    dice = random.Random(2)  # noqa: S311 - repeatable jitter
    track, packet = Track(RATE), tone(1)
    worst, end = 0.0, 0
    for index in range(30 * 60 * 50):
        true = index * 0.02 * skew
        for run in track.add(packet, true + dice.uniform(-0.015, 0.015)):
            assert index < 5 or run.start == end, "torn"
            end = run.start + len(run.samples)
            worst = max(worst, abs(run.start / RATE - true)) if index > 5 else worst
    assert worst < 0.02


def test_a_gap_is_silence_of_its_length() -> None:
    audio = tone(20)
    times = [1.0 + index * 0.02 + (0.5 if index >= 10 else 0.0) for index in range(20)]
    line = together(lay(times, audio))
    assert not line[:RATE].any()
    assert np.array_equal(line[RATE : RATE + 1600], audio[:1600])
    assert not line[RATE + 1600 : RATE + 1600 + 4000].any()
    assert np.array_equal(line[RATE + 5600 :], audio[1600:])


def test_packets_that_a_stall_delivers_all_at_once_are_not_torn() -> None:
    audio = tone(60)
    times = [0.58 if 20 <= index < 30 else index * 0.02 for index in range(60)]
    assert np.array_equal(together(lay(times, audio)), audio)


def test_a_single_packet_after_a_gap_is_kept_at_its_time() -> None:
    line = together(lay([0.0, 1.0], tone(2)))
    assert line.nonzero()[0][160] == RATE


def test_audio_that_overlaps_by_far_is_left_out() -> None:
    track = Track(RATE)
    lay([0.0], np.ones(RATE * 3, np.int16)[:PACKET], track)
    track.add(np.ones(RATE * 3, np.int16), 0.02)
    assert track.add(np.ones(PACKET, np.int16), 0.5) == []
    assert track.left_out == pytest.approx(0.02)


@given(st.lists(st.tuples(st.floats(-1, 20), st.integers(0, 400)), max_size=60))
def test_whatever_the_times_nothing_overlaps_and_nothing_is_lost(packets: list[tuple[float, int]]) -> None:
    track = Track(RATE)
    runs: list[Run] = []
    for at, length in packets:
        runs += track.add(np.ones(length, np.int16), at)
    runs += track.settle()
    for before, after in pairwise(runs):
        assert after.start >= before.start + len(before.samples)
    laid = sum(len(run.samples) for run in runs) / RATE
    given_ = sum(length for _, length in packets) / RATE
    assert laid + track.left_out == pytest.approx(given_, rel=0.03, abs=60 / RATE)
