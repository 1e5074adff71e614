"""What a pull shows on a terminal and in a log."""

from __future__ import annotations

import io

from rich.console import Console

from parley.models import BarProgress, LineProgress, progress_for
from parley.models.progress import Meter


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_line_every_few_seconds() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = LineProgress(lines.append, every=5.0, clock=clock)
    shown.begin("whisper-base", 100_000_000)
    for second in range(1, 12):
        clock.now = float(second)
        shown.update("whisper-base", second * 8_000_000, "downloading")
    shown.end("whisper-base", "ready")
    assert lines == [
        "whisper-base: 40 %, 40.0 of 100.0 MB, downloading",
        "whisper-base: 80 %, 80.0 of 100.0 MB, downloading",
        "whisper-base: ready (100.0 MB, 11.0 s)",
    ]


def test_output_that_is_no_terminal_gets_plain_lines() -> None:
    out = io.StringIO()
    with progress_for(Console(file=out, width=20)) as shown:
        assert isinstance(shown, LineProgress)
        shown.begin("[bold]odd name", 2_000_000)
        shown.end("[bold]odd name", "ready")
    assert out.getvalue() == "[bold]odd name: ready (2.0 MB, 0.0 s)\n"


def test_a_terminal_gets_a_bar_with_bytes() -> None:
    out = io.StringIO()
    with progress_for(Console(file=out, force_terminal=True, width=120)) as shown:
        assert isinstance(shown, BarProgress)
        shown.begin("piper-joe", 63_000_000)
        shown.update("piper-joe", 20_000_000, "downloading")
        shown.end("piper-joe", "ready")
    assert "piper-joe" in out.getvalue()
    assert "60.1/60.1 MiB" in out.getvalue()
    assert "ready" in out.getvalue()


def test_a_failed_model_s_bar_stays_where_it_was() -> None:
    out = io.StringIO()
    with BarProgress(Console(file=out, force_terminal=True, width=120)) as shown:
        shown.begin("piper-joe", 4 << 20)
        shown.update("piper-joe", 1 << 20, "downloading")
        shown.end("piper-joe", "failed")
    assert "1.0/4.0 MiB" in out.getvalue()
    assert "failed" in out.getvalue()


def test_parts_add_up_and_can_be_taken_back() -> None:
    seen: list[tuple[int, str]] = []

    class Shown:
        def begin(self, model: str, total: int) -> None:
            raise AssertionError("a meter does not begin")

        def update(self, model: str, done: int, note: str) -> None:
            seen.append((done, note))

        def end(self, model: str, outcome: str) -> None:
            raise AssertionError("a meter does not end")

    meter = Meter(Shown(), "m")
    meter.set("model.bin first", 10, "a")
    meter.set("model.bin second", 5.5, "b")
    meter.drop("model.bin ")
    meter.set("model.bin", 20, "c")
    assert seen == [(10, "a"), (15, "b"), (20, "c")]
