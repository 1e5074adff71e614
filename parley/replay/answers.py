"""A language model that gives the same answer to the same question in every replay.

Models are not repeatable, not even at temperature 0: the text depends on what else the server is
busy with. So an answer is asked for once, without chance, and kept in a file named by its question.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

import openai
from openai import AsyncStream
from openai.types.chat import ChatCompletionChunk

from dialogue.llm import LanguageModel, LanguageModelError, Message, ModelSettings, ToolSchema
from parley.replay.costs import Work
from parley.replay.outside import Border, Outside

log = logging.getLogger(__name__)

SEED = 1
READING_SECONDS = 600.0
"""Real seconds to wait for an answer: a prompt that was never read takes a processor minutes."""

_FOR_EVER = 7 * 24 * 3600.0
_CHANGING = ("id", "created")
"""Fields of a chunk that differ each time and mean nothing."""


@dataclass(slots=True)
class Asked:
    """How many answers a replay needed.

    Attributes:
        kept: those that were known.
        new: those that the model was asked for.
        failed: those that it did not give.
    """

    kept: int = 0
    new: int = 0
    failed: int = 0


class AnswerBook:
    """Answers in files, by the SHA-256 of their questions.

    Args:
        folder: where they lie; made when there is one to keep.
        ask_again: whether every question counts as new once.
    """

    def __init__(self, folder: Path, *, ask_again: bool = False) -> None:
        self._folder = folder
        self._ask_again = ask_again
        self._given: set[str] = set()

    def find(self, question: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """The chunks of the answer, `None` if it is not known or its file is damaged."""
        name = _digest(question)
        if self._ask_again and name not in self._given:
            return None
        try:
            kept = json.loads(self._path(name).read_bytes())
            chunks = kept["chunks"]
            return chunks if isinstance(chunks, list) else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read, the model is asked again: %s", self._path(name), error)
            return None

    def keep(self, question: Mapping[str, Any], chunks: Sequence[Mapping[str, Any]]) -> None:
        """Keep an answer. A disk that is full is logged; the next replay then asks again."""
        name = _digest(question)
        path = self._path(name)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"question": question, "chunks": chunks}, ensure_ascii=False, indent=1)
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        except OSError as error:
            log.warning("%s cannot be written, the answer is not kept: %s", path, error)
            return
        self._given.add(name)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _digest(question: Mapping[str, Any]) -> str:
    text = json.dumps(question, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class RememberingModel(LanguageModel):
    """Asks a language model once for each question, outside of virtual time.

    Args:
        settings: as in calls; the server's address may be found out by `start`.
        book: the answers that are known.
        outside: where the server and its client live.
        start: called there with each new question; starts the server if need be, and returns its address
            and its name for the model (empty: the first that it lists).
    """

    def __init__(
        self,
        settings: ModelSettings,
        book: AnswerBook,
        outside: Outside,
        start: Callable[[Sequence[Message]], Coroutine[Any, Any, tuple[str, str]]],
    ) -> None:
        # Its time-outs would count real time; those of the call are counted by `open`.
        super().__init__(replace(settings, temperature=0.0, first_token=_FOR_EVER, total=_FOR_EVER))
        self.asked = Asked()
        self.border: Border | None = None
        """Where the call that is replayed now waits."""
        self.prompts: list[Sequence[Message]] = []
        """What a server is given to read ahead."""
        self._as_called = settings
        self._book = book
        self._outside = outside
        self._start = start

    async def warm(self, messages: Sequence[Message]) -> None:
        """Note the prompt: it is read when it is needed."""
        self.prompts.append(messages)

    async def open(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> AsyncStream[ChatCompletionChunk]:
        """See `LanguageModel.open`."""
        if self.border is None:
            raise LanguageModelError(self._as_called.url, "a call that is being replayed", "none")
        question = self._question(messages, tools)
        kept = self._book.find(question)
        patience = self._as_called.first_token
        try:
            chunks, _ = await self.border.wait(
                Work.MODEL, self._answer(question, kept), took=itemgetter(1), most=patience
            )
        except TimeoutError:
            self.asked.failed += 1
            raise LanguageModelError(self._as_called.url, f"text within {patience:g} s", "none") from None
        except LanguageModelError:
            self.asked.failed += 1
            raise
        if kept is None:
            self.asked.new += 1
        else:
            self.asked.kept += 1
        return cast(AsyncStream[ChatCompletionChunk], _Stream(chunks))  # what `ModelReply` needs of one

    def _question(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> dict[str, Any]:
        return {
            **({"tools": list(tools)} if tools else {}),
            "model": self._as_called.model,
            "messages": list(messages),
            "max_tokens": self.settings.max_tokens,
            "temperature": 0.0,
            "seed": SEED,
        }

    async def _answer(
        self, question: Mapping[str, Any], kept: list[dict[str, Any]] | None
    ) -> tuple[list[dict[str, Any]], float]:
        """The chunks of the answer, and the seconds to its first text."""
        if kept is not None:
            return kept, 0.0
        chunks, seconds = await self._outside.ask(self._ask(question))
        self._book.keep(question, chunks)
        return chunks, seconds

    async def _ask(self, question: Mapping[str, Any]) -> tuple[list[dict[str, Any]], float]:
        """Ask the server, on the real clock. Raises LanguageModelError."""
        url, name = await self._start(question["messages"])
        client = self._client.with_options(base_url=url, timeout=READING_SECONDS)
        began, first = time.monotonic(), 0.0
        chunks: list[dict[str, Any]] = []
        try:
            name = name or (await client.models.list()).data[0].id
            stream = await client.chat.completions.create(**{**question, "model": name}, stream=True)
            async for chunk in stream:
                if not first and chunk.choices and chunk.choices[0].delta.content:
                    first = time.monotonic() - began
                content = chunk.model_dump(mode="json", exclude_unset=True)
                chunks.append({key: value for key, value in content.items() if key not in _CHANGING})
        except openai.OpenAIError as error:
            raise self.error(error) from error
        except IndexError:
            raise LanguageModelError(url, "at least one model", "an empty list") from None
        return chunks, first


class _Stream:
    """An answer as the client streams it."""

    def __init__(self, chunks: Sequence[Mapping[str, Any]]) -> None:
        self._chunks = [
            ChatCompletionChunk.model_validate({"id": "kept", "created": 0, **chunk}) for chunk in chunks
        ]

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        for chunk in self._chunks:
            yield chunk

    async def close(self) -> None:
        """Nothing is open."""
