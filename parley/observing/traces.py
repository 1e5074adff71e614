"""OpenTelemetry: a span a call, in it one a turn, in it one a stage. Needs the extra `otel`.

Nothing personal goes into a span: no words, no keys, no numbers, no addresses.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import Span, StatusCode, set_span_in_context

from parley import __version__
from parley.journal import TurnRecord
from telephony.line import HungUp, LineInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Traces:
    """Makes spans of calls; an `Observer`.

    Args:
        processor: what becomes of spans that have ended (`parley.observing.collector`).
    """

    name = "traces"

    def __init__(self, processor: SpanProcessor) -> None:
        resource = Resource.create({"service.name": "parley", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("parley", __version__)

    async def close(self) -> None:
        """Send what waits, or lose it when the collector does not take it."""
        await asyncio.to_thread(self._provider.shutdown)

    def call(self, info: LineInfo, started: datetime) -> TracedCall:
        """A call begins."""
        return TracedCall(self, info, started)

    def refused(self, info: LineInfo) -> None:
        """A caller was not taken: a span without duration."""
        now = _ns(datetime.now(UTC), 0.0)
        span = self.span("call refused", now, attributes={"parley.transport": info.transport})
        span.end(now)

    def span(
        self,
        name: str,
        start: int,
        *,
        within: Context | None = None,
        attributes: dict[str, str | int | float] | None = None,
    ) -> Span:
        """Begin a span at `start` (nanoseconds since 1970)."""
        # An empty context, so that no span of a library that is traced as well becomes the parent.
        context = Context() if within is None else within
        return self._tracer.start_span(name, context, start_time=start, attributes=attributes)


class TracedCall:
    """One call; a `CallWatch`."""

    def __init__(self, traces: Traces, info: LineInfo, started: datetime) -> None:
        self._traces = traces
        self._started = started
        self._last = 0.0
        self._span = traces.span(
            "call",
            self._at(0.0),
            attributes={"parley.call_id": info.call_id, "parley.transport": info.transport},
        )
        self._within = set_span_in_context(self._span, Context())

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete: its span goes from the caller's first sound to the reply's first sample."""
        times, stages = turn.times, turn.times.stages()
        known = [at for at in (times.speech_start, *(stage.begun for stage in stages)) if at is not None]
        if not known:
            return  # nothing of it was reached
        ended = max([*known, *(stage.ended for stage in stages)])
        attributes: dict[str, str | int | float] = {
            "parley.turn": turn.index,
            "parley.kind": turn.kind,
            "parley.budget_ms": round(turn.budget * 1000, 1),
        }
        if turn.utterance is not None:
            attributes["parley.language"] = turn.utterance.language
        if turn.culprit is not None:
            attributes["parley.culprit"] = turn.culprit
        attributes |= {f"parley.{name}_ms": ms for name, ms in times.ms().items()}
        span = self._traces.span("turn", self._at(min(known)), within=self._within, attributes=attributes)
        within = set_span_in_context(span, Context())
        if times.speech_start is not None and times.speech_end is not None:
            self._part("speech", times.speech_start, times.speech_end, within)
        for stage in stages:
            self._part(stage.name, stage.begun, stage.ended, within)
        span.end(self._at(ended))
        self._last = max(self._last, ended)

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """The call is over. Why, in words, stays in the database: it may name the caller."""
        self._span.set_attribute("parley.ended_by", hung_up.by)
        if language is not None:
            self._span.set_attribute("parley.language", language)
        if hung_up.by == "error":
            self._span.set_status(StatusCode.ERROR)
        self._span.end(self._at(max(hung_up.at, self._last)))

    def _part(self, name: str, begun: float, ended: float, within: Context) -> None:
        self._traces.span(name, self._at(begun), within=within).end(self._at(max(begun, ended)))

    def _at(self, seconds: float) -> int:
        return _ns(self._started, seconds)


def _ns(moment: datetime, seconds: float) -> int:
    """Nanoseconds since 1970 of what happened `seconds` after `moment`; exact where a float is not."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000 + round(seconds * 1e9)
