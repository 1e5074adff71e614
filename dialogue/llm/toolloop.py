"""A reply in which the language model may call tools: their answers go back to it until it has an answer.

What it does wrong comes back to it as the tool's answer: a tool that does not exist, arguments that are no
JSON or break their schema. It gets two tries to mend that, four rounds of tools, and one time for everything.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Protocol, cast

from dialogue.llm.reply import RelayedReply
from dialogue.llm.schema import problems
from dialogue.llm.values import CallModel, LanguageModelError, Message, ToolCall, ToolSchema

log = logging.getLogger(__name__)

ROUNDS = 4
"""How often the model may call tools in one reply."""

CORRECTIONS = 2
"""How many of these rounds may be wasted on calls that are wrong."""

AT_ONCE = 4
"""Calls of one round; further ones are told to come one after the other."""

TOTAL = 20.0
"""Seconds that the reply may take with all its tools."""


class Toolbox(Protocol):
    """What a language model may use in one turn of a call. Nothing in it may have an effect."""

    def schemas(self) -> Sequence[ToolSchema]:
        """The tools as functions of the OpenAI chat API, always in the same order."""

    async def call(self, name: str, arguments: str) -> str:
        """Use a tool, with arguments that fit its schema, as JSON; its answer, as JSON.

        Does not raise for what a caller or a database may do wrong: that is an answer too.
        """


class ToolReply(RelayedReply):
    """Implements `Reply` with tools.

    Iterating raises LanguageModelError.

    Args:
        model: the call's language model.
        messages: the conversation.
        language: of the reply.
        toolbox: the tools.
        learn: told of each answer of a tool, which may then be spoken of.
        ready: awaited before the first tool is used: until the turn is sure to have taken place.
        total: seconds for everything.
    """

    def __init__(
        self,
        model: CallModel,
        messages: Sequence[Message],
        language: str,
        toolbox: Toolbox,
        *,
        learn: Callable[[str], None] | None = None,
        ready: Callable[[], Awaitable[object]] | None = None,
        total: float = TOTAL,
    ) -> None:
        super().__init__()
        self._model = model
        self._messages = list(messages)
        self._language = language
        self._toolbox = toolbox
        self._learn = learn
        self._ready = ready
        self._total = total

    @property
    def tool_calls(self) -> Sequence[ToolCall]:
        """See `Reply.tool_calls`: they were made already."""
        return ()

    async def __aiter__(self) -> AsyncGenerator[str]:
        """The pieces of text, as they come."""
        began, wrong, text = time.monotonic(), 0, ""
        schemas = tuple(self._toolbox.schemas())
        for round_ in range(ROUNDS + 1):
            tools = schemas if round_ < ROUNDS and wrong < CORRECTIONS else ()
            self._reply = self._model.reply(self._messages, self._language, tools)
            written = ""
            async with aclosing(aiter(self._reply)) as pieces:
                async for piece in pieces:
                    if self._first_ms is None:
                        self._first_ms = 1000 * (time.monotonic() - began)
                    # What was said before a tool was used is a sentence of its own.
                    yield piece if written or not text else f"\n{piece}"
                    written += piece
            text += written
            calls = self._reply.tool_calls
            if not calls:
                return
            if not tools:
                break
            wrong += not await self._use(calls, written, began)
        if not text:
            raise LanguageModelError("its tools", "an answer after them", "more calls of tools")

    async def _use(self, calls: Sequence[ToolCall], written: str, began: float) -> bool:
        """Put calls and answers into the conversation; whether all were right."""
        if self._ready is not None:
            await self._ready()
        named = [
            ToolCall(call.id or f"call-{at}", call.name, call.arguments) for at, call in enumerate(calls)
        ]
        self._messages.append(_asking(named, written))
        are_right = True
        for at, call in enumerate(named):
            left = self._total - (time.monotonic() - began)
            if left <= 0:
                raise LanguageModelError("its tools", f"a reply within {self._total:g} s", "no end of calls")
            fault = _fault(call, self._toolbox.schemas()) if at < AT_ONCE else "too many calls at once"
            are_right = are_right and fault is None
            answer = json.dumps({"error": fault}) if fault else await self._answer(call, left)
            answered = {"role": "tool", "tool_call_id": call.id, "content": answer}
            self._messages.append(cast(Message, answered))
        return are_right

    async def _answer(self, call: ToolCall, left: float) -> str:
        try:
            async with asyncio.timeout(left):
                answer = await self._toolbox.call(call.name, call.arguments or "{}")
        except TimeoutError:
            log.warning("the tool %s took longer than %.1f s", call.name, left)
            return json.dumps({"error": "no answer in time"})
        except Exception:
            # Whatever is wrong with a tool, the model can still say that it does not know.
            log.exception("the tool %s failed", call.name)
            return json.dumps({"error": "the tool failed"})
        if self._learn is not None:
            self._learn(answer)
        return answer


def _asking(calls: Sequence[ToolCall], written: str) -> Message:
    """What the model wrote; arguments that are no JSON would make a server refuse the conversation."""
    made: list[dict[str, Any]] = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments if _read(call) is not None else "{}"},
        }
        for call in calls
    ]
    return cast(Message, {"role": "assistant", "content": written or None, "tool_calls": made})


def _fault(call: ToolCall, schemas: Sequence[ToolSchema]) -> str | None:
    """What is wrong with a call, None if nothing is."""
    functions = {one["function"]["name"]: one["function"] for one in schemas}
    if call.name not in functions:
        return f"expected one of the tools {', '.join(functions)}, found {call.name!r}"
    arguments = _read(call)
    if arguments is None:
        return f"expected arguments as a JSON object, found {call.arguments[:80]!r}"
    found = list(problems(arguments, functions[call.name].get("parameters", {})))
    return "; ".join(found[:4]) or None


def _read(call: ToolCall) -> dict[str, Any] | None:
    try:
        arguments = json.loads(call.arguments or "{}")
    except ValueError:
        return None
    return arguments if isinstance(arguments, dict) else None
