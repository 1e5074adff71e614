"""How long a caller waits for Parley, measured at his ear. `party` says how others are measured alike."""

from parley.benches.latency.against import columns
from parley.benches.latency.own import VIAS, parley_host
from parley.benches.latency.run import SCENARIOS, BenchError, Options, bench_against, bench_latency
from parley.benches.latency.shop import DataError

__all__ = [
    "SCENARIOS",
    "VIAS",
    "BenchError",
    "DataError",
    "Options",
    "bench_against",
    "bench_latency",
    "columns",
    "parley_host",
]
