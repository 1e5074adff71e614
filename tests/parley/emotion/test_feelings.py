"""Feelings in a call: written down with the turn, and never in its way."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from asr.ear import Utterance
from asr.emotion import LABELS, HeadError, VoiceEmotion
from dialogue.emotions.lexicon import read_lexicon
from dialogue.emotions.polarity import BUCKETS, Polarity
from dialogue.emotions.words import WordReader
from dialogue.mind import Say
from parley.feelings import Feelings, as_fields, voice_head, word_lexicon
from parley.models import CATALOGUE, Commercial, ModelStore, non_commercial
from parley.settings import Asr
from tests.fakes import FakeMind, Utters
from tests.parley.callscene import Scene


def feelings() -> Feelings:
    zero = np.zeros(BUCKETS, dtype=np.float32)
    polarity = Polarity({"en": zero, "zh": zero}, {"en": 0.0, "zh": 0.0}, {})
    return Feelings(WordReader(read_lexicon(None), polarity))


def test_how_the_caller_felt_is_kept_with_the_turn() -> None:
    said = "this is the third time i call and i am still waiting"
    mind = FakeMind({said: [Say("i am sorry", "en")]})
    scene = Scene(Utters(2.0, 4.0, said), mind=mind, feelings=feelings())
    assert scene.replies()[1] == "i am sorry"
    assert [turn.emotion for turn in scene.journal.turns[:2]] == [None, "angry"]
    (told,) = [fields for name, _, fields in scene.recorder.events if name == "recognised"]
    assert told["emotion"] == "angry"
    feeling = told["feeling"]
    assert isinstance(feeling, dict)
    assert feeling["angry_in_a_row"] == 1
    assert feeling["voice"] is None


def test_a_call_in_which_nobody_looks_tells_nothing() -> None:
    scene = Scene(Utters(2.0, 3.0, "hello there"), mind=FakeMind({"hello there": [Say("hello", "en")]}))
    assert [turn.emotion for turn in scene.journal.turns[:2]] == [None, None]
    (told,) = [fields for name, _, fields in scene.recorder.events if name == "recognised"]
    assert "emotion" not in told


def test_voice_and_words_are_told_apart_in_the_event() -> None:
    loud = VoiceEmotion(tuple(0.94 if label == "angry" else 0.01 for label in LABELS))
    utterance = Utterance("where is my order", "en", 1.0, 0.9, 0.0, 0.0, 1.0, {}, loud)
    felt = feelings().take(utterance, 0.0)
    told = as_fields(felt, utterance)["feeling"]
    assert isinstance(told, dict)
    assert told["voice"] == "angry"
    assert told["mood"] == "neutral"
    assert as_fields(None, utterance) == {}


def test_a_head_is_optional_and_one_for_another_recogniser_an_error(tmp_path: Path) -> None:
    models = ModelStore(tmp_path)
    assert voice_head(Asr(emotion=None), models) is None
    head = voice_head(Asr(), models)
    assert head is not None, "the shipped head comes without any pull"
    assert "RAVDESS" in head.about["licence"]
    with pytest.raises(HeadError, match="made for whisper-base"):
        voice_head(Asr(model="whisper-tiny.en"), models)
    with pytest.raises(HeadError, match="no such file"):
        voice_head(Asr(emotion=str(tmp_path / "mine.npz")), models)


def test_without_the_published_lists_parley_s_own_are_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        lexicon = word_lexicon(ModelStore(tmp_path))
    assert set(lexicon.sources()) == {"shop_en.txt", "shop_zh.txt"}
    assert "parley models pull emotion-lexicon" in caplog.text


def test_the_shipped_head_is_marked_as_not_for_business() -> None:
    (found,) = non_commercial(["emotion-ravdess", "emotion-lexicon"])
    assert "RAVDESS" in found.licence.note
    assert CATALOGUE["emotion-lexicon"].licence.commercial is Commercial.YES
