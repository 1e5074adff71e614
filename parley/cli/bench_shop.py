"""`parley bench shop`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from parley.cli.console import err, out


def shop(
    db: Annotated[Path, typer.Option(help="A shop in JSON: products, users and orders.")] = Path(
        "../shared/data/retail/db.json"
    ),
    tasks: Annotated[
        Path, typer.Option(help="A list of {id, evaluation_criteria: {actions: [{name, arguments}]}}.")
    ] = Path("../shared/data/retail/tasks.json"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Let the order tools do every task's gold actions, each task on a fresh copy of the shop.

    parley bench shop --db db.json --tasks tasks.json --json

    Prints how many tasks there are and how many were executed, and for each
    the SHA-256 of the shop that it left: canonical JSON in the shape of
    db.json, keys sorted, no white space, UTF-8. An action counts as executed
    if its tool ran to an answer; "I find no such order" is one, too.

    Records are those of tau2-bench's retail tools. Where Parley's own policy
    leaves other records, sha256_policy is their digest (docs/shop.md says
    where, and why).
    """
    from parley.benches.shop import bench_shop  # noqa: PLC0415 - not needed to show the help

    result = bench_shop(db, tasks, err)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _table(result)


def _table(result: dict[str, Any]) -> None:
    table = Table("task", "executed", "shop afterwards (SHA-256)", "answered by a refusal, or not executed")
    for row in result["results"]:
        said = [f"{one['name']}: {one['code']}" for one in row.get("refusals", ())]
        said += [f"{one['name']}: {one.get('code') or one['error']}" for one in row.get("errors", ())]
        digests = [row["sha256"], *([f"{row['sha256_policy']} by policy"] if "sha256_policy" in row else [])]
        table.add_row(
            row["id"], "yes" if row["executed"] else "[red]no[/]", "\n".join(digests), "\n".join(said)
        )
    out.print(table)
    out.print(f"{result['executed']} of {result['tasks']} tasks executed")
