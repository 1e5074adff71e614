"""The serving process of a media measurement: `python -m parley.benches.media.served JOB`.

Serves one port with no models, on the loop that `parley serve` uses. Says where it listens in one
line of JSON, then answers each line of its standard input with another:

    begin   forget what was measured so far, and measure
    end     the figures since `begin`
    count   calls and frames altogether

It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import sys
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import uvloop

from parley.benches.media.callee import Callee
from parley.benches.media.jobs import ServerJob
from parley.benches.media.pacing import spread
from parley.benches.media.processes import pin, say
from parley.heap import heap_set_aside
from telephony.audiosocket import AudioSocketTransport
from telephony.pacer import Beat, Pacer, Tick
from telephony.websocket import WebSocketTransport


class TimedPacer(Pacer):
    """A pacer that writes down how late each frame had been written, against its deadline."""

    def __init__(self) -> None:
        super().__init__()
        self.lateness = array("d")

    def join(self, tick: Tick) -> Beat:
        """See `Pacer.join`."""
        clock, lateness = time.monotonic, self.lateness

        def timed(deadline: float) -> None:
            tick(deadline)
            lateness.append(clock() - deadline)

        return super().join(timed)


class Pauses:
    """How long the garbage collector stopped the process."""

    def __init__(self) -> None:
        self.seconds = array("d")
        self._begun = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Called by `gc` before and after it collects."""
        if phase == "start":
            self._begun = time.monotonic()
        else:
            self.seconds.append(time.monotonic() - self._begun)


class Meter:
    """Answers the questions about this process."""

    def __init__(self, callee: Callee, pacer: TimedPacer, pauses: Pauses) -> None:
        self._callee = callee
        self._pacer = pacer
        self._pauses = pauses
        self._process = psutil.Process()
        self._begun = (0.0, 0.0)

    def answer(self, question: str) -> dict[str, Any]:
        """The figures that are asked for. Raises ValueError for another question."""
        match question:
            case "begin":
                del self._pacer.lateness[:], self._pauses.seconds[:]
                self._begun = (time.monotonic(), time.process_time())
                return {}
            case "end":
                wall, cpu = self._begun
                return {
                    "seconds": time.monotonic() - wall,
                    "cpu_seconds": time.process_time() - cpu,
                    "frames": len(self._pacer.lateness),
                    "lateness": spread(self._pacer.lateness),
                    "gc_max_ms": spread(self._pauses.seconds)["max_ms"],
                }
            case "count":
                return {
                    "calls": self._callee.calls,
                    "frames": self._callee.frames,
                    "broken": self._callee.broken[:5],
                    "rss": self._process.memory_info().rss,
                    "threads": self._process.num_threads(),
                }
        raise ValueError(f"expected begin, end or count, got {question!r}")


async def serve(job: ServerJob) -> None:
    """Answer calls and questions until standard input ends."""
    callee, pacer = Callee(Path(job.recordings) if job.recordings else None), TimedPacer()
    made = {"audiosocket": AudioSocketTransport, "websocket": WebSocketTransport}[job.via]
    transport = made("127.0.0.1", 0, pacer=pacer)
    await transport.start(callee.take)
    loop = asyncio.get_running_loop()
    with heap_set_aside(), collector_watched() as pauses:
        meter = Meter(callee, pacer, pauses)
        say({"address": transport.address, "loop": type(loop).__module__.partition(".")[0]})
        while question := await loop.run_in_executor(None, sys.stdin.readline):
            say(meter.answer(question.strip()))
    await transport.stop()


@contextlib.contextmanager
def collector_watched() -> Iterator[Pauses]:
    """Have the garbage collector's pauses written down."""
    pauses = Pauses()
    gc.callbacks.append(pauses)
    try:
        yield pauses
    finally:
        gc.callbacks.remove(pauses)


if __name__ == "__main__":
    given = ServerJob(**json.loads(sys.argv[1]))
    pin(given.core)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(given))
