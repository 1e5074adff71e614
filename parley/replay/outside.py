"""The border between a call in virtual time and engines in real time.

Engines keep their real clock, with its time-outs, processes and connections: they live in a thread
with an ordinary event loop. What a call wants of them crosses the border here: the call's clock
stands still until they have answered, and then moves on by what the work is to cost.
"""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from asr.ear import Ear, EarMaker, Utterance
from parley.replay.clock import VirtualLoop
from parley.replay.costs import Charge, Costs, Work
from tts.voice import Speech, Voice

T = TypeVar("T")

_PLACES = 1000
_PLACE_SECONDS = 1e-6


class Outside:
    """A thread with an event loop in real time. A context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engines", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(_end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` there and wait for it; for what happens before and after calls."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` there, seen from another loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


async def _end_tasks() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class Border:
    """Where a call in virtual time waits for outside work.

    Results arrive at a virtual time of their own, in the order in which the work was begun, however
    long it really took: otherwise two runs could differ in what of one moment came first.

    Args:
        loop: the call's.
        costs: of the work.
        now: the call's clock.
    """

    def __init__(self, loop: VirtualLoop, costs: Costs, now: Callable[[], float]) -> None:
        self.costs = costs
        self._loop = loop
        self._now = now
        self._begun = 0

    async def wait(
        self,
        work: Work | None,
        doing: Awaitable[T],
        *,
        at: float | None = None,
        took: Callable[[T], float] | None = None,
        most: float = math.inf,
    ) -> T:
        """Wait for `doing`.

        Args:
            work: what it counts as; `None` for what costs nothing.
            doing: the work itself, which must not wait for virtual time.
            at: the time on the call's clock that the work belongs to, by default now.
            took: the real seconds that count, where that is not all of them.
            most: the caller waits no longer than so many virtual seconds.

        Raises:
            TimeoutError: after `most`.
        """
        self._begun += 1
        place = self._begun % _PLACES * _PLACE_SECONDS
        began, asked = time.perf_counter(), self._now() if at is None else at
        try:
            with self._loop.holding(work or "outside work"):
                result = await doing
        except Exception:
            await asyncio.sleep(place)
            raise
        seconds = time.perf_counter() - began if took is None else took(result)
        cost = 0.0 if work is None else self.costs.seconds(work, asked, seconds)
        await asyncio.sleep(min(cost, most) + place)
        if cost > most:
            raise TimeoutError(f"{work}: expected an end within {most:g} s, it costs {cost:g} s")
        return result


class OutsideVoice:
    """A voice that speaks outside.

    Args:
        voice: the real one.
        outside: where it lives.
        border: where the call waits.
        ready: texts of the flows, which a server renders before calls come.
    """

    def __init__(self, voice: Voice, outside: Outside, border: Border, ready: frozenset[str]) -> None:
        self._voice = voice
        self._outside = outside
        self._border = border
        self._ready = ready

    @property
    def name(self) -> str:
        """See `Voice.name`."""
        return self._voice.name

    @property
    def language(self) -> str:
        """See `Voice.language`."""
        return self._voice.language

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """See `Voice.speak`. The rest comes as soon as the first piece is there."""
        work = Work.PROMPT if text in self._ready else Work.VOICE
        speaking = self._outside.ask(_all(self._voice, text, rate))
        for speech in (await self._border.wait(work, speaking, took=itemgetter(1)))[0]:
            yield speech


async def _all(voice: Voice, text: str, rate: int) -> tuple[list[Speech], float]:
    """All that the voice says, and the seconds until the first piece of it."""
    began, first = time.perf_counter(), 0.0
    speeches: list[Speech] = []
    async for speech in voice.speak(text, rate):
        first = first or time.perf_counter() - began
        speeches.append(speech)
    return speeches, first


class OutsideEar:
    """An ear whose slow work is done outside.

    It hears in the call's own thread, and whatever it can do besides passes through, so that an ear
    may learn more than is known here. While it works outside nothing new is heard: the clock, and with
    it the line, stands still.
    """

    def __init__(self, ear: Ear, outside: Outside, border: Border) -> None:
        self._ear = ear
        self._outside = outside
        self._border = border

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ear, name)
        return partial(self._slow, name, found) if inspect.iscoroutinefunction(found) else found

    async def _slow(
        self, name: str, do: Callable[..., Coroutine[Any, Any, Any]], start: float, end: float, **more: Any
    ) -> Any:
        """Do something with the audio between two times on the call's clock."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        doing = self._outside.ask(do(start, end, **more))
        result = await self._border.wait(_EAR_WORK.get(name), doing, at=end)
        if isinstance(result, Utterance) and self._border.costs.charge is not Charge.MEASURED:
            # What it was charged is the same each time, what it took is not.
            return replace(result, ms={"total": float(round((loop.time() - began) * 1000))})
        return result


_EAR_WORK = {"recognise": Work.RECOGNITION, "finished": Work.JUDGEMENT}
"""What an ear's slow methods count as; others cost nothing."""


class OutsideEars:
    """Makes such ears."""

    def __init__(self, ears: EarMaker, outside: Outside, border: Border) -> None:
        self._ears = ears
        self._outside = outside
        self._border = border

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> Ear:
        """See `EarMaker.ear`."""
        ear = self._ears.ear(rate=rate, languages=languages, prompt=prompt)
        return cast(Ear, OutsideEar(ear, self._outside, self._border))  # all by `__getattr__`
