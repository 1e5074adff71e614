"""Flows with a real language model in this process (SmolLM2, which is small but writes sentences)."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion

from dialogue.embedded import EmbeddedServer
from dialogue.flowmind import FlowMind
from dialogue.flowminds import FlowMinds
from dialogue.llm import LanguageModel, LanguageModelError, Message, ModelSettings
from dialogue.mind import Act, Arrived, End, Input, Said, Say, Transfer
from parley.models import ModelStore

# Longer than the patience below: beside other tests a model's prompt has taken two minutes to read.
pytestmark = [pytest.mark.live, pytest.mark.calls, pytest.mark.engines, pytest.mark.timeout(400)]

DIALPLANS = Path(__file__).parents[2] / "dialplans"
FLOWS = {name: DIALPLANS / f"{name}.yaml" for name in ("shop-en", "shop-zh")}
UNKNOWN = {
    "en": "Tell me something about the wood that the chairs are made of.",
    "zh": "你们的椅子是用什么木头做的呢",
}


def patient(url: str) -> ModelSettings:
    """The machine may be busy with other tests, and this is no test of its speed."""
    return ModelSettings(url, first_token=120.0, next_token=60.0, total=180.0)


def system_threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def nice_threads() -> int:
    """Threads that let others go first: the 19th field of proc_pid_stat(5)."""
    found = 0
    for path in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            found += int((path / "stat").read_text().rpartition(")")[2].split()[16]) > 0
    return found


@pytest.fixture(scope="module")
def weights() -> Path:
    return next(ModelStore().path("smollm2-135m").glob("*.gguf"))


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prompts")


@dataclass
class Running:
    server: EmbeddedServer
    model: LanguageModel
    minds: FlowMinds


@pytest.fixture
async def running(weights: Path, prompts: Path) -> AsyncIterator[Running]:
    server = EmbeddedServer(weights, prompts=prompts)
    await server.start()
    model = LanguageModel(patient(server.url), read=server.read)
    minds = FlowMinds(FLOWS, default="shop-en", model=model, clock=noon)
    yield Running(server, model, minds)
    await minds.stop()
    await model.close()
    await server.stop()


def noon() -> datetime:
    """A Wednesday on which both shops are open."""
    return datetime(2026, 6, 10, 11, 0, tzinfo=UTC)


async def turn(mind: FlowMind, heard: Input) -> tuple[str, list[Act]]:
    thought = mind.think(heard)
    acts = [act async for act in thought.acts()]
    mind.commit(thought, " ".join(say.text for say in thought.said))
    await thought.close()
    return thought.kind, acts


def words(acts: list[Act]) -> str:
    return " ".join(act.text for act in acts if isinstance(act, Say))


async def test_the_model_lets_recognition_and_voices_go_first(weights: Path) -> None:
    before = nice_threads()
    server = EmbeddedServer(weights)
    await server.start()
    try:
        assert nice_threads() > before
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == 0, "not what started it"
        assert await asyncio.to_thread(os.getpriority, os.PRIO_PROCESS, 0) == 0
    finally:
        await server.stop()


@pytest.mark.parametrize("flow", ["shop-en", "shop-zh"])
async def test_a_call_with_known_answers_and_a_model(running: Running, flow: str) -> None:
    language = flow[-2:]
    if flow == "shop-en":
        assert await anext(running.minds.warm()) == "shop-en, en"
    mind = running.minds.mind(flow=flow, dialled="100", caller="200")
    kind, acts = await turn(mind, Arrived())
    assert kind == "greeting"
    assert ("Harbour" if language == "en" else "海松") in words(acts)

    asked = {"en": "Hi, how long does delivery take?", "zh": "请问送货要多长时间？"}[language]
    began = time.monotonic()
    kind, acts = await turn(mind, Said(asked, language))
    assert time.monotonic() - began < 0.5
    assert kind == "known"
    assert ("Delivery" if language == "en" else "配送") in words(acts)

    kind, acts = await turn(mind, Said(UNKNOWN[language], language))
    # A model this small may fail at Chinese, which is then told as any failure.
    if language == "en":
        assert kind == "model"
        assert len(words(acts).split()) >= 3
        assert not set("<>|#*[]{}") & set(words(acts))
    else:
        assert kind in ("model", "error")
        assert any("一" <= char <= "鿿" for char in words(acts))

    kind, acts = await turn(
        mind, Said({"en": "Thank you, goodbye.", "zh": "谢谢，再见。"}[language], language)
    )
    assert kind == "goodbye"
    assert isinstance(acts[-1], End)


async def cached_tokens(server: EmbeddedServer, messages: list[Message]) -> tuple[int, int]:
    async with AsyncOpenAI(base_url=server.url, api_key="none") as client:
        models = await client.models.list()
        reply = await client.chat.completions.create(model=models.data[0].id, messages=messages, max_tokens=1)
    usage = reply.usage
    assert usage is not None
    assert usage.prompt_tokens_details is not None
    return usage.prompt_tokens_details.cached_tokens or 0, usage.prompt_tokens


def conversation(kind: str) -> list[Message]:
    facts = " ".join(f"The {kind} number {i} costs {i * 7} pounds." for i in range(30))
    return [{"role": "system", "content": facts}, {"role": "user", "content": "Hello"}]


async def test_prompts_that_were_read_survive_a_restart(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    lamps, chairs = conversation("lamp"), conversation("chair")
    first = EmbeddedServer(weights, prompts=folder)
    await first.start()
    await first.read(lamps)
    await first.read(chairs)
    await first.stop()
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".prompt", ".prompt"]

    second = EmbeddedServer(weights, prompts=folder)
    await second.start()
    try:
        await second.read(lamps)
        await second.read(chairs)
        for one in (lamps, chairs):
            cached, all_of_it = await cached_tokens(second, one)
            assert cached >= 0.9 * all_of_it
        files[0].write_bytes(files[0].read_bytes()[:1000])
        files[1].write_bytes(b"")
        await second.read(lamps)
        await second.read(chairs)
        assert all(file.stat().st_size > 10_000 for file in folder.iterdir())
    finally:
        await second.stop()


async def test_stopping_the_server_leaves_no_thread_and_fails_calls_softly(
    weights: Path, prompts: Path
) -> None:
    before = system_threads()
    server = EmbeddedServer(weights, prompts=prompts)
    await server.start()
    model = LanguageModel(patient(server.url), read=server.read)
    minds = FlowMinds({"shop-en": FLOWS["shop-en"]}, default="shop-en", model=model, clock=noon)
    assert await anext(minds.warm()) == "shop-en, en"
    assert system_threads() > before + 4
    mind = minds.mind(flow=None, dialled="100", caller="200")
    assert (await turn(mind, Said(UNKNOWN["en"], "en")))[0] == "model"
    await server.stop()
    await server.stop()
    # Some of the process's own pools (asyncio's, BLAS's) may have grown by a few threads meanwhile.
    assert system_threads() <= before + 4

    kind, acts = await turn(mind, Said(UNKNOWN["en"], "en"))
    assert kind == "error"
    assert "sorry" in words(acts)
    assert acts[-1] == Transfer("600")
    kind, acts = await turn(mind, Said("What are your opening hours?", "en"))
    assert (kind, "nine to six" in words(acts)) == ("known", True)
    await model.close()
    with pytest.raises(LanguageModelError, match="not running"):
        _ = server.url


@asynccontextmanager
async def being_written(weights: Path) -> AsyncIterator[tuple[EmbeddedServer, asyncio.Task[ChatCompletion]]]:
    server = EmbeddedServer(weights)
    await server.start()
    told: list[Message] = [{"role": "user", "content": "Tell me about " + "the lamp and the chair and " * 40}]
    async with AsyncOpenAI(base_url=server.url, api_key="none", timeout=120.0) as client:
        name = (await client.models.list()).data[0].id
        asked = client.chat.completions.create(model=name, messages=told, max_tokens=20)
        reply = asyncio.create_task(asked)
        await asyncio.sleep(0.1)
        assert not reply.done()
        yield server, reply


async def test_a_reply_that_is_being_written_ends_before_its_server_stops(weights: Path) -> None:
    async with being_written(weights) as (server, reply):
        await server.stop(patience=120.0)
        async with asyncio.timeout(1.0):
            assert (await reply).choices[0].finish_reason in ("length", "stop")


async def test_a_server_that_goes_on_writing_is_left_behind(
    weights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with being_written(weights) as (server, reply):
        await server.stop(patience=0.0)
        assert "still writing after 0 s" in caplog.text
        assert (await reply).choices


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut"])
async def test_a_model_file_that_is_no_good_is_named(weights: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.gguf"
    if damage == "empty":
        path.touch()
    elif damage == "text":
        path.write_text("<html>not found</html>")
    elif damage == "cut":
        with weights.open("rb") as file:
            path.write_bytes(file.read(3_000_000))
    with pytest.raises(LanguageModelError, match=r"model\.gguf: expected a .*GGUF model, found"):
        await EmbeddedServer(path).start()
