"""`parley test-flow`."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from dialogue.yamlfile import YamlError, YamlProblem
from parley.cli.console import ConfigOption, complain, err, out, read_config

if TYPE_CHECKING:
    from parley.config import Config
    from parley.rehearsal.performing import Outcome
    from parley.rehearsal.scriptfile import ScriptFile


def test_flow(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Conversations in YAML. Default: tests/*.yaml beside the configured flows.",
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("-k", metavar="NAME", help="Only conversations with this in their name.")
    ] = "",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show conversations that pass, too.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write JUnit's XML, for a build server.")
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Hold scripted conversations and compare what comes with what was expected.

    parley test-flow

    parley test-flow dialplans/tests/shop-en.yaml -k delivery -v

    A file names a flow and its conversations:

    flow: shop-en

    conversations: [{name: delivery, turns: [
    {caller: how long does delivery take, reply: two to four}]}]

    By text, so in seconds; a turn with `audio` goes through the recogniser.
    Each conversation has a fresh copy of the shop. Exit code 1 if anything
    came otherwise, 2 if nothing was to be done. docs/testing-flows.md
    teaches it by example.
    """
    settings = read_config(config, dict(os.environ))
    scripts = _read(list(files or _beside(settings)), settings.dialogue.flows)
    chosen = {
        script.path: [
            index
            for index, one in enumerate(script.script.conversations)
            if name.casefold() in one.name.casefold()
        ]
        for script in scripts
    }
    if not any(chosen.values()):
        raise typer.BadParameter(f"no conversation has {name!r} in its name" if scripts else "no files")
    outcomes = asyncio.run(_play(settings, scripts, chosen))
    if junit is not None:
        _write_junit(outcomes, junit)
    if as_json:
        from parley.rehearsal.report import outcomes_json  # noqa: PLC0415 - loads engines

        typer.echo(json.dumps(outcomes_json(outcomes), ensure_ascii=False))
    else:
        _show(outcomes, verbose=verbose)
    if not all(one.passed for one in outcomes):
        raise typer.Exit(1)


def _beside(config: Config) -> list[Path]:
    """The files beside the configured flows, as short as they can be named from here."""
    folders = dict.fromkeys(file.parent / "tests" for file in config.dialogue.flows.values())
    here = Path.cwd()
    return [
        file.relative_to(here) if file.is_relative_to(here) else file
        for folder in folders
        for file in sorted(folder.glob("*.yaml"))
    ]


def _read(files: Sequence[Path], flows: Mapping[str, Path]) -> list[ScriptFile]:
    """All files, or the problems of all of them."""
    from parley.rehearsal.scriptfile import load_script  # noqa: PLC0415 - loads engines

    scripts: list[ScriptFile] = []
    problems: list[YamlProblem] = []
    for file in files:
        try:
            scripts.append(load_script(file, flows))
        except YamlError as error:
            problems += error.problems
    if problems:
        raise YamlError(problems)
    return scripts


async def _play(
    config: Config, scripts: Sequence[ScriptFile], chosen: Mapping[Path, Sequence[int]]
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("loading", total=sum(map(len, chosen.values())))
        async for outcome in _outcomes(config, scripts, chosen):
            outcomes.append(outcome)
            progress.update(task, description=outcome.name[:30], advance=1)
    return outcomes


async def _outcomes(
    config: Config, scripts: Sequence[ScriptFile], chosen: Mapping[Path, Sequence[int]]
) -> AsyncIterator[Outcome]:
    from parley.intents import trainer  # noqa: PLC0415 - loads engines
    from parley.models import ModelStore  # noqa: PLC0415
    from parley.rehearsal import StandIn, open_stage  # noqa: PLC0415
    from parley.rehearsal.hearing import RecogniserListener  # noqa: PLC0415
    from parley.rehearsal.performing import Performer  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        model, listener = StandIn(), RecogniserListener(config)
        stack.push_async_callback(model.close)
        stack.callback(listener.close)
        train = await asyncio.to_thread(trainer, ModelStore(config.models.folder, config.models.local))
        for script in scripts:
            if not chosen[script.path]:
                continue
            flows = {script.flow_name: script.flow_file}
            opening = open_stage(config, flows, lambda *_: None, model=model, shop=script.shop, train=train)
            async with opening as stage:
                performer = Performer(script, stage, model, listener)
                for index in chosen[script.path]:
                    yield await performer.play(index)


def _write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    from parley.rehearsal.report import write_junit  # noqa: PLC0415 - loads engines

    try:
        write_junit(outcomes, path)
    except OSError as error:
        complain(error)
        raise typer.Exit(2) from error


def _show(outcomes: Sequence[Outcome], *, verbose: bool) -> None:
    file: Path | None = None
    for one in outcomes:
        if one.file != file:
            file = one.file
            out.print(Text(str(file), "bold"), soft_wrap=True)
        turns = len(one.turns)
        mark = Text("  ✓ ", "green") if one.passed else Text("  ✗ ", "bold red")
        out.print(mark + Text(one.name) + Text(f"  {turns} turns, {one.ms:.0f} ms", "dim"), soft_wrap=True)
        if verbose or not one.passed:
            _transcript(one)
    failed = sum(not one.passed for one in outcomes)
    summary = f"{len(outcomes) - failed} of {len(outcomes)} conversations came as expected"
    out.print(Text(summary, "bold red" if failed else "bold green"))


def _transcript(outcome: Outcome) -> None:
    from parley.cli.rehearsed import doing, show_turn, state_line  # noqa: PLC0415 - loads engines

    for turn in outcome.turns:
        if turn.result is not None:
            out.print(Text("caller   ", "bold") + Text(doing(turn.result.heard)), soft_wrap=True)
            show_turn(out, turn.result)
        for wrong in turn.wrong:
            out.print(Text(f"✗ {outcome.file.name}:{turn.line}: {wrong}", "bold red"), soft_wrap=True)
        if turn.wrong and turn.result is not None:
            out.print(Text(f"         state: {state_line(turn.result)}", "dim"), soft_wrap=True)
    for wrong in outcome.wrong:
        line = f"✗ {outcome.file.name}:{outcome.line}: at the end: {wrong}"
        out.print(Text(line, "bold red"), soft_wrap=True)
