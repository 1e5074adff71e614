"""Questions that only the language model can answer: the first sound, and the first word of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from parley.benches.latency.calling import CallPlan, Played, Taped, Trial
from parley.benches.latency.figures import Row, by_kind, percentiles, share, stages
from parley.benches.latency.measure import audible_spans
from parley.benches.latency.party import Rendering
from parley.benches.latency.scenario import BETWEEN, Amount, question_row, shuffled
from parley.benches.latency.shop import Cast

_NEAR = 0.25
"""Seconds by which the party's own time of its first word may be off."""


@dataclass(frozen=True, slots=True)
class Model:
    """Asks what the shop has no answer to."""

    name: str = "model"

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """See `Scenario.plan`."""
        return [
            CallPlan(
                tuple(
                    Trial(clip, before=rng.uniform(*BETWEEN), quiet=1.5, patience=30)
                    for clip in shuffled(cast.open, amount.turns, rng)
                )
            )
            for _ in range(amount.calls)
            if cast.open
        ]

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """See `Scenario.rows`."""
        rows = []
        for played in call.trials:
            row = question_row(call, played)
            rows.append({**row, "content_ms": content_ms(call, played, row["ms"])})
        return rows

    def figures(self, rows: Sequence[Row]) -> Row:
        """See `Scenario.figures`. Only replies that the language model wrote, where that is recorded."""
        written = [row for row in rows if row["kind"] in ("model", None)]
        return {
            "first_audio": percentiles(row["ms"] for row in written),
            "first_content": percentiles(row["content_ms"] for row in written),
            "turns": len(rows),
            "answered_otherwise": len(rows) - len(written),
            "missed_turns": sum(row["missed"] for row in rows),
            "cut_in_rate": share([row["cut_in"] for row in rows]),
            "kinds": by_kind(rows),
            "stages": stages(written),
        }


def content_ms(call: Taped, played: Played, first_ms: float | None) -> float | None:
    """Milliseconds to the first sample of the reply's own words.

    Where the party recorded that it acknowledged first (`acknowledged`) and began to reply later
    (`reply_started`), the first sound after as long a time counts; else the first sound does.
    """
    if first_ms is None:
        return None
    first = played.end + first_ms / 1000
    acknowledged = call.events("acknowledged", played.end - 0.5, played.until)
    if not acknowledged:
        return first_ms
    at = acknowledged[0][0]
    replied = [begun for begun, _ in call.events("reply_started", at, played.until) if begun > at]
    if not replied:
        return first_ms
    content = first + replied[0] - at
    begins = [start for start, _ in audible_spans(call.tape, first, played.until)]
    nearest = min(begins, key=lambda one: abs(one - content), default=content)
    if abs(nearest - content) <= _NEAR:
        content = nearest
    return round((content - played.end) * 1000, 1)
