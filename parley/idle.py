"""Work that can wait until nobody is calling: phrases to render, prompts to read ahead."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

from dialogue.mind import Say
from parley.reply import closing
from parley.voices import RATES
from tts.cache import CachedVoice
from tts.voice import VoiceError

log = logging.getLogger(__name__)


class IdleWork:
    """Does jobs step by step, and begins a step only while no call is running."""

    def __init__(self) -> None:
        self._nobody_calls = asyncio.Event()
        self._nobody_calls.set()
        self._task: asyncio.Task[None] | None = None

    def begin(self, *jobs: AsyncIterator[object]) -> None:
        """Work through `jobs` in order; each item that one of them yields is a step."""
        self._task = asyncio.create_task(self._work(jobs), name="idle work")

    def idle(self, nobody_calls: bool) -> None:
        """Told whenever the first call begins or the last one ends."""
        if nobody_calls:
            self._nobody_calls.set()
        else:
            self._nobody_calls.clear()

    async def close(self) -> None:
        """Stop in the middle of a step."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self, jobs: Sequence[AsyncIterator[object]]) -> None:
        for job in jobs:
            async with closing(job):
                try:
                    await self._nobody_calls.wait()
                    async for _ in job:
                        await self._nobody_calls.wait()
                except Exception:
                    # Nothing of this is needed: what was not prepared is made when it is asked for.
                    log.exception("preparing ahead failed")


async def render(voices: Mapping[str, CachedVoice], phrases: Sequence[Say]) -> AsyncGenerator[Say]:
    """Fill the voices' caches for every rate of line; yields each phrase that is done."""
    for say in phrases:
        try:
            for rate in RATES:
                async with closing(voices[say.language].speak(say.text, rate)) as speeches:
                    async for _ in speeches:
                        pass
        except VoiceError as error:
            log.error("not rendered: %s", error)
        yield say
