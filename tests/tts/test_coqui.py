"""Coqui, with a stand-in for the package: what it is asked for, and what becomes of its failures."""

from __future__ import annotations

import asyncio
import sys
import threading
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.tts.test_level import tone
from tts.coqui import CoquiVoice
from tts.voice import Speech, VoiceError

RATE = 22_050


class FakeModel:
    """Speaks 50 ms a character, then Coqui's 10,000 zeros."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.is_multi_lingual = "xtts" in str(options.get("model_name"))
        self.synthesizer = SimpleNamespace(output_sample_rate=RATE)
        self.device = "cpu"

    def to(self, device: str) -> FakeModel:
        self.device = device
        return self

    def tts(self, text: str, **options: Any) -> list[float]:
        self.asked.append((text, options))
        if "broken" in text:
            raise KeyError("ʔ")
        sound = tone(200, 0.05 * len(text), RATE, 0.1)
        return [*sound.tolist(), *[0.0] * 10_000]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakeModel]:
    """The package as it can be imported; lists the models that were loaded."""
    models: list[FakeModel] = []
    torch = ModuleType("torch")
    torch.set_num_threads = lambda threads: None  # type: ignore[attr-defined]

    def load(**options: Any) -> FakeModel:
        if "missing" in str(options):
            raise FileNotFoundError("speakers.pth")
        models.append(FakeModel(**options))
        return models[-1]

    api = ModuleType("TTS.api")
    api.TTS = load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "TTS", ModuleType("TTS"))
    monkeypatch.setitem(sys.modules, "TTS.api", api)
    # The voice sets it for torch; this puts it back.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return models


async def say(voice: CoquiVoice, text: str, rate: int = 8_000) -> list[Speech]:
    try:
        return [speech async for speech in voice.speak(text, rate)]
    finally:
        await voice.close()


async def test_a_sentence_is_spoken_phrase_by_phrase_in_spoken_form(made: list[FakeModel]) -> None:
    said = await say(CoquiVoice("en", "tts_models/en/ljspeech/vits"), "Hello. Your order 4471 has shipped.")
    assert [speech.text for speech in said] == ["Hello.", "Your order 4471 has shipped."]
    assert made[0].asked[1:] == [
        ("Hello.", {"split_sentences": False}),
        ("Your order four four seven one has shipped.", {"split_sentences": False}),
    ]
    assert all(speech.rate == 8_000 for speech in said)
    # 6 characters at 50 ms, and the pause between sentences instead of 0.45 s of zeros.
    assert said[0].seconds == pytest.approx(0.3 + 0.28, abs=0.06)


async def test_files_of_a_site_are_loaded_as_such(made: list[FakeModel], tmp_path: Path) -> None:
    for name in ("best_model.pth", "config.json"):
        (tmp_path / name).write_text("{}")
    voice = CoquiVoice("en", tmp_path / "best_model.pth", tmp_path / "config.json", speaker="p225", gpu=True)
    await say(voice, "Hello.")
    assert made[0].options == {
        "model_path": str(tmp_path / "best_model.pth"),
        "config_path": str(tmp_path / "config.json"),
        "progress_bar": False,
    }
    assert made[0].device == "cuda"
    assert made[0].asked[-1] == ("Hello.", {"speaker": "p225", "split_sentences": False})


async def test_models_of_many_languages_are_told_which(made: list[FakeModel]) -> None:
    await say(CoquiVoice("zh", "tts_models/multilingual/multi-dataset/xtts_v2"), "您好。")
    assert made[0].asked[-1][1]["language"] == "zh-cn"


async def test_silence_is_not_rendered(made: list[FakeModel]) -> None:
    assert await say(CoquiVoice("en", "m"), " … 😀 ") == []
    assert made == []


async def test_a_phrase_that_fails_does_not_harm_the_next(made: list[FakeModel]) -> None:
    voice = CoquiVoice("en", "m", name="coqui:m")
    with pytest.raises(VoiceError, match=r"coqui:m could not speak 'This is broken.'.*KeyError"):
        async for _ in voice.speak("This is broken.", 8_000):
            pass
    assert len(await say(voice, "This is whole.")) == 1


async def test_a_model_that_does_not_load_is_named(made: list[FakeModel]) -> None:
    with pytest.raises(VoiceError, match=r"coqui: missing/model cannot be loaded: .*speakers.pth"):
        await say(CoquiVoice("en", "missing/model"), "Hello.")


async def test_without_the_package_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with pytest.raises(VoiceError, match=r"pip install .*requirements-coqui.lock.*docs/voices.md"):
        await say(CoquiVoice("en", "m"), "Hello.")


def test_a_missing_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"model\.pth is missing"):
        CoquiVoice("en", tmp_path / "model.pth", tmp_path / "config.json")


def test_another_file_is_another_version(tmp_path: Path) -> None:
    model, config = tmp_path / "model.pth", tmp_path / "config.json"
    model.write_bytes(b"1")
    config.write_text("{}")
    before = CoquiVoice("en", model, config).version
    assert CoquiVoice("en", model, config).version == before
    model.write_bytes(b"12")
    assert CoquiVoice("en", model, config).version != before


async def test_closing_ends_the_threads(made: list[FakeModel]) -> None:
    await say(CoquiVoice("en", "m", name="closing"), "Hello.")
    for thread in threading.enumerate():
        if thread.name.startswith("closing"):
            thread.join(5)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("closing")]


async def test_callers_who_come_at_once_load_the_model_once(made: list[FakeModel]) -> None:
    voice = CoquiVoice("en", "m")
    await asyncio.gather(voice.warm(), voice.warm(), voice.warm())
    await voice.close()
    assert len(made) == 1


def test_the_extra_and_its_lock_agree() -> None:
    root = Path(__file__).parents[2]
    extra = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]["coqui"]
    asked = (root / "requirements-coqui.in").read_text().splitlines()
    pinned = (root / "requirements-coqui.lock").read_text()
    assert set(extra) <= set(asked)
    assert all(f"\n{name}" in pinned for name in extra)
    assert "://" not in "".join(line for line in pinned.splitlines() if not line.startswith("#"))
