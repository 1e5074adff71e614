"""Trains a recogniser on one file of sentences and tests it on another."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dialogue.intent import IntentRecogniser
from parley.benches.intent.figures import figures
from parley.benches.intent.table import OUT_OF_SCOPE, Labelled, TableError, read_table
from parley.config import Config
from parley.intents import read_encoders
from parley.models import ModelStore


def bench_intent(config: Config, train: Path, test: Path, console: Console) -> dict[str, Any]:
    """Train on `train`, recognise every sentence of `test`.

    Args:
        config: for the model store.
        train: CSV with the columns sentence and label; rows labelled out of scope are not used.
        test: likewise; may hold rows that are out of scope.
        console: where progress is shown.

    Returns:
        What `figures` tells, `ms_p50` and `ms_p95` a sentence, `train_seconds` with no vector made
        before, and the numbers of `intents`, `train_sentences` and `test_sentences`.

    Raises:
        typer.BadParameter: a file can't be used; names the line.
        ModelError: a model is not there.
    """
    known, asked = _read(train, test)
    examples: dict[str, list[str]] = {}
    for row in known:
        examples.setdefault(row.label, []).append(row.sentence)
    encoders = read_encoders(ModelStore(config.models.folder, config.models.local))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("training", total=None)
        began = time.perf_counter()
        recogniser = IntentRecogniser(examples, encoders)
        trained = time.perf_counter() - began
        progress.update(task, description="recognising", total=len(asked))
        found, milliseconds = [], []
        # The first sentence lets the runtime allocate its memory.
        recogniser.recognise("the first sentence of all")
        for row in asked:
            began = time.perf_counter()
            found.append(recogniser.recognise(row.sentence).intent or OUT_OF_SCOPE)
            milliseconds.append((time.perf_counter() - began) * 1000)
            progress.advance(task)
    middle, slow = np.percentile(milliseconds, [50, 95])
    return {
        **figures([row.label for row in asked], found),
        "ms_p50": round(float(middle), 2),
        "ms_p95": round(float(slow), 2),
        "train_seconds": round(trained, 2),
        "intents": len(examples),
        "train_sentences": len(known),
        "test_sentences": len(asked),
    }


def _read(train: Path, test: Path) -> tuple[list[Labelled], list[Labelled]]:
    try:
        known = [row for row in read_table(train) if row.label != OUT_OF_SCOPE]
    except TableError as error:
        raise typer.BadParameter(str(error), param_hint="--train") from error
    if not known:
        raise typer.BadParameter(
            f"{train}: expected sentences with an intent, found none", param_hint="--train"
        )
    try:
        return known, read_table(test, {row.label for row in known})
    except TableError as error:
        raise typer.BadParameter(str(error), param_hint="--test") from error
