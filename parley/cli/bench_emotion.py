"""`parley bench emotion`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from parley.cli.console import ConfigOption, err, out, read_config


def emotion(
    manifest: Annotated[
        Path,
        typer.Option(
            help="Recordings: JSON list of {path, emotion, speaker}, paths from its own folder, or a folder "
            "with one for each emotion. With --words: CSV or JSON of text, label, language."
        ),
    ] = Path("../shared/data/emotion/manifest.json"),
    words: Annotated[
        bool, typer.Option("--words", help="Measure words instead of voices: positive against negative.")
    ] = False,
    head: Annotated[
        Path | None, typer.Option(help="A head (.npz) to measure instead of the configured one.")
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """How well feelings are heard in voices over the telephone band, or polarity is read from words.

    Prints accuracy, UAR (mean recall of the classes), the confusion matrix
    and milliseconds. Calm counts as neutral, fear as anxious. docs/emotion.md
    says what the shipped head was trained on: on those voices it flatters.
    """
    from parley.benches.emotion import bench_voices, bench_words  # noqa: PLC0415 - loads engines

    settings = read_config(config, dict(os.environ))
    result = (
        bench_words(settings, manifest, err) if words else bench_voices(settings, manifest, err, head=head)
    )
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        out.print_json(data=result, ensure_ascii=False)
