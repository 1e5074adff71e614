"""Draws results of `parley bench latency` and `parley bench calls`, with matplotlib (extra `charts`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.benches.latency.figures import TARGETS, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDINGS = (".svg", ".png")

_NOT_STAGES = frozenset({"total", "decision_to_sent"})
"""Sums of stages."""

_PANEL_INCHES = (7.0, 4.2)


class ChartError(Exception):
    """A chart can't be drawn; the message says why, and what to do."""


def check_chart(path: Path) -> None:
    """Raise ChartError if `draw` could not write to `path`, before anything is measured."""
    if path.suffix.lower() not in ENDINGS:
        raise ChartError(f"{path}: expected a name that ends in {' or '.join(ENDINGS)}")
    if not path.absolute().parent.is_dir():
        raise ChartError(f"{path}: expected a folder {path.absolute().parent}")
    _matplotlib()


def draw(path: Path, results: Sequence[Row]) -> None:
    """Draw what the results hold, a panel each.

    - How long each known answer took, by stage, of the first result that has them.
    - Cut-ins against delay, of all results that have both, if there are two or more.
    - The delay against the number of calls, of each result of `parley bench calls`.

    Args:
        path: an SVG or PNG file.
        results: as `--json` printed them.

    Raises:
        ChartError: nothing in them can be drawn, matplotlib is not installed, or the file can't be written.
    """
    check_chart(path)
    panels = _panels(results)
    if not panels:
        raise ChartError(
            "expected results of `parley bench latency` or `parley bench calls` with answered turns"
        )
    pyplot = _matplotlib()
    width, height = _PANEL_INCHES
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(width, height * len(panels)), squeeze=False, layout="constrained"
    )
    try:
        for panel, area in zip(panels, axes[:, 0], strict=True):
            panel(area)
        figure.savefig(path)
    except OSError as error:
        raise ChartError(f"{path}: {error.strerror}") from error
    finally:
        pyplot.close(figure)


def _panels(results: Sequence[Row]) -> list[Callable[[Axes], None]]:
    panels: list[Callable[[Axes], None]] = []
    staged = next((one for one in results if _staged_rows(one)), None)
    if staged is not None:
        panels.append(lambda area: _by_stage(area, staged))
    traded = [one for one in results if _trade(one) is not None]
    if len(traded) > 1:
        panels.append(lambda area: _cut_ins(area, traded))
    grown = [one for one in results if any(step["p95_ms"] is not None for step in one.get("steps", ()))]
    if grown:
        panels.append(lambda area: _growth(area, grown))
    return panels


def _staged_rows(result: Row) -> list[Row]:
    rows = result.get("rows", {}).get("known", [])
    return [row for row in rows if row.get("stages") and row["ms"] is not None and row["kind"] == "known"]


def _by_stage(area: Axes, result: Row) -> None:
    """A bar for each answer, the quickest first, in the colours of its stages."""
    rows = sorted(_staged_rows(result), key=lambda row: float(row["ms"]))
    names = list(dict.fromkeys(name for row in rows for name in row["stages"] if name not in _NOT_STAGES))
    at, bottom = np.arange(1, len(rows) + 1), np.zeros(len(rows))
    for name in names:
        taken = np.asarray([max(0.0, row["stages"].get(name, 0.0)) for row in rows])
        if taken.max(initial=0.0) > 0:
            area.bar(at, taken, bottom=bottom, width=1.0, label=name.replace("_", " "))
            bottom += taken
    for figure, style in (("p50_ms", ":"), ("p95_ms", "--")):
        value = result["known"][figure]
        area.axhline(value, color="black", linestyle=style, linewidth=1, label=f"{figure[:3]} {value:.0f} ms")
    area.set_title(f"Known answers: end of speech to first sample heard ({_name(result)})", fontsize="medium")
    area.set_xlabel(f"{len(rows)} answers, the quickest first")
    area.set_ylabel("ms")
    area.legend(fontsize="small", ncols=2, loc="lower right")


def _trade(result: Row) -> tuple[float, float] | None:
    """Delay at p50 and cut-in rate of a run that has both."""
    delay, rate = result.get("known", {}).get("p50_ms"), result.get("pauses", {}).get("cut_in_rate")
    return None if delay is None or rate is None else (delay, rate)


def _cut_ins(area: Axes, results: Sequence[Row]) -> None:
    """A point for each run."""
    points = sorted((*trade, _name(one)) for one in results if (trade := _trade(one)) is not None)
    area.plot([x for x, _, _ in points], [y * 100 for _, y, _ in points], "o-")
    for x, y, name in points:
        area.annotate(name, (x, y * 100), textcoords="offset points", xytext=(6, 4), fontsize="small")
    area.axhline(TARGETS["pauses.cut_in_rate"] * 100, color="black", linestyle="--", linewidth=1)
    area.set_title("Utterances with a pause of 300 to 800 ms: cut-ins against delay", fontsize="medium")
    area.set_xlabel("known answers, p50 in ms")
    area.set_ylabel("cut in, %")
    area.margins(x=0.2, y=0.15)


def _growth(area: Axes, results: Sequence[Row]) -> None:
    """Two lines for each result: p50 and p95."""
    for result in results:
        steps = [step for step in result["steps"] if step["p95_ms"] is not None]
        counts = [step["calls"] for step in steps]
        (line,) = area.plot(counts, [step["p95_ms"] for step in steps], "o-", label=f"{_name(result)}, p95")
        middle = [step["p50_ms"] for step in steps]
        area.plot(counts, middle, "o:", color=line.get_color(), label=f"{_name(result)}, p50")
        area.set_xticks(counts)
    budget = results[0]["budget_ms"]
    area.axhline(budget, color="black", linestyle="--", linewidth=1, label=f"budget {budget} ms")
    area.set_title("Known answers: end of speech to first sample heard", fontsize="medium")
    area.set_xlabel("calls at once")
    area.set_ylabel("ms")
    area.set_ylim(bottom=0)
    area.legend(fontsize="small")


def _name(result: Row) -> str:
    """What a run is called in a chart: its own `label`, or who was called how."""
    noise = result.get("noise_db")
    usual = f"{result['party']}, {result['via']}{'' if noise is None else f', {noise:g} dB of babble'}"
    return str(result.get("label") or usual)


def _matplotlib() -> Any:
    try:
        import matplotlib  # noqa: PLC0415 - an optional extra
        from matplotlib import pyplot  # noqa: PLC0415
    except ImportError as error:
        raise ChartError("charts need matplotlib: pip install 'parley[charts]'") from error
    matplotlib.use("Agg")
    return pyplot
