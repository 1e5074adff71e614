"""How differences between two runs of a call are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from parley.replay.compare import Comparison, Difference, TurnComparison, Verdict
from parley.replay.outcome import Turn
from parley.replay.suite import Result, SuiteReport

_COLOURS = {
    Verdict.SAME: "dim",
    Verdict.CHANGED: "yellow",
    Verdict.BETTER: "green",
    Verdict.WORSE: "bold red",
    Verdict.SKIPPED: "dim italic",
}
_IN_ROWS = ("text", "reply", "kind", "turn", "cut_in")
"""Differences whose two sides stand in the rows of the words."""

_OF_TURNS = frozenset(
    {
        "answered",
        "key",
        "turn_ended",
        "recognised",
        "reply_started",
        "turn",
        "speech_started",
        "speech_paused",
    }
)
"""Events that the turns tell of already."""


def show_call(console: Console, result: Result, baseline: Path | None) -> None:
    """One call, turn by turn."""
    call, asked = result.call, result.replayed.asked
    against = f"the baseline {baseline}" if baseline is not None else "its recording"
    console.print(
        f"Call {call.call_id} of {call.started:%Y-%m-%d %H:%M} UTC, compared with {against}", markup=False
    )
    for note in call.notes:
        console.print(note, style="yellow", markup=False)
    if asked.new or asked.failed:
        told = f"The language model was asked {asked.new} new questions; {asked.failed} times it failed."
        console.print(told, style="yellow", markup=False)
    table = Table("s", "", "before", "now", "", box=None, pad_edge=False, header_style="bold")
    for turn in result.comparison.turns:
        for row in _rows(turn):
            table.add_row(*row)
        table.add_row()
    for event in _other_events(result.comparison):
        table.add_row(*_event_row(event))
    console.print(table)
    console.print(_verdict(result.comparison.verdict))
    if result.replayed.folder is not None:
        console.print(f"replay  {result.replayed.folder}", markup=False, soft_wrap=True)


def show_suite(console: Console, report: SuiteReport) -> None:
    """All calls: a line each, and what is worse or better in it."""
    for result in report.results:
        comparison = result.comparison
        line = Text.assemble(
            (f"{comparison.verdict.value:<8}", _COLOURS[comparison.verdict]),
            f" {result.call.call_id}  {len(result.replayed.outcome.turns)} turns",
        )
        console.print(line)
        for at, difference in _striking(comparison):
            told = f"         {at:7.2f}  {difference.what}: {_brief(difference)}"
            console.print(told, style=_COLOURS[difference.verdict], markup=False, soft_wrap=True)
    counts = report.as_json()["calls"]
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    console.print(f"{len(report.results)} calls: {told or 'none was replayed'}", markup=False)
    if report.unlisted:
        console.print(
            f"{len(report.unlisted)} recordings are not in the baseline", style="yellow", markup=False
        )


def _rows(turn: TurnComparison) -> Iterator[tuple[str | Text, ...]]:
    old, new = turn.old, turn.new
    one = old or new
    if one is None:
        return
    yield (f"{turn.at:.2f}", one.input, *_sides(_caller(old), _caller(new)), _verdict(turn.verdict))
    kind = old.kind if old is not None else one.kind
    if new is not None and new.kind != kind:
        kind = f"{kind} → {new.kind}"
    yield ("", kind, *_sides(_reply(old), _reply(new)), "")
    if (old and old.ms) or (new and new.ms):
        yield ("", "ms", *_sides(_stages(old), _stages(new), style="dim"), "")
    for difference in turn.differences:
        sides = ("", "") if difference.what in _IN_ROWS else (_plain(difference.old), _plain(difference.new))
        yield ("", difference.what, *sides, Text(_told(difference), _COLOURS[difference.verdict]))


def _sides(old: str | None, new: str | None, style: str = "") -> tuple[Text, Text]:
    """Both sides; what is the same is said once."""
    if old == new:
        return Text(old or "", style), Text("=", "dim")
    return Text("–" if old is None else old, style), Text("–" if new is None else new, style)


def _caller(turn: Turn | None) -> str | None:
    return None if turn is None else turn.text or ""


def _reply(turn: Turn | None) -> str | None:
    return None if turn is None else turn.reply or ""


def _stages(turn: Turn | None) -> str | None:
    return None if turn is None else " · ".join(f"{name} {ms:.0f}" for name, ms in turn.ms.items())


def _event_row(event: Difference) -> tuple[str | Text, ...]:
    at = (event.old or event.new)["at"]
    label = Text(_told(event), _COLOURS[event.verdict])
    return (f"{at:.2f}", event.what, _plain(event.old), _plain(event.new), label)


def _other_events(comparison: Comparison) -> list[Difference]:
    return [event for event in comparison.events if event.what not in _OF_TURNS]


def _striking(comparison: Comparison) -> Iterator[tuple[float, Difference]]:
    """What is better or worse, and when."""
    for turn in comparison.turns:
        for difference in turn.differences:
            if difference.verdict in (Verdict.WORSE, Verdict.BETTER):
                yield turn.at, difference
    for event in comparison.events:
        if event.verdict in (Verdict.WORSE, Verdict.BETTER):
            yield (event.old or event.new)["at"], event


def _brief(difference: Difference) -> str:
    if difference.what in ("turn", "cut_in"):
        return f"{difference.old or difference.new!s} ({difference.why})"
    why = f" ({difference.why})" if difference.why else ""
    return f"{_plain(difference.old)} → {_plain(difference.new)}{why}"


def _told(difference: Difference) -> str:
    return f"{difference.verdict.value}: {difference.why}" if difference.why else difference.verdict.value


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_plain(one) for one in value.values())
    if isinstance(value, float):
        return f"{value:.2f}"
    return "–" if value is None else str(value)


def _verdict(verdict: Verdict) -> Text:
    return Text(verdict.value, _COLOURS[verdict])
