"""One possible answer of a flow. Written or thrown away without any effect on the dialogue."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias

from dialogue.decision import Decision
from dialogue.errand import Errand
from dialogue.feeling import Reacting
from dialogue.grounding import Grounding
from dialogue.llm import LanguageModelError, Reply
from dialogue.mind import Act, End, Handover, Input, Record, Say, Transfer
from dialogue.phrases import PhraseCutter, sentences
from dialogue.prompt import UNKNOWN

log = logging.getLogger(__name__)

SOON = 0.8
"""Seconds for which an effect may keep the caller waiting in silence."""
Ask: TypeAlias = Callable[[Callable[[], Awaitable[object]]], tuple[Reply, Grounding | None]]
"""Asks the language model, given what to await before a tool is used; its reply, and what it may state."""


class FlowThought:
    """An answer: the flow's own words, phrases from the language model as they are written, or an errand.

    A reply of the language model is asked for at once, and an errand is begun, so that a thought which is
    started while the caller still pauses is ahead when the turn is over.

    Args:
        heard: what is answered.
        decision: what the flow decided.
        language: the language of the answer.
        ask: asks the language model, where that may be wanted; its reply, and what it may state.
        errand: works out a task's move, where the decision has one.
        failure: what is said and done when the language model fails.
        hand_over: what is said and done when the language model asks for a person.
        about: what a colleague is told, asked when the caller is handed over.
        effect: what is to be done once the turn took place, and what to say then.
        waiting: said if that takes longer than `SOON`.

    Attributes:
        source: see `Thought.source`.
        match: how well the caller's words fitted what the flow knows.
        change: what changes in the state once the turn took place; whole when the first act was yielded.
        reacting: what is made of how the caller feels; may be told until the last act was yielded.
        recording: whether the call may be recorded from here on, None where the flow says nothing of that.
        handed_to: the target of the transfer at its end, empty for none.
    """

    def __init__(
        self,
        heard: Input,
        decision: Decision,
        language: str,
        *,
        ask: Ask | None = None,
        errand: Errand | None = None,
        failure: Callable[[str], tuple[Act, ...]],
        hand_over: Callable[[str], tuple[Act, ...]],
        about: Callable[[FlowThought], Handover | None] = lambda _: None,
        effect: Callable[[], Awaitable[tuple[Act, ...]]] | None = None,
        waiting: tuple[Act, ...] = (),
    ) -> None:
        self.heard = heard
        self.match = decision.match
        self.source = decision.source
        self.change = decision.change
        self.language = language
        self.said: list[Say] = []
        self.reacting: Reacting | None = None
        self.recording: bool | None = None
        self.handed_to = ""
        self.asked_model = decision.asks_model and ask is not None
        self._kind = decision.kind
        self._ask = ask
        self._grounding: Grounding | None = None
        self._failure = failure
        self._hand_over = hand_over
        self._about = about
        self._acts: asyncio.Queue[Act | None] = asyncio.Queue()
        self._last_phrase = ""
        self._is_over = False
        self._released = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        if effect is not None:
            self._working = asyncio.create_task(self._do(effect, waiting), name="effect of a turn")
        elif errand is not None:
            self._working = asyncio.create_task(self._run(errand), name="task")
        elif self.asked_model and ask is not None:
            self._working = asyncio.create_task(self._write(ask), name="language model reply")
        else:
            self._put(decision.acts)
            self._acts.put_nowait(None)

    @property
    def kind(self) -> str:
        """See `Thought.kind`."""
        return self._kind

    async def acts(self) -> AsyncIterator[Act]:
        """See `Thought.acts`."""
        last: Act | None = None
        while (act := await self._acts.get()) is not None:
            last = act
            match act:
                case Say():
                    self.said.append(act)
                case Record(on):
                    self.recording = on
                case Transfer():
                    self.handed_to = act.target
                    act = replace(act, about=self._about(self))
            yield act
        if self.reacting is not None and not isinstance(last, Transfer | End):
            for say in self.reacting.behind(self.change, self.said):
                self.said.append(say)
                yield say

    def release(self) -> None:
        """See `Thought.release`."""
        self._released.set()

    async def close(self) -> None:
        """See `Thought.close`."""
        if self._working is not None and not self._working.done():
            self._working.cancel()
            await asyncio.wait({self._working})
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

    async def _run(self, errand: Errand) -> None:
        try:
            settled = await errand.settle(self._released)
            self._kind, self.change = settled.kind, settled.change
            self._put(settled.acts)
            if settled.asks_model and self._ask is not None:
                # Nobody has a place for it before the turn took place.
                await self._released.wait()
                self.asked_model = True
                await self._write(self._ask, settled.after)
            else:
                self._put(settled.after)
        except asyncio.CancelledError:
            self.change = errand.pledged or self.change
            raise
        except Exception:
            # The caller must hear something, whatever is wrong with a flow or the shop's data.
            log.exception("a task could not be worked on")
            self._kind = "error"
            self._put(self._failure(self.language))
        finally:
            self._acts.put_nowait(None)

    async def _write(self, ask: Ask, after: tuple[Act, ...] = ()) -> None:
        reply, self._grounding = ask(self._released.wait)
        cutter, count = PhraseCutter(), 0
        try:
            async with aclosing(aiter(reply)) as pieces:
                async for piece in pieces:
                    count += self._say(cutter.feed(piece))
                    if self._is_over:
                        return
            # What the token limit cut off in mid-sentence is better left out, if anything was said.
            if reply.is_whole or count == 0:
                count += self._say(cutter.finish())
            self._put(self._hand_over(self.language) if reply.hand_over else after)
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
        for count, phrase in enumerate(new):
            if self._grounding is not None and not self._grounding.fits(phrase):
                log.warning("the language model's words are not spoken, nobody told it so: %r", phrase)
                self._is_over = True
                unknown = UNKNOWN["zh" if self.language == "zh" else "en"]
                self._put(tuple(Say(one, self.language, fixed=True) for one in sentences(unknown)))
                return count + 1
            self._put((Say(phrase, self.language),))
        return len(new)

    def _put(self, acts: tuple[Act, ...]) -> None:
        for act in acts:
            self._acts.put_nowait(act)
