"""Several parties measured in one run, and their figures side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from parley.benches.latency.party import Host
from parley.benches.latency.run import Options, Progress, bench_latency
from parley.benches.latency.sharing import Beside
from parley.settings import Config


async def bench_against(
    options: Options, hosts: Mapping[str, Host], config: Config, progress: Progress
) -> dict[str, Any]:
    """Measure several parties by name, with the same plans, their calls in turn.

    Returns:
        `parties`, what `bench_latency` returns of each, in order.

    Raises what `bench_latency` raises; the first failure ends all.
    """
    sharing = Beside(len(hosts))

    def measure(name: str) -> Coroutine[Any, Any, dict[str, Any]]:
        own = replace(options, keep=options.keep / name if options.keep else None)
        named: Progress = lambda what, done, total: progress(f"{name}: {what}", done, total)  # noqa: E731
        return bench_latency(own, hosts[name], config, named, sharing)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(measure(name)) for name in hosts]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return {"parties": [task.result() for task in tasks]}


def figures(result: Mapping[str, Any]) -> dict[str, float | None]:
    """All figures of a result by their path (`known.p50_ms`), `None` for one that has no sample."""
    return dict(_leaves(result, ""))


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, float | None]]:
    for name, one in value.items():
        if name in ("rows", "about", "seed", "noise_db", "targets", "max_ms"):
            continue
        if isinstance(one, Mapping):
            yield from _leaves(one, f"{path}{name}.")
        elif one is None or (isinstance(one, int | float) and not isinstance(one, bool)):
            yield path + name, one


def columns(results: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[float | None]]]:
    """Every figure with its value for each party, in the order of the first party that has it."""
    by_party = [figures(result) for result in results]
    names = dict.fromkeys(name for one in by_party for name in one)
    return [(name, [one.get(name) for one in by_party]) for name in names]
