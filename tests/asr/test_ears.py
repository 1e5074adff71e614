"""A caller's ear: what it keeps, what it reports, what it asks to have recognised."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Floats, Pcm16
from asr.ear import SpeechPaused, SpeechStarted, VoiceActivity
from asr.ears import WhisperEar
from asr.memory import AudioMemory
from asr.whisper import Recogniser
from tests.asr.fake_whisper import FakeEngine, decoding

RATE = 8000
FRAME = 160


class LoudIsSpeech:
    """Takes what is louder than -50 dB for speech."""

    def probability(self, window: Floats) -> float:
        return 0.9 if float(np.sqrt(np.square(window).mean())) > 0.003 else 0.05

    def reset(self) -> None:
        """Nothing is remembered."""


def ramp(count: int, first: int = 1) -> Pcm16:
    """Samples that can be told apart."""
    return (np.arange(first, first + count) % 30000).astype(np.int16)


def voice(seconds: float) -> Pcm16:
    t = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 9))
    return np.asarray(5000 * wave, dtype=np.int16)


def quiet(seconds: float) -> Pcm16:
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def make_ear(
    engine: FakeEngine | None = None, languages: Sequence[str] = ("en",)
) -> tuple[WhisperEar, Recogniser]:
    engine = engine or FakeEngine([decoding(" Hello.")])
    recogniser = Recogniser(Path("/nonexistent"), engine=lambda: engine, detector=LoudIsSpeech)
    ear = WhisperEar(recogniser, LoudIsSpeech(), rate=RATE, languages=languages, prompt="Parley")
    return ear, recogniser


def play(ear: WhisperEar, audio: Pcm16, at: float) -> list[VoiceActivity]:
    """Let the ear hear audio in frames of 20 ms."""
    found: list[VoiceActivity] = []
    for k in range(0, len(audio), FRAME):
        found += ear.hear(audio[k : k + FRAME].tobytes(), at + k / RATE)
    return found


# -- memory ----------------------------------------------------------------------------------


def test_memory_gives_back_what_it_heard_by_the_clock() -> None:
    memory = AudioMemory(RATE, 2.0)
    memory.write(ramp(RATE), 10.0)
    start, samples = memory.read(10.25, 10.5)
    assert start == 10.25
    assert np.array_equal(samples, ramp(2000, 2001))


def test_memory_keeps_the_last_seconds_and_moves_an_older_start_forward() -> None:
    memory = AudioMemory(RATE, 2.0)
    for k in range(50):
        memory.write(ramp(800, 1 + 800 * k), 5.0 + k / 10)
    start, samples = memory.read(0.0, 100.0)
    assert start == pytest.approx(8.0)
    assert np.array_equal(samples, ramp(2 * RATE, 1 + 3 * RATE))


def test_a_gap_is_silence() -> None:
    memory = AudioMemory(RATE, 2.0)
    memory.write(ramp(800), 1.0)
    missing, new = memory.write(ramp(800), 1.3)
    assert (missing, len(new)) == (1600, 800)
    _, samples = memory.read(1.0, 1.4)
    assert np.array_equal(samples, np.concatenate((ramp(800), np.zeros(1600, np.int16), ramp(800))))


def test_of_an_overlap_what_came_first_is_kept() -> None:
    memory = AudioMemory(RATE, 2.0)
    memory.write(ramp(800), 1.0)
    missing, new = memory.write(-ramp(800), 1.05)
    assert (missing, len(new)) == (0, 400)
    missing, new = memory.write(-ramp(80), 1.0)
    assert (missing, len(new)) == (0, 0)
    _, samples = memory.read(1.0, 2.0)
    assert np.array_equal(samples, np.concatenate((ramp(800), -ramp(400, 401))))


def test_a_clock_that_rounds_makes_neither_gaps_nor_overlaps() -> None:
    memory = AudioMemory(RATE, 2.0)
    for k in range(50):
        missing, new = memory.write(ramp(160), round(k * 0.02 + (-1) ** k * 0.0009, 4))
        assert (missing, len(new)) == (0, 160)


def test_an_hour_of_silence_does_not_take_an_hour_of_memory() -> None:
    memory = AudioMemory(RATE, 2.0)
    memory.write(ramp(800), 0.0)
    memory.write(ramp(800), 3600.0)
    start, samples = memory.read(0.0, 4000.0)
    assert len(samples) == 2 * RATE
    assert start == pytest.approx(3598.1)
    assert np.array_equal(samples[-800:], ramp(800))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.05, 0.2), st.integers(0, 900)), min_size=1, max_size=30),
    st.floats(-1, 4),
    st.floats(-1, 4),
)
def test_however_audio_comes_a_span_is_as_long_as_its_times_say(
    chunks: list[tuple[float, int]], start: float, end: float
) -> None:
    memory = AudioMemory(1000, 1.5)
    clock = 0.0
    for skew, count in chunks:
        memory.write(ramp(count), max(0.0, clock + skew))
        clock = memory.end or 0.0
    assert memory.start is not None
    assert memory.end is not None
    assert memory.end - memory.start <= 1.5 + 1e-6
    first, samples = memory.read(start, end)
    expected = min(end, memory.end) - max(start, memory.start)
    assert len(samples) == pytest.approx(max(0.0, expected) * 1000, abs=1.5)
    if len(samples):
        assert first == pytest.approx(max(start, memory.start), abs=0.001)


# -- ear -------------------------------------------------------------------------------------


def test_an_ear_reports_when_speech_truly_started_and_paused() -> None:
    ear, recogniser = make_ear()
    found = play(ear, np.concatenate((quiet(1.0), voice(1.5), quiet(1.0))), 100.0)
    recogniser.close()
    assert [type(one) for one in found] == [SpeechStarted, SpeechPaused]
    assert found[0].at == pytest.approx(101.0, abs=0.03)
    assert found[1].at == pytest.approx(102.5, abs=0.03)
    assert found[1].detected - 102.5 < 0.3


@pytest.mark.parametrize("gap", [0.5, 30.0, 4000.0])
def test_speech_that_a_gap_cuts_off_has_paused_and_starts_again_after_it(gap: float) -> None:
    ear, recogniser = make_ear()
    found = play(ear, np.concatenate((quiet(0.5), voice(1.0))), 0.0)
    found += play(ear, np.concatenate((voice(1.0), quiet(0.5))), 1.5 + gap)
    recogniser.close()
    assert [type(one) for one in found] == [SpeechStarted, SpeechPaused] * 2
    assert [one.at for one in found] == pytest.approx([0.5, 1.5, 1.5 + gap, 2.5 + gap], abs=0.05)


def test_audio_that_comes_twice_changes_nothing() -> None:
    ear, recogniser = make_ear()
    audio = np.concatenate((quiet(0.5), voice(1.0), quiet(0.5)))
    found: list[VoiceActivity] = []
    for k in range(0, len(audio), FRAME):
        for _ in range(2):
            found += ear.hear(audio[k : k + FRAME].tobytes(), k / RATE)
    recogniser.close()
    assert [one.at for one in found] == pytest.approx([0.5, 1.5], abs=0.03)


async def test_the_words_of_a_span_are_recognised_from_its_audio() -> None:
    engine = FakeEngine([decoding(" Where is my order?", log_probability=-0.7)])
    ear, recogniser = make_ear(engine, ("en", "zh"))
    play(ear, np.concatenate((quiet(2.0), voice(1.0), quiet(2.0))), 50.0)
    said = await ear.recognise(52.0, 53.0)
    recogniser.close()
    assert (said.text, said.language, said.start, said.end) == ("Where is my order?", "en", 52.0, 53.0)
    assert said.language_probability == pytest.approx(0.8 / 0.9)
    assert "Parley" in engine.asked[-1].prompt
    assert 1.0 <= len(engine.encoded[0].samples) / 16000 <= 1.6
    assert said.ms["total"] > 0


async def test_a_span_in_which_nobody_spoke_has_no_words() -> None:
    engine = FakeEngine([decoding("you")])
    ear, recogniser = make_ear(engine)
    play(ear, np.concatenate((quiet(2.0), voice(1.0), quiet(2.0))), 0.0)
    assert (await ear.recognise(3.5, 4.9)).text == ""
    assert (await ear.recognise(80.0, 90.0)).text == ""
    recogniser.close()
    assert engine.encoded == []


async def test_an_ear_that_heard_nothing_yet_recognises_nothing() -> None:
    ear, recogniser = make_ear()
    said = await ear.recognise(0.0, 1.0)
    recogniser.close()
    assert said.text == ""


async def test_ninety_seconds_are_kept() -> None:
    engine = FakeEngine([decoding(" x")])
    ear, recogniser = make_ear(engine)
    for k in range(20):
        play(ear, np.concatenate((voice(4.5), quiet(0.5))), 5.0 * k)
    said = await ear.recognise(0.0, 100.0)
    recogniser.close()
    assert said.start == pytest.approx(8.0, abs=0.3)
    heard = sum(len(one.samples) for one in engine.encoded) / 16000
    assert 90.0 <= heard <= 92.5


async def test_hearing_goes_on_while_words_are_recognised_and_a_cancelled_result_is_dropped() -> None:
    gate = threading.Event()
    engine = FakeEngine([decoding(" x")], gate=gate)
    ear, recogniser = make_ear(engine)
    play(ear, np.concatenate((quiet(0.5), voice(1.0), quiet(0.5))), 0.0)
    first = asyncio.create_task(ear.recognise(0.5, 1.5))
    await asyncio.to_thread(engine.started.wait, 10)
    second = asyncio.create_task(ear.recognise(0.5, 1.5))
    await asyncio.sleep(0.05)
    found = play(ear, np.concatenate((voice(1.0), quiet(0.5))), 2.0)
    assert [type(one) for one in found] == [SpeechStarted, SpeechPaused]
    second.cancel()
    first.cancel()
    await asyncio.sleep(0.05)
    gate.set()
    results = await asyncio.gather(first, second, return_exceptions=True)
    third = await ear.recognise(0.5, 3.0)
    recogniser.close()
    assert all(isinstance(one, asyncio.CancelledError) for one in results)
    assert third.text == "x"
    assert len(engine.encoded) == 2


def test_an_ear_needs_a_language_and_a_rate() -> None:
    _, recogniser = make_ear()
    with pytest.raises(ValueError, match="language"):
        WhisperEar(recogniser, LoudIsSpeech(), rate=RATE, languages=[])
    with pytest.raises(ValueError, match="rate"):
        WhisperEar(recogniser, LoudIsSpeech(), rate=0, languages=["en"])
    recogniser.close()


def test_the_level_of_speech_is_that_of_its_vowels() -> None:
    ear, recogniser = make_ear()
    loud, soft = voice(0.5), (voice(0.5) // 4).astype(np.int16)
    play(ear, np.concatenate([quiet(0.5), loud, quiet(1.0), soft, quiet(0.5)]), 10.0)
    with_pauses, alone = ear.level(10.0, 11.5), ear.level(10.5, 11.0)
    assert with_pauses == pytest.approx(alone, abs=1.0)
    assert alone - ear.level(12.0, 12.5) == pytest.approx(12.0, abs=0.5)
    assert ear.level(10.0, 10.4) < -80
    assert ear.level(50.0, 51.0) < -80, "nothing was heard then"
    recogniser.close()


async def test_a_word_is_heard_in_the_language_of_the_dialogue() -> None:
    engine = FakeEngine([decoding("对。")], {"en": 0.9, "zh": 0.1})
    ear, recogniser = make_ear(engine, languages=("en", "zh"))
    play(ear, voice(0.5), 0.0)
    languages = []
    for language in ("", "zh"):
        ear.expect("", language)
        languages.append((await ear.recognise(0.0, 0.5)).language)
    recogniser.close()
    assert languages == ["en", "zh"]
