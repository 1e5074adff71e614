"""Percentiles and shares, each with how many samples it rests on, and the targets beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]
"""One trial as it was measured; JSON-ready."""

TARGETS: Mapping[str, float] = {
    "known.p50_ms": 350,
    "known.p95_ms": 500,
    "known_in_noise.p95_ms": 600,
    "known.decision_to_sent.p95_ms": 60,
    "model.first_audio.p95_ms": 500,
    "model.first_content.p95_ms": 1300,
    "pauses.cut_in_rate": 0.03,
    "barge_in.p95_ms": 250,
    "backchannel.false_barge_in_rate": 0.05,
    "barge_in.heard_within_one_word": 0.95,
}
"""What the figures are to reach; the last one at least, the others at most."""

AT_LEAST = frozenset({"barge_in.heard_within_one_word"})


def percentiles(values: Iterable[float | None]) -> Row:
    """`n`, `p50_ms`, `p95_ms` and `max_ms` of milliseconds; the figures are `None` without a sample."""
    known = [value for value in values if value is not None]
    if not known:
        return {"n": 0, "p50_ms": None, "p95_ms": None, "max_ms": None}
    p50, p95 = np.percentile(known, [50, 95])
    return {"n": len(known), "p50_ms": _round(p50), "p95_ms": _round(p95), "max_ms": _round(max(known))}


def share(flags: Sequence[bool]) -> float | None:
    """How many of them are true, 0 to 1; `None` of none."""
    return round(sum(flags) / len(flags), 4) if flags else None


def stages(rows: Iterable[Row]) -> Row:
    """Percentiles of each stage that the party recorded, in its order."""
    by_stage: dict[str, list[float]] = {}
    for row in rows:
        for name, ms in (row.get("stages") or {}).items():
            by_stage.setdefault(name, []).append(ms)
    return {name: percentiles(values) for name, values in by_stage.items()}


def by_kind(rows: Iterable[Row]) -> Row:
    """Percentiles of the delay by the kind of reply."""
    kinds: dict[str, list[float | None]] = {}
    for row in rows:
        kinds.setdefault(row.get("kind") or "unknown", []).append(row["ms"])
    return {kind: percentiles(values) for kind, values in kinds.items()}


def target_of(figure: str, value: float | None, *, noise: bool = False) -> tuple[float, bool] | None:
    """The target of a figure and whether it is reached; `None` where there is neither."""
    in_noise = figure.replace("known.p", "known_in_noise.p") if noise else figure
    target = TARGETS.get(in_noise)
    if target is None or value is None:
        return None
    return target, value >= target if figure in AT_LEAST else value <= target


def _round(value: float) -> float:
    return round(float(value), 1)
