"""The models as they are really published: whole, and fit for use after repair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]  # ships no types

from parley.models import ModelStore, group

pytestmark = pytest.mark.live


def test_the_models_for_serving_and_testing_are_whole() -> None:
    checked = ModelStore().verify(["default", "test"])
    assert checked == dict.fromkeys([*group("default"), "smollm2-135m"])


def _array(interpreter: Any, details: Any) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = interpreter.get_tensor(details["index"])
    return found


def test_the_repaired_mandarin_models_make_sound_without_tensorflow() -> None:
    store = ModelStore()
    acoustic = Interpreter(str(store.path("zh-fastspeech2") / "fastspeech2.tflite"), num_threads=1)
    # sil, x ia4 #0 d an1 sil: symbols of baker_mapper.json are another test's matter, any will sound.
    symbols = np.array([[1, 25, 150, 2, 10, 38, 1]], np.int32)
    inputs = {
        one["name"].removeprefix("serving_default_").split(":")[0]: one
        for one in acoustic.get_input_details()
    }
    acoustic.resize_tensor_input(inputs["input_ids"]["index"], symbols.shape)
    acoustic.allocate_tensors()
    acoustic.set_tensor(inputs["input_ids"]["index"], symbols)
    acoustic.set_tensor(inputs["speaker_ids"]["index"], np.zeros(1, np.int32))
    for name in ("speed_ratios", "f0_ratios", "energy_ratios"):
        acoustic.set_tensor(inputs[name]["index"], np.ones(1, np.float32))
    acoustic.invoke()
    mel = _array(acoustic, acoustic.get_output_details()[1])

    vocoder = Interpreter(str(store.path("zh-mb-melgan") / "mb_melgan.tflite"), num_threads=1)
    entry = vocoder.get_input_details()[0]["index"]
    vocoder.resize_tensor_input(entry, mel.shape)
    vocoder.allocate_tensors()
    vocoder.set_tensor(entry, mel)
    vocoder.invoke()
    audio = _array(vocoder, vocoder.get_output_details()[0]).ravel()
    assert len(audio) == mel.shape[1] * 300
    assert 0.05 < np.abs(audio).max() <= 1.0
    # Eight-bit sub-bands have at most 256 levels each; a float signal hardly repeats a value.
    assert len(np.unique(audio)) > 0.5 * len(audio)
