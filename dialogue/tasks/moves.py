"""What a turn does for a task: decided at once, worked out by `dialogue.tasks.turn` while others speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dialogue.tasks.state import Wanted


@dataclass(frozen=True, slots=True)
class Begin:
    """The caller wants these done, in this order."""

    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """He said something while a task is under way; `leaving` if it may mean that he wants no more of it."""

    text: str
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """He pressed a key that may mean something to the task."""

    digit: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The open question is put once more."""


Move: TypeAlias = Begin | Answer | Press | AskAgain
