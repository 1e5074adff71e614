"""Calls that were never made: a tape, a plan and a party's own record, all put together by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from parley.benches.latency.calling import CallPlan, Taped, Trial, name_of, taped
from parley.benches.latency.clips import RATE, Clip
from parley.benches.latency.party import CallEntry, Rendering, TurnEntry
from telephony.tape import HEARD, Span, Tape

AHEAD = 0.25
"""How much sooner the caller's clock starts than the party's, in seconds."""

STARTED = 1_700_000_000.0


def tone(seconds: float, level: float = 8000) -> bytes:
    t = np.arange(round(seconds * RATE)) / RATE
    return bytes((level * np.sin(2 * np.pi * 500 * t + 1.57)).astype("<i2").tobytes())


def speech(seconds: float, seed: int = 1) -> np.ndarray:
    """Noise with a melody of its own: it matches only itself."""
    rng = np.random.default_rng(seed)
    samples = np.arange(round(seconds * RATE))
    knots = np.arange(0, len(samples) + 800, 800)
    melody = np.interp(samples, knots, rng.uniform(0.4, 1, len(knots)))
    return np.asarray((rng.normal(0, 3000, len(samples)) * melody).round())


def clip(seconds: float = 1.0, name: str = "clip", *, pause: float = 0.0) -> Clip:
    """A clip whose speech begins 0.1 s after its start and ends 0.2 s before its end."""
    length = seconds + 0.3
    spans: tuple[Span, ...] = (Span(0.1, 0.1 + seconds),)
    if pause:
        middle = 0.1 + (seconds - pause) / 2
        spans = (Span(0.1, middle), Span(middle + pause, 0.1 + seconds))
    return Clip(name, f"{name} words", bytes(round(length * RATE) * 2), spans, pause)


def made(
    trials: Sequence[Trial],
    asked: Sequence[float],
    heard: Sequence[tuple[float, bytes]],
    *,
    seconds: Sequence[float | None] = (),
    entry: CallEntry | None = None,
    ended: float = 60.0,
) -> Taped:
    """A call with questions asked at these times, and what was heard.

    Args:
        trials: the plan.
        asked: when each question's first sample was spoken; those that are missing were not asked.
        heard: start and samples of each run of the other side.
        seconds: when each second sound began.
        entry: the party's record.
        ended: length of the call.
    """
    tape = Tape(RATE)
    for start, pcm in heard:
        tape.put(HEARD, pcm, start)
    said = [{"name": name_of(0, k, "question"), "start": start} for k, start in enumerate(asked)]
    said += [{"name": name_of(0, k, "second"), "start": start} for k, start in enumerate(seconds)
             if start is not None]  # fmt: skip
    report: dict[str, Any] = {"said": said, "ended_at": ended, "started": STARTED}
    call = taped(CallPlan(tuple(trials)), 0, report, tape)
    return Taped(call.number, call.trials, call.left, call.tape, call.seconds, call.started, entry)


def recorded(*turns: TurnEntry, events: Sequence[dict[str, Any]] = ()) -> CallEntry:
    return CallEntry(STARTED + AHEAD, turns, tuple(events))


def turn(
    speech_end: float, *, kind: str = "known", reply: str = "yes", heard: str = "yes", endpoint: float = 500.0
) -> TurnEntry:
    """A turn whose speech ended at that time of the caller's clock."""
    stages = {"endpoint": endpoint, "asr": 2.0, "first_sent": 8.0, "total": endpoint + 10}
    return TurnEntry(kind, "words", reply, heard, speech_end - AHEAD, speech_end - AHEAD + 0.51, stages)


def event(name: str, at: float, **fields: object) -> dict[str, Any]:
    """An event at a time of the caller's clock."""
    return {"event": name, "at": at - AHEAD, **fields}


def rendering(samples: np.ndarray, words: int) -> Rendering:
    """A rendered reply in which words of the same length follow each other: `w0 w1 w2 …`."""
    seconds = len(samples) / RATE
    times = tuple((f"w{k:02}", k * seconds / words, (k + 1) * seconds / words) for k in range(words))
    return Rendering(samples.astype("<i2").tobytes(), RATE, times)
