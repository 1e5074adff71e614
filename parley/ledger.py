"""The latency ledger: where the time of a turn went, and which stage took more than its share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHARES = {
    "endpoint": 0.64,
    "asr": 0.16,
    "first_phrase": 0.08,
    "first_pcm": 0.08,
    "first_sent": 0.04,
}
"""The stages of a turn in their order, and the part of the turn's budget that each may use.

Of 500 ms: 320 to be sure that the caller is done, 80 for his words, 40 for a phrase, 40 for samples,
and 20, one packet, until they are on their way.
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a turn, from `begun` to `ended` in seconds on the call's clock, never negative."""

    name: str
    begun: float
    ended: float

    @property
    def ms(self) -> float:
        """How long it took, in milliseconds."""
        return round((self.ended - self.begun) * 1000, 1)


def allowances(budget: float) -> dict[str, float]:
    """Milliseconds that each stage may take in a turn of `budget` seconds."""
    return {name: round(budget * share * 1000, 1) for name, share in SHARES.items()}


def culprit(ms: Mapping[str, float], budget: float) -> str | None:
    """The stage that broke the budget: the one that overshot its own allowance the most.

    Args:
        ms: milliseconds by stage and in `total`, as `TurnTimes.ms` gives them.
        budget: seconds that the whole turn may take.

    Returns:
        The stage's name; `None` when the turn kept its budget or nothing of its reply was sent.
    """
    if ms.get("total", 0.0) <= budget * 1000:
        return None
    over = {name: ms[name] - allowed for name, allowed in allowances(budget).items() if name in ms}
    return max(over, key=over.__getitem__, default=None)


@dataclass(slots=True)
class TurnTimes:
    """When the stages of one turn were reached, in seconds on the call's clock.

    `None` is a stage that was not reached (no speech in a turn of keys, a reply that was cut).
    Words, phrase and samples may have been reached before the turn was declared over, where they
    were prepared while the caller paused.

    Attributes:
        speech_start, speech_end: true bounds of the caller's speech.
        decided: the turn was declared over.
        text: the words were known.
        phrase: the mind gave its first phrase.
        pcm: the voice gave its first samples.
        sent: the first sample left for the caller.
        content: the first sample of the answer itself, which an acknowledgement may go before.
    """

    speech_start: float | None = None
    speech_end: float | None = None
    decided: float | None = None
    text: float | None = None
    phrase: float | None = None
    pcm: float | None = None
    sent: float | None = None
    content: float | None = None

    def stages(self) -> list[Stage]:
        """The stages that were reached, each from where the one before ended.

        `endpoint` (speech end to decision), `asr` (decision to words), `first_phrase` (words to
        phrase), `first_pcm` (phrase to samples) and `first_sent` (samples to wire). What was ready
        before the stage before it takes no time.
        """
        reached = (self.decided, self.text, self.phrase, self.pcm, self.sent)
        stages: list[Stage] = []
        latest = self.speech_end
        for name, at in zip(SHARES, reached, strict=True):
            if at is None:
                continue
            if latest is not None:
                # A decision is dated by the audio it rests on, which may be a packet ahead of the clock.
                stages.append(Stage(name, latest, max(latest, at)))
            latest = at if latest is None else max(latest, at)
        return stages

    def ms(self) -> dict[str, float]:
        """Milliseconds of each of the `stages`, and in `total` from first to last.

        `total` is there only if a sample was sent. It begins with the end of the caller's speech, or
        with the decision where no speech was involved.
        """
        stages = self.stages()
        taken = {stage.name: stage.ms for stage in stages}
        if stages and self.sent is not None:
            taken["total"] = round(max(0.0, self.sent - stages[0].begun) * 1000, 1)
        return taken
