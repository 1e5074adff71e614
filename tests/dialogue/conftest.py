"""The sentence encoders, loaded once: what they make of the flows' examples serves all tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dialogue.intent import Encoder
from dialogue.texts import Language
from parley.intents import ENGLISH, MANDARIN, read_encoders
from parley.models import ModelError, ModelStore


@pytest.fixture(scope="session")
def encoders() -> Mapping[Language, Encoder]:
    try:
        return read_encoders(ModelStore())
    except ModelError as error:
        pytest.skip(f"needs the models {ENGLISH} and {MANDARIN}: {error}")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")
