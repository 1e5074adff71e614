"""Utterances with a pause inside of them: who answers in the pause cuts the caller off."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from parley.benches.latency.calling import CallPlan, Taped, Trial
from parley.benches.latency.clips import Clip, with_pause
from parley.benches.latency.figures import Row, share
from parley.benches.latency.known import answer_figures
from parley.benches.latency.party import Rendering
from parley.benches.latency.scenario import BETWEEN, Amount, question_row, shuffled
from parley.benches.latency.shop import Cast

PAUSE = (0.3, 0.8)
"""Seconds of the pause, from and to."""

_STEPS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Asks with a pause between two words, of a length drawn anew each time."""

    name: str = "pauses"

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """See `Scenario.plan`. Recordings that have such a pause of their own are among them."""
        fit = [clip for clip in cast.known if with_pause(clip, PAUSE[0]) is not None]
        natural = [clip for clip in cast.paused if clip.longest_pause <= PAUSE[1]]
        calls = []
        for _ in range(amount.calls):
            clips = [self._paused(clip, rng) for clip in shuffled([*fit, *natural], amount.turns, rng)]
            trials = tuple(
                Trial(clip, cast.answers.get(clip.name, ""), before=rng.uniform(*BETWEEN), patience=12)
                for clip in clips
            )
            calls.append(CallPlan(trials))
        return calls

    @staticmethod
    def _paused(clip: Clip, rng: random.Random) -> Clip:
        return with_pause(clip, rng.uniform(*PAUSE), seed=rng.randrange(1 << 30)) or clip

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """See `Scenario.rows`. `pause_ms` is the longest silence inside of the utterance."""
        return [
            {
                **question_row(call, played),
                "pause_ms": round(played.trial.question.longest_pause * 1000, 1),
                "natural": played.trial.question.pause == 0,
            }
            for played in call.trials
        ]

    def figures(self, rows: Sequence[Row]) -> Row:
        """See `Scenario.figures`. `by_pause` has the cut-in rate by the length of the pause."""
        by_pause: Row = {}
        for low, high in itertools.pairwise(_STEPS):
            cut = [row["cut_in"] for row in rows if low * 1000 <= row["pause_ms"] < high * 1000]
            by_pause[f"{low * 1000:.0f}-{high * 1000:.0f} ms"] = {"n": len(cut), "cut_in_rate": share(cut)}
        return {**answer_figures(rows, "known"), "by_pause": by_pause}
