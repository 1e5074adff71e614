"""Parties of one run share the machine: they are called in turn, so that it is the same for all."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AbstractAsyncContextManager
from typing import Protocol


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
