"""`parley bench`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli import (
    bench_callers,
    bench_capacity,
    bench_dialogue,
    bench_emotion,
    bench_entities,
    bench_latency,
    bench_shop,
)
from parley.cli.console import ConfigOption, err, out, read_config

app = typer.Typer(
    help="Measure Parley on this machine. Timings on a busy machine say little: read the ratios.",
    no_args_is_help=True,
)

app.command()(bench_latency.latency)
app.command()(bench_latency.calls)
app.command()(bench_latency.chart)
app.command()(bench_callers.callers)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command()
def asr(
    manifest: Annotated[
        Path,
        typer.Option(help="JSON list of {path, text, lang, set}; paths start from the folder above its own."),
    ] = Path("../shared/data/speech/manifest.json"),
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    """Word and character error of recognition over the telephone, beside faster-whisper's own.

    Every clip is passed through G.711 µ-law at 8 kHz first.
    """
    from parley.benches import bench_asr  # noqa: PLC0415 - loads engines

    _show(bench_asr(read_config(config, dict(os.environ)), manifest, err), as_json)


@app.command()
def tts(
    also: Annotated[
        list[str] | None,
        typer.Option("--voice", help="One more voice, such as kokoro:af_heart. May be repeated."),
    ] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    """Speed of each configured voice, and how much of it Whisper understands over the telephone."""
    from parley.benches import bench_tts  # noqa: PLC0415 - loads engines

    _show(bench_tts(read_config(config, dict(os.environ)), err, also=also or ()), as_json)


app.command()(bench_dialogue.dialogue)
app.command()(bench_emotion.emotion)
app.command()(bench_entities.entities)


@app.command()
def intent(
    train: Annotated[
        Path,
        typer.Option(help="CSV with the columns sentence and label: the examples to learn from."),
    ],
    test: Annotated[
        Path,
        typer.Option(help="CSV likewise; NO_NODES_DETECTED labels what asks for none of the intents."),
    ],
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    """How many intents are recognised, what is wrongly taken for one, and how long a sentence takes.

    Accuracy counts every test sentence, those out of scope as right when no intent was found; mcc is
    Matthews' correlation over all intents and "none". See docs/intents.md.
    """
    from parley.benches.intent import bench_intent  # noqa: PLC0415 - loads engines

    _show(bench_intent(read_config(config, dict(os.environ)), train, test, err), as_json)


app.command()(bench_capacity.media)
app.command()(bench_capacity.soak)
app.command()(bench_shop.shop)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        out.print_json(data=result, ensure_ascii=False)
