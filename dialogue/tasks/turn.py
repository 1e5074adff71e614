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
from dialogue.tasks.asking import ask, ask_if_heard, ask_which, open_question
from dialogue.tasks.definition import Slot, holds
from dialogue.tasks.doing import leave_request, make, say_result, use_tool
from dialogue.tasks.finding import find_caller
from dialogue.tasks.identity import pieces_of, pieces_said
from dialogue.tasks.outcome import Meaning, Outcome
from dialogue.tasks.reading_items import item_chosen, variant_chosen
from dialogue.tasks.replies import abandons, leading_reply, means_none, wants_instead
from dialogue.tasks.saying import spoken
from dialogue.tasks.scene import Begun, Impossible, Reading, Unclear, by_place
from dialogue.tasks.state import YES_NO, Filled, Question, Wanted
from dialogue.tasks.work import Work

log = logging.getLogger(__name__)

_KNOWN = ("only", "named", "chosen", "account", "default", "confirmed", "keyed")
"""Sources of values that nobody need be asked about."""

_SURE = 0.8
"""Confidence from which a corrected value is not asked about."""


class TaskTurn:
    """One turn.

    Args:
        work: what it works with.
        meaning: what else a sentence may mean.
        readings: further readings of the caller's words, asked for where the first came to nothing.
    """

    def __init__(
        self,
        work: Work,
        meaning: Callable[[str], Meaning],
        readings: Callable[[], Awaitable[Sequence[str]]] | None = None,
    ) -> None:
        self.work = work
        self._meaning = meaning
        self._readings = readings

    # -- what the caller did -------------------------------------------------------------------

    async def begin(self, wanted: Sequence[Wanted]) -> Outcome:
        """He wants these, one after the other."""
        first, *later = wanted
        work = self.work
        work.memory = replace(work.memory, waiting=(*later, *work.memory.waiting))
        work.start(first)
        return await self._guarded(self._go)

    async def heard(self, text: str) -> Outcome:
        """He said something while a task is under way."""
        self.work.texts = (text,)
        return await self._guarded(lambda: self._heard(text))

    async def keyed(self, digit: str) -> Outcome | None:
        """He pressed a key; None where it means nothing here."""
        asked = self.work.current.asked
        if asked is None:
            return None
        if asked.about in YES_NO and digit in "12":
            reply = Reply.YES if digit == "1" else Reply.NO
            return await self._guarded(lambda: self._replied(asked, reply, ""))
        if digit.isdigit() and 1 <= int(digit) <= len(asked.options):
            value = asked.options[int(digit) - 1]
            return await self._guarded(lambda: self._chosen(asked, value))
        if dictating.dictated_kind(self.work) is None:
            return None
        return await self._guarded(lambda: self._key(digit))

    async def silent(self) -> Outcome:
        """He said nothing: the question again."""
        self.work.got = True
        return await self._guarded(self._again)

    # -- understanding -------------------------------------------------------------------------

    async def _guarded(self, turn: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The turn, whatever becomes of the database: a request is written down rather than lost."""
        work = self.work
        try:
            if work.current.agreed:
                outcome = await self._made()
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
        return await self._finished()

    async def _heard(self, text: str) -> Outcome:
        asked = self.work.current.asked
        if abandons(text):
            return self._abandoned()
        if asked is None:
            return await self._go()
        if asked.about in YES_NO:
            reply, rest = leading_reply(text)
            if reply is not None:
                return await self._replied(asked, reply, rest)
        if asked.about == "which":
            value = by_place(text, asked.options)
            if value is not None:
                return await self._chosen(asked, value)
            if means_none(text):
                self.work.got = True
                return ask(self.work, asked.slot, openly=True)
        return await self._answered(asked, text)

    async def _answered(self, asked: Question, text: str) -> Outcome:
        """Take what is said for an answer, a correction, something else, or a question; in this order."""
        work, meaning = self.work, self._meaning(text)
        other = bool(meaning.wanted) and meaning.wanted[0].task != work.current.task
        if other and (meaning.sure or wants_instead(text)):
            return await self._other_tasks(meaning.wanted, instead=wants_instead(text))
        await work.identified()
        if self._takes(asked):
            return await self._go()
        if other:
            return await self._other_tasks(meaning.wanted, instead=False)
        if self._corrected() or (not is_question(text) and self._volunteered()):
            return await self._go()
        return await self._besides(asked, meaning, text)

    async def _besides(self, asked: Question, meaning: Meaning, text: str) -> Outcome:
        """Answer a question in between; what is none was misheard, or means nothing here."""
        work = self.work
        if meaning.acts:
            return Outcome(work.memory, (*meaning.acts, *open_question(work)))
        if self._readings is not None:
            work.texts = (text, *(await self._readings()))
            if self._takes(asked):
                return await self._go()
        if meaning.asks_model and asked.about != "identity":
            return Outcome(work.memory, after=open_question(work), asks_model=True)
        return await self._go()

    def _takes(self, asked: Question) -> bool:
        """Whether the words answer the open question, or a part of it."""
        work = self.work
        if asked.about in ("task", "proposal"):
            return False
        if asked.about == "identity":
            before = pieces_of(work.memory.who)
            made = pieces_said(before, work.texts, work.language, work.counter.directory, asked=True)
            return made != before
        reading = work.read(asked.slot, asked=True)
        if isinstance(reading, Begun):
            return reading.parts != work.current.parts
        return reading is not None and not isinstance(reading, Impossible)

    def _corrected(self) -> bool:
        """Take other values that are named for slots that are filled already."""
        work, changed = self.work, False
        for name, slot in work.task.slots.items():
            filled = work.current.slots.get(name)
            if filled is None or slot.type in ("text", "name", "quantity"):
                continue
            reading = work.read(name, asked=False)
            if isinstance(reading, Filled) and reading.value != filled.value:
                work.fill(name, reading)
                changed = True
        if changed:
            work.set(replace(work.current, asked=None, token="", agreed=False))
        work.got = work.got or changed
        return changed

    def _volunteered(self) -> bool:
        """Take what the words hold that was not asked for yet."""
        work, taken = self.work, False
        asked = work.current.asked.slot if work.current.asked is not None else ""
        for name, slot in work.task.slots.items():
            if not work.texts or name in work.current.slots or name == asked:
                continue
            reading = work.read(name, asked=False)
            if isinstance(reading, Filled) and not self._is_doubtful(slot, reading):
                parts, question = work.current.parts, work.current.asked
                work.fill(name, reading)
                work.set(replace(work.current, parts=parts, asked=question))
                taken = True
        work.got = work.got or taken
        return taken

    async def _replied(self, asked: Question, reply: Reply, rest: str) -> Outcome:
        """A yes or no, and what was said behind it."""
        work = self.work
        work.texts = (rest,) if rest else ()
        if asked.about == "task":
            work.memory = work.memory.ending()
            if reply is Reply.YES:
                work.start(Wanted(asked.slot, ""))
                return await self._go()
            return await self._finished()
        if asked.about == "heard":
            return await self._told_if_heard(asked, reply)
        if reply is Reply.YES:
            self._queue(rest)
            work.set(replace(work.current, agreed=True))
            return await self._made()
        await work.identified()
        token = work.current.token
        if rest and self._corrected():
            await work.caller.withdraw(token)
            return await self._go()
        return await self._declined(rest)

    async def _told_if_heard(self, asked: Question, reply: Reply) -> Outcome:
        work, doubt = self.work, self.work.current.doubt
        if reply is Reply.YES and doubt is not None:
            work.fill(asked.slot, replace(doubt, source="confirmed", confidence=1.0))
            work.got = True
            return await self._go()
        await work.identified()
        work.set(replace(work.current, doubt=None))
        if work.texts and self._takes(asked):
            work.got = True
            return await self._go()
        return ask(work, asked.slot, openly=True)

    def _queue(self, rest: str) -> None:
        """What was asked for behind a yes or no waits its turn."""
        meaning = self._meaning(rest) if rest else Meaning()
        memory, task = self.work.memory, self.work.current.task
        wanted = tuple(
            one for one in meaning.wanted if one.task != task
        )  # "yes, cancel it" wants nothing more
        self.work.memory = replace(memory, waiting=(*memory.waiting, *wanted))

    async def _declined(self, rest: str) -> Outcome:
        work = self.work
        done = await work.caller.withdraw(work.current.token)
        if done is not None:
            say_result(work, done)  # he had said yes before, and took it back too late
        else:
            work.say(work.book.wording.declined)
        self._queue(rest)
        work.memory = work.memory.ending()
        return await self._finished()

    async def _chosen(self, asked: Question, value: str) -> Outcome:
        """One of the values that were read out."""
        work = self.work
        await work.identified()
        slot, scene = work.slot(asked.slot), work.scene(asked.slot, asked=True)
        made: Reading = Filled(value, asked.said[asked.options.index(value)], 1.0, "chosen")
        if slot.type == "items":
            made = item_chosen(value, scene)
        elif slot.type == "new-items":
            made = variant_chosen(value, scene)
        if isinstance(made, Begun):
            work.set(replace(work.current, parts=made.parts, asked=None))
        elif isinstance(made, Filled):
            work.fill(asked.slot, made)
        work.got = True
        work.texts = ()
        return await self._go()

    async def _key(self, digit: str) -> Outcome:
        work = self.work
        await work.identified()
        work.texts = ()
        if not dictating.key(work, digit):
            return Outcome(work.memory, expects="digits")
        return await self._go()

    # -- going on ------------------------------------------------------------------------------

    async def _go(self) -> Outcome:
        """Go on with the task as far as it gets without the caller."""
        work = self.work
        if work.book.needs_identity(work.task) and not await work.identified():
            unknown = await find_caller(work)
            if unknown is not None:
                return unknown
        self._volunteered()
        for name in work.task.slots:
            outcome = await self._settle(name)
            if outcome is not None:
                return outcome
        outcome = await use_tool(work)
        if outcome is not None and outcome.goes_on:
            return await self._go()
        return outcome or await self._finished()

    async def _made(self) -> Outcome:
        outcome = await make(self.work)
        if outcome is not None and outcome.goes_on:
            return await self._go()
        return outcome or await self._finished()

    async def _settle(self, name: str) -> Outcome | None:
        """See to it that a slot has its value; a question to the caller where it takes one."""
        work, slot = self.work, self.work.slot(name)
        if name in work.current.slots or not holds(slot.when, work.values()):
            return None
        reading, outcome = self._reading(name, slot), None
        match reading:
            case Filled() if self._is_doubtful(slot, reading):
                outcome = ask_if_heard(work, name, reading)
            case Filled():
                work.fill(name, reading)
            case Begun(parts):
                work.set(replace(work.current, parts=parts))
                outcome = ask(work, name)
            case Unclear(options):
                outcome = ask_which(work, name, options)
            case Impossible():
                wording = work.book.wording
                work.say(wording.none if slot.type == "order" else wording.no_item)
                work.memory = work.memory.ending()
                outcome = await self._finished()
            case None if not slot.optional:
                outcome = ask(work, name)
        return outcome

    def _reading(self, name: str, slot: Slot) -> Reading:
        """What a slot comes to: by the caller's words, without them, or by default."""
        work, task = self.work, self.work.current
        asked = task.asked is not None and task.asked.slot == name
        reading = work.read(name, asked=asked)
        if reading is not None:
            begun_before = isinstance(reading, Begun) and reading.parts == task.parts
            work.got = work.got or not begun_before
            return reading
        if not (asked and work.texts) and not slot.optional:
            # An answer that was not understood is no reason to guess, nor is one that nobody asked for.
            reading = work.alone(name)
        if reading is None and slot.default == "name" and work.account is not None:
            return Filled(work.account.name, work.account.name, 1.0, "account")
        if reading is None and slot.default is not None:
            return Filled(slot.default, slot.default, 1.0, "default")
        return reading

    def _is_doubtful(self, slot: Slot, filled: Filled) -> bool:
        """Whether the caller is asked if a value was heard right."""
        if slot.confirm == "never" or filled.source in _KNOWN:
            return False
        return slot.confirm == "always" or (
            filled.source in ("corrected", "unsure") and filled.confidence < _SURE
        )

    async def _again(self) -> Outcome:
        work = self.work
        work.set(replace(work.current, asked=None, token=""))
        return await self._go()

    # -- something else ------------------------------------------------------------------------

    async def _other_tasks(self, wanted: Sequence[Wanted], *, instead: bool) -> Outcome:
        """Other requests: instead of this one, or before it goes on."""
        work = self.work
        if instead:
            if work.current.token:
                await work.caller.withdraw(work.current.token)
            work.memory = work.memory.ending()
        first, *later = wanted
        work.memory = replace(work.memory, waiting=(*later, *work.memory.waiting))
        work.start(first)
        return await self._go()

    def _abandoned(self) -> Outcome:
        work = self.work
        work.memory = replace(work.memory, stack=(), waiting=(), who={})
        work.say(work.book.wording.abandoned)
        work.say(work.book.wording.anything)
        return Outcome(work.memory, tuple(work.acts), expects="yes-no", anything_else=True)

    async def _finished(self) -> Outcome:
        """A task is over: what waits follows, or the one set aside for it goes on, or the caller is asked."""
        work = self.work
        wording = work.book.wording
        work.texts = ()
        if work.memory.waiting:
            wanted, *later = work.memory.waiting
            work.memory = replace(work.memory, waiting=tuple(later))
            work.say(wording.following)
            work.start(wanted)
            return await self._go()
        if work.memory.current is not None:
            matter = work.task.matter.best(work.language)[0]
            work.acts += spoken(wording.resumed, work.language, {"matter": matter})
            work.set(replace(work.current, asked=None, token="", agreed=False, attempts=0))
            return await self._go()
        work.say(wording.anything)
        return Outcome(work.memory, tuple(work.acts), expects="yes-no", anything_else=True)
