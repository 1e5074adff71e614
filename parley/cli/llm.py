"""`parley llm`."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from parley.cli.console import ConfigOption, out, read_config

if TYPE_CHECKING:
    from parley.modelsurvey import Surveyed

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def llm(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show the language model's servers: health, part of the calls, load, and time to the first text.

    Each server is asked for three short replies. What a running Parley has counted is shown beside that, if
    its metrics are on. Shares are changed in config.yaml, without a restart (docs/llm.md).
    Exit code 1 if a server is not well.
    """
    from parley.modelsurvey import survey  # noqa: PLC0415 - loads the client

    found = asyncio.run(survey(read_config(config, dict(os.environ))))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found]))
    else:
        out.print(_table(found))
        for one in found:
            if one.trouble:
                out.print(f"{one.title}: {one.trouble}", style="red", markup=False, soft_wrap=True)
    if any(one.trouble for one in found):
        raise typer.Exit(1)


def _table(found: list[Surveyed]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("server", "health", "gets"):
        table.add_column(name, no_wrap=True)
    for name in ("first text", "in flight", "replies", "failed", "in calls"):
        table.add_column(name, justify="right")
    for one in found:
        row = [
            one.title,
            _health(one),
            _part(one),
            _ms(one.first_ms),
            *(_count(one.figures.get(key)) for key in ("in_flight", "replies", "failures")),
            _ms(_thousandfold(one.figures.get("first_token_seconds"))),
        ]
        table.add_row(*map(Text, row))
    return table


def _health(one: Surveyed) -> str:
    if one.trouble is None:
        return {1.0: "well", 0.0: "not well"}.get(one.figures.get("up", -1.0), "inside")
    return "not well" if one.trouble else "well"


def _part(one: Surveyed) -> str:
    if one.canary is not None:
        return f"canary, {100 * one.canary:g} %"
    return "standby" if one.standby else f"weight {one.weight:g}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _thousandfold(value: float | None) -> float | None:
    return None if value is None else 1000 * value
