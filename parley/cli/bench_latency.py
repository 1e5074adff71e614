"""`parley bench latency`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Coroutine, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from parley.cli.console import ConfigOption, complain, err, out, read_config

Result = TypeVar("Result")

DATA = Path("../shared/data")


class Via(StrEnum):
    """The way calls take to the party that is measured."""

    ASTERISK_WEBSOCKET = "asterisk-websocket"
    ASTERISK_AUDIOSOCKET = "asterisk-audiosocket"
    SIP = "sip"


class Language(StrEnum):
    """The language the callers speak."""

    EN = "en"
    ZH = "zh"


class Peer(StrEnum):
    """What Parley is measured beside."""

    PIPECAT = "pipecat"


DataOption = Annotated[
    Path,
    typer.Option("--data", metavar="FOLDER", help="Recorded speech: speech/manifest.json, turns, noise."),
]
LanguageOption = Annotated[Language, typer.Option(help="What the callers speak.")]
ViaOption = Annotated[Via, typer.Option(help="The way calls take to Parley.")]
SeedOption = Annotated[int, typer.Option(help="Another seed chooses other recordings and moments.")]
KeepOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Keep the tapes and what Parley wrote, in this folder.")
]
AgainstOption = Annotated[
    Peer | None, typer.Option(help="Measure this party as well, its calls in turn with Parley's.")
]
EnvOption = Annotated[
    Path | None, typer.Option("--pipecat-env", metavar="FOLDER", help="What scripts/pipecat-env made.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def latency(
    via: ViaOption = Via.ASTERISK_WEBSOCKET,
    language: LanguageOption = Language.EN,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this scenario: known, … May be repeated."),
    ] = None,
    calls: Annotated[int, typer.Option(min=1, help="Calls of each scenario.")] = 4,
    turns: Annotated[int, typer.Option(min=1, help="Questions in each call.")] = 6,
    noise: Annotated[
        float | None,
        typer.Option(metavar="DB", help="People talk around the caller, so many dB below his voice."),
    ] = None,
    seed: SeedOption = 1,
    data: DataOption = DATA,
    keep: KeepOption = None,
    against: AgainstOption = None,
    pipecat_env: EnvOption = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    """Call Parley with recorded human voices and measure at the caller's ear.

    From the last voiced sample said to the first voiced sample of the reply heard, on one clock.
    """
    from parley.benches.latency import Options, bench_against, bench_latency, parley_host  # noqa: PLC0415
    from parley.benches.peers.pipecat_host import pipecat_host  # noqa: PLC0415 - both load engines

    env = dict(os.environ)
    options = Options(data, via.value, language.value, tuple(only or ()), calls, turns, noise, seed, keep)
    host = parley_host(config, env)
    if against is None:
        with progress_bar() as progress:
            result = _run(bench_latency(options, host, read_config(config, env), progress))
        _show(result, as_json)
        return
    if pipecat_env is None:
        raise typer.BadParameter("expected --pipecat-env FOLDER, made by scripts/pipecat-env FOLDER")
    hosts = {"parley": host, "pipecat": pipecat_host(pipecat_env, config)}
    with progress_bar() as progress:
        results = _run(bench_against(options, hosts, read_config(config, env), progress))
    _show_columns(results, as_json)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        out.print_json(data={name: value for name, value in result.items() if name != "rows"})


def _show_columns(results: dict[str, dict[str, Any]], as_json: bool) -> None:
    """One column a party, or everything as JSON."""
    from parley.benches.latency import columns  # noqa: PLC0415 - loads engines

    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False))
        return
    table = Table("", *results)
    for name, values in columns(results):
        table.add_row(name, *("–" if value is None else f"{value:g}" for value in values))
    out.print(table)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do it; what keeps it from being done becomes one clear message and exit code 1."""
    from parley.benches.latency import BenchError, DataError  # noqa: PLC0415
    from parley.demo import DemoError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except (BenchError, DataError, DemoError) as error:
        complain(error)
        raise typer.Exit(1) from error


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error; yields what moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
