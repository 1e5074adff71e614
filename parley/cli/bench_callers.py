"""`parley bench callers`."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from dialogue.yamlfile import YamlError
from parley.cli.bench_latency import Language, progress_bar
from parley.cli.console import ConfigOption, complain, out


def callers(
    scenarios: Annotated[
        Path | None,
        typer.Option("--calls", metavar="FILE", help="Other calls than the forty shipped."),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this call. May be repeated.")] = None,
    language: Annotated[Language | None, typer.Option(help="Only callers who speak this.")] = None,
    noise: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What sounds around some callers."),
    ] = Path("../shared/data/noise/people_talking.flac"),
    keep: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep Parley's data: recordings, database, shop.")
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Callers who want something done: whole calls by voice through Asterisk, judged by the shop's database.

    parley bench callers --only cancel-by-content

    Starts a Parley with the sample shop and a real Asterisk, and lets forty
    callers, twenty in each language, ask for their orders, cancel, return,
    exchange, complain, change their minds and more. A call is right when the
    database holds just what the caller wanted, and nothing else has changed.
    """
    from parley.benches.callers import bench_callers  # noqa: PLC0415 - loads engines
    from parley.benches.callers.scenario import SHIPPED  # noqa: PLC0415
    from parley.demo import DemoError  # noqa: PLC0415

    try:
        with progress_bar() as tell:
            result = asyncio.run(
                bench_callers(
                    config,
                    dict(os.environ),
                    tell,
                    scenarios=scenarios or SHIPPED,
                    only=only or (),
                    language=language.value if language is not None else None,
                    noise=noise if noise is not None and noise.is_file() else None,
                    keep=keep,
                )
            )
    except (DemoError, YamlError) as error:
        complain(error)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _show(result)


def _show(result: dict[str, Any]) -> None:
    for row in result["results"]:
        mark = "[green]right[/]" if row["right"] else "[red]wrong[/]"
        out.print(f"\n[bold]{row['name']}[/] ({row['language']}): {mark}")
        for who, text in row["lines"]:
            out.print(f"  {who:>10}  {text}", highlight=False)
        for problem in row["problems"]:
            out.print(f"  [red]{problem}[/]")
    table = Table("calls", "right", "with a person instead", "acted wrongly")
    table.add_row(*(str(result[key]) for key in ("calls", "right", "with_a_person", "wrong_acts")))
    out.print(table)
