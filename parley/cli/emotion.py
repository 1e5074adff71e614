"""`parley emotion`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from asr.emotion import LABELS
from asr.emotion_training import Validation
from parley.cli.console import ConfigOption, err, out, read_config

app = typer.Typer(
    help=(
        "How callers sound: train a head of your own on labelled recordings. `parley bench emotion` "
        "measures one; docs/emotion.md tells what the shipped one can do and what it may be used for."
    ),
    no_args_is_help=True,
)


@app.callback()
def emotion() -> None:
    """Train what hears how callers feel."""


@app.command()
def train(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A folder with manifest.json (a list of {path, emotion, speaker}), or with a folder for "
            "each emotion (angry/anna/1.wav). Or the manifest itself.",
        ),
    ],
    licence: Annotated[
        str,
        typer.Option(
            prompt="Licence of the recordings (it is kept in the head and shown to whoever uses it)",
            help="Licence of the recordings, such as CC-BY-4.0 or 'own recordings, consent given'.",
        ),
    ],
    out_file: Annotated[Path, typer.Option("--out", help="Where the head goes.")] = Path("emotion.npz"),
    copies: Annotated[
        int, typer.Option(min=0, max=20, help="How often each recording is heard over disturbed lines too.")
    ] = 3,
    folds: Annotated[int, typer.Option(min=2, help="Rounds of validation, each on other speakers.")] = 6,
    config: ConfigOption = None,
) -> None:
    """Build an emotion head from labelled speech, for the recognition model that is configured.

    Validates on speakers that were not trained on first, prints how it did, then trains on all of them.
    To use it, name the file as asr.emotion in config.yaml. Takes some 0.5 s a recording.
    """
    from parley.emotion.training import train_head  # noqa: PLC0415 - loads engines

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        settings = read_config(config, dict(os.environ))
        made = train_head(settings, data, licence, progress, copies=copies, folds=folds)
    for clip in made.silent:
        err.print(f"left out, too little voice: {clip.path}", style="yellow", markup=False, soft_wrap=True)
    if made.validation is None:
        err.print("only one speaker: nothing to validate on", style="yellow")
    else:
        out.print(_table(made.validation))
    made.head.save(out_file)
    out.print(
        f"{out_file}: {out_file.stat().st_size / 1000:.0f} kB. Set asr.emotion to it in config.yaml.",
        markup=False,
        soft_wrap=True,
    )


@app.command()
def words(
    texts: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV or JSON of text, label (positive, negative), language."),
    ],
    licence: Annotated[str, typer.Option(prompt="Licence of the texts", help="Licence of the texts.")],
    out_file: Annotated[Path, typer.Option("--out", help="Where it goes.")] = Path("polarity.npz"),
    config: ConfigOption = None,
) -> None:
    """Build the classifier of words from labelled texts, some in English and some in Chinese.

    A tenth of each language's texts is held back first, to print how the
    rest does on it. Parley's own phrases of the shop are learnt as well.
    """
    from parley.emotion.training import train_words  # noqa: PLC0415 - loads engines

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        polarity = train_words(read_config(config, dict(os.environ)), texts, licence, progress)
    polarity.save(out_file)
    out.print_json(data=dict(polarity.about), ensure_ascii=False)


def _table(validation: Validation) -> Table:
    uars = validation.uar
    mean = sum(uars) / len(uars)
    table = Table(
        "said \\ heard",
        *LABELS,
        "recall",
        box=None,
        pad_edge=False,
        title=f"speakers not trained on: UAR {mean:.3f}, folds {min(uars):.3f} to {max(uars):.3f}",
    )
    for label, row in zip(LABELS, validation.confusion, strict=True):
        total = int(row.sum())
        recall = f"{row[LABELS.index(label)] / total:.2f}" if total else "-"
        table.add_row(label, *(str(int(count)) for count in row), recall)
    return table
