"""A stand-in for the language model: says at once what it is told to, as if a model had written it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import cast

from openai import AsyncStream
from openai.types.chat import ChatCompletionChunk

from dialogue.llm import LanguageModel, Message, ModelReply, ModelSettings
from dialogue.llm.values import ToolSchema

NOTE = {
    "en": "I would ask the language model.",
    "zh": "我会请语言模型来回答。",
}
"""Said where nothing else was told. It speaks of itself, so it is not taken for a claim about the shop."""


class StandIn(LanguageModel):
    """Answers what a flow leaves to the language model; no server is asked.

    Its text goes the way of every reply: guarded, cut into phrases, looked through for an offer.

    Attributes:
        text: what it says next, None for a note that the model would answer.
    """

    def __init__(self) -> None:
        super().__init__(ModelSettings("http://127.0.0.1:1/v1", "stand-in"))
        self.text: str | None = None
        self._language = "en"

    def reply(
        self,
        messages: Sequence[Message],
        language: str,
        tools: Sequence[ToolSchema] = (),
        *,
        patience: float | None = None,
    ) -> ModelReply:
        """See `LanguageModel.reply`."""
        self._language = language
        return super().reply(messages, language, tools, patience=patience)

    @property
    def is_guarded(self) -> bool:
        """Its text was written by whoever tries the flow out."""
        return False

    async def warm(self, messages: Sequence[Message]) -> None:
        """Nothing has to be read."""

    async def open(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()
    ) -> AsyncStream[ChatCompletionChunk]:
        """See `LanguageModel.open`."""
        text = self.text if self.text is not None else NOTE["zh" if self._language == "zh" else "en"]
        return cast(AsyncStream[ChatCompletionChunk], _Written(text))  # what `ModelReply` needs of one


class _Written:
    """A text as the client streams it, in one piece."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        for delta, finish in (({"content": self._text}, None), ({}, "stop")):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            yield ChatCompletionChunk.model_validate(
                {"id": "1", "created": 0, "model": "", "object": "chat.completion.chunk", "choices": [choice]}
            )

    async def close(self) -> None:
        """Nothing is open."""
