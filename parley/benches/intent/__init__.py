"""How well intents are recognised: `bench_intent` is `parley bench intent`."""

from parley.benches.intent.bench import bench_intent

__all__ = ["bench_intent"]
