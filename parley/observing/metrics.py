"""Prometheus: calls counted, and the time of every stage in histograms."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from parley import __version__
from parley.journal import TurnRecord
from telephony.line import HungUp, LineInfo

TURN_BUCKETS = (
    *(0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45),
    *(0.5, 0.6, 0.75, 0.9, 1.3, 2.0, 3.0, 5.0, 10.0),
)
"""Upper bounds of whole turns in seconds: close together up to the budget of half a second."""

STAGE_BUCKETS = (0.02, 0.04, 0.06, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.3, 3.0, 10.0)
"""Upper bounds of stages in seconds, from one packet on. Few, as there are five times as many."""

MAX_VALUES = 32
"""Different values of one label. The code has fewer; more would be a mistake that fills Prometheus."""

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,30}")


class Values:
    """The values of one label: the first `MAX_VALUES` plain words as they come, all others `other`."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, value: str) -> str:
        """The value that `value` is counted under."""
        if value not in self._seen:
            if len(self._seen) >= MAX_VALUES or not _WORD.fullmatch(value):
                return "other"
            self._seen.add(value)
        return value


class Metrics:
    """Counts calls and turns; an `Observer`.

    Args:
        budget: seconds that a turn may take, shown beside what turns took.
    """

    name = "metrics"

    def __init__(self, budget: float) -> None:
        # They double the series of counters, and hardly anybody reads them.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self.transport, self.kind, self.ending = Values(), Values(), Values()
        self.stage_seconds = Histogram(
            "parley_turn_stage_seconds",
            "Time that one stage of a turn took.",
            ("stage", "kind", "transport"),
            buckets=STAGE_BUCKETS,
            registry=registry,
        )
        self.turn_seconds = Histogram(
            "parley_turn_seconds",
            "Time from the end of the caller's speech to the first sample of the reply.",
            ("kind", "transport"),
            buckets=TURN_BUCKETS,
            registry=registry,
        )
        self.turns = Counter(
            "parley_turns", "Turns, the greeting included.", ("kind", "transport"), registry=registry
        )
        self.over_budget = Counter(
            "parley_turns_over_budget",
            "Turns that took longer than the budget, by the stage that overshot its share the most.",
            ("stage", "kind", "transport"),
            registry=registry,
        )
        self.calls = Counter(
            "parley_calls",
            "Calls that are over, by who ended them: caller, parley, error, or busy if not taken.",
            ("transport", "ending"),
            registry=registry,
        )
        self.flagged = Counter(
            "parley_calls_flagged",
            "Calls that supervisors should see, for how the caller felt.",
            ("transport",),
            registry=registry,
        )
        self.running = Gauge("parley_calls_running", "Calls running now.", ("transport",), registry=registry)
        Gauge("parley_turn_budget_seconds", "What a turn may take.", registry=registry).set(budget)
        Info("parley_build", "This Parley.", registry=registry).info(
            {"version": __version__, "python": platform.python_version()}
        )
        ProcessCollector(registry=registry)

    def add(self, figures: Collector) -> None:
        """Show further figures, which are read whenever the page is asked for."""
        self._registry.register(figures)

    def call(self, info: LineInfo, started: datetime) -> MeteredCall:
        """A call begins."""
        return MeteredCall(self, self.transport(info.transport))

    def refused(self, info: LineInfo) -> None:
        """A caller was not taken."""
        self.calls.labels(self.transport(info.transport), "busy").inc()

    def page(self, accept: str) -> tuple[Callable[[], bytes], str]:
        """What writes the page in the format that an `Accept` header asks for, and its content type.

        Writing takes milliseconds for every thousand lines, and may be done in a thread.
        """
        encode, content_type = choose_encoder(accept)
        return lambda: encode(self._registry), content_type


class MeteredCall:
    """One call; a `CallWatch`."""

    def __init__(self, metrics: Metrics, transport: str) -> None:
        self._metrics = metrics
        self._transport = transport
        self._flagged = False
        metrics.running.labels(transport).inc()

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete."""
        metrics, transport, kind = self._metrics, self._transport, self._metrics.kind(turn.kind)
        metrics.turns.labels(kind, transport).inc()
        for stage in turn.times.stages():
            metrics.stage_seconds.labels(stage.name, kind, transport).observe(stage.ended - stage.begun)
        if (total := turn.times.ms().get("total")) is not None:
            metrics.turn_seconds.labels(kind, transport).observe(total / 1000)
        if turn.culprit is not None:
            metrics.over_budget.labels(turn.culprit, kind, transport).inc()
        if turn.flagged and not self._flagged:
            self._flagged = True
            metrics.flagged.labels(transport).inc()

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """The call is over."""
        self._metrics.running.labels(self._transport).dec()
        self._metrics.calls.labels(self._transport, self._metrics.ending(hung_up.by)).inc()
