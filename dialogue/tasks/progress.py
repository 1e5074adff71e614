"""How a task goes on without further words of the caller: what is asked for, used, and what follows."""

from __future__ import annotations

from dataclasses import replace

from dialogue.mind import Act
from dialogue.tasks.asking import ask, ask_if_heard, ask_which
from dialogue.tasks.definition import holds
from dialogue.tasks.doing import make, refused, use_tool
from dialogue.tasks.finding import find_caller
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.saying import spoken
from dialogue.tasks.scene import Begun, Impossible, Unclear
from dialogue.tasks.state import Filled
from dialogue.tasks.taking import is_doubtful, value_of, volunteered
from dialogue.tasks.work import Work
from dialogue.tools import Code, Refusal
from dialogue.tools.orders import refusal_for


class Progress:
    """The course of a turn's tasks.

    Args:
        work: what the turn works with.

    Attributes:
        also: what is said besides once the present task is over: the answer to a question asked with a yes.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.also: tuple[Act, ...] = ()

    async def go(self) -> Outcome:
        """Go on with the task as far as it gets without the caller."""
        work = self.work
        if work.book.needs_identity(work.task) and not await work.identified():
            unknown = await find_caller(work)
            if unknown is not None:
                return unknown
        volunteered(work)
        for name in work.task.slots:
            outcome = await self._settle(name)
            if outcome is not None:
                return await self.go() if outcome.goes_on else outcome
        outcome = await use_tool(work)
        if outcome is not None and outcome.goes_on:
            return await self.go()
        return outcome or await self.finished()

    async def made(self) -> Outcome:
        """Make the write that was agreed to, and go on."""
        outcome = await make(self.work)
        if outcome is not None and outcome.goes_on:
            return await self.go()
        return outcome or await self.finished()

    async def _settle(self, name: str) -> Outcome | None:
        """See to it that a slot has its value; a question to the caller where it takes one."""
        work, slot = self.work, self.work.slot(name)
        if name in work.current.slots:
            return await self._order_refused(name)
        if not holds(slot.when, work.values()):
            return None
        reading, outcome = value_of(work, name), None
        match reading:
            case Filled() if is_doubtful(slot, reading):
                outcome = ask_if_heard(work, name, reading)
            case Filled():
                work.fill(name, reading)
                outcome = await self._order_refused(name)
            case Begun(parts):
                work.set(replace(work.current, parts=parts))
                outcome = ask(work, name)
            case Unclear(options, parts):
                work.set(replace(work.current, parts=parts))
                outcome = ask_which(work, name, options)
            case Impossible():
                wording = work.book.wording
                work.say(wording.none if slot.type == "order" else wording.no_item)
                work.memory = work.memory.ending()
                outcome = await self.finished()
            case None if not slot.optional:
                outcome = ask(work, name)
        return outcome

    async def _order_refused(self, name: str) -> Outcome | None:
        """An order that is not his, or for which it is too late: told before anything else is asked."""
        work, slot = self.work, self.work.slot(name)
        if slot.type != "order" or work.account is None:
            return None
        order_id = str(work.current.slots[name].value)
        order = work.account.order(order_id)
        if order is None:
            refusal: Refusal | None = Refusal(Code.ORDER_NOT_FOUND, {"order_id": order_id})
        else:
            refusal = refusal_for(order, slot.status) if slot.status else None
        return (refused(work, refusal) or await self.finished()) if refusal is not None else None

    async def again(self) -> Outcome:
        """Put the open question again; a proposal is made anew."""
        work = self.work
        work.set(replace(work.current, asked=None, token=""))
        return await self.go()

    async def finished(self) -> Outcome:
        """A task is over: what waits follows, or the one set aside for it goes on, or the caller is asked."""
        work = self.work
        wording = work.book.wording
        work.texts = ()
        work.acts += self.also
        self.also = ()
        work.lasting = len(work.acts)
        if work.memory.waiting:
            wanted, *later = work.memory.waiting
            work.memory = replace(work.memory, waiting=tuple(later))
            work.say(wording.following)
            work.start(wanted)
            return await self.go()
        if work.memory.current is not None:
            matter = work.task.matter.best(work.language)[0]
            work.acts += spoken(wording.resumed, work.language, {"matter": matter})
            work.set(replace(work.current, asked=None, token="", agreed=False, attempts=0))
            return await self.go()
        work.say(wording.anything)
        return Outcome(work.memory, tuple(work.acts), expects="yes-no", anything_else=True)
