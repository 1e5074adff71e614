"""One turn of a task: what the caller's answer means for it, and how it goes on.

A turn works on a copy of what the call remembers (`Work`); one that is thrown away leaves no trace. What has
an effect on the shop is in `dialogue.tasks.doing` alone, and waits there until the turn is released.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from dialogue.completeness import is_question
from dialogue.courtesies import Reply
from dialogue.shop import ShopUnavailableError
from dialogue.tasks import dictating
from dialogue.tasks.asking import (
    ask,
    ask_yes_no_again,
    how_to_key,
    open_question,
    put_again,
)
from dialogue.tasks.choosing import chosen
from dialogue.tasks.doing import leave_request, say_result
from dialogue.tasks.outcome import Meaning, Outcome
from dialogue.tasks.progress import Progress
from dialogue.tasks.reading_items import items_chosen
from dialogue.tasks.reading_new_items import variant_chosen
from dialogue.tasks.replies import abandons, leading_reply, means_none, means_other, wants_instead
from dialogue.tasks.scene import Begun, Impossible, Reading, means_all
from dialogue.tasks.state import YES_NO, Filled, Question, Underway, Wanted
from dialogue.tasks.taking import corrected, repeated, takes, volunteered, wrong_slot
from dialogue.tasks.work import Work

log = logging.getLogger(__name__)

_HEARD_WORD, _HEARD_KEY = 0.2, 0.5
"""So much of a proposal is heard before a yes, or a key that may belong to a number, can agree to it."""

_BRIEF_WORDS, _BRIEF_SIGNS = 4, 7
"""So short a text that answers the open question is its answer, whatever else it may mean."""


class TaskTurn(Progress):
    """One turn.

    Args:
        work: what it works with.
        meaning: what else a sentence may mean; if the second argument holds, only what is certain.
        readings: further readings of the caller's words, asked for where the first came to nothing.
    """

    def __init__(
        self,
        work: Work,
        meaning: Callable[[str, bool], Meaning],
        readings: Callable[[], Awaitable[Sequence[str]]] | None = None,
    ) -> None:
        super().__init__(work)
        self._meaning = meaning
        self._readings = readings

    # -- what the caller did -------------------------------------------------------------------

    async def begin(self, wanted: Sequence[Wanted]) -> Outcome:
        """He wants these, one after the other."""
        first, *later = wanted
        work = self.work
        work.memory = work.memory.awaiting(*later, first=True)
        work.start(first)
        return await self._guarded(self.go)

    async def heard(self, text: str, *, leaving: bool = False) -> Outcome:
        """He said something while a task is under way; `leaving` if it may mean that he wants no more."""
        self.work.texts = (text,)
        return await self._guarded(lambda: self._heard(text, leaving))

    async def keyed(self, digit: str, *, elsewhere: bool) -> Outcome | None:
        """He pressed a key; None where it means nothing here, but something `elsewhere`."""
        asked = self.work.current.asked
        if asked is None:
            return None if elsewhere else await self._guarded(self.go)
        if asked.about in YES_NO and digit in "12":
            reply = Reply.YES if digit == "1" else Reply.NO
            return await self._guarded(lambda: self._replied(asked, reply, "", least=_HEARD_KEY))
        if digit.isdigit() and 1 <= int(digit) <= len(asked.options):
            value = asked.options[int(digit) - 1]
            return await self._guarded(lambda: self._chosen(asked, (value,)))
        if self._is_dictated(digit):
            return await self._guarded(lambda: self._key(digit))
        return None if elsewhere else await self._guarded(self._unknown_key)

    async def silent(self) -> Outcome:
        """He said nothing, or changed the language: the question again."""
        self.work.got = self.work.introduced = True
        return await self._guarded(self.again)

    # -- understanding -------------------------------------------------------------------------

    async def _guarded(self, turn: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The turn, whatever becomes of the database: a request is written down rather than lost."""
        work = self.work
        try:
            if work.current.agreed:
                outcome = await self.made()
            else:
                outcome = await turn()
        except ShopUnavailableError as error:
            log.error("task %s: %s", work.current.task, error)
            outcome = await leave_request(work) or await self._after_trouble()
        return replace(outcome, memory=replace(outcome.memory, session=work.caller.session.state.as_json()))

    async def _after_trouble(self) -> Outcome:
        """The database is down: nothing else is begun now."""
        work = self.work
        work.memory = replace(work.memory, stack=(), waiting=())
        return await self.finished()

    async def _heard(self, text: str, leaving: bool) -> Outcome:
        asked = self.work.current.asked
        if abandons(text):
            return await self._abandoned()
        if asked is None:
            return await self.go()
        if asked.about in YES_NO:
            reply, rest = leading_reply(text)
            if reply is not None:
                return await self._replied(asked, reply, rest)
        if asked.options and (made := await self._picked(asked, self.work.mended(text))) is not None:
            return made
        return await self._answered(asked, text, leaving)

    async def _picked(self, asked: Question, text: str) -> Outcome | None:
        """One of the options that were read out; None where the words choose none."""
        work = self.work
        if asked.about == "which":
            value = chosen(text, asked.options, asked.said)
            if value is not None:
                return await self._chosen(asked, (value,))
            if work.slot(asked.slot).type == "items" and means_all(text):
                return await self._chosen(asked, asked.options)
            if means_none(text):
                work.got = True
                await work.identified()
                return ask(work, asked.slot, openly=True)
        elif (value := chosen(text, asked.options, ("",) * len(asked.options))) is not None:
            return await self._chosen(asked, (value,))
        return None

    async def _answered(self, asked: Question, text: str, leaving: bool) -> Outcome:
        """Take what is said for an answer, a correction, something else, or a question; in this order."""
        work = self.work
        await work.identified()
        # Beside an answer only what is certain counts; a meaning that is looked for takes milliseconds.
        is_answer = takes(work, asked) and not is_question(text) and not wants_instead(text)
        meaning = self._meaning(text, is_answer)
        wanted = self._wanted_instead(asked, meaning, text)
        if wanted:
            return await self._other_tasks(wanted, instead=wants_instead(text))
        if self._fills(asked, meaning, text):
            return await self.go()
        if leaving:
            return await self._abandoned()
        if _is_brief(text) and not is_question(text) and repeated(work):
            work.got, work.texts = True, ()
            return ask_yes_no_again(work) if asked.about in YES_NO else put_again(work, resumed=False)
        return await self._besides(asked, meaning, text)

    def _wanted_instead(self, asked: Question, meaning: Meaning, text: str) -> tuple[Wanted, ...]:
        """Other tasks that the words ask for, rather than to answer or to correct something."""
        work, brief = self.work, _is_brief(text)
        if not meaning.wanted or meaning.wanted[0].task == work.current.task:
            return ()
        answers = takes(work, asked)
        in_own_words = asked.about == "slot" and work.slot(asked.slot).type == "text"
        if in_own_words and answers:
            return ()
        if meaning.sure or wants_instead(text):
            return () if answers and brief and asked.about != "identity" else meaning.wanted
        return () if answers or (brief and not is_question(text) and corrected(work)) else meaning.wanted

    def _fills(self, asked: Question, meaning: Meaning, text: str) -> bool:
        """Whether the words answer the open question, correct a value, or give one that was not asked for."""
        work, asks = self.work, is_question(text)
        if asks and meaning.acts and asked.about in (*YES_NO, "identity"):
            return False
        if work.current.asked is None or takes(work, asked):
            return True  # it was corrected already, or it is answered now
        return not (asks and meaning.acts) and (corrected(work) or (not asks and volunteered(work)))

    async def _besides(self, asked: Question, meaning: Meaning, text: str) -> Outcome:
        """Answer a question in between; what is none was misheard, or means nothing here."""
        work = self.work
        if meaning.acts:
            work.acts += meaning.acts
            return put_again(work)
        if self._readings is not None:
            work.texts = (text, *(await self._readings()))
            if takes(work, asked):
                return await self.go()
        if meaning.asks_model and asked.about != "identity":
            return Outcome(work.memory, after=open_question(work), asks_model=True)
        return ask_yes_no_again(work) if asked.about in YES_NO else await self.go()

    async def _replied(
        self, asked: Question, reply: Reply, rest: str, *, least: float = _HEARD_WORD
    ) -> Outcome:
        """A yes or no, and what was said behind it; no yes to what was not heard, but for `least` of it."""
        work = self.work
        work.texts = (rest,) if rest else ()
        if asked.about == "task":
            return await self._offered(asked, reply)
        if asked.about == "heard":
            return await self._told_if_heard(asked, reply)
        proposed = work.current
        if rest:
            await work.identified()
        if rest and corrected(work, denied=reply is Reply.NO):
            # "Yes, to the gift card" is none yet where something else was proposed.
            return await self._too_late(proposed) or await self.go()
        if reply is Reply.NO:
            return await self._declined(rest)
        if work.heard < least:
            return await self.again()
        self._queue(rest)
        work.set(replace(work.current, agreed=True))
        return await self.made()

    async def _offered(self, asked: Question, reply: Reply) -> Outcome:
        """A yes or no to another task that was offered."""
        work = self.work
        work.memory = work.memory.ending()
        if reply is Reply.NO:
            return await self.finished()
        work.start(Wanted(asked.slot, ""))
        return await self.go()

    async def _told_if_heard(self, asked: Question, reply: Reply) -> Outcome:
        work, doubt = self.work, self.work.current.doubt
        if reply is Reply.YES and doubt is not None:
            work.fill(asked.slot, replace(doubt, source="confirmed", confidence=1.0))
            work.got = True
            return await self.go()
        await work.identified()
        work.set(replace(work.current, doubt=None))
        if work.texts and takes(work, asked):
            work.got = True
            return await self.go()
        return ask(work, asked.slot, openly=True)

    def _queue(self, rest: str) -> None:
        """What was asked for behind a yes or no waits its turn; what was asked is answered then."""
        meaning = self._meaning(rest, False) if rest else Meaning()
        task = self.work.current.task
        # "Yes, cancel it" wants nothing more.
        self.work.memory = self.work.memory.awaiting(*(one for one in meaning.wanted if one.task != task))
        self.also = meaning.acts

    async def _too_late(self, proposed: Underway) -> Outcome | None:
        """Take a proposal back; what is said where it was made before, by a yes that nobody stood by."""
        work = self.work
        try:
            done = await work.caller.withdraw(proposed.token) if proposed.token else None
        except ShopUnavailableError as error:
            # What nobody agreed to is not written down for a colleague either.
            log.error("task %s: %s", proposed.task, error)
            return None
        if done is None:
            return None
        say_result(work, done)
        work.account = None  # it has changed
        work.memory = work.memory.ending()
        return await self.finished()

    async def _declined(self, rest: str) -> Outcome:
        work = self.work
        if (outcome := await self._too_late(work.current)) is not None:
            return outcome
        wants_more = any(one.task != work.current.task for one in self._meaning(rest, False).wanted)
        wrong = wrong_slot(work, rest) if means_other(rest) and not wants_more else ""
        if wrong:
            work.got = True
            work.set(replace(work.current.lacking(wrong, *work.dependents(wrong)), token=""))
            return ask(work, wrong)
        work.say(work.book.wording.declined)
        self._queue(rest)
        work.memory = work.memory.ending()
        return await self.finished()

    async def _chosen(self, asked: Question, values: Sequence[str]) -> Outcome:
        """Of the values that were read out one; of items any number."""
        work, value = self.work, values[0]
        await work.identified()
        slot, scene = work.slot(asked.slot), work.scene(asked.slot, asked=True)
        made: Reading = Filled(value, asked.said[asked.options.index(value)], 1.0, "chosen")
        if slot.type == "items":
            made = items_chosen(values, scene)
        elif slot.type == "new-items":
            made = variant_chosen(value, scene)
        work.texts = ()
        if made is None or isinstance(made, Impossible):
            return await self.go()
        work.got = True
        if isinstance(made, Begun):
            work.set(replace(work.current, parts=made.parts, asked=None))
        elif isinstance(made, Filled):
            work.fill(asked.slot, made)
        return await self.go()

    async def _key(self, digit: str) -> Outcome:
        work = self.work
        await work.identified()
        work.texts = ()
        if not dictating.key(work, digit):
            return Outcome(work.memory, expects="digits")
        return await self.go()

    def _is_dictated(self, digit: str) -> bool:
        """Whether a key is a piece of the number that is asked for."""
        if dictating.dictated_kind(self.work) is None:
            return False
        return digit.isdigit() or bool(self.work.current.dictated)

    async def _unknown_key(self) -> Outcome:
        """A key that means nothing: how to answer by keys, and the question again."""
        how_to_key(self.work)
        await self.work.identified()
        return put_again(self.work, resumed=False)

    # -- something else ------------------------------------------------------------------------

    async def _other_tasks(self, wanted: Sequence[Wanted], *, instead: bool) -> Outcome:
        """Other requests: instead of this one, or before it goes on."""
        work = self.work
        first, *later = wanted
        if instead:
            work.memory = work.memory.awaiting(*wanted, first=True)
            if (outcome := await self._too_late(work.current)) is not None:
                return outcome
            work.memory = replace(work.memory.ending(), waiting=work.memory.waiting[1:])
        else:
            work.memory = work.memory.awaiting(*later, first=True)
        work.start(first)
        return await self.go()

    async def _abandoned(self) -> Outcome:
        work = self.work
        if (outcome := await self._too_late(work.current)) is not None:
            return outcome
        work.memory = replace(work.memory, stack=(), waiting=(), who={})
        work.say(work.book.wording.abandoned)
        work.say(work.book.wording.anything)
        return Outcome(work.memory, tuple(work.acts), expects="yes-no", anything_else=True)


def _is_brief(text: str) -> bool:
    signs = sum("一" <= char <= "鿿" for char in text)
    return signs <= _BRIEF_SIGNS and len(text.split()) <= _BRIEF_WORDS
