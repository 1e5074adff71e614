"""How many calls' audio one process can carry, with no models in the way."""

from parley.benches.media.bench import MediaOptions, bench_media, find_most_calls
from parley.benches.media.processes import MediaBenchError

__all__ = ["MediaBenchError", "MediaOptions", "bench_media", "find_most_calls"]
