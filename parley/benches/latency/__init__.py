"""How long a caller waits for Parley, measured at his ear. `party` says how others are measured alike."""

from parley.benches.latency.against import bench_against, columns
from parley.benches.latency.capacity import CallsOptions, bench_calls
from parley.benches.latency.chart import ChartError, check_chart, draw
from parley.benches.latency.own import VIAS, parley_host
from parley.benches.latency.run import SCENARIOS, BenchError, Options, bench_latency
from parley.benches.latency.shop import DataError

__all__ = [
    "SCENARIOS",
    "VIAS",
    "BenchError",
    "CallsOptions",
    "ChartError",
    "DataError",
    "Options",
    "bench_against",
    "bench_calls",
    "bench_latency",
    "check_chart",
    "columns",
    "draw",
    "parley_host",
]
