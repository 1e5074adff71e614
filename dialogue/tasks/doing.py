"""Uses a task's tool, and tells what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import asdict, replace
from typing import TypeVar

from dialogue.shop import ShopUnavailableError
from dialogue.tasks.asking import TRIES, lead, question
from dialogue.tasks.book import argument_of, arguments_of
from dialogue.tasks.definition import holds
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.reading import READERS
from dialogue.tasks.state import Filled, Question, Wanted
from dialogue.tasks.telling import told
from dialogue.tasks.work import Work
from dialogue.tools import TOOLS, Code, Done, Proposal, Refusal, TicketError, TicketNote

log = logging.getLogger(__name__)

T = TypeVar("T")

SLOT_OF: dict[Code, str] = {
    Code.ORDER_NOT_FOUND: "order",
    Code.METHOD_NOT_FOUND: "payment",
    Code.SAME_METHOD: "payment",
    Code.GIFT_CARD_SHORT: "payment",
    Code.REFUND_METHOD: "payment",
    Code.NO_ITEMS: "items",
    Code.ITEM_NOT_IN_ORDER: "items",
    Code.COUNTS_DIFFER: "new-items",
    Code.SAME_ITEM: "new-items",
    Code.OTHER_PRODUCT: "new-items",
    Code.NOT_AVAILABLE: "new-items",
}
"""The type of the slot that a refusal is about: it is asked for again."""


_NOTE = "note"
"""Part of a task that keeps the ticket which is being stored: it is the same one if that is interrupted."""

_ANEW = (Code.CHANGED_MEANWHILE, Code.NOT_PROPOSED)
"""Refusals after which the same is proposed once more, as it would be now."""


async def use_tool(work: Work) -> Outcome | None:
    """Use the task's tool, now that everything is known; None when the task is over.

    Raises ShopUnavailableError.
    """
    task = work.task
    arguments = arguments_of(task, work.current.slots, work.caller.session.user_id or "")
    if task.tool == "open_ticket":
        return await open_ticket(work, str(arguments.get("subject", "")), str(arguments.get("text", "")))
    answer = await work.caller.call(task.tool, arguments)
    if isinstance(answer, Refusal):
        return refused(work, answer)
    if isinstance(answer, Proposal):
        work.set(replace(work.current.asking(Question("proposal")), token=answer.token, attempts=0))
        work.acts += lead(work)
        work.tell(answer.sentence(work.language))
        return work.asked("yes-no")
    say_result(work, answer)
    return _over(work)


async def make(work: Work) -> Outcome | None:
    """Make the write that was agreed to, once the turn took place; None when the task is over."""
    token, note = work.current.token, work.current.parts.get(_NOTE)
    if note is not None:
        return await _file(work, TicketNote(**note))
    await work.released.wait()
    work.pledged = work.memory
    try:
        answer = await _to_its_end(work.caller.confirm(token))
    except ShopUnavailableError as error:
        log.error("task %s: %s", work.current.task, error)
        return await _keep(work, token)
    if isinstance(answer, Refusal):
        work.set(replace(work.current, agreed=False, token="", asked=None))
        return refused(work, answer)
    if not isinstance(answer, Done):
        raise TypeError(f"a confirmed proposal is done or refused, not {type(answer).__name__}")
    say_result(work, answer)
    work.account = None  # it has changed
    work.memory = replace(work.memory, done=(*work.memory.done, answer.sentence(work.language)))
    return _over(work)


async def _keep(work: Work, token: str) -> Outcome | None:
    """The database does not take the write: leave it to a colleague."""
    work.say(work.book.wording.trouble)
    try:
        receipt = await _to_its_end(work.caller.keep(token, work.current.words))
    except (TicketError, ShopUnavailableError, KeyError) as error:
        log.error("task %s could not be kept: %s", work.current.task, error)
        return work.given_up()
    work.say(work.book.wording.ticket, ticket=receipt.number)
    return _over(work)


async def leave_request(work: Work) -> Outcome | None:
    """The database does not answer: write down what the caller wants, as far as it is known."""
    task = work.current
    del work.acts[work.lasting :]
    work.say(work.book.wording.trouble)
    known = [f"{name}: {filled.said}" for name, filled in task.slots.items()]
    who = [f"{name}: {value}" for name, value in work.memory.who.items() if value]
    said = [text for text in (task.words, *work.texts[:1]) if text]
    matter = work.task.matter.best("en")[0]
    others = [*(one.task for one in work.memory.stack[:-1]), *(one.task for one in work.memory.waiting)]
    also = [f"also: {work.book.task(other).matter.best('en')[0]}" for other in others]
    return await open_ticket(work, matter, "; ".join(dict.fromkeys((*said, *known, *who, *also))) or matter)


async def open_ticket(work: Work, subject: str, text: str) -> Outcome | None:
    """Leave work for a colleague, once the turn took place; None when the task is over."""
    note = work.caller.session.note(subject, text)
    work.set(replace(work.current, agreed=True, parts={_NOTE: asdict(note)}))
    return await _file(work, note)


async def _file(work: Work, note: TicketNote) -> Outcome | None:
    """Store a ticket, once the turn took place; None when the task is over."""
    task, wording = work.task, work.book.wording
    await work.released.wait()
    work.pledged = work.memory
    try:
        receipt = await _to_its_end(work.caller.file(note))
    except (TicketError, ShopUnavailableError) as error:
        log.error("no ticket for task %s: %s", task.name, error)
        return work.given_up()
    own = [one.text for one in task.say if not one.when] if task.tool == "open_ticket" else []
    work.say(own[0] if own else wording.ticket, ticket=receipt.number)
    work.memory = replace(work.memory, done=(*work.memory.done, f"{note.subject}: {receipt.number}"))
    return _over(work)


def _over(work: Work) -> Outcome | None:
    """The task is over: a transfer or another task follows, or nothing in particular."""
    transfer, then = work.task.transfer, work.task.then
    work.memory = work.memory.ending()
    if then is not None:
        work.memory = work.memory.awaiting(Wanted(then, ""), first=True)
    return Outcome(work.memory, tuple(work.acts), transfer=transfer) if transfer else None


def refused(work: Work, refusal: Refusal) -> Outcome | None:
    """A refusal: ask again for what it is about, or end the task as the flow says; None when it is over."""
    own = work.task.refused.get(refusal.code.value)
    if own is not None and own.say is not None:
        work.say(own.say, **refusal.said(work.language))
    else:
        work.tell(refusal.sentence(work.language))
    if own is None and refusal.code in _ANEW:
        work.account = None  # it has changed
        return Outcome(work.memory, goes_on=True)
    if own is not None and own.transfer is not None:
        work.memory = work.memory.ending()
        return Outcome(work.memory, tuple(work.acts), transfer=own.transfer)
    if own is not None and own.task is not None:
        matter = work.book.task(own.task).matter.best(work.language)[0]
        work.say(work.book.wording.offer, matter=matter)
        work.set(work.current.asking(Question("task", own.task)))
        return work.asked("yes-no")
    name = blamed(work, refusal)
    if name is None:
        work.memory = work.memory.ending()
        return None
    return _ask_instead(work, name, refusal.sentence(work.language))


def _ask_instead(work: Work, name: str, sentence: str) -> Outcome | None:
    """Ask for another value than the one that was refused; None where only one is left."""
    times = work.current.refusals + 1
    if times >= TRIES:
        work.say(work.book.wording.stuck)
        return work.given_up()
    slot, reader, before = work.slot(name), READERS[work.slot(name).type], work.current.slots.get(name)
    work.set(work.current.lacking(name, *work.dependents(name)))
    work.set(replace(work.current.asking(Question("slot", name)), refusals=times, attempts=0, token=""))
    work.texts = ()
    # Of orders none is taken in silence for the one that he meant.
    left = work.alone(name) if slot.type != "order" else None
    if isinstance(left, Filled) and before is not None and left.value == before.value:
        work.memory = work.memory.ending()  # he has no other
        return None
    if isinstance(left, Filled):
        work.fill(name, left)
        return Outcome(work.memory, goes_on=True)
    if not sentence.rstrip().endswith(("?", "？")):
        work.acts += question(slot, work.scene(name, asked=True), 1)[0]
    return work.asked(reader.expects, reader.kinds)


def blamed(work: Work, refusal: Refusal) -> str | None:
    """The slot that a refusal is about, if the caller can name another value."""
    slots = work.task.slots
    if refusal.code is Code.BAD_REASON:
        return next((name for name, slot in slots.items() if argument_of(name, slot) == "reason"), None)
    wanted = SLOT_OF.get(refusal.code)
    return next((name for name, slot in slots.items() if slot.type == wanted), None)


def say_result(work: Work, done: Done) -> None:
    """Tell what a tool has found or done."""
    written = TOOLS[done.tool].kind == "write"
    wording, sentence = work.book.wording, done.sentence(work.language)
    if not work.has_spoken:
        work.say(wording.taken if written else wording.looking)
    fields = told(done.data, work.account, work.language, work.counter.currency)
    telling = next((one for one in work.task.say if holds(one.when, dict(fields.raw))), None)
    if telling is not None and not written:
        work.say(telling.text, **fields.said)
    elif sentence:
        work.tell(sentence)
    order = done.data.get("order_id") if isinstance(done.data, dict) else None
    if order:
        work.memory = replace(work.memory, order=str(order))


async def _to_its_end(doing: Awaitable[T]) -> T:
    """Let a write come to its end even if nobody waits for it any more."""
    return await asyncio.shield(asyncio.ensure_future(doing))
