"""`parley replay`."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from parley.cli.console import ConfigOption, complain, err, out, read_config
from parley.config import Config
from parley.replay.costs import Charge

if TYPE_CHECKING:
    from parley.replay.call import RecordedCall
    from parley.replay.outcome import Outcome
    from parley.replay.run import Replayed, Replayer
    from parley.replay.suite import SuiteReport


@dataclass(frozen=True, slots=True)
class _Options:
    call: str | None
    every: bool
    fast: bool
    as_json: bool
    baseline: Path | None
    write_baseline: Path | None
    folder: Path | None
    flow: str | None
    costs: Charge
    ask_again: bool
    tolerance: float


def replay(
    call: Annotated[
        str | None,
        typer.Argument(
            help="The call's id or its beginning, `last`, or a recording's folder.", show_default=False
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Replay every recording, as fast as possible.")
    ] = False,
    fast: Annotated[
        bool,
        typer.Option("--as-fast-as-possible", help="Do not wait for real time; the decisions are the same."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with this file instead of the recordings.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep what came of it as a baseline.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where recordings lie. Default: those of this Parley."),
    ] = None,
    flow: Annotated[
        str | None,
        typer.Option(help="Replay in this flow instead of the one that answered.", show_default=False),
    ] = None,
    costs: Annotated[
        Charge, typer.Option(help="What work takes: as recorded, nothing, or what it takes now.")
    ] = Charge.RECORDED,
    ask_again: Annotated[
        bool, typer.Option("--ask-again", help="Ask the language model anew instead of using kept answers.")
    ] = False,
    tolerance: Annotated[
        float, typer.Option(min=0, metavar="MS", help="Milliseconds by which a time may differ.")
    ] = 100.0,
    config: ConfigOption = None,
) -> None:
    """Run a recorded call through today's code and configuration and show what is different.

    parley replay last --as-fast-as-possible

    parley replay --all --write-baseline calls.json

    parley replay --all --baseline calls.json

    Exit code with --all or --baseline: 0 nothing is worse, 1 something is, 2 it could not run.
    """
    if every == (call is not None):
        raise typer.BadParameter("expected either a call or --all")
    options = _Options(
        call, every, fast or every, as_json, baseline, write_baseline, folder, flow, costs, ask_again,
        tolerance / 1000,
    )  # fmt: skip
    try:
        code = _run(options, config)
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        complain(error)
        raise typer.Exit(2) from error
    raise typer.Exit(code)


def _expected() -> tuple[type[Exception], ...]:
    from parley.cli.app import expected_errors  # noqa: PLC0415 - the application knows this command
    from parley.replay.call import ReplayError  # noqa: PLC0415 - loads engines

    return (*expected_errors(), ReplayError)


def _run(options: _Options, config: Path | None) -> int:
    from parley.cli.replay_shown import show_call, show_suite  # noqa: PLC0415 - loads engines
    from parley.replay.baseline import read_baseline, write_baseline  # noqa: PLC0415
    from parley.replay.shelf import find_call, finished_calls  # noqa: PLC0415

    settings = read_config(config, dict(os.environ))
    logging.basicConfig(level="WARNING", format="%(levelname)s %(message)s")
    shelf = options.folder or settings.recordings_folder
    folders = finished_calls(shelf) if options.every else [find_call(str(options.call), shelf)]
    baseline = read_baseline(options.baseline) if options.baseline is not None else None
    report = _replayed(options, settings, folders, baseline)
    if options.write_baseline is not None:
        known = read_baseline(options.write_baseline) if options.write_baseline.exists() else {}
        kept = report.outcomes if options.every else {**known, **report.outcomes}
        write_baseline(options.write_baseline, kept, known)
    if options.as_json:
        shown = report.as_json()
        single = not options.every and report.results
        typer.echo(json.dumps(shown["results"][0] if single else shown, ensure_ascii=False))
    elif options.every:
        show_suite(out, report)
    else:
        for result in report.results:
            show_call(out, result, options.baseline)
    for message in report.failed.values():
        complain(ValueError(message))
    for message in report.empty.values():
        err.print(message, style="yellow", markup=False, soft_wrap=True)
    judges = options.baseline is not None or (options.every and options.write_baseline is None)
    return report.exit_code if judges else report.completion


def _replayed(
    options: _Options, settings: Config, folders: list[Path], baseline: Mapping[str, Outcome] | None
) -> SuiteReport:
    from parley.replay.call import load_call  # noqa: PLC0415
    from parley.replay.compare import Rules  # noqa: PLC0415 - loads engines
    from parley.replay.past import flow_of  # noqa: PLC0415
    from parley.replay.run import Replayer  # noqa: PLC0415
    from parley.replay.studio import open_studio  # noqa: PLC0415
    from parley.replay.suite import run_suite  # noqa: PLC0415

    def past_flow(call_id: str) -> str | None:
        flow = flow_of(call_id, settings.database_url)
        return flow if flow in settings.dialogue.flows else None

    def tell(name: str, what: str) -> None:
        err.print(f"  {name:<12} {what}", style="dim", markup=False)

    load = partial(load_call, flow=options.flow, flow_of=past_flow)
    rules = Rules(tolerance=options.tolerance)
    with (
        open_studio(settings, tell, ask_again=options.ask_again) as (studio, outside),
        _progress(options) as (calls, seconds),
    ):
        replayer = Replayer(settings, studio, outside, charge=options.costs, paced=not options.fast)
        stage = _Stage(replayer, talks=not options.fast and not options.as_json, progress=seconds)
        return run_suite(
            folders, stage, rules, baseline=baseline, load=load, progress=partial(calls, len(folders))
        )


class _Stage:
    """Replays, and lets a person follow."""

    def __init__(self, replayer: Replayer, *, talks: bool, progress: Callable[[float, float], None]) -> None:
        self._replayer = replayer
        self._talks = talks
        self._progress = progress

    def replay(self, call: RecordedCall) -> Replayed:
        """See `Replayer.replay`."""
        end = call.answered + call.caller.seconds
        return self._replayer.replay(
            call,
            show=_talk if self._talks else None,
            progress=lambda at: self._progress(at, end),
        )


def _talk(event: dict[str, Any]) -> None:
    """Print an event of the conversation as it happens."""
    told: tuple[str, str] | None = None
    match event["event"]:
        case "recognised":
            told = ("caller", event.get("text") or "(nothing understood)")
        case "reply_started":
            told = ("parley", event.get("text") or "")
        case "key" | "transfer" | "held" | "played_on" | "goes_on" | "error" | "hung_up" as name:
            detail = event.get("digit") or event.get("target") or event.get("message") or event.get("by")
            told = (name.replace("_", " "), str(detail or ""))
    if told is not None:
        style = {"caller": "cyan", "parley": "green"}.get(told[0], "dim")
        out.print(f"{event['at']:7.2f}  {told[0]:<10} {told[1]}", style=style, markup=False, soft_wrap=True)


@contextmanager
def _progress(
    options: _Options,
) -> Generator[tuple[Callable[[int, int, str], None], Callable[[float, float], None]]]:
    """A bar on a terminal: of the calls, or of the seconds of a single one."""
    if not err.is_terminal or not options.fast:
        yield (lambda total, done, name: None), (lambda at, end: None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=32), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("replaying", total=None)

        def calls(total: int, done: int, name: str) -> None:
            if options.every:
                progress.update(task, total=total, completed=done, description=f"{done} of {total}  {name}")

        def seconds(at: float, end: float) -> None:
            if not options.every:
                progress.update(task, total=end, completed=at, description=f"{at:.0f} of {end:.0f} s")

        yield calls, seconds
