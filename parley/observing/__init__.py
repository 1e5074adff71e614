"""Watching Parley from outside: Prometheus metrics and OpenTelemetry traces, see `docs/observing.md`."""

from parley.observing.watch import CallWatch, Observer, Observers, ObservingError

__all__ = ["CallWatch", "Observer", "Observers", "ObservingError"]
