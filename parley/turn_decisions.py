"""What turn-taking decides, as values: see `parley.turns`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Recognise:
    """The caller paused: begin to recognise this span, his turn may be over."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Lasts:
    """The pause is longer than this caller's usually are within a turn: begin even what is costly."""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The caller speaks on: drop what was begun on his words so far."""


@dataclass(frozen=True, slots=True)
class EndTurn:
    """The caller's turn is over, decided at `at`.

    Attributes:
        start, end: from his first to his last sound.
        at: time of the decision.
    """

    start: float
    end: float
    at: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Pause Parley's speech at once: the caller may be interrupting."""


@dataclass(frozen=True, slots=True)
class PlayOn:
    """It was no interruption: resume Parley's speech where it stopped."""


@dataclass(frozen=True, slots=True)
class PromptSilence:
    """Nobody has spoken for too long, for the `count`-th time in a row."""

    count: int


Decision: TypeAlias = Recognise | Lasts | GoesOn | EndTurn | Hold | PlayOn | PromptSilence
