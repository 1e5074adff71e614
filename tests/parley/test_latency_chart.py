"""Charts of the benchmark, and the commands that measure and draw."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from parley.benches.latency.chart import ChartError, check_chart, draw
from parley.cli.app import app
from parley.cli.bench_latency import Tell, measured

Row = dict[str, Any]


def run(p50: float, cut_in_rate: float, label: str) -> Row:
    stages = {"endpoint": p50 - 20.0, "way": 20.0, "total": p50}
    rows = [{"ms": p50 + k, "kind": "known", "stages": stages} for k in range(5)]
    return {"label": label, "party": "parley", "via": "sip", "noise_db": None,
            "known": {"p50_ms": p50, "p95_ms": p50 + 50}, "pauses": {"cut_in_rate": cut_in_rate},
            "rows": {"known": rows}}  # fmt: skip


GROWTH: Row = {
    "party": "parley",
    "via": "sip",
    "budget_ms": 500,
    "steps": [{"calls": n, "p50_ms": 300.0 * n, "p95_ms": 400.0 * n} for n in (1, 2)],
}


def texts(svg: Path) -> str:
    """The words of a drawing; matplotlib names each of them in a comment."""
    return svg.read_text(encoding="utf-8")


def test_a_panel_is_drawn_for_whatever_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="charts need matplotlib: pip install 'parley[charts]'")
    draw(tmp_path / "all.svg", [run(300, 0.2, "short"), run(500, 0.02, "long"), GROWTH])
    drawn = texts(tmp_path / "all.svg")
    for words in (
        "endpoint",
        "way",
        "p95 350 ms",
        "5 answers",
        "short",
        "long",
        "calls at once",
        "budget 500 ms",
    ):
        assert f"<!-- {words}" in drawn
    assert "<!-- total" not in drawn
    draw(tmp_path / "one.svg", [run(300, 0.2, "short")])
    assert "cut-ins against delay" not in texts(tmp_path / "one.svg")
    draw(tmp_path / "growth.png", [GROWTH])
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="charts need matplotlib: pip install 'parley[charts]'")
    with pytest.raises(ChartError, match=r"expected results of `parley bench latency`"):
        draw(tmp_path / "a.svg", [{"party": "parley"}])
    with pytest.raises(ChartError, match=r"a\.pdf: expected a name that ends in \.svg or \.png"):
        check_chart(tmp_path / "a.pdf")
    with pytest.raises(ChartError, match=r"expected a folder .*nowhere"):
        check_chart(tmp_path / "nowhere" / "a.svg")


def test_without_matplotlib_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ChartError, match=r"pip install 'parley\[charts\]'"):
        check_chart(tmp_path / "a.svg")


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["bench", *arguments])
    return result.exit_code, " ".join(result.output.replace("│", " ").split())


def test_runs_are_drawn_from_what_json_printed(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="charts need matplotlib: pip install 'parley[charts]'")
    (tmp_path / "run.json").write_text(json.dumps(run(300, 0.2, "short")))
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "other.json").write_text("[]")
    assert invoke("chart", str(tmp_path / "a.svg"), str(tmp_path / "run.json")) == (0, "")
    assert (tmp_path / "a.svg").is_file()
    for name, complaint in (("bad", "expected what --json prints"), ("other", "expected what `parley bench")):
        code, text = invoke("chart", str(tmp_path / "a.svg"), str(tmp_path / f"{name}.json"))
        assert code == 1
        assert f"{name}.json" in text.replace(" ", "")
        assert complaint in text


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["latency", "--data", "/nowhere"], 1, "expected recorded speech there"),
        (["calls", "--data", "/nowhere"], 1, "expected recorded speech there"),
        (["latency", "--only", "speed"], 1, "scenario 'speed': expected one of known"),
        (["calls", "--budget", "500"], 2, "expected a time with its unit"),
        (["latency", "--chart", "a.txt"], 1, "expected a name that ends in .svg or .png"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(arguments: list[str], code: int, complaint: str) -> None:
    exit_code, text = invoke(*arguments)
    assert exit_code == code
    assert complaint in text


def test_a_run_that_is_terminated_puts_everything_away_first() -> None:
    put_away = []

    async def work(tell: Tell) -> Row:
        tell("measuring", 0, 1)
        try:
            asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)
        finally:
            put_away.append("server")
        return {}

    with pytest.raises(typer.Exit) as exit_:
        measured(work, "", None)
    assert exit_.value.exit_code == 128 + signal.SIGTERM
    assert put_away == ["server"]
