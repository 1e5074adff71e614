"""What is said to and about a language model: messages, settings, replies, errors."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

from openai.types.chat import ChatCompletionMessageParam

Message: TypeAlias = ChatCompletionMessageParam
"""One message of a conversation: `{"role": "user", "content": "..."}`."""

ToolSchema: TypeAlias = dict[str, Any]
"""A tool as a function of the OpenAI chat API."""


class LanguageModelError(Exception):
    """The language model did not give a usable reply; names server, expectation and finding."""

    def __init__(self, server: str, expected: str, found: str) -> None:
        super().__init__(f"language model at {server}: expected {expected}, found {found}")
        self.server = server
        self.expected = expected
        self.found = found


class NonsenseError(LanguageModelError):
    """The server works, but what the model wrote must not be spoken."""


class RefusedRequestError(LanguageModelError):
    """The server works, but blames this request (HTTP status 400, 413, 422)."""


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
        tools: whether the model may call tools.
        send_personal_data: whether a server on another machine is told e-mail addresses, telephone and card
            numbers, postal addresses and names as they are.
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
    tools: bool = True
    send_personal_data: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine."""
        return urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def hides_personal_data(self) -> bool:
        """Whether personal data is hidden from the server, see `dialogue.llm.privacy`."""
        return not (self.is_local or self.send_personal_data)


@dataclass(slots=True)
class ToolCall:
    """A tool that the model wants to be called.

    Attributes:
        id: the model's name for this call.
        name: of the tool, as the model wrote it.
        arguments: JSON, as the model wrote it.
    """

    id: str = ""
    name: str = ""
    arguments: str = ""


class Reply(Protocol):
    """One reply being written. Iterate it once for the pieces of text that may be spoken.

    Iterating raises LanguageModelError.
    """

    @property
    def first_ms(self) -> float | None:
        """Milliseconds until the first piece of text, None before it."""

    @property
    def is_whole(self) -> bool:
        """Whether the text, iterated to its end, was not cut off."""

    @property
    def hand_over(self) -> bool:
        """Whether the model gave the caller to a person."""

    @property
    def tool_calls(self) -> Sequence[ToolCall]:
        """The tools that the model wants called, once it was iterated to its end."""

    def __aiter__(self) -> AsyncGenerator[str]:
        """The pieces of text, as they come."""


class CallModel(Protocol):
    """A language model as one call uses it."""

    @property
    def uses_tools(self) -> bool:
        """Whether it is worth while to offer tools."""

    @property
    def is_guarded(self) -> bool:
        """Whether what it writes is held against the facts before it is spoken."""

    def reply(self, messages: Sequence[Message], language: str, tools: Sequence[ToolSchema] = ()) -> Reply:
        """Ask for a reply in `language`; nothing is sent before the reply is iterated."""

    def read_ahead(self, messages: Sequence[Message]) -> None:
        """Let a server that reads slowly read what the next request begins with, while nobody waits.

        Where several calls are held at once, it is left to their replies: reading takes processor cores.
        """

    def ended(self) -> None:
        """The call is over."""


class Model(Protocol):
    """A language model, or several servers of one."""

    def for_call(self, call: str) -> CallModel:
        """The model as the call of that id uses it from its beginning to its end."""

    async def warm(self, messages: Sequence[Message]) -> None:
        """Let the server read a prompt now, so that replies beginning with it start at once.

        Raises LanguageModelError. May take long on a processor, so it is given minutes.
        """
