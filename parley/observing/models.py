"""Prometheus: how the language model's servers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialogue.llm.fleet import Member


class ModelFigures(Collector):
    """Reads the servers' standing whenever the page is asked for.

    Args:
        members: tells which servers there are.
    """

    def __init__(self, members: Callable[[], Sequence[Member]]) -> None:
        self._members = members

    def collect(self) -> Iterator[Metric]:
        """The figures now, by server."""
        up = GaugeMetricFamily("parley_model_up", "Whether a server gets requests.", labels=["server"])
        running = GaugeMetricFamily("parley_model_in_flight", "Replies being written.", labels=["server"])
        first = GaugeMetricFamily(
            "parley_model_first_token_seconds", "Median time to the first text, lately.", labels=["server"]
        )
        replies = CounterMetricFamily("parley_model_replies", "Replies asked for.", labels=["server"])
        failures = CounterMetricFamily(
            "parley_model_failures", "Replies that came to nothing.", labels=["server"]
        )
        for member in self._members():
            name, standing = [member.place.name], member.standing
            up.add_metric(name, float(standing.is_well))
            running.add_metric(name, standing.in_flight)
            replies.add_metric(name, standing.replies)
            failures.add_metric(name, standing.failures)
            if standing.first_token is not None:
                first.add_metric(name, standing.first_token)
        yield from (up, running, first, replies, failures)
