"""Whether a turn is over, heard by the real model from real speech over the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from asr.audio import WHISPER_RATE, Floats, resample, to_float
from asr.smart_turn import SPAN_SECONDS, SmartTurn
from parley.models import ModelStore
from tests.live.running import DATA
from tests.live.test_speech import needs_data, telephone

pytestmark = pytest.mark.live

SILENCE = np.zeros(round(0.15 * WHISPER_RATE), dtype=np.float32)


@pytest.fixture(scope="module")
def smart_turn() -> Iterator[SmartTurn]:
    model = SmartTurn(ModelStore().path("smart-turn-v3.2"))
    yield model
    model.close()


def spoken(name: str, until: float | None = None) -> Floats:
    """A prompt as a telephone carries it, up to a time or to its end, and a little silence."""
    pcm = telephone(DATA / "speech/asterisk" / f"{name}.flac")
    audio = resample(to_float(pcm), 8000, WHISPER_RATE)
    loud = np.flatnonzero(np.abs(audio) > 0.02)
    end = int(loud[-1]) if until is None else round(until * WHISPER_RATE)
    return np.concatenate((audio[:end], SILENCE))


@needs_data
async def test_a_sentence_sounds_finished_at_its_end_and_not_in_its_middle(smart_turn: SmartTurn) -> None:
    for name, middle in (
        ("agent-alreadyon", 3.95),
        ("conf-placeintoconf", 1.4),
        ("conf-noempty", 1.2),
    ):
        whole = await smart_turn.probability(spoken(name))
        broken_off = await smart_turn.probability(spoken(name, middle))
        assert whole > 0.5 > broken_off, (name, whole, broken_off)


@needs_data
async def test_only_the_last_seconds_of_a_long_turn_count(smart_turn: SmartTurn) -> None:
    end = spoken("agent-alreadyon")
    noise = np.random.default_rng(1).standard_normal(round(60 * WHISPER_RATE)).astype(np.float32) * 0.1
    last = end[-round(4 * WHISPER_RATE) :]
    long = np.concatenate((noise, np.zeros(round(4 * WHISPER_RATE), dtype=np.float32), last))
    assert len(long) > SPAN_SECONDS * WHISPER_RATE
    assert await smart_turn.probability(long) == await smart_turn.probability(long[-128_000:])


def test_a_folder_without_the_model_is_named_with_what_repairs_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="parley models pull"):
        SmartTurn(tmp_path)


def test_another_model_is_refused(tmp_path: Path) -> None:
    silero = next(ModelStore().path("silero-vad").glob("*.onnx"))
    (tmp_path / "other.onnx").write_bytes(silero.read_bytes())
    with pytest.raises(ValueError, match="expected a model with the input input_features"):
        SmartTurn(tmp_path)
