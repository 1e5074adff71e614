"""The way of spans to an OpenTelemetry collector, by OTLP over HTTP. Needs the extra `otel`."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

log = logging.getLogger(__name__)

SEND_SECONDS = 3.0
"""How long one batch of spans is tried before it is lost, and about how long closing can take."""

_PATH = "/v1/traces"  # OTLP/HTTP's path for spans


def to_collector(endpoint: str) -> SpanProcessor:
    """What sends spans in batches, from a thread of its own, to the collector at `endpoint`."""
    url = endpoint.rstrip("/")
    return BatchSpanProcessor(_Exporter(url if url.endswith(_PATH) else url + _PATH, timeout=SEND_SECONDS))


class _Exporter(trace_exporter.OTLPSpanExporter):
    """Tells once that a collector does not take spans, and once that it does again."""

    def __init__(self, endpoint: str, timeout: float) -> None:
        super().__init__(endpoint, timeout=timeout)
        self._complaint = _FirstOnly()
        self._library = logging.getLogger(trace_exporter.__name__)
        self._library.addFilter(self._complaint)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        if result is SpanExportResult.SUCCESS and self._complaint.told:
            self._complaint.told = False
            log.warning("traces: %s takes spans again", self._endpoint)
        return result

    def shutdown(self) -> None:
        super().shutdown()  # type: ignore[no-untyped-call]  # the library's is not annotated
        self._library.removeFilter(self._complaint)


class _FirstOnly(logging.Filter):
    """Lets one record pass until `told` is reset."""

    told = False

    def filter(self, record: logging.LogRecord) -> bool:
        first, self.told = not self.told, True
        return first
