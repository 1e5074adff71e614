"""What a call remembers of its tasks. Immutable: a turn that took place makes the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot's value.

    Attributes:
        value: as the tool takes it: a text, a list of ids, an address's parts.
        said: as it is read back, in the language in which it was filled.
        confidence: 0 to 1.
        source: how it was come by: an entity's source, or `named` (an order by what is in it), `only` (there
            is no other), `account`, `default`, `chosen` (of those read out), `confirmed`.
    """

    value: Any
    said: str = ""
    confidence: float = 1.0
    source: str = "heard"


About: TypeAlias = Literal["slot", "heard", "which", "identity", "proposal", "task"]

YES_NO: tuple[About, ...] = ("heard", "proposal", "task")
"""Questions that a yes or no answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the caller was asked last.

    Attributes:
        about: `slot`: its value. `heard`: whether its value was heard right. `which`: one of `options`.
            `identity`: who he is. `proposal`: whether it shall be done. `task`: whether another shall begin.
        slot: its name; of a `task` that task's.
        options: values in the order in which they were read out.
        said: the same, as they were read out.
    """

    about: About
    slot: str = ""
    options: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Underway:
    """A task that was begun and is not done.

    Attributes:
        task: its name.
        words: the caller's, with which it began.
        slots: what is known, by slot.
        asked: the open question.
        attempts: how often it was asked without an answer that was understood.
        dictated: of a number that comes in pieces, what was said and keyed so far.
        keyed: for each symbol of it whether it was keyed.
        doubt: a value that waits for "is that right?".
        parts: pieces of a value that was begun: an address's, the options of a new item.
        refusals: how often a tool has refused a value.
        token: the proposal that waits for a yes.
        agreed: the caller has said yes to it.
    """

    task: str
    words: str = ""
    slots: Mapping[str, Filled] = field(default_factory=dict)
    asked: Question | None = None
    attempts: int = 0
    dictated: str = ""
    keyed: tuple[bool, ...] = ()
    doubt: Filled | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    refusals: int = 0
    token: str = ""
    agreed: bool = False

    def having(self, slot: str, filled: Filled) -> Underway:
        """With a slot's value, and nothing left that was about it."""
        return replace(
            self, slots={**self.slots, slot: filled}, attempts=0, dictated="", keyed=(), doubt=None, parts={}
        )

    def lacking(self, *slots: str) -> Underway:
        """Without the values of some slots."""
        kept = {name: filled for name, filled in self.slots.items() if name not in slots}
        return replace(self, slots=kept, parts={}, dictated="", keyed=(), doubt=None)

    def asking(self, question: Question) -> Underway:
        """With an open question; the same one again counts as an attempt that failed."""
        before = self.asked
        again = before is not None and before.slot == question.slot
        return replace(self, asked=question, attempts=self.attempts + 1 if again else 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something else that the caller asked for and that waits its turn."""

    task: str
    words: str


@dataclass(frozen=True, slots=True)
class TaskMemory:
    """All of a call's tasks.

    Attributes:
        stack: those under way; the last one is worked on, those before it were set aside for it.
        waiting: those that follow.
        session: the tools' session (`dialogue.tools.SessionState`) as JSON: who was identified, proposals.
        who: what he has said of himself, while he is not identified yet.
        customer: the caller's name, once identified.
        orders: numbers of his orders.
        order: the one that was spoken of last.
        done: what was done for the caller, as told him.
        stuck: how many tasks came to nothing.
        asked_who: how often he was asked who he is, while nobody was found.
    """

    stack: tuple[Underway, ...] = ()
    waiting: tuple[Wanted, ...] = ()
    session: Mapping[str, Any] = field(default_factory=dict)
    who: Mapping[str, Any] = field(default_factory=dict)
    customer: str = ""
    orders: tuple[str, ...] = ()
    order: str = ""
    done: tuple[str, ...] = ()
    stuck: int = 0
    asked_who: int = 0

    @property
    def current(self) -> Underway | None:
        """What is worked on."""
        return self.stack[-1] if self.stack else None

    def working_on(self, task: Underway) -> TaskMemory:
        """With a change of what is worked on."""
        return replace(self, stack=(*self.stack[:-1], task))

    def beginning(self, task: Underway) -> TaskMemory:
        """With another task, which goes before the present one; one that was begun before begins anew."""
        others = tuple(one for one in self.stack if one.task != task.task)
        return replace(self, stack=(*others, task))

    def awaiting(self, *wanted: Wanted, first: bool = False) -> TaskMemory:
        """With further requests that wait: before the others or behind them, each task once."""
        kept: dict[str, Wanted] = {}
        for one in (*wanted, *self.waiting) if first else (*self.waiting, *wanted):
            kept.setdefault(one.task, one)
        return replace(self, waiting=tuple(kept.values()))

    def ending(self) -> TaskMemory:
        """Without the task that was worked on."""
        return replace(self, stack=self.stack[:-1])
