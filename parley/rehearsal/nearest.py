"""Which known answers a sentence comes near: by its words, and by its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.asked import known_answers
from dialogue.flow import Flow
from dialogue.intent import Recognised
from dialogue.known import Match
from dialogue.understanding import Train

SHOWN = 3
"""How many answers are named."""


@dataclass(frozen=True, slots=True)
class Near:
    """What a sentence comes near.

    Attributes:
        words: known answers by likeness of words, the best first; from 0.5 on one is given.
        meaning: what the intent recogniser makes of it.
    """

    words: tuple[Match, ...]
    meaning: Recognised


class Nearness:
    """Looks sentences up in a flow.

    Args:
        flow: what the admin wrote.
        train: trains intents, as calls have it.
    """

    def __init__(self, flow: Flow, train: Train) -> None:
        self.flow = flow
        self._known = known_answers(flow)
        self._intents = train(self._known.examples)

    def of(self, text: str) -> Near:
        """What `text` comes near."""
        return Near(tuple(self._known.rank(text)[:SHOWN]), self._intents.recognise(text))
