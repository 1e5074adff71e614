"""A language model behind the OpenAI chat API: vLLM, the embedded llama.cpp server, or any other.

One client speaks to all of them. Replies stream, are guarded (`dialogue.guard`), and every wait is
bounded. Failures are one kind of error that says which server, what was expected and what came.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import openai
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from dialogue.guard import GarbageError, ReplyGuard

log = logging.getLogger(__name__)

Message: TypeAlias = ChatCompletionMessageParam
"""One message of a conversation: `{"role": "user", "content": "..."}`."""


class LanguageModelError(Exception):
    """The language model did not give a usable reply; names server, expectation and finding."""

    def __init__(self, server: str, expected: str, found: str) -> None:
        super().__init__(f"language model at {server}: expected {expected}, found {found}")
        self.server = server
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How to reach a language model and how long to wait for it.

    Attributes:
        url: the API's base address, such as `http://127.0.0.1:8000/v1`.
        model: its name at the server; empty takes the first that the server lists.
        api_key: sent to the server, if it wants one.
        max_tokens: longest reply.
        temperature: 0 (always the likeliest word) to 2.
        connect, first_token, next_token, total: seconds to wait for the connection, for the first
            piece of text, between pieces, and for everything.
    """

    url: str
    model: str = ""
    api_key: str = ""
    max_tokens: int = 120
    temperature: float = 0.3
    connect: float = 2.0
    first_token: float = 5.0
    next_token: float = 4.0
    total: float = 20.0


class LanguageModel:
    """A client of one server, shared by all calls.

    Args:
        settings: where the server is, and how long to wait for it.
        read: lets a server that reads slowly read a prompt ahead in a way of its own
            (`EmbeddedServer.read`); otherwise it is asked for one token.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        read: Callable[[Sequence[Message]], Awaitable[None]] | None = None,
    ) -> None:
        self.settings = settings
        self._read = read
        self._name = settings.model
        self._writing = 0
        self._ahead: asyncio.Task[None] | None = None
        timeout = openai.Timeout(settings.total, connect=settings.connect)
        # A proxy from the environment must not come between Parley and a server on its own machine.
        is_local = urlsplit(settings.url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = AsyncOpenAI(
            base_url=settings.url,
            api_key=settings.api_key or "none",
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAsyncHttpxClient(trust_env=not is_local, timeout=timeout),
        )

    def reply(self, messages: Sequence[Message], language: str) -> ModelReply:
        """Ask for a reply in `language`; nothing is sent before the reply is iterated."""
        return ModelReply(self, messages, language)

    async def warm(self, messages: Sequence[Message]) -> None:
        """Let the server read a prompt now, so that replies beginning with it start at once.

        Raises LanguageModelError. May take long on a processor, so it is given minutes.
        """
        if self._read is not None:
            await self._read(messages)
            return
        try:
            name = await self.name()
            await self._client.chat.completions.create(
                model=name, messages=list(messages), max_tokens=1, temperature=0.0, timeout=600.0
            )
        except openai.OpenAIError as error:
            raise self.error(error) from error

    def read_ahead(self, messages: Sequence[Message]) -> None:
        """Let a slow server read what will be the beginning of the next request, while nobody waits for it.

        On two processor cores each of these words would otherwise cost the caller some 25 ms. Given up as
        soon as a reply is asked for. Does nothing for other servers: they read in no time.
        """
        if self._read is None or self._writing:
            return
        self._stop_reading()
        self._ahead = asyncio.create_task(self._read_ahead(messages), name="reading ahead")

    async def _read_ahead(self, messages: Sequence[Message]) -> None:
        try:
            await self._client.chat.completions.create(
                model=await self.name(), messages=list(messages), max_tokens=1, temperature=0.0
            )
        except (openai.OpenAIError, LanguageModelError) as error:
            log.info("a conversation could not be read ahead: %s", error)

    def _stop_reading(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While a reply is written nothing is read ahead."""
        self._stop_reading()
        self._writing += 1
        try:
            yield
        finally:
            self._writing -= 1

    async def name(self) -> str:
        """The model's name at the server. Raises LanguageModelError."""
        if not self._name:
            try:
                models = await self._client.models.list()
            except openai.OpenAIError as error:
                raise self.error(error) from error
            if not models.data:
                raise LanguageModelError(self.settings.url, "at least one model", "an empty list")
            self._name = models.data[0].id
        return self._name

    async def open(self, messages: Sequence[Message]) -> AsyncStream[ChatCompletionChunk]:
        """Send a request; the stream of its reply. Raises LanguageModelError."""
        name = await self.name()
        try:
            return await self._client.chat.completions.create(
                model=name,
                messages=list(messages),
                stream=True,
                max_tokens=self.settings.max_tokens,
                temperature=self.settings.temperature,
            )
        except openai.OpenAIError as error:
            raise self.error(error) from error

    async def close(self) -> None:
        """Close the connections. Safe to call twice."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.wait({self._ahead})
        await self._client.close()

    def error(self, error: BaseException) -> LanguageModelError:
        """An error of the client's libraries as one of ours."""
        wanted, found = "a reply", f"{type(error).__name__}: {error}"
        if isinstance(error, openai.APITimeoutError):
            wanted, found = "an answer in time", "none"
        elif isinstance(error, openai.APIConnectionError):
            wanted, found = "a connection", str(error.__cause__ or error)
        elif isinstance(error, openai.APIStatusError):
            wanted, found = "status 200", f"{error.status_code}: {_short(error.message)}"
        return LanguageModelError(self.settings.url, wanted, _short(found))


class ModelReply:
    """One reply being written. Iterate it once for the pieces of text that may be spoken.

    Iterating raises LanguageModelError: no connection, no text in time, a broken stream, nonsense.

    Attributes:
        first_ms: milliseconds until the first piece of text, None before it.
    """

    def __init__(self, model: LanguageModel, messages: Sequence[Message], language: str) -> None:
        self._model = model
        self._messages = messages
        self._guard = ReplyGuard(language)
        self._finish = ""
        self.first_ms: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the text, iterated to its end, was not cut off by the token limit."""
        return self._finish != "length"

    @property
    def hand_over(self) -> bool:
        """Whether the model gave the caller to a person."""
        return self._guard.hand_over

    async def __aiter__(self) -> AsyncIterator[str]:
        """The pieces of text, as they come."""
        with self._model.writing():
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    yield piece

    async def _pieces(self) -> AsyncGenerator[str]:
        settings, began = self._model.settings, time.monotonic()
        url = settings.url
        stream: AsyncStream[ChatCompletionChunk] | None = None
        try:
            async with asyncio.timeout(settings.first_token):
                stream = await self._model.open(self._messages)
            pieces = stream.__aiter__()
            while not self._guard.done:
                passed = time.monotonic() - began
                if passed >= settings.total:
                    raise LanguageModelError(url, f"a reply within {settings.total:g} s", "no end of it")
                delta = await self._next(pieces, passed)
                if delta is None:
                    break
                if delta and self.first_ms is None:
                    self.first_ms = 1000 * (time.monotonic() - began)
                if piece := self._guard.feed(delta):
                    yield piece
            if piece := self._guard.finish():
                yield piece
        except TimeoutError:
            raise LanguageModelError(url, f"text within {self._patience():g} s", "none") from None
        except GarbageError as error:
            raise LanguageModelError(url, error.expected, error.found) from None
        except openai.OpenAIError as error:
            raise self._model.error(error) from error
        finally:
            if stream is not None:
                await stream.close()

    def _patience(self) -> float:
        settings = self._model.settings
        return settings.first_token if self.first_ms is None else settings.next_token

    async def _next(self, pieces: AsyncIterator[ChatCompletionChunk], passed: float) -> str | None:
        """The next piece, None at the end. Raises TimeoutError."""
        patience = self._patience() - (passed if self.first_ms is None else 0.0)
        async with asyncio.timeout(max(0.0, min(patience, self._model.settings.total - passed))):
            try:
                return self._text_of(await anext(pieces))
            except StopAsyncIteration:
                return None
            except (openai.OpenAIError, TimeoutError):
                raise
            except Exception as error:
                # The client neither checks the shape of what comes nor wraps what its HTTP and JSON
                # layers raise in mid-stream.
                raise self._model.error(error) from error

    def _text_of(self, chunk: ChatCompletionChunk) -> str:
        if not chunk.choices:
            return ""
        choice: Any = chunk.choices[0]
        if choice.finish_reason is not None:
            self._finish = str(choice.finish_reason)
        return str(choice.delta.content or "") if choice.delta is not None else ""


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 200 else one_line[:197] + "..."
