"""The language model is asked once for each question, and from then on answers alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest

from dialogue.llm import LanguageModelError, Message, ModelSettings
from parley.replay.answers import SEED, AnswerBook, RememberingModel
from parley.replay.clock import VirtualLoop, run_virtual
from parley.replay.costs import Charge, Costs, Work
from parley.replay.outside import Border, Outside
from tests.dialogue.fake_server import FakeServer, serving, words

QUESTION: list[Message] = [{"role": "system", "content": "You answer."}, {"role": "user", "content": "Why?"}]


class Lab:
    """A server, a folder of answers, and models that know both."""

    def __init__(self, outside: Outside, server: FakeServer, folder: Path) -> None:
        self.outside = outside
        self.server = server
        self.folder = folder
        self.models: list[RememberingModel] = []

    def model(
        self, *, ask_again: bool = False, first_token: float = 5.0, name: str = "fake"
    ) -> RememberingModel:
        async def start(_: Sequence[Message]) -> tuple[str, str]:
            return self.server.url, name

        settings = ModelSettings(self.server.url, name, first_token=first_token)
        book = AnswerBook(self.folder, ask_again=ask_again)
        self.models.append(RememberingModel(settings, book, self.outside, start))
        return self.models[-1]

    def ask(self, model: RememberingModel, costs: float = 0.7) -> tuple[str, float]:
        """The answer, and when it came in virtual time."""

        async def main() -> tuple[str, float]:
            loop = cast(VirtualLoop, asyncio.get_running_loop())
            model.border = Border(loop, Costs(Charge.RECORDED, {Work.MODEL: [(0.0, costs)]}), loop.time)
            text = "".join([piece async for piece in model.reply(QUESTION, "en")])
            return text, loop.time()

        return run_virtual(main())


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with ExitStack() as stack:
        outside = stack.enter_context(Outside())
        context = serving()
        lab = Lab(outside, outside.run(context.__aenter__()), tmp_path / "answers")
        stack.callback(lambda: outside.run(context.__aexit__(None, None, None)))
        stack.callback(lambda: [outside.run(model.close()) for model in lab.models])
        lab.server.script = words("Because ", "it is so.", pause=0.02)
        yield lab


def test_an_answer_is_asked_for_once_without_chance(lab: Lab) -> None:
    first = lab.model()
    text, at = lab.ask(first)
    assert text == "Because it is so."
    assert at == pytest.approx(0.7, abs=0.01), "what it cost in the recorded call"
    [request] = lab.server.requests
    assert (request["temperature"], request["seed"], request["stream"]) == (0.0, SEED, True)
    assert (first.asked.new, first.asked.kept) == (1, 0)
    lab.server.script = words("Something else.")
    second = lab.model()
    assert lab.ask(second) == lab.ask(first)
    assert (second.asked.new, second.asked.kept) == (0, 1)
    assert len(lab.server.requests) == 1


def test_another_question_is_another_answer(lab: Lab) -> None:
    lab.ask(lab.model())
    lab.server.script = words("Other words.")
    other = lab.model(name="another-model")
    assert lab.ask(other)[0] == "Other words."


def test_asking_again_replaces_the_answer(lab: Lab) -> None:
    lab.ask(lab.model())
    lab.server.script = words("Because I say so.")
    again = lab.model(ask_again=True)
    assert lab.ask(again)[0] == lab.ask(again)[0] == "Because I say so."
    assert len(lab.server.requests) == 2, "once for each question"
    assert lab.ask(lab.model())[0] == "Because I say so."


def test_a_failing_server_is_a_failing_model_and_nothing_is_kept(lab: Lab) -> None:
    lab.server.status = 503
    model = lab.model()
    with pytest.raises(LanguageModelError, match="expected status 200, found 503"):
        lab.ask(model)
    assert model.asked.failed == 1
    lab.server.status = 200
    assert lab.ask(model)[0] == "Because it is so."


def test_an_answer_that_costs_too_much_comes_too_late(lab: Lab) -> None:
    model = lab.model(first_token=0.5)
    with pytest.raises(LanguageModelError, match=r"expected text within 0\.5 s, found none"):
        lab.ask(model)
    assert model.asked.failed == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"chunks": 1}'])
def test_a_damaged_file_is_asked_for_again(lab: Lab, content: bytes) -> None:
    lab.ask(lab.model())
    [file] = lab.folder.iterdir()
    file.write_bytes(content)
    assert lab.ask(lab.model())[0] == "Because it is so."
    assert len(lab.server.requests) == 2


def test_a_full_disk_costs_only_the_memory(lab: Lab) -> None:
    lab.folder.write_text("in the way")
    assert lab.ask(lab.model())[0] == "Because it is so."
