"""The benchmark's measures on tapes whose answer is known to the sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.benches.latency.measure import (
    at_rate,
    audible_seconds,
    audible_spans,
    cut_in,
    fell_silent,
    longest_silence,
    place_in,
    reply_delay,
)
from telephony.tape import HEARD, SAID, Tape

RATE = 8000
SAMPLE = 1 / RATE
WINDOW = 0.01


def tone(seconds: float, level: float = 8000) -> bytes:
    t = np.arange(round(seconds * RATE)) / RATE
    return bytes((level * np.sin(2 * np.pi * 500 * t + 1.57)).astype("<i2").tobytes())


def speech(seconds: float, seed: int = 1) -> np.ndarray:
    """Noise with a melody of its own: it matches only itself."""
    rng = np.random.default_rng(seed)
    samples = np.arange(round(seconds * RATE))
    knots = np.arange(0, len(samples) + 800, 800)
    return np.asarray(
        rng.normal(0, 3000, len(samples)) * np.interp(samples, knots, rng.uniform(0.3, 1, len(knots)))
    )


def heard(*runs: tuple[float, float]) -> Tape:
    """A tape on which the other side is audible from each `start` for `seconds`."""
    tape = Tape(RATE)
    for start, seconds in runs:
        tape.put(HEARD, tone(seconds), start)
    return tape


@given(st.integers(0, 4000), st.integers(1, 8000))
def test_a_delay_is_told_to_the_sample(end: int, delay: int) -> None:
    tape = Tape(RATE)
    tape.put(SAID, tone(end * SAMPLE), 0.0)
    tape.put(HEARD, tone(0.5), (end + delay) * SAMPLE)
    found = reply_delay(tape, end * SAMPLE)
    assert found is not None
    assert found * RATE == pytest.approx(delay, abs=1)


def test_a_reply_that_does_not_come_has_no_delay() -> None:
    assert reply_delay(heard((0.0, 1.0)), 1.2) is None
    # What is heard after the caller spoke again is no answer to what he said before.
    assert reply_delay(heard((5.0, 1.0)), 1.2, until=4.0) is None


def test_only_what_is_heard_while_the_caller_speaks_cuts_in() -> None:
    tape = heard((0.0, 1.0), (3.3, 1.0))
    assert cut_in(tape, 1.5, 3.0) is None
    assert cut_in(tape, 1.5, 4.0) == pytest.approx(3.3, abs=2 * SAMPLE)
    assert cut_in(tape, 1.5, 3.3) is None


def test_an_answer_that_he_speaks_over_does_not_cut_in_before_it_was_silent() -> None:
    tape = heard((0.0, 1.9), (2.2, 0.3), (3.3, 1.0))
    assert cut_in(tape, 1.5, 3.0) is None, "held, and heard to the end of a word"
    assert cut_in(tape, 1.5, 4.0) == pytest.approx(3.3, abs=2 * SAMPLE), "gone on with after a silence"


@pytest.mark.parametrize("stops_after", [0.0634, 0.2, 0.251, 0.8])
def test_the_stop_of_an_interrupted_reply_is_told_to_the_millisecond(stops_after: float) -> None:
    onset = 4.0375
    # A reply from 1 s on, cut, and the answer to the interruption later.
    tape = heard((1.0, onset + stops_after - 1.0), (6.5, 1.0))
    assert fell_silent(tape, onset, 6.0) == pytest.approx(stops_after, abs=0.001)


def test_a_reply_that_is_held_and_goes_on_has_not_stopped() -> None:
    # Held at 4.1, played on at 4.4, held again at 4.7 and then cut.
    tape = heard((1.0, 3.1), (4.4, 0.3), (7.0, 1.0))
    assert fell_silent(tape, 4.0, 6.5) == pytest.approx(0.7, abs=0.001)


def test_a_reply_that_nothing_stops() -> None:
    assert fell_silent(heard((1.0, 9.0)), 4.0, 6.0) is None


def test_a_reply_in_whose_pause_the_caller_began_stopped_at_once() -> None:
    assert fell_silent(heard((1.0, 2.9)), 4.0, 6.0) == 0.0


def test_audible_spans_and_the_silence_between_them() -> None:
    tape = heard((0.5, 1.0), (2.1, 0.4), (2.8, 0.2))
    spans = audible_spans(tape, 0.0, 5.0)
    assert [(round(a, 3), round(b, 3)) for a, b in spans] == [(0.5, 1.5), (2.1, 2.5), (2.8, 3.0)]
    assert audible_seconds(tape, 0.0, 5.0) == pytest.approx(1.6, abs=0.003)
    assert longest_silence(tape, 0.5, 3.0) == pytest.approx(0.6, abs=0.002)
    assert longest_silence(tape, 0.5, 5.0) == pytest.approx(2.0, abs=0.002)
    assert longest_silence(Tape(RATE), 1.0, 3.0) == pytest.approx(2.0)


@pytest.mark.parametrize("cut", [0.7, 1.2345, 3.9])
def test_the_place_in_a_reply_is_found_behind_pauses(cut: float) -> None:
    reply = speech(5.0)
    tape = Tape(RATE)
    first = round(0.4 * RATE)
    tape.put(HEARD, reply[:first].astype("<i2").tobytes(), 1.0)
    # Held for 0.3 s after 0.4 s.
    tape.put(HEARD, reply[first : round(cut * RATE)].astype("<i2").tobytes(), 1.7)
    assert place_in(reply, tape, 1.3 + cut) == pytest.approx(cut, abs=SAMPLE)


def test_another_reply_has_no_place_in_this_one() -> None:
    tape = Tape(RATE)
    tape.put(HEARD, speech(2.0, seed=2).astype("<i2").tobytes(), 0.0)
    assert place_in(speech(5.0), tape, 2.0) is None
    assert place_in(speech(5.0), Tape(RATE), 2.0) is None


def test_samples_at_another_rate_keep_their_length() -> None:
    assert len(at_rate(tone(1.0), 8000, 8000)) == 8000
    assert len(at_rate(tone(1.0), 8000, 16000)) == 16000
