"""What the recognition benchmark reads, joins and compares; it runs for real in the live tests."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # ships no annotations
import typer

from parley.benches.asr import Clip, error_rate, joined_clips, normalised, over_the_telephone, read_manifest

CLIP = {"path": "speech/a.wav", "text": "yes", "lang": "en", "set": "one"}


def write_manifest(folder: Path, content: object) -> Path:
    manifest = folder / "speech" / "manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return manifest


def write_tone(path: Path, rate: int, channels: int = 1) -> None:
    t = np.arange(rate) / rate
    wave = 0.3 * np.sin(2 * np.pi * 440 * t)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate)


def test_paths_start_from_the_folder_above_the_manifests_own(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, [{**CLIP, "seconds": 1.0}])
    write_tone(tmp_path / "speech" / "a.wav", 8000)
    assert read_manifest(manifest) == [Clip(tmp_path / "speech" / "a.wav", "yes", "en", "one")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "expected JSON"),
        ([], "expected a list of clips"),
        ([3], "entry 0: expected an object"),
        ([{**CLIP, "text": None}], "entry 0: expected a text as 'text'"),
        ([{**CLIP, "lang": "fr"}], "entry 0: expected en or zh as 'lang', found 'fr'"),
        ([CLIP, {**CLIP, "path": "speech/gone.wav"}], r"entry 1: no file .*gone\.wav"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, content: object, message: str
) -> None:
    write_tone(tmp_path / "a.wav", 8000)
    manifest = write_manifest(tmp_path, content)
    write_tone(manifest.parent / "a.wav", 8000)
    with pytest.raises(typer.BadParameter, match=message):
        read_manifest(manifest)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"none\.json: No such file"):
        read_manifest(tmp_path / "none.json")


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2)])
def test_any_clip_goes_through_the_telephone(tmp_path: Path, rate: int, channels: int) -> None:
    write_tone(tmp_path / "a.wav", rate, channels)
    audio = over_the_telephone(tmp_path / "a.wav")
    assert audio.dtype == np.float32
    assert len(audio) == pytest.approx(16000, abs=4)
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio))))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)


def test_a_file_that_is_no_audio_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("not audio")
    with pytest.raises(typer.BadParameter, match=r"a\.wav"):
        over_the_telephone(tmp_path / "a.wav")


def test_english_is_compared_in_whispers_normal_form() -> None:
    assert normalised("Press TWO, please — it's 20 dollars!", "en") == normalised(
        "press 2 please it is $20", "en"
    )
    assert error_rate([("press two now", "Press 2."), ("", "")], "en") == pytest.approx(1 / 3, abs=1e-4)


def test_mandarin_is_compared_by_characters_with_numbers_in_digits() -> None:
    assert normalised("二零一七年三月，十五 米。", "zh") == normalised("2017年3月15米", "zh")
    assert error_rate([("我想退货", "我想退火。")], "zh") == 0.25


def test_words_heard_in_a_clip_without_any_count() -> None:
    assert error_rate([("one two", "one two"), ("<beep>", "Oh")], "en") > 0
    assert error_rate([("<beep>", "")], "en") == 0
    assert error_rate([("<beep>", "Oh")], "en") == 1


def test_long_utterances_are_joined_from_clips_of_one_language() -> None:
    def clip(k: int, lang: str) -> tuple[Clip, np.ndarray]:
        return Clip(Path(f"{k}.wav"), f"words {k}", lang, "set"), np.full(8 * 16000, 0.1, dtype=np.float32)

    joined = list(joined_clips([clip(k, "en" if k < 20 else "zh") for k in range(22)]))
    assert [one.lang for one, _ in joined] == ["en", "en", "zh"]
    assert all(15 < len(audio) / 16000 <= 60 for _, audio in joined)
    assert joined[0][0].text == " ".join(f"words {k}" for k in range(7))
    assert joined[1][0].text.startswith("words 7")
