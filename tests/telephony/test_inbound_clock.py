"""Arrival times become the times at which samples were spoken."""

from __future__ import annotations

import pytest

from telephony.inbound_clock import InboundClock


def test_jitter_does_not_tear_a_run_of_frames() -> None:
    clock = InboundClock()
    arrivals = [0.020, 0.047, 0.060, 0.083, 0.100, 0.135]
    assert [clock.place(0.02, now) for now in arrivals] == pytest.approx([0, 0.02, 0.04, 0.06, 0.08, 0.10])


def test_a_held_key_leaves_a_gap() -> None:
    clock = InboundClock()
    clock.place(0.02, 1.0)
    assert clock.place(0.02, 1.3) == pytest.approx(1.28)


def test_a_stall_does_not_tear_a_run_of_frames() -> None:
    clock = InboundClock()
    arrivals = [0.020, 0.040, 0.145, 0.146, 0.147, 0.148, 0.149, 0.160, 0.180]
    assert [clock.place(0.02, now) for now in arrivals] == pytest.approx([k * 0.02 for k in range(9)])


def test_a_short_gap_is_seen_once_nothing_catches_up_with_it() -> None:
    clock = InboundClock()
    clock.place(0.02, 1.0)
    placed = [clock.place(0.02, 1.1 + k * 0.02) for k in range(20)]
    assert placed[:9] == pytest.approx([1.0 + k * 0.02 for k in range(9)])  # for 0.2 s it may be a stall
    assert placed[11:] == pytest.approx([1.08 + k * 0.02 for k in range(11, 20)])
    assert max(at + 0.02 for at in placed) <= 1.1 + 19 * 0.02 + 1e-9


def test_several_frames_read_at_once_were_spoken_one_after_another() -> None:
    clock = InboundClock()
    clock.place(0.02, 1.0)
    assert clock.place(0.10, 1.10) == pytest.approx(1.0)


def test_audio_never_ends_in_the_future_for_long() -> None:
    clock = InboundClock()
    clock.place(0.02, 1.0)
    clock.place(0.02, 1.5)  # arrived late: taken for a gap
    for i in range(20):  # but the rest comes faster than it can be spoken
        at = clock.place(0.02, 1.501 + i * 0.001)
        assert at + 0.02 <= 1.501 + i * 0.001 + 0.031
