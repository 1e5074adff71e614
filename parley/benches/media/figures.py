"""What a media measurement has found, and what it says about the limit: pure logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from telephony.line import FRAME_SECONDS

LIMIT_MS = 5.0
"""Pacing error at the 99th percentile up to which calls are held."""

FULL = 0.9
"""Share of a processor beyond which a process has no more to give."""

Answer: TypeAlias = Mapping[str, Any]
"""What a process of the measurement said."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers of both processes.

    Attributes:
        full: the server's `count` before the measurement, with all calls up.
        served: its `end`.
        received: the callers' `end`.
        stopped: their `stop`.
        last: the server's `count` after that.
        busy: seconds for which the server's processor worked, `None` if it has no one of its own.
    """

    full: Answer
    served: Answer
    received: Answer
    stopped: Answer
    last: Answer
    busy: float | None


def figures(about: Answer, empty: Answer, measured: Measured) -> dict[str, Any]:
    """Put the answers together.

    Args:
        about: what was measured.
        empty: the server's `count` with no calls.
        measured: the rest.

    Returns:
        `about`, and

        - `held`: whether the 99th percentile of the pacing error was within 5 ms, no frame was
          missing and no call broken;
        - `lateness`: from each frame's deadline in the server to when it had been written
          (`p50_ms`, `p99_ms`, `max_ms`);
        - by AudioSocket, where the server gives the beat: `pacing_error`, between each frame that
          arrived and a perfect beat of 20 ms, a call at a time, and `missed`, places on it that
          stayed empty;
        - by WebSocket, where the far end gives the beat: `lead`, how long before it had to be played
          a frame arrived (`p1_ms`, `min_ms`), and `gaps`, how often there was nothing to play. The
          pacing error that counts is then the server's lateness;
        - `frames` received, `lost` on their way to the server, `broken` calls;
        - the server's `cpu_seconds`, its share of one processor, `us_per_frame` (processor time for
          one frame out and one in), `kb_per_call`, `threads`, and `gc_max_ms`, the longest that the
          garbage collector stopped it;
        - `callers`: the load generator's own share of a processor, and how late it talked;
        - `other_load`: the share of the server's processor that other processes took.
    """
    served, received = measured.served, measured.received
    share = served["cpu_seconds"] / served["seconds"]
    lost = measured.stopped["sent"] - measured.last["frames"]
    broken = measured.last["broken"] or ["a connection was closed"] * bool(received["closed"])
    if "lead" in received:
        ear = {"lead": received["lead"], "gaps": received["gaps"]}
        paced, missing = served["lateness"], received["gaps"]
    else:
        ear = {"pacing_error": received["error"], "missed": received["missed"]}
        paced, missing = received["error"], received["missed"]
    other = None if measured.busy is None else round(max(0.0, measured.busy / served["seconds"] - share), 3)
    return {
        **about,
        "seconds": round(served["seconds"], 1),
        "held": paced["p99_ms"] <= LIMIT_MS and not (missing or lost or broken),
        **ear,
        "lateness": served["lateness"],
        "frames": received["frames"],
        "lost": lost,
        "broken": broken,
        "cpu_seconds": round(served["cpu_seconds"], 2),
        "cpu_share": round(share, 3),
        "us_per_frame": round(served["cpu_seconds"] / max(1, served["frames"]) * 1e6, 1),
        "kb_per_call": round((measured.full["rss"] - empty["rss"]) / 1024 / about["calls"]),
        "threads": measured.full["threads"],
        "gc_max_ms": served["gc_max_ms"],
        "callers": {
            "cpu_share": round(received["cpu_seconds"] / received["seconds"], 3),
            "lateness": received["lateness"],
        },
        "other_load": other,
    }


def what_limits(failed: Answer | None) -> str:
    """One sentence on why there are not more calls, from the figures of the number that was not held."""
    if failed is None:
        return "nothing yet: the largest number tried was held"
    callers, late, other = failed["callers"], failed["lateness"]["p99_ms"], failed["other_load"] or 0.0
    reasons = (
        (failed["broken"], f"calls that broke ({', '.join(failed['broken'])})"),
        (
            callers["cpu_share"] >= FULL or callers["lateness"]["p99_ms"] > LIMIT_MS,
            "the callers: their process had no more to give, the server may hold more",
        ),
        (
            failed["cpu_share"] >= FULL,
            f"the processor: {failed['calls'] / FRAME_SECONDS:.0f} times a second a frame out and one in, "
            f"{failed['us_per_frame']:.0f} µs each, are {failed['cpu_share']:.0%} of it",
        ),
        (
            other > 1 - FULL,
            f"other processes, which took {other:.0%} of the server's processor: try again",
        ),
        (
            late > LIMIT_MS,
            f"waiting in the event loop: frames were written {late:.1f} ms late (p99), "
            f"with {failed['cpu_share']:.0%} of a processor in use",
        ),
    )
    on_the_way = f"the way to the callers: frames were written in time ({late:.1f} ms late at p99)"
    return next((reason for holds, reason in reasons if holds), on_the_way)
