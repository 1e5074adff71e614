"""Piper, FastSpeech and Kokoro without their models: what they read, refuse and count."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tts.espeak import Espeak
from tts.fastspeech import FastSpeechVoice, Symbols
from tts.kokoro import KokoroVoice, from_espeak, from_syllables
from tts.mandarin import Syllable, syllables
from tts.piper import PiperVoice, input_ids, word_times
from tts.pronounce import Phoneme
from tts.vits import VitsConfig
from tts.voice import VoiceError

IDS = {"^": [1], "$": [2], "_": [0], "h": [20], "i": [21], " ": [3], ".": [10]}
DESCRIPTION: dict[str, Any] = {
    "audio": {"sample_rate": 22_050},
    "espeak": {"voice": "en-us"},
    "inference": {"noise_scale": 0.5, "length_scale": 1.1, "noise_w": 0.3},
    "phoneme_id_map": IDS,
    "num_speakers": 2,
}


def write(path: Path, data: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_a_pipers_description_is_read(tmp_path: Path) -> None:
    config = VitsConfig.read(write(tmp_path / "voice.onnx.json", DESCRIPTION))
    assert (config.rate, config.espeak_voice, config.language, config.speakers) == (22_050, "en-us", "en", 2)
    assert (config.noise, config.length, config.noise_width) == (0.5, 1.1, 0.3)
    family = {**DESCRIPTION, "language": {"family": "de"}}
    assert VitsConfig.read(write(tmp_path / "voice.onnx.json", family)).language == "de"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", json.dumps({**DESCRIPTION, "phoneme_id_map": {"a": "b"}})]
)
def test_a_damaged_description_is_named(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "voice.onnx.json", content)
    with pytest.raises(VoiceError, match=r"voice\.onnx\.json: expected the description of a Piper voice"):
        VitsConfig.read(path)


def test_a_folder_without_a_voice_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"piper:joe: no \.onnx file in .*parley models pull"):
        PiperVoice(tmp_path, Espeak(), "piper:joe")
    with pytest.raises(VoiceError, match=r"kokoro: no \.onnx file in .*parley models pull"):
        KokoroVoice(tmp_path, Espeak())


async def test_a_damaged_piper_model_is_named_when_it_is_loaded(tmp_path: Path) -> None:
    write(tmp_path / "voice.onnx", "no model")
    write(tmp_path / "voice.onnx.json", DESCRIPTION)
    voice = PiperVoice(tmp_path, Espeak(), "piper:test")
    try:
        with pytest.raises(VoiceError, match=r"voice\.onnx cannot be loaded, run `parley models verify`"):
            await voice.warm()
    finally:
        await voice.close()


def test_each_phoneme_is_followed_by_a_pad_and_belongs_to_its_word() -> None:
    said = [Phoneme("h", 0), Phoneme("ʘ", 0), Phoneme("i", 0), Phoneme(" ", 0), Phoneme("h", 1)]
    ids, owners = input_ids(said, IDS)
    assert ids == [1, 0, 20, 0, 21, 0, 3, 0, 20, 0, 2]
    assert owners == [-1, -1, 0, 0, 0, 0, 0, 0, 1, 1, -1]


def test_words_last_from_their_first_to_their_last_phoneme() -> None:
    times = word_times(["hi", "there", "you"], [-1, 0, 0, -1, 2], np.array([5.0, 10, 10, 2, 20]), 0.01)
    assert [time.word for time in times] == ["hi", "you"]
    assert [edge for time in times for edge in (time.start, time.end)] == pytest.approx(
        [0.05, 0.25, 0.27, 0.47]
    )


SYMBOLS = {
    "symbol_to_id": {
        name: number
        for number, name in enumerate(["sil", "#0", "#3", "er5", "n", "i3", "h", "ao3", "s", "ei1", "eos"])
    },
    "pinyin_dict": {"ni": ["n", "i"], "hao": ["h", "ao"]},
}


@pytest.fixture
def symbols(tmp_path: Path) -> Symbols:
    return Symbols.read(write(tmp_path / "baker_mapper.json", SYMBOLS))


def names(symbols: Symbols, said: list[Syllable]) -> str:
    by_id = {number: name for name, number in symbols.ids.items()}
    return " ".join(by_id[number] for number in symbols.encode(said)[0])


def test_syllables_stand_between_silences_without_eos(symbols: Symbols) -> None:
    assert names(symbols, [Syllable("ni3", 0), Syllable("hao3", 1)]) == "sil n i3 #0 h ao3 sil"
    assert symbols.encode([Syllable("ni3", 0), Syllable("hao3", 1)])[1] == [-1, 0, 0, 0, 1, 1, -1]


def test_pauses_erhua_and_foreign_sounds_have_their_symbols(symbols: Symbols) -> None:
    pause = [Syllable("ni3", 0), Syllable("", 0), Syllable("hao3", 1)]
    assert names(symbols, pause) == "sil n i3 #3 h ao3 sil"
    assert names(symbols, [Syllable("hao3", 0), Syllable("er5", 1, joined=True)]).startswith("sil h ao3 er5")
    assert names(symbols, [Syllable("sei1", 0)]) == "sil s ei1 sil"


def test_unknown_syllables_are_left_out(symbols: Symbols) -> None:
    assert names(symbols, [Syllable("xyz1", 0), Syllable("ni3", 1)]) == "sil n i3 sil"
    assert names(symbols, []) == "sil"


@pytest.mark.parametrize(
    "content", ["", "[]", json.dumps({"symbol_to_id": {"sil": 0}, "pinyin_dict": {}}), '{"pinyin_dict": 5}']
)
def test_a_damaged_symbol_table_is_named(tmp_path: Path, content: str) -> None:
    write(tmp_path / "baker_mapper.json", content)
    with pytest.raises(VoiceError, match=r"baker_mapper\.json: expected symbol_to_id"):
        FastSpeechVoice(tmp_path, tmp_path)


@pytest.mark.parametrize("missing", [True, False])
async def test_a_mandarin_model_that_cannot_be_used_is_named(tmp_path: Path, missing: bool) -> None:
    write(tmp_path / "baker_mapper.json", SYMBOLS)
    if not missing:
        write(tmp_path / "fastspeech2.tflite", "no model")
    voice = FastSpeechVoice(tmp_path, tmp_path)
    try:
        with pytest.raises(
            VoiceError, match=rf"fastspeech2\.tflite .*models {'pull' if missing else 'verify'}`"
        ):
            await voice.warm()
    finally:
        await voice.close()


@pytest.fixture
def kokoro(tmp_path: Path) -> Path:
    write(tmp_path / "kokoro.onnx", "no model")
    write(tmp_path / "config.json", {"vocab": {"a": 1}})
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "zf_xiaoxiao.bin").write_bytes(bytes(510 * 256 * 4))
    return tmp_path


async def test_kokoros_voice_says_its_language_and_a_damaged_model_is_named(kokoro: Path) -> None:
    voice = KokoroVoice(kokoro, Espeak())
    assert (voice.name, voice.language) == ("kokoro:zf_xiaoxiao", "zh")
    try:
        with pytest.raises(VoiceError, match=r"kokoro\.onnx cannot be loaded, run `parley models verify`"):
            await voice.warm()
    finally:
        await voice.close()


def test_a_model_that_was_trained_again_is_another_version(kokoro: Path) -> None:
    before = KokoroVoice(kokoro, Espeak()).version
    assert KokoroVoice(kokoro, Espeak()).version == before
    assert KokoroVoice(kokoro, Espeak(), speed=1.2).version != before
    # Of the same size, as weights are.
    os.utime(kokoro / "kokoro.onnx", (1_000, 1_000))
    assert KokoroVoice(kokoro, Espeak()).version != before


def test_a_kokoro_voice_that_is_not_there_is_named(kokoro: Path) -> None:
    with pytest.raises(VoiceError, match=r"zf_xiaobei\.bin: expected 510 rows"):
        KokoroVoice(kokoro, Espeak(), "zf_xiaobei")
    (kokoro / "voices" / "zf_xiaoxiao.bin").write_bytes(bytes(1_000))
    with pytest.raises(VoiceError, match=r"zf_xiaoxiao\.bin: expected 510 rows"):
        KokoroVoice(kokoro, Espeak())
    with pytest.raises(VoiceError, match="'jf_alpha' is neither English"):
        KokoroVoice(kokoro, Espeak(), "jf_alpha")
    write(kokoro / "config.json", "{}")
    (kokoro / "voices" / "zf_xiaoxiao.bin").write_bytes(bytes(510 * 256 * 4))
    with pytest.raises(VoiceError, match=r"config\.json: expected Kokoro's vocabulary"):
        KokoroVoice(kokoro, Espeak())


def test_kokoros_diphthongs_are_one_symbol_of_the_same_word() -> None:
    said = [Phoneme(symbol, word) for word, text in enumerate(["seɪ", "tʃɜːtʃ"]) for symbol in text]
    found = from_espeak(said)
    assert "".join(phoneme.symbol for phoneme in found if phoneme.word == 0) == "sA"
    assert "".join(phoneme.symbol for phoneme in found if phoneme.word == 1) == "ʧɜɹʧ"


def test_kokoros_mandarin_has_spaces_between_words_and_ends_in_a_stop() -> None:
    found = from_syllables(syllables("您好，谢谢"))
    text = "".join(phoneme.symbol for phoneme in found)
    assert text.endswith(".")
    assert ", " in text
    assert " ." not in text
    assert [phoneme.word for phoneme in found] == sorted(phoneme.word for phoneme in found)
    assert from_syllables([]) == []
