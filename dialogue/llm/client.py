"""A client of one server, shared by all calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import openai
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk

from dialogue.llm.reply import ModelReply
from dialogue.llm.values import LanguageModelError, Message, ModelSettings, RefusedRequestError, ToolSchema

log = logging.getLogger(__name__)

_OUR_FAULT = (400, 413, 422)
"""Statuses that blame the request: too long, or with something that this server does not know."""


class LanguageModel:
    """One server. Implements `Model`, and `CallModel` for every call.

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
        self._strict = True
        self._writing = 0
        self._ahead: asyncio.Task[None] | None = None
        self._calls: set[str] = set()
        timeout = openai.Timeout(settings.total, connect=settings.connect)
        self._client = AsyncOpenAI(
            base_url=settings.url,
            api_key=settings.api_key or "none",
            max_retries=0,
            timeout=timeout,
            # A proxy from the environment must not come between Parley and a server on its own machine.
            http_client=openai.DefaultAsyncHttpxClient(trust_env=not settings.is_local, timeout=timeout),
        )

    @property
    def is_guarded(self) -> bool:
        """See `CallModel.is_guarded`."""
        return True

    @property
    def uses_tools(self) -> bool:
        """See `CallModel.uses_tools`."""
        return self.settings.tools

    def for_call(self, call: str) -> LanguageModel:
        """See `Model.for_call`."""
        return self

    def reply(
        self,
        messages: Sequence[Message],
        language: str,
        tools: Sequence[ToolSchema] = (),
        *,
        patience: float | None = None,
    ) -> ModelReply:
        """Ask for a reply in `language`; nothing is sent before the reply is iterated.

        Args:
            messages: the conversation.
            language: `en` or `zh`.
            tools: what the model may call, if this server is to be told of tools at all.
            patience: seconds to wait for the first piece of text, where they are fewer than usual.
        """
        return ModelReply(self, messages, language, tools, patience=patience)

    async def warm(self, messages: Sequence[Message]) -> None:
        """See `Model.warm`. Raises LanguageModelError."""
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

    async def check(self, patience: float) -> None:
        """Whether the server is there and has the model. Raises LanguageModelError.

        Args:
            patience: seconds to wait for its answer.
        """
        try:
            models = await self._client.models.list(timeout=patience)
        except openai.OpenAIError as error:
            raise self.error(error) from error
        names = [str(one.id) for one in models.data or ()]
        if not names or (self.settings.model and self.settings.model not in names):
            wanted = f"the model {self.settings.model!r}" if self.settings.model else "at least one model"
            raise LanguageModelError(self.settings.url, wanted, ", ".join(names) or "an empty list")

    def read_ahead(self, messages: Sequence[Message], call: str = "") -> None:
        """See `CallModel.read_ahead`.

        On two processor cores each of these words would otherwise cost the caller some 25 ms. Given up as
        soon as a reply is asked for. Does nothing for servers that read in no time.

        Args:
            messages: what the next request begins with.
            call: whose it is.
        """
        self._calls.add(call)
        if self._read is None or self._writing or len(self._calls) > 1:
            return
        self._stop_reading()
        self._ahead = asyncio.create_task(self._read_ahead(messages), name="reading ahead")

    def ended(self, call: str = "") -> None:
        """See `CallModel.ended`."""
        self._calls.discard(call)

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

    async def open(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> AsyncStream[ChatCompletionChunk]:
        """Send a request; the stream of its reply. Raises LanguageModelError.

        Tools are sent as strict ones: vLLM then holds the model to the JSON schema while it writes the
        arguments. A server that does not take these schemas so gets them without.
        """
        try:
            return await self._open(messages, _strict(tools) if self._strict else tools)
        except RefusedRequestError as error:
            if not (tools and self._strict):
                raise
            log.info("tools are no longer sent as strict: %s", error)
            self._strict = False
            return await self._open(messages, tools)

    async def _open(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> AsyncStream[ChatCompletionChunk]:
        more: dict[str, Any] = {"tools": list(tools)} if tools else {}
        request = {
            "model": await self.name(),
            "messages": list(messages),
            "max_tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            **more,
        }
        try:
            return await self._send(request)
        except openai.APITimeoutError as error:
            raise self.error(error) from error
        except openai.APIConnectionError:
            # Servers close connections that were idle, at times just when they are used again.
            log.info("%s closed the connection, a new one is opened", self.settings.url)
        except openai.OpenAIError as error:
            raise self.error(error) from error
        try:
            return await self._send(request)
        except openai.OpenAIError as error:
            raise self.error(error) from error

    async def _send(self, request: dict[str, Any]) -> AsyncStream[ChatCompletionChunk]:
        stream = await self._client.chat.completions.create(stream=True, **request)
        return cast(AsyncStream[ChatCompletionChunk], stream)  # the dictionary hides which overload it is

    async def close(self) -> None:
        """Close the connections. Safe to call twice."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.wait({self._ahead})
        await self._client.close()

    def error(self, error: BaseException) -> LanguageModelError:
        """An error of the client's libraries as one of ours."""
        kind = LanguageModelError
        wanted, found = "a reply", f"{type(error).__name__}: {error}"
        if isinstance(error, openai.APITimeoutError):
            wanted, found = "an answer in time", "none"
        elif isinstance(error, openai.APIConnectionError):
            wanted, found = "a connection", str(error.__cause__ or error)
        elif isinstance(error, openai.APIStatusError):
            wanted, found = "status 200", f"{error.status_code}: {_short(error.message)}"
            kind = RefusedRequestError if error.status_code in _OUR_FAULT else LanguageModelError
        return kind(self.settings.url, wanted, _short(found))


def _strict(tools: Sequence[ToolSchema]) -> list[ToolSchema]:
    return [{**tool, "function": {**tool["function"], "strict": True}} for tool in tools]


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 200 else one_line[:197] + "..."
