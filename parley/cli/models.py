"""`parley models`: list, pull, verify, licences."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from parley.cli.console import ConfigOption, err, out, read_config
from parley.models import (
    CATALOGUE,
    SITE_MODELS,
    Commercial,
    Model,
    ModelStore,
    SiteModel,
    State,
    progress_for,
)

app = typer.Typer(
    help=(
        "The weights that Parley hears, thinks and speaks with: where they are, where they come from, "
        "and what their licences allow. They are kept outside the project and shared between checkouts."
    ),
    no_args_is_help=True,
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME...]", help="Models or groups: default, test, all. Default: default."),
]
_COLOURS = {State.READY: "green", State.CHANGED: "yellow", State.INCOMPLETE: "red", State.MISSING: "dim"}
_COMMERCIAL = {Commercial.YES: "yes", Commercial.NO: "[bold red]no[/]"}


def _store(config: Path | None) -> ModelStore:
    settings = read_config(config, dict(os.environ)).models
    return ModelStore(settings.folder, settings.local)


@app.command("list")
def list_models(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Every model that Parley knows, what it is for, and whether it is here."""
    store = _store(config)
    rows = [store.status(name) for name in CATALOGUE]
    if as_json:
        models = [
            {
                "name": row.model.name,
                "purpose": row.model.purpose,
                "languages": row.model.languages,
                "licence": row.model.licence.name,
                "commercial": row.model.licence.commercial.value,
                "bytes": row.model.size,
                "state": row.state.value,
                "folder": str(row.folder),
            }
            for row in rows
        ]
        typer.echo(json.dumps({"folder": str(store.root), "models": models}, ensure_ascii=False))
        return
    table = Table("model", "for", "size", "business use", "here", box=None, pad_edge=False)
    for row in rows:
        licence = row.model.licence
        table.add_row(
            row.model.name,
            row.model.purpose,
            f"{row.model.size / 1e6:,.0f} MB",
            _COMMERCIAL.get(licence.commercial, licence.commercial.value),
            f"[{_COLOURS[row.state]}]{row.state.value}[/]",
        )
    out.print(table)
    out.print(f"\nin {store.root}", markup=False)


@app.command()
def pull(names: Names = None, config: ConfigOption = None) -> None:
    """Fetch and verify models; what is here already stays. An interrupted pull goes on where it stopped."""
    store = _store(config)
    with progress_for(err) as progress:
        store.pull(names or ["default"], progress)


@app.command()
def verify(names: Names = None, config: ConfigOption = None) -> None:
    """Hash every file of the models and compare with the published SHA-256."""
    store = _store(config)
    faults = store.verify(names or ["default"])
    for name, fault in faults.items():
        out.print(f"{name}: [green]verified[/]" if fault is None else f"[bold red]{fault}[/]", soft_wrap=True)
    if any(faults.values()):
        raise typer.Exit(1)


@app.command()
def licences() -> None:
    """What each model's licence allows, those included that a site brings itself."""
    table = Table("model", "licence", "business use", "note", box=None, pad_edge=False)
    models: list[Model | SiteModel] = [*CATALOGUE.values(), *SITE_MODELS]
    for model in models:
        licence = model.licence
        shown = _COMMERCIAL.get(licence.commercial, licence.commercial.value)
        table.add_row(model.name, licence.name, shown, licence.note)
    out.print(table)
