"""One possible answer of a flow. Written or thrown away without any effect on the dialogue."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from dialogue.decide import Decision
from dialogue.grounding import Grounding
from dialogue.llm import LanguageModelError, Reply
from dialogue.mind import Act, Input, Say
from dialogue.phrases import PhraseCutter, sentences
from dialogue.prompt import UNKNOWN

log = logging.getLogger(__name__)


class FlowThought:
    """An answer: the flow's own words, or phrases from the language model as they are written.

    A reply of the language model is asked for at once, so that a thought which is started while
    the caller still pauses is ahead when the turn is over.

    Args:
        heard: what is answered.
        decision: what the flow decided.
        language: the language of the answer.
        reply: the language model's reply, where the decision asks for one.
        grounding: what it may state; None for anything.
        failure: what is said and done when the language model fails.
        hand_over: what is said and done when the language model asks for a person.
    """

    def __init__(
        self,
        heard: Input,
        decision: Decision,
        language: str,
        reply: Reply | None = None,
        *,
        grounding: Grounding | None = None,
        failure: Callable[[str], tuple[Act, ...]],
        hand_over: Callable[[str], tuple[Act, ...]],
    ) -> None:
        self.heard = heard
        self.decision = decision
        self.language = language
        self.said: list[Say] = []
        self._kind = decision.kind
        self._grounding = grounding
        self._failure = failure
        self._hand_over = hand_over
        self._acts: asyncio.Queue[Act | None] = asyncio.Queue()
        self._last_phrase = ""
        self._is_over = False
        self._writing: asyncio.Task[None] | None = None
        if reply is None:
            for act in decision.acts:
                self._acts.put_nowait(act)
            self._acts.put_nowait(None)
        else:
            self._writing = asyncio.create_task(self._write(reply), name="language model reply")

    @property
    def kind(self) -> str:
        """See `Thought.kind`."""
        return self._kind

    async def acts(self) -> AsyncIterator[Act]:
        """See `Thought.acts`."""
        while (act := await self._acts.get()) is not None:
            if isinstance(act, Say):
                self.said.append(act)
            yield act

    async def close(self) -> None:
        """See `Thought.close`."""
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
            await asyncio.wait({self._writing})
        self._acts.put_nowait(None)

    async def _write(self, reply: Reply) -> None:
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
