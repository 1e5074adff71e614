"""The endpointer against windows whose true starts and ends are known."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.ear import SpeechPaused, SpeechStarted, VoiceActivity
from asr.endpoint import Endpointer, Endpointing
from asr.vad import NoiseFloor, Window

WINDOW = 0.032
SLICE = 0.008
LAG = 0.04
"""How late the fake detector answers, as Silero does."""

Sound = tuple[float, float, float]
"""Start, end and level in dB of a sound that is speech."""


def windows(
    sounds: Sequence[Sound], seconds: float, *, noise: float = -60.0, clicks: Sequence[Sound] = ()
) -> Iterable[Window]:
    """What a detector would make of speech (and clicks, which are no speech) over a noise."""

    def level(at: float, among: Sequence[Sound]) -> float:
        return max([noise, *(db for start, end, db in among if start <= at < end)])

    for k in range(round(seconds / WINDOW)):
        start = k * WINDOW
        levels = tuple(level(start + (i + 0.5) * SLICE, [*sounds, *clicks]) for i in range(4))
        heard = any(a + LAG <= start + WINDOW and start < b + LAG for a, b, _ in sounds)
        yield Window(start, start + WINDOW, 0.9 if heard else 0.05, levels)


def activity(
    sounds: Sequence[Sound], seconds: float, settings: Endpointing | None = None, **kinds: object
) -> list[VoiceActivity]:
    endpointer = Endpointer(settings)
    found: list[VoiceActivity] = []
    for window in windows(sounds, seconds, **kinds):  # type: ignore[arg-type]
        found += endpointer.push(window)
    return found


def test_an_utterance_starts_and_ends_when_it_truly_did() -> None:
    started, paused = activity([(1.0, 2.5, -20.0)], 4.0)
    assert isinstance(started, SpeechStarted)
    assert isinstance(paused, SpeechPaused)
    assert started.at == pytest.approx(1.0, abs=0.02)
    assert paused.at == pytest.approx(2.5, abs=0.02)


def test_a_pause_is_reported_as_soon_as_it_has_lasted() -> None:
    for pause in (0.1, 0.2, 0.5):
        _, paused = activity([(1.0, 2.0, -20.0)], 4.0, Endpointing(pause=pause))
        assert pause <= paused.detected - 2.0 <= pause + 2 * WINDOW


def test_speech_is_reported_within_two_tenths_of_a_second() -> None:
    started, _ = activity([(1.0, 2.0, -20.0)], 4.0)
    assert started.detected - 1.0 <= 0.2


def test_a_trace_of_a_voice_is_there_before_the_speech_is_reported_and_goes_with_it() -> None:
    endpointer = Endpointer()
    unsure = [
        Window(k * WINDOW, (k + 1) * WINDOW, p, (-30.0,) * 4) for k, p in enumerate((0.1, 0.3, 0.1, 0.3))
    ]
    traces = [(endpointer.push(window), endpointer.trace)[1] for window in unsure]
    assert traces == [None, pytest.approx(WINDOW), None, pytest.approx(3 * WINDOW)]
    assert endpointer.suspected is None
    for k in range(4, 8):
        endpointer.push(Window(k * WINDOW, (k + 1) * WINDOW, 0.9, (-20.0,) * 4))
    assert endpointer.speaking
    assert endpointer.trace is None


def test_a_soft_beginning_counts_though_the_detector_notices_it_late() -> None:
    # An "s" of 150 ms, quiet but above the line's noise, before the vowel.
    started, _ = activity([(1.15, 2.0, -20.0)], 4.0, clicks=[(1.0, 1.15, -45.0)])
    assert started.at == pytest.approx(1.0, abs=0.02)


def test_a_sound_long_before_the_speech_is_not_its_beginning() -> None:
    started, _ = activity([(1.5, 2.5, -20.0)], 4.0, clicks=[(1.2, 1.3, -25.0)])
    assert started.at == pytest.approx(1.5, abs=0.02)


def test_a_final_consonant_after_the_last_vowel_still_belongs_to_the_speech() -> None:
    _, paused = activity([(1.0, 2.0, -20.0)], 4.0, clicks=[(2.0, 2.08, -40.0)])
    assert paused.at == pytest.approx(2.08, abs=0.02)


def test_a_gap_shorter_than_the_pause_is_no_pause() -> None:
    found = activity([(1.0, 1.5, -20.0), (1.62, 2.2, -20.0)], 4.0, Endpointing(pause=0.2))
    assert [type(one) for one in found] == [SpeechStarted, SpeechPaused]
    assert found[1].at == pytest.approx(2.2, abs=0.02)


def test_every_utterance_of_several_is_told_apart() -> None:
    sounds = [(1.0, 1.6, -20.0), (2.4, 3.0, -35.0), (4.0, 5.0, -15.0)]
    found = activity(sounds, 7.0)
    assert [round(one.at, 1) for one in found] == [1.0, 1.6, 2.4, 3.0, 4.0, 5.0]


def test_loud_clicks_are_no_speech() -> None:
    assert activity([], 4.0, clicks=[(k * 0.5, k * 0.5 + 0.05, -5.0) for k in range(8)]) == []


def test_a_word_shorter_than_the_least_speech_is_not_reported() -> None:
    assert activity([(1.0, 1.05, -20.0)], 3.0, Endpointing(min_speech=0.2)) == []


@pytest.mark.parametrize("noise", [-70.0, -50.0, -35.0])
def test_the_end_is_found_over_any_steady_noise(noise: float) -> None:
    _, paused = activity([(4.0, 5.5, -15.0)], 8.0, noise=noise)
    assert paused.at == pytest.approx(5.5, abs=0.05)


def test_a_quiet_caller_is_heard_after_a_loud_one() -> None:
    found = activity([(1.0, 1.5, -5.0), (3.0, 4.0, -45.0)], 6.0)
    assert [type(one) for one in found] == [SpeechStarted, SpeechPaused] * 2
    assert found[3].at == pytest.approx(4.0, abs=0.05)


def test_the_noise_floor_falls_at_once_and_rises_slowly() -> None:
    floor = NoiseFloor(initial=-40.0, rise=3.0)
    floor.learn([-62.0, -30.0], 0.032)
    assert floor.level == -62.0
    for _ in range(100):
        floor.learn([-20.0], 0.01)
    assert floor.level == pytest.approx(-59.0)


@pytest.mark.parametrize(
    "wrong", [{"onset": 0.0}, {"release": 0.9}, {"pause": 0.0}, {"margin": -1.0}, {"onset": 1.2}]
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Endpointing(**wrong)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.lists(st.floats(-100, 0), min_size=4, max_size=4)), max_size=200)
)
def test_whatever_is_heard_starts_and_pauses_alternate_and_time_runs_forward(
    judged: list[tuple[float, list[float]]],
) -> None:
    endpointer = Endpointer()
    found: list[VoiceActivity] = []
    for k, (probability, levels) in enumerate(judged):
        found += endpointer.push(Window(k * WINDOW, (k + 1) * WINDOW, probability, tuple(levels)))
    assert [isinstance(one, SpeechStarted) for one in found] == [k % 2 == 0 for k in range(len(found))]
    assert all(one.at <= one.detected for one in found)
    assert [one.detected for one in found] == sorted(one.detected for one in found)
    assert endpointer.speaking == (len(found) % 2 == 1)
