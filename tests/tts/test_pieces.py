"""Pieces: a phrase leaves in parts that add up to the whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts import level
from tts.inference import Inference
from tts.pieces import FIRST_SECONDS, Part, Rendering, cuts, pieces, speak_in_pieces, whole
from tts.timing import tokens
from tts.voice import Speech, VoiceError, WordTime

RATE = 24_000
FRAME = 0.01
TEXT = "one two three four five six seven eight nine ten eleven twelve"
LEAD = 12
"""Frames of silence that the fake engine leaves at both ends."""


def sound(frames: int) -> level.Samples:
    time = np.arange(round(frames * FRAME * RATE)) / RATE
    samples = 0.15 * np.sin(2 * np.pi * 440 * time) * (1 + 0.3 * np.sin(2 * np.pi * 3 * time))
    edge = round(LEAD * FRAME * RATE)
    samples[:edge] = samples[-edge:] = 0
    return samples.astype(np.float32)


def rendering(words: int = 12, frames_a_word: int = 20) -> Rendering:
    total = 2 * LEAD + words * frames_a_word
    samples = sound(total)
    starts = [LEAD + number * frames_a_word for number in range(words)]
    times = tuple(
        WordTime(word, start * FRAME, (start + frames_a_word) * FRAME)
        for word, start in zip(tokens(TEXT), starts, strict=False)
    )
    hop = round(FRAME * RATE)
    return Rendering(
        0, total, FRAME, RATE, 1.0, times, lambda begin, end: samples[begin * hop : end * hop].copy()
    )


@pytest.fixture
async def inference() -> AsyncIterator[Inference]:
    made = Inference("test")
    yield made
    made.close()


async def test_the_pieces_are_the_phrase_without_a_seam(inference: Inference) -> None:
    parts = [speech async for speech in pieces(TEXT, rendering(), 8_000, inference)]
    assert len(parts) >= 3
    assert " ".join(part.text for part in parts) == TEXT
    heard = np.frombuffer(b"".join(part.pcm for part in parts), "<i2").astype(np.float32) / 32767
    expected = level.resample(level.trim(sound(264), RATE, floor=1e-3).samples, RATE, 8_000)
    assert len(heard) == pytest.approx(len(expected), abs=2)
    size = min(len(heard), len(expected))
    np.testing.assert_allclose(heard[:size], expected[:size], atol=3e-4)


async def test_the_first_piece_is_short_and_later_ones_grow(inference: Inference) -> None:
    parts = [speech async for speech in pieces(TEXT, rendering(), 8_000, inference)]
    assert FIRST_SECONDS <= parts[0].seconds < FIRST_SECONDS + 0.25
    assert parts[1].seconds > parts[0].seconds


async def test_word_times_count_from_their_own_piece(inference: Inference) -> None:
    at = 0.0
    starts: list[float] = []
    async for speech in pieces(TEXT, rendering(), 8_000, inference):
        assert [time.word for time in speech.words] == speech.text.split()
        assert all(0 <= time.start <= time.end <= speech.seconds for time in speech.words)
        starts += [at + time.start for time in speech.words]
        at += speech.seconds
    # The first word starts 10 ms after the cut-off silence, the rest every 0.2 s.
    assert starts == pytest.approx([0.01 + 0.2 * number for number in range(12)], abs=0.012)


async def test_a_reply_starts_within_20_ms_and_ends_with_its_pause(inference: Inference) -> None:
    parts = [speech async for speech in pieces(TEXT, rendering(), 8_000, inference, pause=0.3)]
    first = np.abs(np.frombuffer(parts[0].pcm, "<i2").astype(np.int32))
    assert int(np.argmax(first > 500)) / 8_000 < 0.02
    assert parts[-1].pcm.endswith(bytes(round(0.3 * 8_000) * 2))


async def speak(texts: list[str], inference: Inference, asked: list[Part]) -> list[Speech]:
    async def render(part: Part) -> Rendering | None:
        asked.append(part)
        return None if part.text == "nothing" else rendering(len(tokens(part.text)))

    return [speech async for speech in speak_in_pieces("fake", texts, 8_000, render, inference)]


async def test_phrases_follow_each_other_with_a_pause(inference: Inference) -> None:
    asked: list[Part] = []
    spoken = await speak(["one two.", "nothing", "three four."], inference, asked)
    assert [part.last for part in asked] == [False, False, True]
    assert asked[2].slack == pytest.approx(sum(speech.seconds for speech in spoken[:1]), abs=0.6)
    assert asked[2].slack > 0.4
    assert spoken[0].text.startswith("one")
    assert any(speech.pcm.endswith(bytes(2 * 2_240)) for speech in spoken)


async def test_a_failing_engine_names_voice_and_phrase(inference: Inference) -> None:
    async def render(part: Part) -> Rendering | None:
        raise RuntimeError("out of memory")

    with pytest.raises(VoiceError, match=r"fake could not speak 'one two.': .*out of memory"):
        async for _ in speak_in_pieces("fake", ["one two."], 8_000, render, inference):
            pass


async def test_a_listener_who_leaves_stops_the_rendering(inference: Inference) -> None:
    decoded: list[int] = []
    full = rendering()

    def decode(begin: int, end: int) -> level.Samples:
        decoded.append(begin)
        return full.decode(begin, end)

    watched = Rendering(full.begin, full.end, full.frame, full.rate, full.gain, full.times, decode)
    stream = pieces(TEXT, watched, 8_000, inference)
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0.02)
    assert decoded == [0]


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(0, 20))
def test_cuts_go_up_and_leave_no_crumbs(lengths: list[int], begin: int) -> None:
    starts = [begin + 5]
    for size in lengths:
        starts.append(starts[-1] + size)
    end = starts[-1] + 8
    found = cuts(starts, begin, end, FRAME)
    assert found[-1] == end
    edges = [begin, *found]
    assert all(after - before >= 1 for before, after in pairwise(edges))
    assert all((after - before) * FRAME >= FIRST_SECONDS for before, after in pairwise(edges[:-1]))
    assert set(found[:-1]) <= set(starts)


def test_a_phrase_rendered_whole_is_trimmed_levelled_and_timed() -> None:
    speech = whole("one two.", sound(64), RATE, 16_000, rendering(2).times, last=True)
    assert speech is not None
    assert speech.seconds == pytest.approx(0.45, abs=0.02)
    assert [time.word for time in speech.words] == ["one", "two."]
    assert speech.words[1].start == pytest.approx(0.21, abs=0.015)
    assert whole("one", np.zeros(2_400, np.float32), RATE, 8_000, last=True) is None
