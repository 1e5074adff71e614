"""What a turn of a task comes to, and what else a sentence may mean."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.expected import Expected
from dialogue.mind import Act
from dialogue.tasks.state import TaskMemory, Wanted


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence means to the flow apart from the open question.

    Attributes:
        wanted: the tasks that it asks for, in their order.
        acts: the answer to it, empty for none.
        sure: as good as certain.
        asks_model: nothing is known of it; a language model may answer.
    """

    wanted: tuple[Wanted, ...] = ()
    acts: tuple[Act, ...] = ()
    sure: bool = False
    asks_model: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a turn.

    Attributes:
        memory: what the call remembers from then on.
        acts: what is said; empty where the language model answers.
        after: said behind the language model's answer.
        expects: for turn-taking.
        hint: words that the caller is likely to say next, for the recogniser.
        anything_else: the caller was asked whether there is anything else.
        asks_model: the language model answers.
        gives_up: a person has to take over.
        transfer: name of the transfer that follows.
        goes_on: the task goes on without a question: what was refused has been replaced.
    """

    memory: TaskMemory
    acts: tuple[Act, ...] = ()
    after: tuple[Act, ...] = ()
    expects: Expected | None = None
    hint: str = ""
    anything_else: bool = False
    asks_model: bool = False
    gives_up: bool = False
    transfer: str = ""
    goes_on: bool = False
