"""`parley bench dialogue`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from parley.cli.console import ConfigOption, err, out, read_config


def dialogue(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Scenarios: conversations as `parley test-flow` takes them. Default: the built-in ones.",
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long each scenario is held.")] = 5.0,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """How many whole turns by text one processor answers, and how long a turn takes.

    parley bench dialogue --json

    parley bench dialogue my-conversations.yaml --seconds 10

    From the caller's words to the changed state, one turn after the other,
    without a language model. known-en and known-zh ask for known answers in
    other words than their examples; meant-en in words that nothing but their
    meaning has in common with them. What comes otherwise than a script
    expects is told, with exit code 1.
    """
    from parley.benches.dialogue import bench_dialogue  # noqa: PLC0415 - loads engines

    result = bench_dialogue(read_config(config, dict(os.environ)), files or (), seconds, err)
    wrong = [one for scenario in result["scenarios"].values() for one in scenario["wrong"]]
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _table(result["scenarios"])
        for one in wrong:
            err.print(one, style="bold red", markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


def _table(scenarios: dict[str, dict[str, Any]]) -> None:
    table = Table("scenario", "flow")
    for title in ("turns", "turns a second", "p50", "p99", "max"):
        table.add_column(title, justify="right")
    for name, one in scenarios.items():
        times = (f"{one[key]:.2f} ms" for key in ("p50_ms", "p99_ms", "max_ms"))
        table.add_row(name, one["flow"], str(one["turns"]), str(one["turns_per_second"]), *times)
    out.print(table)
