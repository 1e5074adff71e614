"""One reply of one server: streamed, guarded, and bounded in every wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openai
from openai import AsyncStream
from openai.types.chat import ChatCompletionChunk

from dialogue.guard import GarbageError, ReplyGuard
from dialogue.llm.privacy import Veil
from dialogue.llm.values import LanguageModelError, Message, NonsenseError, Reply, ToolCall, ToolSchema

if TYPE_CHECKING:
    from dialogue.llm.client import LanguageModel

MOST_TOOL_TEXT = 20_000
"""Characters of one reply's tool calls; a model that writes more of them has lost its way."""


class ModelReply:
    """Implements `Reply`.

    Iterating raises LanguageModelError: no connection, no text in time, a broken stream, nonsense.

    Args:
        model: the server's client.
        messages: the conversation.
        language: of the reply.
        tools: what the model may call.
        patience: seconds to wait for the first piece of text, None for what the settings say.
    """

    def __init__(
        self,
        model: LanguageModel,
        messages: Sequence[Message],
        language: str,
        tools: Sequence[ToolSchema] = (),
        *,
        patience: float | None = None,
    ) -> None:
        self._model = model
        self._messages = messages
        self._veil = _veil(messages) if model.settings.hides_personal_data else None
        self._tools = tools if model.settings.tools else ()
        self._guard = ReplyGuard(language)
        self._finish = ""
        self._calls: dict[int, ToolCall] = {}
        self._first_token = patience or model.settings.first_token
        self._first_ms: float | None = None

    @property
    def first_ms(self) -> float | None:
        """See `Reply.first_ms`; a tool call counts as text."""
        return self._first_ms

    @property
    def is_whole(self) -> bool:
        """See `Reply.is_whole`: the token limit cuts."""
        return self._finish != "length"

    @property
    def hand_over(self) -> bool:
        """See `Reply.hand_over`."""
        return self._guard.hand_over

    @property
    def tool_calls(self) -> Sequence[ToolCall]:
        """See `Reply.tool_calls`."""
        calls = [self._calls[index] for index in sorted(self._calls)]
        if self._veil is None:
            return calls
        return [replace(call, arguments=self._veil.show_json(call.arguments)) for call in calls]

    async def __aiter__(self) -> AsyncGenerator[str]:
        """The pieces of text, as they come."""
        with self._model.writing():
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    # The guard passes nothing on from an opening bracket to the closing one.
                    yield piece if self._veil is None else self._veil.show(piece)

    async def _pieces(self) -> AsyncGenerator[str]:
        settings, began = self._model.settings, time.monotonic()
        url = settings.url
        stream: AsyncStream[ChatCompletionChunk] | None = None
        try:
            async with asyncio.timeout(self._first_token):
                messages = self._messages if self._veil is None else self._veil.messages(self._messages)
                stream = await self._model.open(messages, self._tools)
            pieces = stream.__aiter__()
            while not self._guard.done:
                passed = time.monotonic() - began
                if passed >= settings.total:
                    raise LanguageModelError(url, f"a reply within {settings.total:g} s", "no end of it")
                delta = await self._next(pieces, passed)
                if delta is None:
                    break
                if (delta or self._calls) and self._first_ms is None:
                    self._first_ms = 1000 * (time.monotonic() - began)
                if piece := self._guard.feed(delta):
                    yield piece
            if piece := self._rest():
                yield piece
        except TimeoutError:
            raise LanguageModelError(url, f"text within {self._patience():g} s", "none") from None
        except GarbageError as error:
            raise NonsenseError(url, error.expected, error.found) from None
        except openai.OpenAIError as error:
            raise self._model.error(error) from error
        finally:
            if stream is not None:
                await stream.close()

    def _rest(self) -> str:
        """What the guard still holds. Raises GarbageError when there was nothing at all."""
        try:
            return self._guard.finish()
        except GarbageError:
            if self._calls:
                return ""
            raise

    def _patience(self) -> float:
        return self._first_token if self._first_ms is None else self._model.settings.next_token

    async def _next(self, pieces: AsyncIterator[ChatCompletionChunk], passed: float) -> str | None:
        """The next piece, None at the end. Raises TimeoutError."""
        patience = self._patience() - (passed if self._first_ms is None else 0.0)
        async with asyncio.timeout(max(0.0, min(patience, self._model.settings.total - passed))):
            try:
                return self._text_of(await anext(pieces))
            except StopAsyncIteration:
                return None
            except (openai.OpenAIError, TimeoutError, GarbageError):
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
        if choice.delta is None:
            return ""
        for part in choice.delta.tool_calls or ():
            self._collect(part)
        return str(choice.delta.content or "")

    def _collect(self, part: Any) -> None:
        """A piece of a tool call: the name comes first, the arguments in pieces."""
        call = self._calls.setdefault(int(part.index or 0), ToolCall())
        call.id = call.id or str(part.id or "")
        if part.function is not None:
            call.name += str(part.function.name or "")
            call.arguments += str(part.function.arguments or "")
        if sum(len(one.name) + len(one.arguments) for one in self._calls.values()) > MOST_TOOL_TEXT:
            raise GarbageError("a tool call that ends", f"{call.name!r} with more and more arguments")


class RelayedReply:
    """What a `Reply` has that is written by other replies, one after the other."""

    def __init__(self) -> None:
        self._reply: Reply | None = None
        self._first_ms: float | None = None

    @property
    def first_ms(self) -> float | None:
        """See `Reply.first_ms`: of text that may be spoken, with all that was tried before it."""
        return self._first_ms

    @property
    def is_whole(self) -> bool:
        """See `Reply.is_whole`."""
        return self._reply is None or self._reply.is_whole

    @property
    def hand_over(self) -> bool:
        """See `Reply.hand_over`."""
        return self._reply is not None and self._reply.hand_over


def _veil(messages: Sequence[Message]) -> Veil:
    return Veil("\n".join(str(one.get("content")) for one in messages if one["role"] == "system"))
