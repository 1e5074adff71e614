"""One possible answer of a flow. Written or thrown away without any effect on the dialogue."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from dialogue.decide import Decision
from dialogue.llm import LanguageModelError, ModelReply
from dialogue.mind import Act, Handover, Input, Record, Say, Transfer
from dialogue.phrases import PhraseCutter

log = logging.getLogger(__name__)

SOON = 0.8
"""Seconds for which an effect may keep the caller waiting in silence."""


class FlowThought:
    """An answer: the flow's own words, or phrases from the language model as they are written.

    A reply of the language model is asked for at once, so that a thought which is started while
    the caller still pauses is ahead when the turn is over.

    Args:
        heard: what is answered.
        decision: what the flow decided.
        language: the language of the answer.
        reply: the language model's reply, where the decision asks for one.
        failure: what is said and done when the language model fails.
        hand_over: what is said and done when the language model asks for a person.
        about: what a colleague is told, asked when the caller is handed over.
        effect: what is to be done once the turn took place, and what to say then.
        waiting: said if that takes longer than `SOON`.
    """

    def __init__(
        self,
        heard: Input,
        decision: Decision,
        language: str,
        reply: ModelReply | None = None,
        *,
        failure: Callable[[str], tuple[Act, ...]],
        hand_over: Callable[[str], tuple[Act, ...]],
        about: Callable[[], Handover | None] = lambda: None,
        effect: Callable[[], Awaitable[tuple[Act, ...]]] | None = None,
        waiting: tuple[Act, ...] = (),
    ) -> None:
        self.heard = heard
        self.decision = decision
        self.language = language
        self.said: list[Say] = []
        self.recording: bool | None = None
        self.handed_to = ""
        self._kind = decision.kind
        self._failure = failure
        self._hand_over = hand_over
        self._about = about
        self._released = asyncio.Event()
        self._acts: asyncio.Queue[Act | None] = asyncio.Queue()
        self._last_phrase = ""
        self._writing: asyncio.Task[None] | None = None
        if reply is None:
            self._put(decision.acts)
            if effect is None:
                self._acts.put_nowait(None)
            else:
                self._writing = asyncio.create_task(self._do(effect, waiting), name="effect of a turn")
        else:
            self._writing = asyncio.create_task(self._write(reply), name="language model reply")

    @property
    def kind(self) -> str:
        """See `Thought.kind`."""
        return self._kind

    async def acts(self) -> AsyncIterator[Act]:
        """See `Thought.acts`."""
        while (act := await self._acts.get()) is not None:
            match act:
                case Say():
                    self.said.append(act)
                case Record(on):
                    self.recording = on
                case Transfer():
                    self.handed_to = act.target
                    yield replace(act, about=self._about())
                    continue
            yield act

    def release(self) -> None:
        """See `Thought.release`."""
        self._released.set()

    async def close(self) -> None:
        """See `Thought.close`."""
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
            await asyncio.wait({self._writing})
        self._acts.put_nowait(None)

    async def _do(self, effect: Callable[[], Awaitable[tuple[Act, ...]]], waiting: tuple[Act, ...]) -> None:
        await self._released.wait()
        # What was begun is not left half done, even if nobody listens any more.
        doing = asyncio.ensure_future(effect())
        try:
            done, _ = await asyncio.wait({doing}, timeout=SOON)
            if not done:
                self._put(waiting)
            self._put(await asyncio.shield(doing))
        finally:
            self._acts.put_nowait(None)

    async def _write(self, reply: ModelReply) -> None:
        cutter, count = PhraseCutter(), 0
        try:
            async for piece in reply:
                count += self._say(cutter.feed(piece))
            # What the token limit cut off in mid-sentence is better left out, if anything was said.
            if reply.is_whole or count == 0:
                count += self._say(cutter.finish())
            if reply.hand_over:
                self._put(self._hand_over(self.language))
        except LanguageModelError as error:
            log.warning("%s", error)
            if count == 0:
                self._kind = "error"
            self._put(self._failure(self.language))
        finally:
            self._acts.put_nowait(None)

    def _say(self, phrases: list[str]) -> int:
        new = [phrase for phrase in phrases if phrase != self._last_phrase]
        self._last_phrase = phrases[-1] if phrases else self._last_phrase
        self._put(tuple(Say(phrase, self.language) for phrase in new))
        return len(new)

    def _put(self, acts: tuple[Act, ...]) -> None:
        for act in acts:
            self._acts.put_nowait(act)
