"""What a call writes down while it goes on: audio, events and turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from asr.ear import Utterance
from dialogue.mind import Input
from parley.ledger import TurnTimes, culprit


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One exchange: what the caller did and what Parley answered.

    Attributes:
        index: from 0 (the greeting).
        heard: what the mind was given.
        utterance: what was recognised, `None` for turns without speech.
        kind: where the answer came from.
        reply: all that was to be said.
        reply_heard: what of it had left for the caller when the turn ended.
        times: the latency ledger.
        emotion: how the caller felt, one of `dialogue.emotions.values.LABELS`; `None` where nobody looked.
        flagged: whether supervisors should see the call, for how the caller feels.
        budget: seconds that the caller should wait at most, from his last sound to the reply's first.
        state: the dialogue after it, as `Mind.snapshot` gives it; `None` where nobody asked.
    """

    index: int
    heard: Input
    utterance: Utterance | None
    kind: str
    reply: str
    reply_heard: str
    times: TurnTimes
    budget: float = 0.5
    emotion: str | None = None
    flagged: bool = False
    state: Mapping[str, object] | None = None

    @property
    def culprit(self) -> str | None:
        """The stage that broke the budget, see `parley.ledger.culprit`."""
        return culprit(self.times.ms(), self.budget)


class Recorder(Protocol):
    """What a call writes down; see `parley.recording`."""

    def caller(self, pcm: bytes, rate: int, at: float) -> None:
        """The caller's samples."""

    def agent(self, pcm: bytes, rate: int, at: float) -> None:
        """Parley's samples, as they left."""

    def event(self, name: str, at: float, **fields: object) -> None:
        """Something happened."""

    def pause(self) -> None:
        """Record nothing from here on."""

    def resume(self) -> None:
        """Record again."""


class Journal(Protocol):
    """What is kept of each turn; see `parley.store`."""

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete."""
