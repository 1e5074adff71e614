"""A conversation by text with any `Mind`: what a call does with it, without the telephone.

Everything that an answer says counts as heard. Who drives a mind by text does it here, so that the
order of its steps is written down once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from dialogue.mind import Act, End, Input, Keyed, Mind, Said, Say, Thought, Transfer
from dialogue.texts import script_of
from dialogue.thought import FlowThought

DIGITS = frozenset("0123456789*#ABCD")
"""The keys of a telephone."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn that took place.

    Attributes:
        heard: what was answered.
        kind: where the answer came from, see `Thought.kind`.
        acts: what was said and done, in order.
        before, after: the mind's state, None where the mind shows none.
        ms: milliseconds from the question to the changed state.
        answer: name of the known answer that was given, empty for none.
        match: how well the words fitted it, 0 to 1; 0 where nothing was matched.
    """

    heard: Input
    kind: str
    acts: tuple[Act, ...]
    before: Any
    after: Any
    ms: float
    answer: str = ""
    match: float = 0.0

    @property
    def said(self) -> tuple[str, ...]:
        """The phrases, in order."""
        return tuple(act.text for act in self.acts if isinstance(act, Say))

    @property
    def reply(self) -> str:
        """All that was said, as one text."""
        return joined([act for act in self.acts if isinstance(act, Say)])

    @property
    def ends(self) -> bool:
        """Whether the caller was handed on or the call was ended."""
        return any(isinstance(act, End | Transfer) for act in self.acts)

    @property
    def state_before(self) -> Any:
        """The state before the turn, as JSON."""
        return as_json(self.before)

    @property
    def state_after(self) -> Any:
        """The state after the turn, as JSON."""
        return as_json(self.after)


class Rehearsal:
    """One call's dialogue, held by text.

    Args:
        mind: answers.
    """

    def __init__(self, mind: Mind) -> None:
        self.mind = mind

    async def turn(self, heard: Input) -> TurnResult:
        """Let the mind answer, to the end of its answer."""
        before, begun = state_of(self.mind), time.perf_counter()
        thought = self.mind.think(heard)
        try:
            thought.release()
            acts = tuple([act async for act in thought.acts()])
            spoken = joined([act for act in acts if isinstance(act, Say)])
            self.mind.commit(thought, spoken)
        finally:
            await thought.close()
        ms = (time.perf_counter() - begun) * 1000
        answer, match = _chosen(thought)
        return TurnResult(heard, thought.kind, acts, before, state_of(self.mind), ms, answer, match)


def merged(results: Sequence[TurnResult]) -> TurnResult:
    """Turns in a row (several keys) as one: all that was said and done, and where the last answer came from.

    Raises IndexError for no turns.
    """
    acts = tuple(act for result in results for act in result.acts)
    ms = sum(result.ms for result in results)
    return replace(results[-1], acts=acts, before=results[0].before, ms=ms)


def said(text: str, language: str | None = None, confidence: float = 1.0) -> Said:
    """Typed words as a caller's turn; without a `language` their script tells it."""
    return Said(text, language or script_of(text), confidence)


def keyed(digits: str) -> list[Keyed]:
    """Pressed keys, each a turn of its own. Raises ValueError for what no telephone has."""
    if wrong := "".join(sorted(set(digits.upper()) - DIGITS)):
        raise ValueError(f"expected keys of a telephone (0 to 9, *, #, A to D), found {wrong!r}")
    return [Keyed(digit) for digit in digits.upper()]


def state_of(mind: Mind) -> Any:
    """What a mind remembers: its attribute `state`, which never changes but is replaced; None without one."""
    return getattr(mind, "state", None)


def joined(says: list[Say]) -> str:
    """Phrases as one text; Chinese ones need no space between them."""
    text = ""
    for say in says:
        text += ("" if say.language == "zh" or not text else " ") + say.text
    return text


def as_json(value: Any) -> Any:
    """Plain dicts, lists and scalars of a state made of dataclasses, enums, mappings and sequences."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [as_json(item) for item in value]
        return sorted(items) if isinstance(value, set | frozenset) else items
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _chosen(thought: Thought) -> tuple[str, float]:
    """The known answer that a flow's thought chose, and how well the words fitted."""
    if not isinstance(thought, FlowThought):
        return "", 0.0
    return thought.change.answered, thought.match
