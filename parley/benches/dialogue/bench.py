"""Scripted conversations held again and again, turn by turn as calls hold them, with the clock on each turn.

Each scenario is a file as `parley test-flow` takes it. Those beside this module are the built-in ones: a
further file there is a further scenario.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dialogue.intent import Recognised, Recogniser
from dialogue.understanding import Train
from parley.config import PROJECT, Config
from parley.heap import heap_set_aside
from parley.intents import trainer
from parley.models import ModelStore
from parley.rehearsal import open_stage
from parley.rehearsal.hearing import RecogniserListener
from parley.rehearsal.performing import Outcome, Performer
from parley.rehearsal.scriptfile import ScriptFile, load_script

_FORGOTTEN_AFTER = 1024
"""A sentence comes again as the same one after so many others: a recogniser remembers fewer."""


def bench_dialogue(config: Config, files: Sequence[Path], seconds: float, console: Console) -> dict[str, Any]:
    """Hold the conversations of each file for some seconds, turn after turn, without a language model.

    A turn lasts from the caller's words (or key) to the changed state: thinking, acts, commit. Greetings are
    not counted, nor is putting the shop back between conversations. The intent recogniser meets every
    sentence as if for the first time.

    Args:
        config: where the models are, and which flows there are beside the shipped ones.
        files: scripts; none for the built-in scenarios.
        seconds: how long each scenario is held.
        console: where progress is shown.

    Returns:
        `scenarios`: by file name, `flow`, `conversations`, `turns` (measured), `turns_per_second` (one after
        the other), `p50_ms`, `p99_ms`, `max_ms` and `wrong`: what came otherwise than the script expects.

    Raises:
        YamlError, ModelError, FlowError, ShopError: a script or what it needs cannot be used.
    """
    shipped = {name: PROJECT / "dialplans" / f"{name}.yaml" for name in ("shop-en", "shop-zh")}
    flows = {**shipped, **config.dialogue.flows}
    scripts = [load_script(file, flows) for file in files or sorted(Path(__file__).parent.glob("*.yaml"))]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("loading", total=seconds * len(scripts))

        def told(name: str, advance: float) -> None:
            progress.update(task, description=name, advance=advance)

        return {"scenarios": asyncio.run(_measured(config, scripts, seconds, told))}


async def _measured(
    config: Config, scripts: Sequence[ScriptFile], seconds: float, told: Callable[[str, float], None]
) -> dict[str, Any]:
    train = forgetful(trainer(ModelStore(config.models.folder, config.models.local)))
    scenarios: dict[str, Any] = {}
    for script in scripts:
        flows = {script.flow_name: script.flow_file}
        opening = open_stage(config, flows, lambda *_: None, shop=script.shop, train=train)
        async with opening as stage:
            performer = Performer(script, stage, None, RecogniserListener(config))
            places = range(len(script.script.conversations))
            first = [await performer.play(index) for index in places]
            with heap_set_aside():
                ms = await _held(performer, places, seconds, partial(told, script.path.stem))
        scenarios[script.path.stem] = {
            "flow": script.flow.name,
            "conversations": len(places),
            **_figures(ms),
            "wrong": [wrong for outcome in first for wrong in _wrong(outcome)],
        }
    return scenarios


async def _held(
    performer: Performer, places: Sequence[int], seconds: float, told: Callable[[float], None]
) -> list[float]:
    """The milliseconds of every turn in so many seconds, whole rounds of conversations."""
    ms: list[float] = []
    begun = at = time.perf_counter()
    while at - begun < seconds:
        for index in places:
            outcome = await performer.play(index)
            ms += [turn.result.ms for turn in outcome.scripted if turn.result is not None]
        last, at = at, time.perf_counter()
        told(at - last)
    return ms


def _figures(ms: Sequence[float]) -> dict[str, Any]:
    p50, p99 = np.percentile(ms, [50, 99])
    return {
        "turns": len(ms),
        "turns_per_second": round(1000 * len(ms) / sum(ms)),
        "p50_ms": round(float(p50), 3),
        "p99_ms": round(float(p99), 3),
        "max_ms": round(max(ms), 3),
    }


def _wrong(outcome: Outcome) -> list[str]:
    told = [f"{outcome.file}:{turn.line}: {wrong}" for turn in outcome.turns for wrong in turn.wrong]
    return told + [f"{outcome.file}:{outcome.line}: at the end: {wrong}" for wrong in outcome.wrong]


def forgetful(train: Train) -> Train:
    """What trains recognisers that take every sentence for a new one, as those of other callers are."""

    def trained(examples: Mapping[str, Sequence[str]]) -> Recogniser:
        return _Forgetful(train(examples))

    return trained


class _Forgetful:
    """A recogniser to which a sentence that comes again is a new one: it gets more white space at its end."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._asked = 0

    def recognise(self, sentence: str) -> Recognised:
        """See `Recogniser.recognise`."""
        self._asked = (self._asked + 1) % _FORGOTTEN_AFTER
        return self._recogniser.recognise(sentence + " " * self._asked)
