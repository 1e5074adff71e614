"""Measurements of Parley on this machine."""

from parley.benches.asr import bench_asr
from parley.benches.entities import bench_entities
from parley.benches.tts import bench_tts

__all__ = ["bench_asr", "bench_entities", "bench_tts"]
