"""Holds a number of calls with no models between two processes, and measures both."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import psutil

from parley.benches.media.figures import Measured, figures, what_limits
from parley.benches.media.jobs import LoadJob, ServerJob
from parley.benches.media.pacing import Search
from parley.benches.media.processes import Asked, MediaBenchError, asking, two_cores

SETTLE_SECONDS = 2.0
"""From the last call's first frame to the measurement: what is made once, is made by then."""

GRACE_SECONDS = 0.3
"""How long frames may be on their way when the callers have stopped."""

CONNECT_SECONDS = 1 / 400
"""About what one call takes to be placed."""

Tell = Callable[[str, float], None]
"""Told what is going on, and how many seconds it will take."""


@dataclass(frozen=True, slots=True)
class MediaOptions:
    """What to measure.

    Attributes:
        via: `audiosocket` or `websocket`.
        calls: calls at the same time.
        seconds: how long they are measured.
        record: whether every call is recorded to disk, as in production.
    """

    via: str = "audiosocket"
    calls: int = 150
    seconds: float = 20.0
    record: bool = False


async def bench_media(options: MediaOptions, tell: Tell) -> dict[str, Any]:
    """Hold `options.calls` calls for `options.seconds`.

    A server process answers with a real `Call` on each real line, whose ear hears nothing and whose
    voice has its samples at hand; another process places the calls, sends each 20 ms of audio every
    20 ms, and takes the time of every frame that comes back. Each has a processor of its own where
    there are two.

    Returns:
        See `parley.benches.media.figures.figures`.

    Raises:
        MediaBenchError: a process failed, or calls were not answered.
    """
    cores = two_cores()
    server_core, load_core = cores or (None, None)
    with _recordings(options.record) as folder:
        tell(f"{options.calls} calls: starting", 1.0)
        job = ServerJob(options.via, server_core, folder)
        async with asking("parley.benches.media.served", job) as (server, started):
            empty = await server.ask("count")
            tell(f"{options.calls} calls: connecting", options.calls * CONNECT_SECONDS + SETTLE_SECONDS)
            load_job = _load_job(options, started["address"], load_core)
            async with asking("parley.benches.media.load", load_job) as (load, connected):
                if connected["connected"] < options.calls:
                    raise MediaBenchError(
                        f"expected {options.calls} calls to be answered, got {connected['connected']}"
                    )
                await asyncio.sleep(SETTLE_SECONDS)
                tell(f"{options.calls} calls: measuring", options.seconds)
                measured = await _measure(server, load, options.seconds, server_core)
    about = {"via": options.via, "calls": options.calls, "recorded": options.record, "loop": started["loop"],
             "cores": {"server": cores[0], "callers": cores[1]} if cores else None}  # fmt: skip
    return figures(about, empty, measured)


def _load_job(options: MediaOptions, address: str, core: int | None) -> LoadJob:
    parts = urlsplit(address if "//" in address else f"//{address}")
    return LoadJob(options.via, parts.hostname or "", parts.port or 0, parts.path, options.calls, core)


async def _measure(server: Asked, load: Asked, seconds: float, core: int | None) -> Measured:
    full = await server.ask("count")
    await asyncio.gather(server.ask("begin"), load.ask("begin"))
    busy = _busy(core)
    await asyncio.sleep(seconds)
    busy = _busy(core) - busy
    served, received = await asyncio.gather(server.ask("end"), load.ask("end"))
    stopped = await load.ask("stop")
    await asyncio.sleep(GRACE_SECONDS)
    last = await server.ask("count")
    return Measured(full, served, received, stopped, last, None if core is None else busy)


def _busy(core: int | None) -> float:
    """Seconds for which a processor has worked so far."""
    if core is None:
        return 0.0
    times = psutil.cpu_times(percpu=True)[core]
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


@contextlib.contextmanager
def _recordings(record: bool) -> Iterator[str]:
    """A folder for recordings that is gone afterwards, or an empty name."""
    if not record:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="parley-media-") as folder:
        yield folder


async def find_most_calls(options: MediaOptions, tell: Tell, most: int = 2000) -> dict[str, Any]:
    """Look for the most calls that are held; `options.calls` is tried first.

    A number that fails is tried once more, because another process may have been in the way.

    Returns:
        `calls`: the number found, `limit`: what limits it, `best`: the figures of that number,
        `trials`: of each one tried.

    Raises:
        MediaBenchError: a process failed.
    """
    search = Search(options.calls, most)
    trials: list[dict[str, Any]] = []
    while (calls := search.next) is not None:
        for _ in range(2):
            trials.append(await bench_media(replace(options, calls=calls), tell))
            if trials[-1]["held"]:
                break
        search.tried(calls, trials[-1]["held"])
    best = next((one for one in trials if one["held"] and one["calls"] == search.held), None)
    failed = next((one for one in reversed(trials) if one["calls"] == search.failed), None)
    return {
        "via": options.via,
        "calls": search.held,
        "limit": what_limits(failed),
        "best": best,
        "trials": trials,
    }
