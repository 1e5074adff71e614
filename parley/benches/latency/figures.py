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
    "known in noise.p95_ms": 600,
    "known.stages.decision_to_sent.p95_ms": 60,
    "model.first_audio.p95_ms": 500,
    "model.first_content.p95_ms": 1300,
    "pauses.cut_in_rate": 0.03,
    "barge-in.p95_ms": 250,
    "barge-in.heard_text.within_one_word": 0.95,
    "backchannel.false_barge_in_rate": 0.05,
}
"""What the figures are to reach: the shares within one word at least, all others at most."""

_AT_LEAST = frozenset({"barge-in.heard_text.within_one_word"})


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


def headline(result: Row) -> Row:
    """The few figures that say how good the party is, `None` for what was not measured.

    Cut-ins are those of utterances with a pause inside, turns that were missed those of all questions.
    """
    known, barge_in = result.get("known", {}), result.get("barge-in", {})
    questions = [result[name] for name in ("known", "pauses", "model") if name in result]
    return {
        "p50_ms": known.get("p50_ms"),
        "p95_ms": known.get("p95_ms"),
        "cut_in_rate": result.get("pauses", {}).get("cut_in_rate"),
        "missed_turns": sum(one["missed_turns"] for one in questions),
        "barge_in_ms": {"p50": barge_in.get("p50_ms"), "p95": barge_in.get("p95_ms")},
        "false_barge_in_rate": result.get("backchannel", {}).get("false_barge_in_rate"),
        "heard_text_word_error": barge_in.get("heard_text", {}).get("word_error"),
    }


def targets(result: Row) -> Row:
    """Each figure that was measured and has a target, with both, and whether it is reached."""
    found: Row = {}
    for name, target in TARGETS.items():
        noisy = name.startswith("known in noise")
        if name.startswith("known") and noisy != (result.get("noise_db") is not None):
            continue
        value: Any = result
        for key in name.replace("known in noise", "known").split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            reached = value >= target if name in _AT_LEAST else value <= target
            found[name] = {"value": value, "target": target, "reached": reached}
    return found


def _round(value: float) -> float:
    return round(float(value), 1)
