"""`parley call`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parley.cli.console import complain, out

if TYPE_CHECKING:
    from telephony.caller import CallReport
    from telephony.caller_script import Step


def call(
    uri: Annotated[
        str,
        typer.Argument(help="Whom to call: sip:shop@127.0.0.1, or Parley's page, http://127.0.0.1:8080."),
    ],
    steps: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STEP...]",
            help=(
                "What to do, in order: play=FILE, dtmf=12#, silence=2, wait-speech, wait-reply, hangup. A "
                "step with @SECONDS behind it happens that long after the answer, beside the others. "
                "Without any: wait-reply."
            ),
            show_default=False,
        ),
    ] = None,
    say: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Instead of steps: hear the greeting, say this WAV or FLAC file, hear the reply.",
        ),
    ] = None,
    press: Annotated[
        str | None, typer.Option(metavar="KEYS", help="After that, press these keys and hear the reply.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep both sides on one clock: left said, right heard (WAV or FLAC)."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    limit: Annotated[float, typer.Option(min=1, help="End the call after so many seconds.")] = 120.0,
    user: Annotated[str, typer.Option(help="Who calls (the SIP user).")] = "caller",
    noise: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="SIP only: sounds around the caller all the time, over and over, as loud as in the file.",
        ),
    ] = None,
    echo: Annotated[
        str | None,
        typer.Option(
            metavar="DB@SECONDS",
            help="SIP only: the line sends back what is heard, such as --echo=-20@0.12.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Place one scripted call and report what was said and heard, and when.

    parley call sip:shop@127.0.0.1 --say question.wav --press 1 --record call.flac

    parley call sip:shop@127.0.0.1 play=question.wav@2.5 dtmf=12#@6 silence=10

    Exit code 0 when the call was answered and all steps were done or either side hung up.
    """
    from telephony.caller_script import run_script  # noqa: PLC0415 - not needed to show the help

    texts = _texts(steps or [], say or [], press)
    script = _script(texts)
    try:
        options = _phone(uri, user, noise, echo)
        report = asyncio.run(run_script(uri, script, record=record, limit=limit, **options))
    except OSError as error:
        complain(error)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print(report, record)
    if report.ended_by == "error" or report.reason:
        raise typer.Exit(1)


def _phone(uri: str, user: str, noise: Path | None, echo: str | None) -> dict[str, Any]:
    """What the phone is told. Raises OSError for a file that is no audio."""
    from telephony.caller_mouth import Echo  # noqa: PLC0415 - not needed to show the help
    from telephony.tape import read_audio  # noqa: PLC0415

    if not uri.lower().startswith("sip"):
        if noise is not None or echo is not None:
            raise typer.BadParameter("expected an address that starts with sip: for --noise and --echo")
        return {}
    options: dict[str, Any] = {"user": user}
    if noise is not None:
        options["noise"] = read_audio(noise, 8000)
    if echo is not None:
        try:
            options["echo"] = Echo.parse(echo)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--echo") from error
    return options


def _texts(steps: list[str], say: list[Path], press: str | None) -> list[str]:
    if not (say or press):
        return steps or ["wait-reply"]
    if steps:
        raise typer.BadParameter("expected either steps or --say and --press, got both")
    texts = ["wait-reply"]
    for file in say:
        texts += [f"play={file}", "wait-reply"]
    return [*texts, f"dtmf={press}", "wait-reply"] if press else texts


def _script(texts: list[str]) -> list[Step]:
    from telephony.caller_script import parse_step  # noqa: PLC0415 - not needed to show the help

    try:
        return [parse_step(text) for text in texts]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _print(report: CallReport, record: Path | None) -> None:
    lines = [f"{report.uri} answered after {report.answered_at or 0.0:.2f} s"]
    events = [
        *(
            (said.start, f"said   {said.name or 'audio'} ({said.end - said.start:.2f} s)")
            for said in report.said
        ),
        *((span.start, f"heard  {span.seconds:.2f} s{_delay(report, span.start)}") for span in report.heard),
        *((at, f"key    {digit}") for digit, at in report.keys),
        (report.ended_at, f"ended by {report.ended_by}{': ' if report.reason else ''}{report.reason}"),
    ]
    lines += [f"{at:7.2f}  {what}" for at, what in sorted(events)]
    if record is not None:
        lines.append(f"recorded in {record}")
    out.print("\n".join(lines), markup=False, soft_wrap=True)


def _delay(report: CallReport, start: float) -> str:
    """How long after the end of a question a reply came, where it is the first thing heard after it."""
    ends = [said.speech_end for said in report.said if said.speech_end <= start]
    before = [span.start for span in report.heard if span.start < start]
    if not ends or (before and max(before) >= max(ends)):
        return ""
    return f", {(start - max(ends)) * 1000:.0f} ms after the last word"
