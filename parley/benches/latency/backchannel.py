"""What must not interrupt a long answer: "mm-hm", a cough, noise, and the echo of its own voice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from parley.benches.latency.calling import CallPlan, Played, Taped, Trial
from parley.benches.latency.clips import LEVEL, RATE, Clip, levelled
from parley.benches.latency.figures import Row, share
from parley.benches.latency.measure import at_rate, audible_seconds, audible_spans, holds, longest_silence
from parley.benches.latency.party import Rendering
from parley.benches.latency.scenario import BETWEEN, Amount, question_row, shuffled
from parley.benches.latency.shop import Cast
from parley.benches.latency.sounds import cough, hiss
from telephony.tape import Span

AFTER = (0.5, 3.0)
"""Seconds into the answer at which the sound begins, from and to."""

ECHO = "-20@0.12"
"""What an echoing line sends back: decibels and seconds."""

NOISE_DB = -6.0
"""Level of dogs, horns and the like against speech."""

NOISE_SECONDS = 2.5

STAYS = 1.0
"""An answer that is silent for so many seconds more than it is by itself has stopped."""

_WHOLE = 0.9
"""Share of the usual answer that has to be heard, where its end can't be looked for."""

_TAIL = 0.4


@dataclass(frozen=True, slots=True)
class Backchannel:
    """Asks for the long answer and makes a sound into it; in further calls the line echoes."""

    name: str = "backchannel"

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """See `Scenario.plan`. There is one call with an echo to three without, one at least."""
        sounds = [
            *((clip, "backchannel") for clip in cast.backchannels),
            *((_shortened(clip, rng), "noise") for clip in cast.noises),
            (cough(), "cough"),
            (hiss(), "hiss"),
        ]
        labels = {clip.name: label for clip, label in sounds}
        order = shuffled([clip for clip, _ in sounds], amount.calls * amount.turns, rng)
        calls = []
        for k in range(amount.calls):
            clips = order[k * amount.turns : (k + 1) * amount.turns]
            trials = [self._trial(cast, clip, labels[clip.name], rng) for clip in clips]
            calls.append(CallPlan(tuple(trials)))
        for _ in range(max(1, amount.calls // 3)):
            trials = [self._trial(cast, None, "echo", rng) for _ in range(amount.turns)]
            calls.append(CallPlan(tuple(trials), echo=ECHO))
        return calls

    @staticmethod
    def _trial(cast: Cast, sound: Clip | None, label: str, rng: random.Random) -> Trial:
        return Trial(
            cast.long,
            cast.answers[cast.long.name],
            before=rng.uniform(*BETWEEN),
            second=sound,
            after=rng.uniform(*AFTER),
            label=label,
            quiet=1.5,
            patience=30,
        )

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """See `Scenario.rows`."""
        usual = max((_heard_seconds(call, played) for played in call.trials), default=0.0)
        return [_row(call, played, rendering, usual) for played in call.trials]

    def figures(self, rows: Sequence[Row]) -> Row:
        """See `Scenario.figures`. Trials without the long answer are counted beside the others."""
        real = [row for row in rows if row["speaking"]]
        labels = list(dict.fromkeys(row["label"] for row in real))
        return {
            "trials": len(real),
            "no_long_answer": len(rows) - len(real),
            "false_barge_in_rate": share([row["false"] for row in real]),
            "by_sound": {
                label: {
                    "n": sum(row["label"] == label for row in real),
                    "false_barge_in_rate": share([row["false"] for row in real if row["label"] == label]),
                }
                for label in labels
            },
        }


def _row(call: Taped, played: Played, rendering: Rendering | None, usual: float) -> Row:
    """`false` if the answer was broken off, or silent for more than `STAYS` beyond its own pauses.

    On a line that echoes, an answer that never came whole was broken off, whatever came instead: the
    party may have interrupted itself before, or taken its own words for the caller's.
    """
    asked = question_row(call, played)
    trial = played.trial
    row: Row = {
        "call": call.number,
        "label": trial.label,
        "clip": trial.second.name if trial.second else None,
        "asked_ms": asked["ms"],
        "kind": asked["kind"],
        "speaking": trial.label == "echo",
        "broken_off": None,
        "longest_silence_ms": None,
        "false": None,
    }
    spans = audible_spans(call.tape, played.end, played.until)
    if trial.label != "echo" and (not spans or played.second is None or asked["right"] is False):
        return row
    first, last = (spans[0][0], spans[-1][1]) if spans else (played.end, played.end)
    own_pause = 0.0
    if rendering is None:
        whole = _heard_seconds(call, played) >= _WHOLE * usual
    else:
        samples = at_rate(rendering.pcm, rendering.rate, call.tape.rate)
        whole = holds(call.tape, _tail(samples), first, played.until)
        own_pause = _longest_pause(samples)
    begin = first if played.second is None else max(first, played.second)
    silence = longest_silence(call.tape, begin, last) if begin < last else 0.0
    row["speaking"] = played.second is None or first < played.second
    row["broken_off"] = not whole
    row["longest_silence_ms"] = round(silence * 1000, 1)
    row["false"] = not whole or silence > own_pause + STAYS
    return row


def _heard_seconds(call: Taped, played: Played) -> float:
    return audible_seconds(call.tape, played.end, played.until)


def _tail(samples: np.ndarray) -> np.ndarray:
    """The last sounding part of a rendering."""
    loud = np.flatnonzero(np.abs(samples) > 300)
    end = int(loud[-1]) + 1 if len(loud) else len(samples)
    return samples[max(0, end - round(_TAIL * RATE)) : end]


def _longest_pause(samples: np.ndarray) -> float:
    loud = np.flatnonzero(np.abs(samples) > 104)
    return float(np.diff(loud).max(initial=0)) / RATE


def _shortened(clip: Clip, rng: random.Random) -> Clip:
    """A piece of a noise, at its level."""
    size = round(NOISE_SECONDS * RATE) * 2
    begin = 2 * rng.randrange(max(1, (len(clip.pcm) - size) // 2))
    pcm = levelled(clip.pcm[begin : begin + size], None, LEVEL + NOISE_DB)
    return replace(clip, pcm=pcm, speech=(Span(0.0, len(pcm) / 2 / RATE),))
