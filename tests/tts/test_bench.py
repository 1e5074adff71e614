"""Bench: what counts as misheard, and what the table says."""

from __future__ import annotations

import pytest

from tests.tts.fakes import ToneVoice
from tts import bench
from tts.bench import LINE_RATE, compare
from tts.bench_sentences import ENGLISH, MANDARIN


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Your order 4471 costs $84.50.", "your order 4471 costs $84.50"),
        ("Your order 4471 costs $84.50.", "Your order four four seven one costs 84 dollars and 50 cents."),
        ("The tracking number is 8840 2217.", "The tracking number is 884-022-17."),
        ("We open at 9 a.m.", "We open at 9am."),
        ("Before 6:30 p.m. today.", "before 6.30 pm today"),
        ("Thank you, I'm here.", "thank you i am here"),
    ],
)
def test_ways_to_write_the_same_english_are_no_errors(text: str, heard: str) -> None:
    assert compare(text, heard, "en").errors == 0


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("您的订单4471已经发货。", "您的定单4471已经发货"),
        ("快递单号是884022。", "快递单号是八八四零二二"),
        ("一共84.5元。", "一共八十四点五元"),
        ("请按1。", "请按一"),
    ],
)
def test_ways_to_write_the_same_mandarin_are_no_errors(text: str, heard: str) -> None:
    assert compare(text, heard, "zh").errors == 0


def test_wrong_missing_and_added_words_are_errors() -> None:
    assert compare("please hold the line", "please hold the wine", "en").error == pytest.approx(1 / 4)
    assert compare("please hold the line", "", "en").error == pytest.approx(1)
    assert compare("hold the line", "hold the red line", "en").errors == 1
    assert compare("请稍等", "", "zh").error == pytest.approx(1)
    assert compare("请稍等", "请烧等", "zh").errors == 0


def test_a_wrong_tone_is_an_error_unless_tones_are_left_out() -> None:
    assert compare("帮您查一下", "帮您插一下", "zh").errors == 1
    assert compare("帮您查一下", "帮您插一下", "zh", tones=False).errors == 0


async def test_the_table_says_how_much_was_understood() -> None:
    voice = ToneVoice()
    heard = iter(["please hold the line", "we are there"])
    lines: list[tuple[str, int]] = []
    progress: list[tuple[str, int, int]] = []

    async def recognise(pcm: bytes, language: str) -> str:
        lines.append((language, len(pcm)))
        return next(heard)

    result = await bench.bench(
        [voice],
        recognise,
        lambda *done: progress.append(done),
        sentences={"en": ["please hold the line", "we are here"]},
    )
    (table,) = result["voices"]
    assert table["voice"] == "tone"
    assert table["metric"] == "words"
    assert table["error"] == pytest.approx(1 / 7, abs=1e-4)
    assert table["worst"] == [{"text": "we are here", "heard": "we are there", "error": 0.333}]
    assert table["speech_seconds"] == pytest.approx(0.7)
    assert lines == [("en", 4 * LINE_RATE // 10 * 2), ("en", 3 * LINE_RATE // 10 * 2)]
    assert progress == [("tone", 0, 2), ("tone", 1, 2), ("tone", 2, 2)]
    assert 0 <= table["first_pcm_ms"]["p50"] <= table["first_pcm_ms"]["p95"]
    assert voice.warmed == 1


async def test_mandarin_is_counted_with_and_without_tones() -> None:
    async def recognise(pcm: bytes, language: str) -> str:
        return "帮您插一下"

    result = await bench.bench([ToneVoice(language="zh")], recognise, sentences={"zh": ["帮您查一下"]})
    (table,) = result["voices"]
    assert (table["metric"], table["error"], table["error_toneless"]) == ("pinyin", 0.2, 0.0)


def test_there_are_sixty_sentences_a_language_and_none_twice() -> None:
    for sentences in (ENGLISH, MANDARIN):
        assert len(set(sentences)) == 60
