"""Metrics and traces, made from the configuration."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING

from dialogue.llm.fleet import Member
from parley.observing.metrics import Metrics
from parley.observing.models import ModelFigures
from parley.observing.port import MetricsPort
from parley.observing.watch import Observer, Observers, ObservingError
from parley.settings import Config

if TYPE_CHECKING:
    from parley.observing.traces import Traces


@contextlib.asynccontextmanager
async def observing(
    config: Config,
    report: Callable[[str, str], None],
    state: Callable[[], str],
    members: Callable[[], Sequence[Member]] = tuple,
) -> AsyncGenerator[Observers]:
    """Everyone who is to be told of calls, as long as it lasts.

    Args:
        config: what the admin configured.
        report: told what was opened.
        state: tells `/healthz` whether calls are taken (`ok`) or why not.
        members: tells which servers the language model has.

    Raises:
        ObservingError: the metrics' port is taken, or OpenTelemetry is not installed.
    """
    async with contextlib.AsyncExitStack() as stack:
        observers: list[Observer] = []
        if config.metrics.enabled:
            metrics = Metrics(config.turns.budget)
            metrics.add(ModelFigures(members))
            port = MetricsPort(metrics, config.metrics.listen, state)
            await port.start()
            stack.push_async_callback(port.stop)
            observers.append(metrics)
            report("metrics", port.address)
        if config.traces.endpoint is not None:
            traces = _traces(config.traces.endpoint)
            stack.push_async_callback(traces.close)
            observers.append(traces)
            report("traces", f"to {config.traces.endpoint}")
        yield Observers(observers)


def _traces(endpoint: str) -> Traces:
    try:
        from parley.observing.collector import to_collector  # noqa: PLC0415 - an optional extra
        from parley.observing.traces import Traces  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ObservingError(
            f"traces.endpoint needs OpenTelemetry ({error}): pip install 'parley[otel]'"
        ) from error
    return Traces(to_collector(endpoint))
