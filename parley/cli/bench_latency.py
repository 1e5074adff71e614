"""`parley bench latency` and `parley bench calls`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from parley.cli.console import ConfigOption, complain, err, out, read_config
from parley.cli.latency_table import calls_table, columns_table, latency_table

Result = dict[str, Any]
Tell = Callable[[str, int, int], None]
Work = Callable[[Tell], Coroutine[Any, Any, Result]]

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
ChartOption = Annotated[
    Path | None,
    typer.Option("--chart", metavar="FILE", help="Draw it into this .svg or .png (extra charts)."),
]
LabelOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Name of this run in charts and in --json.", show_default=False)
]
AgainstOption = Annotated[
    Peer | None, typer.Option(help="Measure this as well, its calls in turn with Parley's.")
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
        typer.Option(
            metavar="NAME",
            help="Only this: known, pauses, barge-in, backchannel or model. May be repeated.",
        ),
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
    chart: ChartOption = None,
    label: LabelOption = "",
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
    if against is not None:
        if pipecat_env is None:
            raise typer.BadParameter("expected --pipecat-env FOLDER, made by scripts/pipecat-env FOLDER")
        hosts = {"parley": host, "pipecat": pipecat_host(pipecat_env, config)}
        results = measured(
            lambda tell: bench_against(options, hosts, read_config(config, env), tell), label, chart
        )
        _show(results, columns_table, as_json)
        return
    result = measured(lambda tell: bench_latency(options, host, read_config(config, env), tell), label, chart)
    _show(result, latency_table, as_json)


def calls(
    via: ViaOption = Via.ASTERISK_WEBSOCKET,
    language: LanguageOption = Language.EN,
    most: Annotated[int, typer.Option("--max", min=1, help="The largest number of calls at once.")] = 8,
    turns: Annotated[int, typer.Option(min=1, help="Questions of each caller.")] = 6,
    budget: Annotated[
        str, typer.Option(metavar="TIME", help="What may pass until the reply, at p95: 500ms, 1s.")
    ] = "500ms",
    seed: SeedOption = 1,
    data: DataOption = DATA,
    keep: KeepOption = None,
    chart: ChartOption = None,
    label: LabelOption = "",
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    """How many calls this machine holds within the budget, and how the delay grows: 1, 2, 4, … at once.

    The callers run on the same machine, each a process of his own.
    """
    from parley.benches.latency import CallsOptions, bench_calls, parley_host  # noqa: PLC0415 - loads engines

    env = dict(os.environ)
    options = CallsOptions(data, via.value, language.value, most, turns, _seconds(budget), seed, keep)
    host = parley_host(config, env)
    result = measured(lambda tell: bench_calls(options, host, read_config(config, env), tell), label, chart)
    _show(result, calls_table, as_json)


def chart(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .svg or .png to draw.")],
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...", exists=True, dir_okay=False, help="What --json printed of each run."
        ),
    ],
) -> None:
    """Draw runs of `bench latency` and `bench calls` together: stages, cut-ins against delay, growth."""
    from parley.benches.latency import ChartError, draw  # noqa: PLC0415 - loads engines

    try:
        draw(file, [one for run in runs for one in _runs(_read(run))])
    except (ChartError, ValueError) as error:
        complain(error)
        raise typer.Exit(1) from error


def _seconds(text: str) -> float:
    from dialogue.yamlfile import parse_duration  # noqa: PLC0415 - not needed to show the help

    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"expected a time with its unit, such as 500ms or 1s, got {text!r}", param_hint="--budget"
        ) from error


def _show(result: Result, table: Callable[[Result], Table], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        out.print(table(result))


def measured(work: Work, label: str, chart: Path | None) -> Result:
    """Do it, and draw it; what keeps it from being done becomes one clear message and exit code 1."""
    from parley.benches.latency import BenchError, ChartError, DataError, check_chart, draw  # noqa: PLC0415
    from parley.demo import DemoError  # noqa: PLC0415

    try:
        if chart is not None:
            check_chart(chart)
        with progress_bar() as tell:
            result = asyncio.run(_ended_by_sigterm(work(tell)))
        if label:
            result = {"label": label, **result}
        if chart is not None:
            draw(chart, _runs(result))
    except (BenchError, ChartError, DataError, DemoError) as error:
        complain(error)
        raise typer.Exit(1) from error
    except asyncio.CancelledError:
        complain(BenchError("terminated before it was done"))
        raise typer.Exit(128 + signal.SIGTERM) from None
    return result


async def _ended_by_sigterm(work: Coroutine[Any, Any, Result]) -> Result:
    """Stop in good order on SIGTERM, as on Ctrl-C: no server and no Asterisk is left behind."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _runs(result: Result) -> list[Result]:
    """One for each party that was measured."""
    return list(result.get("parties", [result]))


def _read(run: Path) -> Result:
    """A result as `--json` printed it. Raises ValueError that names the file."""
    try:
        result = json.loads(run.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{run}: expected what --json prints: {error}") from error
    if not isinstance(result, dict) or not ("party" in result or "parties" in result):
        raise ValueError(f"{run}: expected what `parley bench latency --json` or `calls --json` prints")
    return result


@contextlib.contextmanager
def progress_bar() -> Iterator[Tell]:
    """A bar on standard error; yields what moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
