"""`parley bench entities`."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from rich.table import Table

from parley.cli.console import ConfigOption, err, out, read_config

_LANGUAGES = ("en", "zh")


def entities(
    language: Annotated[
        str | None, typer.Option(help="Only this language: en or zh. Default: both.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, help="Only so many forms of each language, spread over all kinds.", show_default=False
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """How many order numbers, addresses, dates … are understood as they are spoken.

    Every form of a table is said by the configured voice, passed over a telephone line (8 kHz, G.711 µ-law),
    recognised, and read with the kind that was asked for and the values that a shop would know. Takes some
    three minutes; try --limit 20 first.
    """
    if language is not None and language not in _LANGUAGES:
        raise typer.BadParameter(f"expected en or zh, got {language!r}", param_hint="--language")
    from parley.benches import bench_entities  # noqa: PLC0415 - loads engines

    chosen = (language,) if language else _LANGUAGES
    result = bench_entities(read_config(config, dict(os.environ)), err, languages=chosen, limit=limit)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _show(result)


def _show(result: dict[str, Any]) -> None:
    table = Table("language", "kind", "forms", "right", "unsure", "missed", "wrong", "accuracy")
    for language, kinds in result["kinds"].items():
        for kind, counts in kinds.items():
            table.add_row(language, kind, *_cells(counts))
        table.add_row(language, "all", *_cells(result[language]), style="bold", end_section=True)
    out.print(table)
    for one in result["failures"]:
        out.print(f"{one['outcome']:<7} {one['kind']}: {one['value']}", markup=False)
        out.print(f"        said   {one['said']}", markup=False)
        out.print(f"        heard  {one['heard']}", markup=False)
        out.print(f"        found  {one['found'] or 'nothing'}", markup=False)


def _cells(counts: dict[str, Any]) -> list[str]:
    names = ("forms", "right", "unsure", "missed", "wrong")
    return [*(str(counts[name]) for name in names), f"{counts['accuracy']:.1%}"]
