"""`parley flow`: help with writing flows."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from parley.cli import flow_suggest

app = typer.Typer(
    help=(
        "Help with writing flows: what editors need to complete and check them while you type, and new "
        "known answers out of the questions that callers have asked."
    ),
    no_args_is_help=True,
)


@app.command()
def schema(
    tests: Annotated[
        bool, typer.Option("--tests", help="That of scripted conversations (`parley test-flow`) instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a flow.

    parley flow schema > dialplans/flow.schema.json

    An editor with a YAML language server then completes keys, shows what they
    mean, and marks what is wrong, in files that begin with

    # yaml-language-server: $schema=flow.schema.json

    It knows the shape of a flow; `parley check` also knows whether names lead
    somewhere. docs/testing-flows.md says more.
    """
    from dialogue.flowschema import flow_schema  # noqa: PLC0415 - not needed to show the help
    from parley.rehearsal.scriptschema import script_schema  # noqa: PLC0415

    found = script_schema() if tests else flow_schema()
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


app.command()(flow_suggest.suggest)
