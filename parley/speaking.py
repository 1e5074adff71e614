"""The reply on the line: started, cut, taken back, and written down once it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from asr.ear import Utterance
from dialogue.mind import Input, Mind
from parley.journal import Journal, TurnRecord
from parley.ledger import TurnTimes
from parley.reply import Reply
from parley.thinking_time import ThinkingTime
from telephony.line import FRAME_SECONDS, Line
from tts.voice import Voice


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply on the line, and what it answers."""

    heard: Input
    utterance: Utterance | None
    reply: Reply
    emotion: str | None = None


class Speaking:
    """Parley's side of a call: one reply at a time.

    Args:
        line: where it is said.
        mind: thinks of replies, and is told what was heard of them.
        voices: a voice for each language.
        journal: keeps turns.
        thinking: how long the language model takes.
        budget: seconds that a turn may take, for the ledger.
        spawn: runs a coroutine as a task of the call.
        note: writes an event down.
        on_record: the flow switches recording on or off.
        on_end: awaited when a reply was heard to its end.
    """

    def __init__(
        self,
        line: Line,
        mind: Mind,
        voices: Mapping[str, Voice],
        journal: Journal,
        *,
        thinking: ThinkingTime,
        budget: float,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        note: Callable[..., None],
        on_record: Callable[[bool], None],
        on_end: Callable[[Reply], Awaitable[None]],
    ) -> None:
        self.current: Exchange | None = None
        self._cut_at = float("-inf")
        self._line = line
        self._mind = mind
        self._voices = voices
        self._journal = journal
        self._thinking = thinking
        self._budget = budget
        self._spawn = spawn
        self._note = note
        self._on_record = on_record
        self._on_end = on_end
        self._task: asyncio.Task[None] | None = None
        self._index = 0
        self._replies = 0

    @property
    def reply(self) -> Reply | None:
        """The reply on the line."""
        return self.current.reply if self.current is not None else None

    def spoken_by(self, at: float) -> Reply | None:
        """The reply that samples belong to which left at `at`.

        A line may report the last ones of a reply that was cut when the next one has begun already.
        """
        return self.reply if at >= self._cut_at - FRAME_SECONDS else None

    def think(self, heard: Input, times: TurnTimes) -> Reply:
        """A reply to what was heard, not yet prepared."""
        self._replies += 1
        return Reply(
            self._mind.think(heard),
            self._line,
            self._voices,
            times=times,
            on_record=self._on_record,
            mark=f"reply-{self._replies}",
            thinking=self._thinking,
        )

    def start(self, exchange: Exchange) -> None:
        """Speak a reply; the line has to be free."""
        self.current = exchange
        self._task = self._spawn(self._speak(exchange))

    async def wait(self) -> None:
        """Wait until the reply was heard to its end."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """Free the line for an answer: cut the reply on it, or wait if it may not be cut."""
        if self._task is None or self.current is None:
            return
        if not self.current.reply.interruptible:
            self._line.resume()  # it may have been held just before the part that must be heard
            await self.wait()
            return
        self._cut(self._task)
        self.close(self.current)

    def take_back(self) -> None:
        """Take a reply back that was not asked for yet, as if it had not been: no word of it was heard."""
        if self._task is not None and self.current is not None:
            self._cut(self._task)
        self.current = None

    def close(self, exchange: Exchange) -> None:
        """The reply is over, to its end or cut: the dialogue knows what was heard of it."""
        if self.current is not exchange:
            return
        self.current = None
        reply = exchange.reply
        flagged = self._mind.feelings.flagged
        self._mind.commit(reply.thought, reply.heard)
        feelings = self._mind.feelings
        record = TurnRecord(
            self._index,
            exchange.heard,
            exchange.utterance,
            reply.thought.kind,
            reply.text,
            reply.heard,
            reply.times,
            self._budget,
            exchange.emotion,
            feelings.flagged,
            self._mind.snapshot(),
        )
        self._index += 1
        source = {"source": reply.thought.source} if reply.thought.source else {}
        self._note("turn", self._line.now(), index=record.index, kind=record.kind, reply=record.reply,
                   heard=record.reply_heard, ms=record.times.ms(), culprit=record.culprit,
                   **source, state=record.state)  # fmt: skip
        if feelings.flagged and not flagged:
            self._note("flagged", self._line.now(), mood=feelings.told, priority=feelings.priority)
        self._journal.turn(record)

    def _cut(self, speaking: asyncio.Task[None]) -> None:
        speaking.cancel()
        self._line.flush()
        self._cut_at = self._line.now()

    async def _speak(self, exchange: Exchange) -> None:
        reply = exchange.reply
        try:
            await reply.speak()
        finally:
            await reply.close()
        self.close(exchange)
        await self._on_end(reply)
