"""`parley flow suggest`."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from parley.cli.console import ConfigOption, err, read_config

if TYPE_CHECKING:
    from parley.suggesting import Suggestion

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_KINDS = ("model", "fallback", "error")
"""What answers where no known answer does."""


def _since(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,4})([hdw])", text.strip())
    if match is None:
        raise typer.BadParameter("expected 12h, 7d or 4w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def suggest(
    flow: Annotated[
        str | None, typer.Argument(metavar="FLOW", help="A flow of config.yaml. Default: dialogue.flow.")
    ] = None,
    since: Annotated[
        timedelta, typer.Option(parser=_since, metavar="7d", help="How far back: hours, days, weeks.")
    ] = "7d",  # type: ignore[assignment]  # parsed as the command line is
    least: Annotated[int, typer.Option(min=1, help="How often a question must have been asked.")] = 3,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Propose known answers to what callers have asked and no known answer fitted.

    parley flow suggest

    parley flow suggest zh --since 4w --least 5 > suggested.yaml

    Reads the calls that were kept, leaves out what the flow would answer by
    now, and groups the rest by meaning. On standard output, YAML to paste
    under `answers`, with the language model's most frequent answer as a
    draft; where an answer is there already, further examples for it. A table
    goes to standard error.

    Numbers, e-mail and postal addresses and names are taken out, but read
    what you paste: not every name can be told.
    """
    from dialogue.flowfile import load_flow  # noqa: PLC0415 - loads engines
    from parley.intents import read_encoders, trainer_with  # noqa: PLC0415
    from parley.models import ModelStore  # noqa: PLC0415
    from parley.pastcalls import PastCalls  # noqa: PLC0415
    from parley.rehearsal.flows import NoSuchFlowError, find_flow  # noqa: PLC0415
    from parley.suggesting import suggest as suggestions_of  # noqa: PLC0415
    from parley.suggesting.asyaml import as_yaml  # noqa: PLC0415

    settings = read_config(config, dict(os.environ))
    try:
        name, file = find_flow(flow or settings.dialogue.flow, settings.dialogue.flows)
    except NoSuchFlowError as error:
        raise typer.BadParameter(str(error)) from None
    begin = datetime.now(UTC) - since
    with PastCalls(settings.database_url) as past:
        questions = past.questions(name, begin, _KINDS)
    read = load_flow(file)
    models = ModelStore(settings.models.folder, settings.models.local)
    encoders = read_encoders(models)
    found = suggestions_of(read, questions, encoders, trainer_with(encoders, models), least=least)
    if as_json:
        told = {
            "flow": name,
            "since": begin.isoformat(timespec="seconds"),
            "questions": len(questions),
            "suggestions": [_json(one) for one in found],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    if not found:
        err.print(f"{len(questions)} questions of {name} had no known answer; none came {least} times.")
        return
    _table(found)
    typer.echo(as_yaml(read, found))


def _json(one: Suggestion) -> dict[str, Any]:
    return {
        "name": one.name,
        "language": one.language,
        "count": one.count,
        "calls": one.calls,
        "kinds": dict(one.kinds),
        "examples": list(one.examples),
        "draft": one.draft,
        "nearest": one.nearest,
        "likeness": round(one.likeness, 3),
        "add_to": one.add_to,
    }


def _table(found: list[Suggestion]) -> None:
    table = Table("asked", "calls", "for example", "answered by", "propose", box=None, pad_edge=False)
    for one in found:
        kinds = ", ".join(f"{kind} {count}" for kind, count in one.kinds.items())
        propose = f"add to {one.add_to}" if one.add_to else f"new: {one.name}"
        row = (str(one.count), str(one.calls), one.examples[0], kinds, propose)
        table.add_row(*(Text(cell) for cell in row))
    err.print(table)
