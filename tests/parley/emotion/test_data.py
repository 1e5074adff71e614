"""Labelled recordings and texts as people have them, and what is said about what can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.emotion.data import EmotionDataError, read_clips, read_texts


def recording(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(800, dtype=np.float32), 8000)


def test_a_folder_for_each_emotion(tmp_path: Path) -> None:
    recording(tmp_path / "Anger" / "anna" / "1.wav")
    recording(tmp_path / "calm" / "ben_07.flac")
    recording(tmp_path / "notes" / "x.wav")
    (tmp_path / "calm" / "readme.txt").write_text("not audio")
    found = [(clip.path.name, clip.label, clip.speaker) for clip in read_clips(tmp_path)]
    assert found == [("1.wav", "angry", "anna"), ("ben_07.flac", "neutral", "ben")]


def test_a_manifest_counts_calm_as_neutral_and_fear_as_anxious(tmp_path: Path) -> None:
    recording(tmp_path / "a.wav")
    entries = [{"path": "a.wav", "emotion": label, "speaker": "01"} for label in ("calm", "fear", "surprise")]
    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    assert [clip.label for clip in read_clips(tmp_path)] == ["neutral", "anxious", "surprised"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("[", "manifest.json: expected JSON"),
        ("[]", "expected a list of recordings"),
        ('[{"path": "a.wav"}]', "entry 0: expected a text as 'emotion', found None"),
        ('[{"path": "a.wav", "emotion": "cross"}]', "entry 0: expected an emotion, one of .*, found 'cross'"),
        ('[{"path": "b.wav", "emotion": "sad"}]', "entry 0: no file .*b.wav"),
    ],
)
def test_a_manifest_that_is_wrong_says_where(tmp_path: Path, entries: str, message: str) -> None:
    recording(tmp_path / "a.wav")
    (tmp_path / "manifest.json").write_text(entries)
    with pytest.raises(EmotionDataError, match=message):
        read_clips(tmp_path / "manifest.json")


def test_a_folder_with_nothing_in_it_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(EmotionDataError, match=r"expected manifest\.json, or folders named after emotions"):
        read_clips(tmp_path)
    with pytest.raises(EmotionDataError, match="found nothing"):
        read_clips(tmp_path / "absent")


def test_texts_of_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text("text,label,language\ngreat lamp,positive,en\n太差了,0,\n", encoding="utf-8")
    assert [(one.positive, one.language) for one in read_texts(file)] == [(True, "en"), (False, "zh")]
    other = tmp_path / "reviews.json"
    other.write_text(json.dumps([{"text": "bad lamp", "label": "neg"}]))
    assert [(one.positive, one.language) for one in read_texts(other)] == [(False, "en")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("review,stars\n", "line 1: expected the columns text,label, found review, stars"),
        ("text,label\nfine,3\n", "line 2: expected positive or negative as the label, found '3'"),
        ("text,label,language\nbien,pos,fr\n", "line 2: expected en or zh as the language, found 'fr'"),
        ("text,label\n", "expected texts with labels, found none"),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(content)
    with pytest.raises(EmotionDataError, match=message):
        read_texts(file)
