"""What work costs in virtual time.

Recognising, thinking and speaking take real time of which a replay's clock sees nothing. If they
cost none, every replay would look faster than the call was, and no caller would ever go on before
the reply is there. So work costs what it cost in the recorded call: what a replay shows is then the
effect of code and configuration, and not of the machine it runs on.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, TypeAlias

from parley.replay.outcome import Outcome, Turn

NEAR_SECONDS = 2.0
"""How far a recorded piece of work may be from the one that is replayed to count as the same."""


class Work(enum.StrEnum):
    """Kinds of work whose time counts."""

    RECOGNITION = "recognition"
    """From the question for the words of a span to the words."""
    JUDGEMENT = "judgement"
    """From a pause to the judgement of its sound."""
    MODEL = "model"
    """From the question to the language model to its first phrase."""
    VOICE = "voice"
    """From a phrase of the language model to its first samples."""
    PROMPT = "prompt"
    """From a phrase of the flow, which is kept ready as a rule, to its first samples."""


class Charge(enum.StrEnum):
    """How work is charged."""

    RECORDED = "recorded"
    NONE = "none"
    MEASURED = "measured"


USUAL = {
    Work.RECOGNITION: 0.3,
    Work.JUDGEMENT: 0.1,
    Work.MODEL: 1.0,
    Work.VOICE: 0.15,
    Work.PROMPT: 0.0,
}
"""Seconds for a kind of which a call has no example, with the embedded models on two cores."""


class Costs:
    """What each piece of one call's work costs.

    Args:
        charge: `recorded`: what the nearest such work within 2 s cost in the recorded call, else the
            median of the call, else `USUAL` · `none`: nothing · `measured`: the real time it takes
            now, which is another one each time.
        samples: `(when, seconds)` of the recorded work, by kind.
    """

    def __init__(
        self, charge: Charge, samples: Mapping[Work, Sequence[tuple[float, float]]] | None = None
    ) -> None:
        self.charge = charge
        self._samples = samples or {}

    def seconds(self, work: Work, at: float, took: float) -> float:
        """Virtual seconds for `work` that began at `at` on the call's clock and really took `took`."""
        if self.charge is Charge.NONE:
            return 0.0
        if self.charge is Charge.MEASURED:
            return took
        samples = self._samples.get(work, ())
        if not samples:
            return USUAL[work]
        when, seconds = min(samples, key=lambda sample: abs(sample[0] - at))
        return seconds if abs(when - at) <= NEAR_SECONDS else median(one for _, one in samples)


Samples: TypeAlias = dict[Work, list[tuple[float, float]]]


def recorded_costs(events: Iterable[Mapping[str, Any]], outcome: Outcome) -> Samples:
    """What work has cost in a call, as far as its events tell."""
    trail = _Trail()
    for one in events:
        trail.follow(one)
    samples = trail.samples
    for turn in outcome.turns:
        by_model = turn.kind == "model"
        voice = turn.ms.get("first_pcm")
        if voice is not None and not turn.acknowledged:
            samples[Work.VOICE if by_model else Work.PROMPT].append((turn.at, voice / 1000))
        if by_model and (seconds := _thought(turn, trail.begun)) is not None:
            samples[Work.MODEL].append((turn.at, seconds))
    return samples


def _thought(turn: Turn, begun: Mapping[float, float]) -> float | None:
    """Seconds from the question to the language model to its first phrase.

    An answer that was begun while the caller paused has taken longer than he has waited for it.
    """
    if turn.decided is None or turn.content is None:
        return None
    asked = begun.get(turn.decided, turn.decided + turn.ms.get("asr", 0.0) / 1000)
    voice = USUAL[Work.VOICE] if turn.acknowledged else turn.ms.get("first_pcm", 0.0) / 1000
    return max(0.0, turn.content - turn.ms.get("first_sent", 0.0) / 1000 - voice - asked)


class _Trail:
    """Follows a call's events from each pause to what was made of it."""

    def __init__(self) -> None:
        self.samples: Samples = {work: [] for work in Work}
        self.begun: dict[float, float] = {}
        """When the answer to a turn was begun, by the time at which the turn was decided to be over."""
        self._pause: tuple[float, float] | None = None
        self._told: set[tuple[Work, Any]] = set()
        self._drafted: dict[Any, float] = {}
        self._ended = (0.0, 0.0)

    def follow(self, one: Mapping[str, Any]) -> None:
        """The next event."""
        match one["event"]:
            case "speech_started":
                self._pause = None
            case "speech_paused":
                self._pause = one["at"], one.get("detected", one["at"])
            case "judged":
                self._judged(Work.JUDGEMENT, one, one.get("sound"))
                self._judged(Work.RECOGNITION, one, one.get("words"))
            case "drafted":
                self._drafted[one.get("revision")] = one["at"]
            case "turn_ended":
                self._ended = one["at"], one.get("end", one["at"])
            case "recognised":
                self._recognised(one)

    def _judged(self, work: Work, one: Mapping[str, Any], found: object) -> None:
        """Evidence of a draft is there for the first time."""
        key = work, one.get("revision")
        if found is None or key in self._told or self._pause is None:
            return
        self._told.add(key)
        at, detected = self._pause
        self.samples[work].append((at, max(0.0, one["at"] - detected)))

    def _recognised(self, one: Mapping[str, Any]) -> None:
        decided, end = self._ended
        revision = one.get("revision")
        if revision in self._drafted:
            self.begun[decided] = self._drafted[revision]
        ms = one.get("ms")
        total = ms.get("total") if isinstance(ms, Mapping) else None
        if isinstance(total, int | float) and (Work.RECOGNITION, revision) not in self._told:
            self.samples[Work.RECOGNITION].append((end, total / 1000))
