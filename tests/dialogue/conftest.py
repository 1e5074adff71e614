"""Files of flows, a language model that does what a test wants, and the sentence encoders, loaded once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from dialogue.intent import Encoder
from dialogue.llm import LanguageModel, ModelSettings
from dialogue.texts import Language
from parley.intents import ENGLISH, MANDARIN, read_encoders
from parley.models import ModelError, ModelStore
from tests.dialogue.fake_server import FakeServer, serving
from tests.dialogue.flows import SMALL


@pytest.fixture(scope="session")
def encoders() -> Mapping[Language, Encoder]:
    try:
        return read_encoders(ModelStore())
    except ModelError as error:
        pytest.skip(f"needs the models {ENGLISH} and {MANDARIN}: {error}")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(text: str, name: str = "small.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with serving() as one:
        yield one


@pytest.fixture
async def model(server: FakeServer) -> AsyncIterator[LanguageModel]:
    one = LanguageModel(ModelSettings(server.url, first_token=1.5, next_token=1.5, total=4.0))
    yield one
    await one.close()


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path
