"""Virtual time for tests: the loop in which recorded calls are replayed."""

from __future__ import annotations

from parley.replay.clock import VirtualLoop, run_virtual

__all__ = ["VirtualLoop", "run_virtual"]
