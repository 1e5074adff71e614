"""Contexts, budgets, loops, and where long speech is cut."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import WHISPER_RATE
from asr.decoding import (
    Decoding,
    Segment,
    context_seconds,
    longer_contexts,
    loops,
    repeats,
    said_once,
    token_budget,
    unlooped,
    unsaid,
)
from asr.features import LogMel
from asr.windows import sounding, split
from tests.asr.fake_whisper import decoding, nothing, sound


@given(st.floats(0, 29))
def test_a_context_holds_the_clip_and_little_more(seconds: float) -> None:
    context = context_seconds(seconds)
    assert min(30.0, seconds + 1.0) <= context <= 30.0
    assert context <= max(5.0, seconds + 1.5)


def test_longer_contexts_end_with_whispers_own() -> None:
    assert longer_contexts(5.0) == (9.0, 30.0)
    assert longer_contexts(27.0) == (30.0,)
    assert longer_contexts(30.0) == ()


def test_fast_speech_fits_the_budget_and_a_loop_does_not() -> None:
    # "press 1 to prepend the message ..." has 19 tokens in 5.9 s; a loop goes on to the end.
    assert 2 * 19 < token_budget(5.9, "en") < 80
    assert token_budget(10.0, "zh") > token_budget(10.0, "en")
    assert token_budget(30.0, "zh") <= 224


@pytest.mark.parametrize(
    ("tokens", "size"),
    [
        ([1, 2, 3, 3, 3], 1),
        ([9, 1, 2, 1, 2, 1, 2], 2),
        ([5, 5, 5, 5, 5, 5], 2),
        ([1, 1, 2], 0),
        ([1, 1, 2, 2, 3, 3], 0),
        ([3, 3, 3, 1], 0),
        ([], 0),
    ],
)
def test_only_a_tail_that_stands_three_times_is_a_repeat(tokens: list[int], size: int) -> None:
    assert repeats(tokens) == size


def test_a_decoder_that_never_ended_is_stuck() -> None:
    assert loops(decoding("a b c", finished=False))
    assert loops(decoding("no no no no no no no no no "))
    assert not loops(decoding("one one two"))


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("It is open. It is open. It is open. It is", "It is open"),
        ("Call me on 1 1 2", "Call me on 1 1 2"),
        ("我想退货我想退货我想退货我", "我想退货"),
    ],
)
def test_a_loop_that_nothing_cured_is_said_once(text: str, short: str) -> None:
    assert unlooped(text) == short


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("我想取消订单。我想取消订单。", "我想取消订单。"),
        ("用礼品卡用礼品卡。", "用礼品卡。"),
        ("我想改一下地址。我想改一下地址。", "我想改一下地址。"),
        ("Where is it? Where is it?", "Where is it?"),
        ("对对", "对对"),
        ("三一零零三一零零", "三一零零三一零零"),
        ("1 2 3 4 1 2 3 4", "1 2 3 4 1 2 3 4"),
        ("我要退货，我要换货。", "我要退货，我要换货。"),
    ],
)
def test_a_sentence_that_stands_twice_is_said_once(text: str, once: str) -> None:
    assert said_once(text) == once


def test_what_begins_after_the_clip_is_not_said() -> None:
    segments = (Segment(0.0, " Stop.", (1,)), Segment(1.4, " Stop.", (1,)), Segment(3.0, " Stop.", (1,)))
    said = Decoding(segments, True, -0.3, 0.1)
    assert said.text(1.0) == "Stop."
    assert said.text(2.0) == "Stop. Stop."
    # Whisper's first timestamp may be wrong: its words count whatever it says.
    assert Decoding((Segment(2.0, " Yes.", (1,)),), True, -0.3, 0.1).text(0.8) == "Yes."


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech", "made_up"),
    [
        ("I'm going to go back in.", 0.16, 0.8, True),
        ("Thanks for watching!", 0.6, 0.6, True),
        ("请不吝点赞 订阅", 0.6, 0.6, True),
        ("you", 0.38, 0.6, True),
        ("Thank you.", 0.5, 0.6, False),
        ("I want to subscribe to the newsletter.", 0.7, 0.1, False),
        ("two", 0.3, 0.6, False),
    ],
)
def test_made_up_words_are_known_by_doubt_first(
    text: str, confidence: float, no_speech: float, made_up: bool
) -> None:
    assert unsaid(text, confidence, no_speech) is made_up


def test_features_are_whispers() -> None:
    rng = np.random.default_rng(3)
    samples = (rng.standard_normal(3 * WHISPER_RATE) * 0.1).astype(np.float32)
    padded = np.concatenate((samples, nothing(2.0)))
    expected = FeatureExtractor()(padded, padding=160)[:, :500]
    assert np.allclose(LogMel()(samples, 5.0)[0], expected, atol=1e-4)


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.0125, 1.0, 5.0, 7.0])
def test_features_of_any_length_fill_the_context(seconds: float) -> None:
    features = LogMel()(sound(seconds), 5.0)
    assert features.shape == (1, 80, 500)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


def test_silence_around_speech_is_left_out_but_for_a_quarter_second() -> None:
    first, last = sounding(np.concatenate((nothing(2.0), sound(1.0), nothing(3.0))))
    assert first / WHISPER_RATE == pytest.approx(1.75, abs=0.03)
    assert last / WHISPER_RATE == pytest.approx(3.25, abs=0.03)


def test_noise_around_speech_is_left_out_too() -> None:
    rng = np.random.default_rng(5)
    noise = (rng.standard_normal(6 * WHISPER_RATE) * 0.01).astype(np.float32)
    noise[2 * WHISPER_RATE : 3 * WHISPER_RATE] += sound(1.0, 0.3)
    first, last = sounding(noise)
    assert first / WHISPER_RATE == pytest.approx(1.75, abs=0.05)
    assert last / WHISPER_RATE == pytest.approx(3.25, abs=0.05)


@settings(deadline=None)
@given(st.floats(0, 3), st.floats(0, 1))
def test_a_span_is_never_turned_inside_out(seconds: float, amplitude: float) -> None:
    samples = sound(seconds, amplitude)
    first, last = sounding(samples)
    assert 0 <= first <= last <= len(samples)


def test_long_speech_is_cut_in_its_pauses() -> None:
    spoken = [9.0, 11.0, 14.0, 10.0, 13.0]
    samples = np.concatenate([part for s in spoken for part in (sound(s), nothing(0.5))])
    pieces = split(samples)
    assert np.array_equal(np.concatenate(pieces), samples)
    assert all(len(piece) <= 28 * WHISPER_RATE for piece in pieces)
    edges = np.cumsum([s + 0.5 for s in spoken]) - 0.25
    cuts = np.cumsum([len(piece) for piece in pieces])[:-1] / WHISPER_RATE
    assert len(cuts) >= 2
    assert all(min(abs(edges - cut)) < 0.3 for cut in cuts)


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 95))
def test_speech_without_pauses_is_cut_all_the_same(seconds: float) -> None:
    samples = sound(seconds)
    pieces = split(samples)
    assert sum(map(len, pieces)) == len(samples)
    assert all(len(piece) <= 28 * WHISPER_RATE for piece in pieces)
