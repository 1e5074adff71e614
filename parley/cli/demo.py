"""`parley demo`."""

from __future__ import annotations

import asyncio
import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.console import ConfigOption, complain, err, out


class Via(StrEnum):
    """The way the demonstration's call takes."""

    SIP = "sip"
    ASTERISK_WEBSOCKET = "asterisk-websocket"
    ASTERISK_AUDIOSOCKET = "asterisk-audiosocket"
    AGI = "agi"
    BROWSER = "browser"


class Language(StrEnum):
    """The language the caller speaks."""

    EN = "en"
    ZH = "zh"


def demo(
    via: Annotated[Via, typer.Option(help="The way the call takes to Parley.")] = Via.SIP,
    language: Annotated[Language, typer.Option(help="What the caller speaks.")] = Language.EN,
    say: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Say these audio files, in order, instead."),
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Place a scripted call to a Parley of its own and show every turn with its milliseconds.

    Exit code 0 only if every turn was answered.
    """
    from parley.demo import DemoError, DemoOptions, run_demo  # noqa: PLC0415 - loads engines

    options = DemoOptions(via.value, language.value, tuple(say or ()), config)
    try:
        result = asyncio.run(
            run_demo(options, dict(os.environ), lambda what: err.print(f"… {what}", style="dim"))
        )
    except DemoError as error:
        complain(error)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _print(result)
    if not result["answered"]:
        raise typer.Exit(1)


def _print(result: dict[str, Any]) -> None:
    greeting = result["greeting"]
    lines = [
        f"A call by {result['transport']}, in {result['language']}",
        "",
        f"parley   {greeting['heard']}",
        f"         first sample {_ms(greeting['ms'])} after the answer",
    ]
    for turn in result["turns"]:
        stages = "   ".join(f"{name} {_ms(value)}" for name, value in turn["ms"].items())
        lines += [
            "",
            f"caller   {turn['caller_text'] or '(nothing understood)'}",
            f"parley   {turn['reply_text'] or '(no answer)'}",
            f"heard    {turn['reply_heard']}",
            f"         {turn['kind']}   {stages}",
        ]
    lines += ["", f"hung up by {result['hangup_by']}", f"recording  {result['recording']}"]
    out.print("\n".join(lines), markup=False, soft_wrap=True)


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
