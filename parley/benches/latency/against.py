"""Several parties measured in one run: they are called in turn, so that the machine is the same for all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Sharing(Protocol):
    """How a party shares the machine with the others of a run."""

    async def ready(self) -> None:
        """Wait until every party is ready to be called."""

    def call(self) -> AbstractAsyncContextManager[None]:
        """Hold the line for one call; nobody else is called meanwhile."""

    async def done(self) -> None:
        """Wait until nobody is to be called any more: what comes now may use the processor."""


class Alone:
    """The only party of a run."""

    async def ready(self) -> None:
        """See `Sharing.ready`."""

    def call(self) -> AbstractAsyncContextManager[None]:
        """See `Sharing.call`."""
        return contextlib.nullcontext()

    async def done(self) -> None:
        """See `Sharing.done`."""


class Beside:
    """One of several parties, which are called in turn.

    Args:
        parties: how many there are; each uses this same object.
    """

    def __init__(self, parties: int) -> None:
        self._ready = asyncio.Barrier(parties)
        self._done = asyncio.Barrier(parties)
        # Its waiters are served in order, so parties that ask again after each call take turns.
        self._line = asyncio.Lock()

    async def ready(self) -> None:
        """See `Sharing.ready`."""
        await self._ready.wait()

    def call(self) -> AbstractAsyncContextManager[None]:
        """See `Sharing.call`."""
        return self._line

    async def done(self) -> None:
        """See `Sharing.done`."""
        await self._done.wait()


def figures(result: Mapping[str, Any]) -> dict[str, float | None]:
    """All figures of a result by their path (`known.p50_ms`), `None` for one that has no sample."""
    return dict(_leaves(result, ""))


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, float | None]]:
    for name, one in value.items():
        if name in ("rows", "about", "seed", "noise_db"):
            continue
        if isinstance(one, Mapping):
            yield from _leaves(one, f"{path}{name}.")
        elif one is None or (isinstance(one, int | float) and not isinstance(one, bool)):
            yield path + name, one


def columns(results: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Sequence[float | None]]]:
    """Every figure with its value for each party, in the order of the first party that has it."""
    by_party = [figures(result) for result in results.values()]
    names = dict.fromkeys(name for one in by_party for name in one)
    return [(name, [one.get(name) for one in by_party]) for name in names]
