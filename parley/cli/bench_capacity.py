"""`parley bench media` and `parley bench soak`: how much a machine holds, and for how long."""

from __future__ import annotations

import asyncio
import json
import os
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dialogue.yamlfile import parse_duration
from parley.cli.console import ConfigOption, complain, err, out

FIND_FROM = 50
"""Calls tried first where a search is asked for without a number."""

FIND_SECONDS = 10.0

SHORTEST_SERIES = 10
"""Fewer short calls say nothing about growth."""

SHORTEST_LONG = 90.0
"""Nor does a shorter call, in seconds."""


class Via(StrEnum):
    """The way the audio takes."""

    AUDIOSOCKET = "audiosocket"
    WEBSOCKET = "websocket"


def media(
    via: Annotated[Via, typer.Option(help="The way the audio takes.")] = Via.AUDIOSOCKET,
    calls: Annotated[
        int | None, typer.Option(min=1, help="Calls at the same time; with --find, the number tried first.")
    ] = None,
    find: Annotated[bool, typer.Option("--find", help="Look for the most calls that are held.")] = False,
    seconds: Annotated[float | None, typer.Option(min=1, help="How long each number is measured.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Record every call, as in production.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """How well one process paces the audio of many calls, without models: docs/capacity.md.

    One process answers on one processor, another calls on another. Calls are held while 99 of 100
    frames are at most 5 ms off a beat of 20 ms, and none is missing. Exit code 0 if they were held.
    """
    from parley.benches.bars import clock_bar  # noqa: PLC0415 - not needed to show the help
    from parley.benches.media import (  # noqa: PLC0415
        MediaBenchError,
        MediaOptions,
        bench_media,
        find_most_calls,
    )

    options = MediaOptions(
        via.value, calls or (FIND_FROM if find else 150), seconds or (FIND_SECONDS if find else 20.0), record
    )

    async def run() -> dict[str, Any]:
        async with clock_bar(err) as tell:
            return await (find_most_calls if find else bench_media)(options, tell)

    try:
        result = asyncio.run(run())
    except MediaBenchError as error:
        complain(error)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    elif find:
        lines = [line for trial in result["trials"] for line in _media_lines(trial)]
        lines += ["", f"{result['calls']} calls by {via.value} are held.", f"The limit is {result['limit']}."]
        out.print("\n".join(lines), markup=False, soft_wrap=True)
    else:
        out.print("\n".join(_media_lines(result)), markup=False, soft_wrap=True)
    if not (result["calls"] if find else result["held"]):
        raise typer.Exit(1)


def _media_lines(result: dict[str, Any]) -> list[str]:
    cores, other = result["cores"], result["other_load"]
    where = (
        f"server on processor {cores['server']}, callers on {cores['callers']}"
        if cores
        else "server and callers on one processor: the figures are too high"
    )
    recorded = ", recorded" if result["recorded"] else ""
    lines = [
        f"{result['calls']} calls by {result['via']}{recorded}: "
        f"{'held' if result['held'] else 'NOT held'} for {result['seconds']:.0f} s ({where})"
    ]
    if "pacing_error" in result:
        lines.append(f"  pacing error   {_spread(result['pacing_error'])}   at the caller")
    else:
        lead = result["lead"]
        lines.append(
            f"  lead           p1 {lead['p1_ms']:.0f} ms   min {lead['min_ms']:.0f} ms   at the far end"
        )
    lines += [
        f"  lateness       {_spread(result['lateness'])}   in the server",
        f"  frames         {result['frames']}, missing {result.get('missed', result.get('gaps'))}, "
        f"lost {result['lost']}",
        f"  server         {result['cpu_share']:.0%} of a processor, {result['us_per_frame']:.0f} µs "
        f"a frame, {result['kb_per_call']} kB a call" + (f"; others took {other:.0%}" if other else ""),
    ]
    return lines + [f"  broken         {reason}" for reason in result["broken"]]


def _spread(figure: dict[str, float]) -> str:
    return "   ".join(f"{name} {figure[f'{name}_ms']:.2f} ms" for name in ("p50", "p99", "max"))


def soak(
    short_calls: Annotated[
        int, typer.Option(min=0, help="Short calls in a row, 10 at least; 0 to leave them out.")
    ] = 500,
    long: Annotated[
        str, typer.Option(help="Length of the long call, such as 30m; 0s to leave it out.")
    ] = "30m",
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Whether a Parley of its own grows: many short SIP calls in a row, then one long one.

    Memory, threads, sockets, files and asyncio tasks are compared between the first and the last
    fifth of the calls, and of the long call. Exit code 0 if nothing grew and every call was answered.
    """
    from parley.benches.soak import SoakOptions, bench_soak  # noqa: PLC0415 - loads engines
    from parley.demo import DemoError  # noqa: PLC0415

    options = SoakOptions(_series(short_calls), _long_call(long), config=config)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("starting", total=None)

        def tell(what: str, done: float, total: float) -> None:
            progress.update(bar, description=what, completed=done, total=total)

        try:
            result = asyncio.run(bench_soak(options, dict(os.environ), tell))
        except DemoError as error:
            complain(error)
            raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        lines = [
            line for name in ("short", "long") if name in result for line in _soak_lines(name, result[name])
        ]
        out.print("\n".join(lines), markup=False, soft_wrap=True)
    if not result["flat"]:
        raise typer.Exit(1)


def _series(calls: int) -> int:
    if 0 < calls < SHORTEST_SERIES:
        raise typer.BadParameter(
            f"expected 0, or {SHORTEST_SERIES} or more, got {calls}", param_hint="--short-calls"
        )
    return calls


def _long_call(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--long") from error
    if 0 < seconds < SHORTEST_LONG:
        raise typer.BadParameter(
            f"expected 0s, or {SHORTEST_LONG:.0f}s or more, got {text}", param_hint="--long"
        )
    return seconds


def _soak_lines(name: str, part: dict[str, Any]) -> list[str]:
    growth = part["growth"]
    memory = growth["memory"]
    made = (
        f"{part['calls']} short calls, {part['answered']} answered"
        if name == "short"
        else f"One call, {part['questions']} questions and keys, {part['answered']} answered"
    )
    lines = [
        f"{made}, in {part['seconds'] / 60:.1f} min: {'flat' if growth['flat'] else 'NOT flat'}",
        f"  memory    {memory['first_mb']:.1f} → {memory['last_mb']:.1f} MB ({memory['percent']:+.1f} %)",
    ]
    lines += [
        f"  {count:<9} {growth[count]['first']:g} → {growth[count]['last']:g}"
        for count in ("threads", "sockets", "files", "tasks")
    ]
    return lines + [f"  failed    {trouble}" for trouble in part["failed"]]
