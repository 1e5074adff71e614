"""The latency benchmark's result as a person reads it: each figure with its samples and its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Row = dict[str, Any]

_TITLES = {
    "known": "known answers",
    "pauses": "utterances with a pause of 300 to 800 ms inside",
    "barge-in": "the caller interrupts",
    "backchannel": "sounds that must not interrupt",
    "model": "answers of the language model",
}


def latency_table(result: Row) -> Table:
    """All figures of a run."""
    noise = (
        "" if result["noise_db"] is None else f", people talking {result['noise_db']:g} dB below the caller"
    )
    title = f"{result['party']} over {result['via']}, {result['language']}{noise}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for name in ("p50", "p95", "n", "target"):
        table.add_column(name, justify="right")
    for name, scenario_title in _TITLES.items():
        if name in result:
            table.add_row(f"[bold]{scenario_title}[/bold]")
            for line in _LINES[name](result[name], result["targets"]):
                table.add_row(*line)
    table.add_row("[bold]the machine[/bold]")
    table.add_row("processor seconds a minute of call", f"{result['cpu_seconds_per_call_minute']:g}")
    table.add_row("memory at its peak", f"{result['peak_memory_mb']} MB")
    if result["hung_up_on"]:
        table.add_row("callers hung up on", "", "", str(result["hung_up_on"]))
    if result["failed_calls"]:
        table.add_row("calls that failed", "", "", str(len(result["failed_calls"])))
    return table


def calls_table(result: Row) -> Table:
    """Delay by the number of calls at once."""
    title = (
        f"{result['party']} over {result['via']}, {result['language']}: "
        f"{result['calls_within_budget']} calls at once within {result['budget_ms']} ms at p95"
    )
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in ("calls", "p50", "p95", "turns", "missed", "cores busy", "memory"):
        table.add_column(name, justify="right")
    for step in result["steps"]:
        table.add_row(
            *(str(step["calls"]), _ms(step["p50_ms"]), _ms(step["p95_ms"]), str(step["turns"])),
            *(str(step["missed_turns"]), f"{step['cores_busy']:g}", f"{step['peak_memory_mb']} MB"),
        )
    return table


def columns_table(result: Row) -> Table:
    """All figures of several parties side by side, by their names in `--json`."""
    from parley.benches.latency import columns  # noqa: PLC0415 - loads engines

    parties = result["parties"]
    table = Table(title=f"over {parties[0]['via']}, {parties[0]['language']}", title_justify="left", box=None)
    table.add_column("")
    for party in parties:
        table.add_column(party["party"], justify="right")
    for name, values in columns(parties):
        table.add_row(name, *("–" if value is None else f"{value:g}" for value in values))
    return table


Line = tuple[str, ...]


def _times(name: str, figures: Row, target: str = "") -> Line:
    return f"  {name}", _ms(figures["p50_ms"]), _ms(figures["p95_ms"]), str(figures["n"]), target


def _share(name: str, share: float | None, count: int, target: str = "") -> Line:
    return f"  {name}", "–" if share is None else f"{share:.1%}", "", str(count), target


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


def _target(targets: Row, *names: str, percent: bool = False) -> str:
    """`≤ 350 / 500 ms`, in red where it is not reached."""
    found = [targets[name] for name in names if name in targets]
    if not found:
        return ""
    sign = "≥" if names[0].endswith("within_one_word") else "≤"
    values = " / ".join(f"{one['target']:.0%}" if percent else f"{one['target']:g}" for one in found)
    style = "green" if all(one["reached"] for one in found) else "red"
    return f"[{style}]{sign} {values}{'' if percent else ' ms'}[/{style}]"


def _known(figures: Row, targets: Row) -> Iterator[Line]:
    names = ("known.p50_ms", "known.p95_ms") if "known.p95_ms" in targets else ("known in noise.p95_ms",)
    yield _times("end of speech → first sample heard", figures, _target(targets, *names))
    yield from _stages(figures, targets)
    yield from _answered(figures)


def _stages(figures: Row, targets: Row) -> Iterator[Line]:
    for name, stage in figures["stages"].items():
        target = _target(targets, f"known.stages.{name}.p95_ms")
        yield _times(f"  {name}", stage, target)


def _answered(figures: Row) -> Iterator[Line]:
    yield "  turns missed", "", "", str(figures["missed_turns"]), ""
    yield "  answered by something else", "", "", str(figures["answered_otherwise"]), ""


def _pauses(figures: Row, targets: Row) -> Iterator[Line]:
    target = _target(targets, "pauses.cut_in_rate", percent=True)
    yield _share("cut in", figures["cut_in_rate"], figures["turns"], target)
    for pause, cut in figures["by_pause"].items():
        if cut["n"]:
            yield _share(f"  pause of {pause}", cut["cut_in_rate"], cut["n"])
    yield _times("end of speech → first sample heard", figures)
    yield from _answered(figures)


def _barge_in(figures: Row, targets: Row) -> Iterator[Line]:
    yield _times("onset → silent", figures, _target(targets, "barge-in.p95_ms"))
    yield "  spoke on", "", "", str(figures["not_stopped"]), ""
    heard = figures["heard_text"]
    target = _target(targets, "barge-in.heard_text.within_one_word", percent=True)
    yield _share("heard text within one word", heard["within_one_word"], heard["n"], target)


def _backchannel(figures: Row, targets: Row) -> Iterator[Line]:
    target = _target(targets, "backchannel.false_barge_in_rate", percent=True)
    yield _share("interrupted all the same", figures["false_barge_in_rate"], figures["trials"], target)
    for sound, one in figures["by_sound"].items():
        yield _share(f"  {sound}", one["false_barge_in_rate"], one["n"])


def _model(figures: Row, targets: Row) -> Iterator[Line]:
    yield _times("first sound", figures["first_audio"], _target(targets, "model.first_audio.p95_ms"))
    yield _times("first word of its own", figures["first_content"],
                 _target(targets, "model.first_content.p95_ms"))  # fmt: skip
    yield from _stages(figures, {})
    yield from _answered(figures)


_LINES = {
    "known": _known,
    "pauses": _pauses,
    "barge-in": _barge_in,
    "backchannel": _backchannel,
    "model": _model,
}
