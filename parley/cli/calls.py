"""`parley calls`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from parley.cli.console import ConfigOption, out, read_config
from parley.cli.waterfall import WIDTH, Bar, bars

if TYPE_CHECKING:
    from parley.pastcalls import CallSummary
    from parley.tables import CallRow, TurnRow

_CALLER = {
    "arrived": "(arrives)",
    "silence": "(says nothing)",
    "transfer_failed": "(could not be transferred)",
    "time_is_up": "(has called for as long as the flow allows)",
}
_NOT_KEPT = "(not kept)"


def calls(
    call: Annotated[
        str | None,
        typer.Argument(metavar="CALL", help="A call's identifier or how it begins: show it turn by turn."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many calls to list.")] = 20,
    over_budget: Annotated[
        bool, typer.Option("--over-budget", help="Only turns over turns.budget, and calls that have any.")
    ] = False,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """List the latest calls, or show one turn by turn.

    parley calls --limit 5

    parley calls 3f2a --over-budget

    p50 and max are of the turns in which the caller spoke: from the end of
    his last sound to the first sample of the reply. A call's turns show what
    was said, and the stages of that time as bars, one after the other:

    endpoint (from his last sound to the decision that he is done), asr (to
    his words), first_phrase (to what to say), first_pcm (to its first
    samples), first_sent (until they left for him).

    Of a turn over budget (turns.budget in config.yaml) the stage is named
    that overshot its share the most. docs/observing.md says more.
    """
    from parley.pastcalls import PastCalls  # noqa: PLC0415 - not needed to show the help

    with PastCalls(read_config(config, dict(os.environ)).database_url) as past:
        if call is None:
            summaries = past.latest(limit, over_budget=over_budget)
            result: dict[str, Any] = {"calls": [_summary_json(one) for one in summaries]}
        else:
            row = past.find(call)
            turns = [turn for turn in past.turns(row.id) if turn.culprit is not None or not over_budget]
            result = {**_call_json(row), "turns": [_turn_json(turn) for turn in turns]}
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    elif call is None:
        _print_list(summaries, over_budget=over_budget)
    else:
        _print_call(row, turns)


# -- the list --------------------------------------------------------------------------------


def _print_list(summaries: list[CallSummary], *, over_budget: bool) -> None:
    if not summaries:
        out.print("No call has a turn over its budget." if over_budget else "No calls yet.")
        return
    table = Table("call", "when", "transport", "caller", "", box=None, pad_edge=False)
    for title in ("lasted", "turns", "p50", "max"):
        table.add_column(title, justify="right")
    for title in ("over budget", "hung up by", ""):
        table.add_column(title)
    for one in summaries:
        call = one.call
        row = (
            call.id[:8],
            f"{call.started.astimezone():%m-%d %H:%M}",
            call.transport,
            call.caller or "–",
            call.language or "",
            _lasted(call.duration),
            str(one.turns),
            _ms(one.p50_ms),
            _ms(one.max_ms),
            ", ".join(f"{count} {stage}" for stage, count in one.culprits.most_common()),
            call.hangup_by or "–",
            "flagged" if call.flagged else "",
        )
        table.add_row(*(Text(cell) for cell in row))
    # As wide as it has to be: columns that are cut or folded in a pipe cannot be searched.
    needed = Measurement.get(out, out.options.update(width=1000), table).maximum
    Console(width=max(out.width, needed), highlight=False).print(table)


def _lasted(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


# -- one call --------------------------------------------------------------------------------


def _print_call(call: CallRow, turns: list[TurnRow]) -> None:
    ended = f"hung up by {call.hangup_by}" if call.hangup_by else "not ended"
    about = [
        f"call {call.id}, {call.started.astimezone():%Y-%m-%d %H:%M:%S}, lasted {_lasted(call.duration)}",
        f"by {call.transport} from {call.caller or 'unknown'} to {call.dialled or 'unknown'}, "
        f"flow {call.flow or '–'}, in {call.language or '–'}, {ended}"
        + (f": {call.reason}" if call.reason else ""),
    ]
    if call.flagged:
        about.append("flagged for supervisors: the caller was upset")
    if call.recording:
        about.append(f"recorded in {call.recording}")
    out.print("\n".join(about), markup=False, soft_wrap=True)
    longest = max((value for turn in turns for value in (turn.ms_total, turn.ms_budget) if value), default=0)
    for turn in turns:
        _print_turn(turn, longest)
    if not turns:
        out.print("\nNo turns to show.")


def _print_turn(turn: TurnRow, longest: float) -> None:
    kept = turn.reply_text is not None
    lines = [f"\n{turn.number:3}  {turn.kind}", f"     caller  {_caller(turn)}{_mood(turn)}"]
    lines.append(f"     parley  {(turn.reply_text or '(nothing)') if kept else _NOT_KEPT}")
    if kept and turn.reply_heard_text != turn.reply_text:
        lines.append(f"     heard   {turn.reply_heard_text or '(nothing)'}")
    out.print("\n".join(lines), markup=False, soft_wrap=True)
    for bar in bars(_stages(turn), longest):
        out.print(_bar_line(bar, turn), soft_wrap=True)
    if turn.ms_total is not None:
        allowed = f"  of {turn.ms_budget:.0f} ms" if turn.ms_budget is not None else ""
        style = "bold red" if turn.culprit else "bold"
        out.print(Text(f"     {'total':<24}{turn.ms_total:6.0f} ms{allowed}", style), soft_wrap=True)


def _bar_line(bar: Bar, turn: TurnRow) -> Text:
    line = Text(f"     {bar.title:<24}{bar.ms:6.0f} ms  ")
    if bar.name != turn.culprit:
        line.append(bar.drawn, "cyan").rstrip()
        return line
    line.append(f"{bar.drawn:<{WIDTH}}", "bold red")
    allowed = _allowed(bar.name, turn.ms_budget)
    return line.append(f"  broke the budget{allowed}", "bold red")


def _allowed(stage: str, budget: float | None) -> str:
    from parley.ledger import allowances  # noqa: PLC0415 - not needed to show the help

    return "" if budget is None else f", {allowances(budget / 1000)[stage]:.0f} ms are its share"


def _caller(turn: TurnRow) -> str:
    if turn.input == "keyed":
        return f"(key {turn.caller_text})" if turn.caller_text is not None else "(a key)"
    if turn.input == "said":
        return _NOT_KEPT if turn.caller_text is None else turn.caller_text
    return _CALLER.get(turn.input, f"({turn.input})")


def _mood(turn: TurnRow) -> str:
    """How the caller felt, unless he was calm or nobody looked."""
    return "" if turn.emotion in (None, "neutral") else f"   ({turn.emotion})"


def _stages(turn: TurnRow) -> dict[str, float]:
    """Milliseconds of the stages that were reached."""
    stages = {
        "endpoint": turn.ms_endpoint,
        "asr": turn.ms_asr,
        "first_phrase": turn.ms_first_phrase,
        "first_pcm": turn.ms_first_pcm,
        "first_sent": turn.ms_first_sent,
    }
    return {name: ms for name, ms in stages.items() if ms is not None}


# -- for programs ----------------------------------------------------------------------------


def _call_json(call: CallRow) -> dict[str, Any]:
    return {
        "id": call.id,
        "started": call.started.isoformat(),
        "ended": call.ended.isoformat() if call.ended else None,
        "duration": call.duration,
        "transport": call.transport,
        "peer": call.peer,
        "caller": call.caller,
        "dialled": call.dialled,
        "flow": call.flow,
        "language": call.language,
        "hangup_by": call.hangup_by,
        "reason": call.reason,
        "recording": call.recording,
        "flagged": call.flagged,
    }


def _summary_json(one: CallSummary) -> dict[str, Any]:
    return {
        **_call_json(one.call),
        "turns": one.turns,
        "p50_ms": one.p50_ms,
        "max_ms": one.max_ms,
        "over_budget": dict(one.culprits),
    }


def _turn_json(turn: TurnRow) -> dict[str, Any]:
    total = {} if turn.ms_total is None else {"total": turn.ms_total}
    return {
        "number": turn.number,
        "input": turn.input,
        "language": turn.language,
        "confidence": turn.confidence,
        "emotion": turn.emotion,
        "kind": turn.kind,
        "caller_text": turn.caller_text,
        "reply_text": turn.reply_text,
        "reply_heard_text": turn.reply_heard_text,
        "speech_start": turn.speech_start,
        "speech_end": turn.speech_end,
        "decided": turn.decided,
        "first_sent": turn.first_sent,
        "ms": {**_stages(turn), **total},
        "budget_ms": turn.ms_budget,
        "culprit": turn.culprit,
    }
