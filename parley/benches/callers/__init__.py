"""Callers who want something done: whole calls by voice, judged by what the shop's database then holds."""

from parley.benches.callers.run import bench_callers

__all__ = ["bench_callers"]
