"""How many turns by text a processor answers: `bench_dialogue` is `parley bench dialogue`."""

from parley.benches.dialogue.bench import bench_dialogue

__all__ = ["bench_dialogue"]
