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
from typing import Any

from parley.replay.outcome import Outcome

NEAR_SECONDS = 2.0
"""How far a recorded piece of work may be from the one that is replayed to count as the same."""


class Work(enum.StrEnum):
    """Kinds of work whose time counts."""

    RECOGNITION = "recognition"
    """From the question for the words of a span to the words."""
    MODEL = "model"
    """From the question to the language model to its first phrase."""
    VOICE = "voice"
    """From a phrase that is not kept ready to its first samples."""


class Charge(enum.StrEnum):
    """How work is charged."""

    RECORDED = "recorded"
    NONE = "none"
    MEASURED = "measured"


USUAL = {Work.RECOGNITION: 0.3, Work.MODEL: 1.0, Work.VOICE: 0.15}
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


def recorded_costs(
    events: Iterable[Mapping[str, Any]], outcome: Outcome
) -> dict[Work, list[tuple[float, float]]]:
    """What work has cost in a call, as far as its events tell."""
    samples: dict[Work, list[tuple[float, float]]] = {work: [] for work in Work}
    spoken = 0.0
    for one in events:
        if one["event"] == "turn_ended":
            spoken = float(one.get("end", one["at"]))
        elif one["event"] == "recognised" and (ms := _total(one)) is not None:
            samples[Work.RECOGNITION].append((spoken, ms / 1000))
    for turn in outcome.turns:
        if turn.kind == "model" and turn.decided is not None:
            for work, stage in ((Work.MODEL, "first_phrase"), (Work.VOICE, "first_pcm")):
                if stage in turn.ms:
                    samples[work].append((turn.decided, turn.ms[stage] / 1000))
    return samples


def _total(recognised: Mapping[str, Any]) -> float | None:
    ms = recognised.get("ms")
    total = ms.get("total") if isinstance(ms, Mapping) else None
    return float(total) if isinstance(total, int | float) else None
