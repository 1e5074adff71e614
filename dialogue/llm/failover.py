"""A reply that another server goes on with when one fails, before or in the middle of it."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from dialogue.llm.reply import RelayedReply
from dialogue.llm.values import (
    LanguageModelError,
    Message,
    NonsenseError,
    RefusedRequestError,
    Reply,
    ToolCall,
    ToolSchema,
)

if TYPE_CHECKING:
    from dialogue.llm.fleet import FleetCall, Member

log = logging.getLogger(__name__)


class FleetReply(RelayedReply):
    """Implements `Reply` with the servers of a fleet.

    Before anything was given out the next server is asked at once. Afterwards it is asked as well, and what
    it writes goes on where the first one broke off, if it begins in the same words, or else as a new
    sentence. Each server that is well gets an equal part of the patience for the first text.

    Iterating raises LanguageModelError, the last server's, when none is left or the time is up.
    """

    def __init__(
        self, call: FleetCall, messages: Sequence[Message], language: str, tools: Sequence[ToolSchema]
    ) -> None:
        super().__init__()
        self._call = call
        self._request = (messages, language, tools)

    @property
    def tool_calls(self) -> Sequence[ToolCall]:
        """See `Reply.tool_calls`."""
        return self._reply.tool_calls if self._reply is not None else ()

    async def __aiter__(self) -> AsyncGenerator[str]:
        """The pieces of text, as they come."""
        began, given, tried = time.monotonic(), "", set[str]()
        while True:
            member, left = self._call.choose(tried)
            tried.add(member.place.name)
            settings = member.model.settings
            # A break in the middle begins a new wait: the caller has heard something meanwhile.
            waited = time.monotonic() - began if not given else 0.0
            reply = self._reply = member.model.reply(
                *self._request, patience=max(0.05, (settings.first_token - waited) / (left + 1))
            )
            start = Resumption(given)
            try:
                async with aclosing(self._watched(reply, member, began)) as pieces:
                    async for written in pieces:
                        if piece := start.feed(written):
                            given += piece
                            yield piece
                return
            except LanguageModelError as error:
                is_over = time.monotonic() - began >= (settings.total if given else settings.first_token)
                if is_over or not self._call.has_more(tried):
                    raise
                log.warning("%s; another server is asked", error)

    async def _watched(self, reply: Reply, member: Member, began: float) -> AsyncGenerator[str]:
        """One server's pieces; its standing learns how it did."""
        standing = member.standing
        standing.began()
        try:
            async for piece in reply:
                if self._first_ms is None:
                    self._first_ms = 1000 * (time.monotonic() - began)
                self._call.last = member.place.name
                yield piece
        except NonsenseError as error:
            standing.wrote_nonsense(str(error), time.monotonic())
            raise
        except RefusedRequestError:
            standing.failures += 1
            raise
        except LanguageModelError as error:
            standing.failed(str(error), time.monotonic())
            raise
        finally:
            if reply.first_ms is not None:
                standing.first(reply.first_ms / 1000)
            standing.ended()
        standing.wrote(time.monotonic())


class Resumption:
    """Joins a second reply to what was given out of a first one. Pure.

    Args:
        given: the text that was given out, empty for none.
    """

    def __init__(self, given: str) -> None:
        self._given = given
        self._held = ""

    def feed(self, written: str) -> str:
        """Take what came; returns what is to be given out now. What only repeats is held, to the end."""
        if not self._given:
            return written
        self._held += written
        if self._held.startswith(self._given):
            return self._release(self._held.removeprefix(self._given))
        if self._given.startswith(self._held):
            return ""
        # A line break ends the first reply's sentence.
        return self._release(f"\n{self._held}")

    def _release(self, piece: str) -> str:
        self._given = self._held = ""
        return piece
