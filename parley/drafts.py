"""What is prepared on the caller's words while he pauses: released when his turn is over, or dropped.

Recognition, the judgement of the end of the turn, and the first phrase of the answer are all begun
at a pause. A draft that is dropped leaves no trace: nothing of it was said, recorded as said, or done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from asr.ear import Ear, Utterance
from dialogue.mind import Completeness, Said, Weighed
from parley.ledger import TurnTimes
from parley.patience import Evidence
from parley.reply import Reply

log = logging.getLogger(__name__)


class Speculation:
    """How many guesses may keep a language model busy at the same time, over all calls.

    Args:
        limit: 0 lets nobody guess.
    """

    def __init__(self, limit: int = 1) -> None:
        self._free = limit

    def take(self) -> bool:
        """Take a place if there is one."""
        if self._free <= 0:
            return False
        self._free -= 1
        return True

    def give_back(self) -> None:
        """Leave the place."""
        self._free += 1


def said_in(utterance: Utterance, ear: Ear) -> Said:
    """An utterance for the mind, which may ask the ear what else it may have been."""
    return Said(
        utterance.text,
        utterance.language,
        utterance.confidence,
        partial(ear.readings, utterance.start, utterance.end),
    )


@dataclass(eq=False)
class Draft:
    """One revision of the caller's turn, up to a pause.

    Attributes:
        revision: counts the drafts of a call; what belongs to an older one is void.
        start, end: the span, in seconds on the call's clock.
        words: the recognition at work.
        times: the ledger of the turn that this may become.
        sound: probability that the turn is over by its sound, once known.
        weighed: what the mind makes of the words, once known.
        said: the words, once known, if there are any.
        reply: the answer being prepared, if it was begun before the turn is over.
        committed: the turn is over, and somebody waits for this.
    """

    revision: int
    start: float
    end: float
    words: asyncio.Task[Utterance]
    times: TurnTimes = field(default_factory=TurnTimes)
    sound: float | None = None
    weighed: Weighed | None = None
    said: Said | None = None
    reply: Reply | None = None
    committed: bool = False
    place: Speculation | None = None

    @property
    def evidence(self) -> Evidence:
        """For turn-taking."""
        return Evidence(self.sound, self.weighed.completeness if self.weighed else None)

    @property
    def is_listening(self) -> bool:
        """Whether the words only show that the caller listens."""
        return self.weighed is not None and self.weighed.completeness is Completeness.LISTENING

    def commit(self) -> None:
        """The turn is over."""
        self.committed = True
        self._leave()

    async def drop(self) -> None:
        """Throw everything away. Safe to call twice."""
        if not self.words.cancel() and not self.words.cancelled():
            self.words.exception()  # nobody waits for it; asked for, so that asyncio does not complain
        self._leave()
        reply, self.reply = self.reply, None
        if reply is not None:
            await reply.close()

    def _leave(self) -> None:
        place, self.place = self.place, None
        if place is not None:
            place.give_back()


class Told(Protocol):
    """Whoever decides on a draft's evidence: the call."""

    def weigh(self, said: Said) -> Weighed:
        """What the mind makes of words."""

    def no_words(self, draft: Draft) -> None:
        """Nothing was said in the span."""

    def judged(self, draft: Draft) -> None:
        """More is known of the draft."""


class Drafts:
    """The draft of one call, one at a time.

    Args:
        ear: recognises and judges.
        told: is told what was found.
        spawn: runs a coroutine as a task of the call.
    """

    def __init__(
        self, ear: Ear, told: Told, spawn: Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]
    ) -> None:
        self.current: Draft | None = None
        self._ear = ear
        self._told = told
        self._spawn = spawn
        self._revision = 0
        self._dropping: set[asyncio.Task[None]] = set()

    def begin(self, start: float, end: float) -> None:
        """Prepare for the turn that may have ended; the draft before it is dropped."""
        self.drop()
        self._revision += 1
        words = asyncio.create_task(self._ear.recognise(start, end, urgent=lambda: draft.committed))
        draft = Draft(self._revision, start, end, words)
        self.current = draft
        self._spawn(self._weigh(draft))
        self._spawn(self._listen(draft))

    def take(self) -> Draft | None:
        """The draft, whose turn is over: it is no longer dropped."""
        draft, self.current = self.current, None
        if draft is not None:
            draft.commit()
        return draft

    def drop(self) -> None:
        """Throw the draft away."""
        draft, self.current = self.current, None
        if draft is not None:
            task = asyncio.create_task(draft.drop())
            self._dropping.add(task)
            task.add_done_callback(self._dropping.discard)

    async def close(self) -> None:
        """Drop the draft and wait until nothing is left of any."""
        self.drop()
        await asyncio.gather(*self._dropping)

    async def _weigh(self, draft: Draft) -> None:
        """Judge by the words whether the turn is over."""
        await asyncio.wait({draft.words})
        if draft is not self.current or draft.words.cancelled() or draft.words.exception() is not None:
            return  # a failed recognition is raised where its words are awaited
        utterance = draft.words.result()
        if utterance.text:
            draft.said = said_in(utterance, self._ear)
            draft.weighed = self._told.weigh(draft.said)
            self._told.judged(draft)
        else:
            self._told.no_words(draft)

    async def _listen(self, draft: Draft) -> None:
        """Judge by the sound whether the turn is over."""
        try:
            draft.sound = await self._ear.finished(draft.start, draft.end)
        except Exception:
            # The words and the silence decide without it.
            log.exception("the end of a turn could not be judged by its sound")
            return
        if draft is self.current:
            self._told.judged(draft)
