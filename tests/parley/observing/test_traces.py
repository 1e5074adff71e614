from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from parley.config import load_config
from parley.observing import ObservingError
from parley.observing.collector import to_collector
from parley.observing.opening import observing
from parley.observing.traces import Traces
from telephony.line import HungUp, LineInfo
from tests.parley.kept_turns import greeting, keyed, said, unheard

NOON = datetime(2026, 11, 22, 12, 0, 0, 125, tzinfo=UTC)
BY_SIP = LineInfo("c1", "sip", "192.0.2.7:5060", "+441632960000", "1000")


class Traced:
    """Spans in memory, by name."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.traces = Traces(SimpleSpanProcessor(self.exporter))

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def span(self, name: str) -> ReadableSpan:
        (span,) = self.spans(name)
        return span


@pytest.fixture
async def traced() -> AsyncIterator[Traced]:
    traced = Traced()
    yield traced
    await traced.traces.close()


def at(span: ReadableSpan) -> tuple[float, float]:
    """Where a span lies, in seconds on the call's clock."""
    zero = int(NOON.timestamp()) * 10**9 + NOON.microsecond * 1000
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.start_time - zero) / 1e9, (span.end_time - zero) / 1e9


async def test_a_call_holds_its_turns_and_a_turn_its_stages(traced: Traced) -> None:
    call = traced.traces.call(BY_SIP, NOON)
    call.turn(greeting())
    call.turn(said(kind="model"))
    call.ended(HungUp(12.0, "caller"), language="en")
    whole = traced.span("call")
    first, second = traced.spans("turn")
    assert whole.parent is None
    assert {span.parent and span.parent.span_id for span in (first, second)} == {whole.context.span_id}
    inside = [span for span in traced.exporter.get_finished_spans()
              if span.parent and span.parent.span_id == second.context.span_id]  # fmt: skip
    stages = ["endpoint", "asr", "first_phrase", "first_pcm", "first_sent"]
    assert [span.name for span in inside] == ["speech", *stages]
    assert len({span.context.trace_id for span in traced.exporter.get_finished_spans()}) == 1


async def test_spans_lie_where_the_call_was_on_the_wall_clock(traced: Traced) -> None:
    call = traced.traces.call(BY_SIP, NOON)
    call.turn(said())
    call.ended(HungUp(12.0, "caller"))
    assert at(traced.span("call")) == (0.0, 12.0)
    assert at(traced.span("turn")) == (4.0, 5.38)
    assert at(traced.span("speech")) == (4.0, 5.0)
    assert at(traced.span("endpoint")) == (5.0, 5.3)
    assert at(traced.span("asr")) == (5.3, 5.31)
    assert at(traced.span("first_sent")) == (5.37, 5.38)


async def test_what_was_prepared_ahead_takes_no_time(traced: Traced) -> None:
    turn = said()
    turn.times.text, turn.times.phrase, turn.times.pcm = 5.1, 5.15, 5.2
    traced.traces.call(BY_SIP, NOON).turn(turn)
    assert [at(traced.span(name)) for name in ("asr", "first_phrase", "first_pcm")] == [(5.3, 5.3)] * 3
    assert at(traced.span("first_sent")) == (5.3, 5.38)


async def test_a_turn_says_how_long_it_took_and_what_broke_its_budget(traced: Traced) -> None:
    call = traced.traces.call(BY_SIP, NOON)
    call.turn(said(3, endpoint=0.8))
    call.turn(said(4))
    slow, quick = (span.attributes or {} for span in traced.spans("turn"))
    assert (slow["parley.turn"], slow["parley.kind"], slow["parley.language"]) == (3, "known", "en")
    assert (slow["parley.endpoint_ms"], slow["parley.total_ms"]) == (800.0, 880.0)
    assert (slow["parley.budget_ms"], slow["parley.culprit"]) == (500.0, "endpoint")
    assert "parley.culprit" not in quick


async def test_a_call_says_how_it_came_and_ended(traced: Traced) -> None:
    traced.traces.call(BY_SIP, NOON).ended(HungUp(12.0, "caller"), language="zh")
    traced.traces.call(BY_SIP, NOON).ended(HungUp(3.0, "error", "192.0.2.7: socket reset"))
    well, failed = traced.spans("call")
    assert dict(well.attributes or {}) == {
        "parley.call_id": "c1",
        "parley.transport": "sip",
        "parley.ended_by": "caller",
        "parley.language": "zh",
    }
    assert well.status.status_code is StatusCode.UNSET
    assert failed.status.status_code is StatusCode.ERROR
    assert well.resource.attributes["service.name"] == "parley"


async def test_a_call_that_failed_before_its_clock_was_read_ends_with_its_last_turn(traced: Traced) -> None:
    call = traced.traces.call(BY_SIP, NOON)
    call.turn(greeting())
    call.ended(HungUp(0.0, "error", "the call failed"))
    assert at(traced.span("call")) == (0.0, 1.02)


async def test_a_turn_of_which_nothing_was_reached_leaves_no_span(traced: Traced) -> None:
    turn = unheard()
    traced.traces.call(BY_SIP, NOON).turn(replace(turn, times=type(turn.times)()))
    assert traced.exporter.get_finished_spans() == ()


async def test_nothing_that_was_said_and_no_number_is_in_a_span(traced: Traced) -> None:
    call = traced.traces.call(BY_SIP, NOON)
    for turn in (greeting(), said(), keyed(), unheard()):
        call.turn(turn)
    call.ended(HungUp(12.0, "error", "192.0.2.7: socket reset"))
    traced.traces.refused(BY_SIP)
    told = "".join(span.to_json() for span in traced.exporter.get_finished_spans())
    assert "refused" in told
    for private in (
        "441632960000",
        "my number",
        "Miller",
        "thank you",
        "Five",
        "192.0.2.7",
        '"1000"',
        "reset",
    ):
        assert private not in told


class Collector:
    """A collector that counts what arrives by name, and at first refuses as often as it is told."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.names: list[str] = []
        self._refuses = refuses
        self.app = web.Application()
        self.app.router.add_post("/v1/traces", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        if self._refuses:
            self._refuses -= 1
            raise web.HTTPUnauthorized
        sent = ExportTraceServiceRequest.FromString(await request.read())
        self.names += [
            span.name
            for of_resource in sent.resource_spans
            for scope in of_resource.scope_spans
            for span in scope.spans
        ]
        return web.Response(content_type="application/x-protobuf")


@pytest.mark.parametrize("path", ["", "/", "/v1/traces"])
async def test_a_collector_gets_every_span_by_the_time_parley_has_stopped(path: str) -> None:
    collector = Collector()
    async with TestServer(collector.app) as server:
        config = load_config(None, {"HOME": "/nowhere"})
        traces = config.traces.model_copy(update={"endpoint": f"http://127.0.0.1:{server.port}{path}"})
        told: list[tuple[str, str]] = []
        opened = observing(config.model_copy(update={"traces": traces}), lambda *line: told.append(line), str)
        async with opened as observers:
            watch = observers.call(BY_SIP, datetime.now(UTC) - timedelta(seconds=12), Nobody())
            for turn in (greeting(), said(), said(2), keyed(3)):
                watch.turn(turn)
            watch.ended(HungUp(12.0, "caller"), language="en")
    assert told == [("traces", f"to {traces.endpoint}")]
    assert collector.names.count("call") == 1
    assert collector.names.count("turn") == 4
    assert collector.names.count("endpoint") == collector.names.count("speech") == 2
    assert len(collector.names) == 1 + 4 + 4 + 6 + 6 + 4


class Nobody:
    """Keeps nothing."""

    def turn(self, turn: object) -> None:
        pass

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        pass


async def test_a_collector_that_is_gone_costs_the_spans_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    threads = set(threading.enumerate())
    traces = Traces(to_collector("http://127.0.0.1:1"))
    call = traces.call(BY_SIP, NOON)
    call.turn(said())
    call.ended(HungUp(12.0, "caller"))
    await traces.close()
    assert "Connection refused" in caplog.text
    assert not [one for one in set(threading.enumerate()) - threads if one.name.startswith("Otel")]


async def test_a_collector_that_refuses_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    collector = Collector(refuses=2)
    async with TestServer(collector.app) as server:
        processor = to_collector(f"http://127.0.0.1:{server.port}")
        traces = Traces(processor)
        for _ in range(4):
            traces.refused(BY_SIP)
            await asyncio.to_thread(processor.force_flush)
        await traces.close()
    assert collector.names == ["call refused"] * 2
    assert caplog.text.count("401") == 1
    assert caplog.text.count("takes spans again") == 1


async def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "parley.observing.collector")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    config = load_config(None, {"HOME": "/nowhere", "PARLEY__TRACES__ENDPOINT": "http://127.0.0.1:4318"})
    with pytest.raises(
        ObservingError, match=r"traces.endpoint needs OpenTelemetry .*: pip install 'parley\[otel\]'"
    ):
        async with observing(config, lambda *_: None, str):
            pass
