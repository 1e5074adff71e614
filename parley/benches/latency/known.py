"""Questions with a known answer: how long until the answer is heard."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from parley.benches.latency.calling import CallPlan, Taped, Trial
from parley.benches.latency.figures import Row, by_kind, percentiles, share, stages
from parley.benches.latency.party import Rendering
from parley.benches.latency.scenario import BETWEEN, Amount, question_row, shuffled
from parley.benches.latency.shop import Cast


@dataclass(frozen=True, slots=True)
class Known:
    """Asks one question after another."""

    name: str = "known"

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """See `Scenario.plan`."""
        return [
            CallPlan(
                tuple(
                    Trial(clip, cast.answers[clip.name], before=rng.uniform(*BETWEEN), patience=12)
                    for clip in shuffled(cast.known, amount.turns, rng)
                )
            )
            for _ in range(amount.calls)
        ]

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """See `Scenario.rows`."""
        return [question_row(call, played) for played in call.trials]

    def figures(self, rows: Sequence[Row]) -> Row:
        """See `Scenario.figures`. `p50_ms` and `p95_ms` are of replies of the kind `known`."""
        return answer_figures(rows, "known")


def answer_figures(rows: Sequence[Row], kind: str) -> Row:
    """Figures of questions: delays of the replies of a kind (of all, if kinds are not recorded)."""
    fitting = [row for row in rows if row["kind"] in (kind, None)]
    return {
        **percentiles(row["ms"] for row in fitting),
        "turns": len(rows),
        "answered_otherwise": len(rows) - len(fitting),
        "missed_turns": sum(row["missed"] for row in rows),
        "cut_in_rate": share([row["cut_in"] for row in rows]),
        "ended_early": sum(row["ended_early"] for row in rows),
        "kinds": by_kind(rows),
        "stages": stages(fitting),
    }
