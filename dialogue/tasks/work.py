"""What one turn works with: what the call remembers, the caller's words, and what is said so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from dialogue.entities import Kind
from dialogue.expected import Expected
from dialogue.mind import Act, Say
from dialogue.tasks.account import Account
from dialogue.tasks.book import Book
from dialogue.tasks.counter import Counter
from dialogue.tasks.definition import Slot, SlotType, Task
from dialogue.tasks.identity import Pieces, pieces_of, pieces_said
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.reading import READERS
from dialogue.tasks.saying import cut, spoken
from dialogue.tasks.scene import Reading, Scene
from dialogue.tasks.state import Filled, TaskMemory, Underway, Wanted
from dialogue.texts import TextByLanguage

DEPENDENT: dict[str, tuple[str, ...]] = {
    "order": ("items", "new-items", "payment"),
    "items": ("new-items",),
}
"""Types of slots whose values mean nothing any more when one of this type changes."""

BY_SOUND: tuple[SlotType, ...] = ("order", "items", "new-items", "payment", "choice", "product")
"""Types of slots whose values are words of the shop's, which may be put right by their sound."""


class Work:
    """One turn's work.

    Args:
        book: the flow's tasks.
        counter: where they are done.
        memory: what the call remembers.
        language: in which it is spoken.
        call_id: for the audit.
        released: set when the turn took place.
        heard: how much of the answer before the caller has heard, 0 to 1.
        now: the shop's local time.
        mended: puts misheard words of the shop's right.

    Attributes:
        memory: what it will remember.
        pledged: the same while a write is being made, which nobody can stop.
        texts: the readings of the caller's words that no slot was filled from yet, the likeliest first.
        acts: what is said so far.
        got: something was understood in this turn.
        introduced: nothing need be said before a question, because something was said already.
        lasting: how many of `acts` hold whatever happens afterwards: what was done has been done.
        account: the caller's data, once he is identified.
    """

    def __init__(
        self,
        book: Book,
        counter: Counter,
        memory: TaskMemory,
        language: str,
        *,
        call_id: str,
        released: asyncio.Event,
        now: datetime | None,
        heard: float = 1.0,
        mended: Callable[[str], str] = str,
    ) -> None:
        self.book = book
        self.counter = counter
        self.memory = memory
        self.language = language
        self.released = released
        self.heard = heard
        self.mended = mended
        self.pledged: TaskMemory | None = None
        self.texts: tuple[str, ...] = ()
        self.acts: list[Act] = []
        self.got = False
        self.introduced = False
        self.lasting = 0
        self.account: Account | None = None
        self.caller = counter.caller(call_id, memory.session)
        self._pieces: dict[tuple[Pieces, tuple[str, ...], bool], Pieces] = {}
        self._now = now

    @property
    def current(self) -> Underway:
        """The task that is worked on. Raises ValueError where there is none."""
        task = self.memory.current
        if task is None:
            raise ValueError("no task is under way")
        return task

    @property
    def task(self) -> Task:
        """How the flow describes it."""
        return self.book.task(self.current.task)

    def slot(self, name: str) -> Slot:
        """One of its slots."""
        return self.task.slots[name]

    def set(self, task: Underway) -> None:
        """Change what is worked on."""
        self.memory = self.memory.working_on(task)

    def start(self, wanted: Wanted) -> None:
        """Begin a task; what it is asked for with may fill its slots."""
        self.memory = self.memory.beginning(Underway(wanted.task, wanted.words))
        self.texts = (wanted.words,) if wanted.words else ()
        self.got = True
        self.lasting = len(self.acts)

    def fill(self, name: str, filled: Filled) -> None:
        """Give a slot its value; what depended on another one is forgotten."""
        before = self.current.slots.get(name)
        if before is not None and before.value != filled.value:
            self.set(self.current.lacking(*self.dependents(name)))
        self.set(self.current.having(name, filled))
        if self.slot(name).type == "order":
            self.memory = replace(self.memory, order=str(filled.value))

    def dependents(self, name: str) -> list[str]:
        """The slots whose values mean nothing without this one's."""
        types = DEPENDENT.get(self.slot(name).type, ())
        return [other for other, slot in self.task.slots.items() if slot.type in types]

    def values(self) -> dict[str, str]:
        """What the slots hold, for conditions."""
        return {name: str(filled.value) for name, filled in self.current.slots.items()}

    def read(self, name: str, *, asked: bool, text: str | None = None) -> Reading:
        """What the caller's words say of a slot; those of this turn, or `text`."""
        texts = self.texts if text is None else (text,)
        return READERS[self.slot(name).type].said(self.slot(name), self.scene(name, asked=asked, texts=texts))

    def alone(self, name: str) -> Reading:
        """What a slot comes to without words of the caller."""
        return READERS[self.slot(name).type].alone(self.slot(name), self.scene(name, asked=False))

    def scene(self, name: str, *, asked: bool, texts: Sequence[str] = ()) -> Scene:
        """What a slot is read from."""
        task = self.current
        is_asked = asked or (task.asked is not None and task.asked.slot == name)
        opening = bool(texts) and texts[0] == task.words
        if self.slot(name).type in BY_SOUND:
            texts = tuple(dict.fromkeys((*map(self.mended, texts), *texts)))
        return Scene(
            texts,
            self.language,
            asked,
            self.counter.directory,
            self.account,
            task.slots,
            task.parts if is_asked else {},
            task.slots.get(name),
            self.memory.order,
            self.book.matcher(task.task, name),
            self._now,
            opening=opening,
        )

    def who(self, *, asked: bool) -> tuple[Pieces, Pieces]:
        """What the caller has said of himself before, and with the words of this turn."""
        before = pieces_of(self.memory.who)
        key = (before, self.texts, asked)
        if key not in self._pieces:
            # Looking through all customers takes milliseconds, and a turn asks more than once.
            self._pieces[key] = pieces_said(
                before, self.texts, self.language, self.counter.directory, asked=asked
            )
        return before, self._pieces[key]

    async def identified(self) -> bool:
        """Whether the caller's account is open; his data are read once a turn.

        Raises ShopUnavailableError.
        """
        if self.caller.session.user_id is None:
            return False
        if self.account is None:
            user, orders = await self.caller.account()
            self.account = Account(user, orders, self.counter.directory)
            numbers = tuple(order["order_id"] for order in orders)
            self.memory = replace(self.memory, customer=self.account.name, orders=numbers)
        return True

    @property
    def has_spoken(self) -> bool:
        """Whether anything is said already."""
        return self.introduced or any(isinstance(act, Say) for act in self.acts)

    def say(self, text: TextByLanguage, **fields: str) -> None:
        """Say a text of the flow."""
        self.acts += spoken(text, self.language, fields)

    def tell(self, text: str) -> None:
        """Say something that was made for the moment."""
        self.acts += cut(text, self.language)

    def asked(self, expects: Expected | None, kinds: Sequence[Kind] = ()) -> Outcome:
        """The turn ends with a question."""
        hint = self.account.hint(kinds, self.language) if self.account is not None and kinds else ""
        return Outcome(self.memory, tuple(self.acts), expects=expects, hint=hint)

    def given_up(self) -> Outcome:
        """The task comes to nothing here: a person has to take over."""
        self.memory = replace(self.memory.ending(), stuck=self.memory.stuck + 1, asked_who=0)
        return Outcome(self.memory, tuple(self.acts), gives_up=True)
