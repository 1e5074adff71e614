"""Which recordings become questions, and the shop that answers them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations

from dialogue.asked import known_answers
from dialogue.flowfile import load_flow
from parley.benches.latency.clips import RATE
from parley.benches.latency.own import flow_of, joined
from parley.benches.latency.party import LONG
from parley.benches.latency.shop import Cast, DataError, cast
from tts.voice import Speech, WordTime

SENTENCES = (
    "The moon is made of cheese.",
    "Seven horses crossed a frozen river.",
    "My uncle paints wooden boats.",
    "Bring the umbrella before lunch.",
    "Nobody believed their strange story.",
    "Green apples taste rather sour.",
)

SENTENCES_ZH = (
    "今天的天气非常好我们去公园",
    "请问火车站应该怎么走呢",
    "他昨天买了一本有趣的书",
    "小猫在屋顶上睡觉呢",
)


def voice(seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(3000 * np.sin(2 * np.pi * 440 * t + 1.57))


def quiet(seconds: float) -> np.ndarray:
    return np.asarray(np.random.default_rng(3).normal(0, 10, round(seconds * RATE)))


def data_folder(root: Path, *entries: tuple[str, np.ndarray], language: str = "en") -> Path:
    (root / "speech").mkdir(parents=True)
    manifest = []
    for k, (text, samples) in enumerate(entries):
        path = f"speech/{k:02}.wav"
        sf.write(root / path, samples.astype("<i2"), RATE)
        manifest.append({"path": path, "text": text, "lang": language, "set": "test"})
    (root / "speech/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return root


def said(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate([quiet(0.1), *parts, quiet(0.2)])


def cast_from(root: Path, *more: tuple[str, np.ndarray]) -> Cast:
    usual = [(text, said(voice(1.2 + k / 5))) for k, text in enumerate(SENTENCES)]
    return cast(data_folder(root, *usual, *more), "en", lambda clip: "")


def names(actors: Cast) -> set[str]:
    return {clip.text for clip in (actors.long, *actors.known, *actors.open)}


def test_each_sentence_gets_an_answer_of_its_own_and_some_get_none(tmp_path: Path) -> None:
    actors = cast_from(tmp_path)
    assert names(actors) == set(SENTENCES)
    assert actors.open
    asked = [actors.long, *actors.known]
    assert len({actors.answers[clip.name] for clip in asked}) == len(asked)
    assert all(clip.name not in actors.answers for clip in actors.open)
    assert [answer.examples[0] for answer in actors.shop.answers] == [clip.text for clip in asked]


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("The moon is made of cheese again.", said(voice(1.5))),  # like another one
        ("the person at extension", said(voice(1.5))),  # goes on with a number
        ("Two words.", said(voice(1.5))),
        ("Press one for...", said(voice(1.5))),
        ("Thank you and goodbye to everybody.", said(voice(1.5))),  # takes leave
        ("Clouds cover distant mountains.", said(voice(0.5))),  # too short
        ("Clouds cover distant mountains.", np.concatenate([quiet(0.1), voice(1.5)])),  # breaks off
    ],
)
def test_what_is_no_clear_question_is_left_out(tmp_path: Path, text: str, samples: np.ndarray) -> None:
    assert text not in names(cast_from(tmp_path, (text, samples)))


def test_a_sentence_with_a_long_pause_is_kept_for_the_pauses(tmp_path: Path) -> None:
    actors = cast_from(tmp_path, ("Clouds cover distant mountains.", said(voice(1), quiet(0.5), voice(1))))
    assert [clip.text for clip in actors.paused] == ["Clouds cover distant mountains."]
    assert "Clouds cover distant mountains." not in names(actors)


def test_recordings_without_a_transcript_are_read(tmp_path: Path) -> None:
    root = data_folder(tmp_path, *((text, said(voice(1.5))) for text in SENTENCES_ZH[:3]), language="zh")
    (root / "turns").mkdir()
    sf.write(root / "turns/complete_1.wav", said(voice(1.5)).astype("<i2"), RATE)
    sf.write(root / "turns/backchannel_1.wav", said(voice(0.4)).astype("<i2"), RATE)
    actors = cast(root, "zh", lambda clip: SENTENCES_ZH[3])
    assert SENTENCES_ZH[3] in names(actors)
    assert [clip.name for clip in actors.backchannels] == ["backchannel_1"]


def test_a_folder_without_recordings_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"manifest\.json: expected recorded speech there; .* --data FOLDER"):
        cast(tmp_path / "nowhere", "en", lambda clip: "")
    with pytest.raises(DataError, match=r"expected 3 different sentences in en of 1 to 9 s .*, found 1"):
        cast(data_folder(tmp_path, (SENTENCES[0], said(voice(1.5)))), "en", lambda clip: "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shop_is_a_flow_that_answers_each_question(tmp_path: Path, language: str) -> None:
    texts = SENTENCES if language == "en" else SENTENCES_ZH
    entries = [(text, said(voice(1.5))) for text in texts]
    actors = cast(data_folder(tmp_path, *entries, language=language), language, lambda clip: "")
    (tmp_path / "bench.yaml").write_text(flow_of(actors.shop), encoding="utf-8")
    flow = load_flow(tmp_path / "bench.yaml")
    known = known_answers(flow)
    for answer in actors.shop.answers:
        match = known.find(answer.examples[0])
        assert match is not None
        assert match.name == answer.name
        assert flow.answer(answer.name).text.best(language)[0] == answer.text
    assert all(known.find(clip.text) is None for clip in actors.open)
    assert flow.silence.after == actors.shop.patience
    assert actors.shop.answers[0].name == LONG


def test_runs_of_speech_are_joined_with_their_words() -> None:
    runs = [
        Speech("one two", bytes(1600), 8000, (WordTime("one", 0.0, 0.05), WordTime("two", 0.05, 0.1))),
        Speech("three", bytes(800), 8000, (WordTime("three", 0.0, 0.05),)),
    ]
    whole = joined(runs, 8000)
    assert len(whole.pcm) == 2400
    assert [word for word, _, _ in whole.words] == ["one", "two", "three"]
    assert whole.words[2][1:] == pytest.approx((0.1, 0.15))
