"""The catalogue itself: sound entries, groups, licences."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from parley.models import CATALOGUE, Commercial, Model, ModelError, find, group, non_commercial, select
from parley.models.repair import REPAIRS
from parley.models.store import default_root


@pytest.mark.parametrize("model", CATALOGUE.values(), ids=lambda model: model.name)
def test_every_file_can_be_checked_and_had(model: Model) -> None:
    assert model.purpose
    assert model.licence.name
    for file in model.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        assert file.pieces or file.hub or file.shipped
        assert file.repair is None or file.repair in REPAIRS
        path = PurePosixPath(file.path)
        assert not path.is_absolute()
        assert ".." not in path.parts
    assert len({file.path for file in model.files}) == len(model.files)


def test_what_serving_and_testing_need() -> None:
    assert set(group("default")) == {
        "whisper-base",
        "silero-vad",
        "smart-turn-v3.2",
        "minilm-l6-v2",
        "use-multilingual-v3",
        "piper-joe",
        "espeak-ng",
        "zh-fastspeech2",
        "zh-mb-melgan",
        "kokoro-82m",
        "qwen2.5-1.5b",
        "emotion-ravdess",
        "emotion-lexicon",
    }
    assert set(group("test")) == {"kokoro-82m", "smollm2-135m"}


def test_groups_and_names_are_selected_once_each() -> None:
    assert select(["test", "kokoro-82m"]) == ["kokoro-82m", "smollm2-135m"]
    assert select(["all"]) == list(CATALOGUE)
    with pytest.raises(ModelError, match="did you mean whisper-base"):
        select(["default", "wisper-base"])


def test_a_name_like_no_other_is_answered_with_the_list() -> None:
    with pytest.raises(ModelError, match="there are whisper-base, "):
        find("zzzz")


def test_voices_that_a_business_must_not_use_are_known() -> None:
    used = ["whisper-base", "piper-joe", "zh-fastspeech2", "kokoro-82m", "my-own-voice"]
    (found,) = non_commercial(used)
    assert found.name == "zh-fastspeech2"
    assert "kokoro:zf_xiaoxiao" in found.licence.note
    (coqui,) = non_commercial(["coqui:tts_models/multilingual/multi-dataset/xtts_v2"])
    assert coqui.licence.name == "CPML"


def test_the_gpl_part_says_that_it_runs_apart() -> None:
    licence = CATALOGUE["espeak-ng"].licence
    assert licence.name.startswith("GPL-3.0")
    assert licence.commercial is Commercial.YES
    assert "process of its own" in licence.note


def test_the_store_s_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_MODELS", "/srv/models")
    assert str(default_root()) == "/srv/models"
    monkeypatch.delenv("PARLEY_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/me")
    assert str(default_root()) == "/var/cache/me/parley/models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(default_root()) == "/home/someone/.cache/parley/models"
