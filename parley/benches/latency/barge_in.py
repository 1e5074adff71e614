"""The caller speaks over a long answer: how soon it falls silent, and what is believed to be heard of it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parley.benches.latency.calling import CallPlan, Played, Taped, Trial
from parley.benches.latency.figures import Row, percentiles, share
from parley.benches.latency.measure import at_rate, audible_spans, fell_silent, place_in
from parley.benches.latency.party import LONG, Rendering
from parley.benches.latency.scenario import BETWEEN, Amount, question_row, shuffled
from parley.benches.latency.shop import Cast

AFTER = (0.6, 5.0)
"""Seconds into the answer at which the caller begins to speak, from and to."""

LEAST = 1.2
"""Seconds that the caller speaks at least: a cough is no interruption."""

_SPEAKING = 0.6
"""The party is speaking if it was audible in so many seconds before."""


@dataclass(frozen=True, slots=True)
class BargeIn:
    """Asks for the long answer and interrupts it."""

    name: str = "barge-in"

    def plan(self, cast: Cast, amount: Amount, rng: random.Random) -> list[CallPlan]:
        """See `Scenario.plan`."""
        loud = [clip for clip in cast.known if clip.spoken >= LEAST]
        return [
            CallPlan(
                tuple(
                    Trial(
                        cast.long,
                        cast.answers[cast.long.name],
                        before=rng.uniform(*BETWEEN),
                        second=clip,
                        after=rng.uniform(*AFTER),
                        label=LONG,
                        quiet=1.0,
                    )
                    for clip in shuffled(loud, amount.turns, rng)
                )
            )
            for _ in range(amount.calls)
        ]

    def rows(self, call: Taped, rendering: Rendering | None) -> list[Row]:
        """See `Scenario.rows`."""
        return [_row(call, played, rendering) for played in call.trials]

    def figures(self, rows: Sequence[Row]) -> Row:
        """See `Scenario.figures`. Trials in which nothing was being said are counted beside the others."""
        real = [row for row in rows if row["speaking"]]
        errors = [row["word_error"] for row in real if row["word_error"] is not None]
        return {
            **percentiles(row["stop_ms"] for row in real),
            "trials": len(real),
            "not_stopped": sum(row["stop_ms"] is None for row in real),
            "nothing_to_interrupt": len(rows) - len(real),
            "heard_text": {
                "n": len(errors),
                "word_error": round(float(np.mean(np.abs(errors))), 3) if errors else None,
                "bias_words": round(float(np.mean(errors)), 3) if errors else None,
                "within_one_word": share([abs(error) <= 1 for error in errors]),
            },
        }


def _row(call: Taped, played: Played, rendering: Rendering | None) -> Row:
    """`stop_ms` from the caller's onset to the last audible sample, `None` if it spoke on.

    `word_error` is how many words more the party believes to be heard than were.
    """
    asked = question_row(call, played)
    row: Row = {
        "call": call.number,
        "clip": played.trial.second.name if played.trial.second else None,
        "asked_ms": asked["ms"],
        "kind": asked["kind"],
        "speaking": False,
        "stop_ms": None,
        "heard_words": None,
        "believed_words": None,
        "word_error": None,
    }
    if played.second is None or played.trial.second is None or asked["right"] is False:
        return row
    onset = played.second + played.trial.second.onset
    row["speaking"] = bool(audible_spans(call.tape, onset - _SPEAKING, onset))
    row["into_ms"] = round((onset - played.end) * 1000)
    stop = fell_silent(call.tape, onset, played.second + played.trial.second.end)
    if not row["speaking"] or stop is None:
        return row
    row["stop_ms"] = round(stop * 1000, 1)
    believed = _believed(call, played)
    if rendering is not None and rendering.words and believed is not None:
        last = audible_spans(call.tape, played.end, onset + stop + 0.01)[-1][1]
        place = place_in(at_rate(rendering.pcm, rendering.rate, call.tape.rate), call.tape, last)
        if place is not None:
            row["heard_words"] = words_until(rendering, place)
            row["believed_words"] = words_in(rendering, believed)
            row["word_error"] = row["believed_words"] - row["heard_words"]
    return row


def _believed(call: Taped, played: Played) -> str | None:
    """What the party believes that the caller heard of the answer."""
    turns = [turn for turn in call.turns(played.onset - 0.3, played.end + 1.5)
             if turn.reply == played.trial.expected]  # fmt: skip
    return turns[-1].heard if turns else None


def words_until(rendering: Rendering, place: float) -> int:
    """How many words have sounded: each that is more than half over at `place` seconds."""
    return sum((start + end) / 2 <= place for _, start, end in rendering.words)


def words_in(rendering: Rendering, text: str) -> int:
    """How many of the rendering's words a text holds that is its beginning, by letters and digits."""
    wanted = len(_bare(text))
    lengths = np.cumsum([0, *(len(_bare(word)) for word, _, _ in rendering.words)])
    return int(np.abs(lengths - wanted).argmin())


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
