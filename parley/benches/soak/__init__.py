"""Whether Parley stays as it is: many short calls in a row, and one long one."""

from parley.benches.soak.bench import SoakOptions, bench_soak

__all__ = ["SoakOptions", "bench_soak"]
