"""The calling process of a media measurement: `python -m parley.benches.media.load JOB`.

Places its calls, says how many there are in one line of JSON, then answers each line of its
standard input with another:

    begin   keep the time of every frame that comes from now on
    end     the figures since `begin`
    stop    stop talking; how many frames were sent and received altogether

It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from array import array
from typing import Any

import numpy as np
import uvloop

from parley.benches.media.jobs import LoadJob
from parley.benches.media.pacing import pacing, spread
from parley.benches.media.peers import AudioSocketPeer, Peer, WebSocketPeer
from parley.benches.media.processes import pin, say
from telephony.line import FRAME_SECONDS

SLICES = 20
"""Moments of a period at which callers talk: real ones do so at any time, not all at once."""

CONNECTIONS_AT_ONCE = 10

FIRST_FRAME_SECONDS = 20.0
"""How long the server may take to talk to every caller."""


class Load:
    """All the callers."""

    def __init__(self, job: LoadJob) -> None:
        self._job = job
        self._peers: list[Peer] = []
        self._talking: asyncio.TimerHandle | None = None
        self._lateness = array("d")
        self._begun = (0.0, 0.0)
        self._slice = 0
        self._start = 0.0

    async def connect(self) -> int:
        """Place the calls, some at a time, and wait until each was talked to; returns how many were."""
        loop = asyncio.get_running_loop()
        self._start = time.monotonic()
        self._talk()
        while len(self._peers) < self._job.calls:
            some = min(CONNECTIONS_AT_ONCE, self._job.calls - len(self._peers))
            self._peers += [
                (await loop.create_connection(self._peer, self._job.host, self._job.port))[1]
                for _ in range(some)
            ]
            await asyncio.sleep(FRAME_SECONDS)
        deadline = time.monotonic() + FIRST_FRAME_SECONDS
        while self._unheard() and time.monotonic() < deadline:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(FRAME_SECONDS)
        return len(self._peers) - self._unheard()

    def _unheard(self) -> int:
        """Callers that were not talked to."""
        return sum(1 for peer in self._peers if not peer.received)

    def answer(self, question: str) -> dict[str, Any]:
        """The figures that are asked for. Raises ValueError for another question."""
        match question:
            case "begin":
                del self._lateness[:]
                self._begun = (time.monotonic(), time.process_time())
                for peer in self._peers:
                    peer.keeping = True
                return {}
            case "end":
                return self._figures()
            case "stop":
                if self._talking is not None:
                    self._talking.cancel()
                return {
                    "sent": sum(peer.sent for peer in self._peers),
                    "received": sum(peer.received for peer in self._peers),
                }
        raise ValueError(f"expected begin, end or stop, got {question!r}")

    def close(self) -> None:
        """Hang up everywhere."""
        for peer in self._peers:
            peer.close()

    def _peer(self) -> Peer:
        return AudioSocketPeer() if self._job.via == "audiosocket" else WebSocketPeer(self._job.path)

    def _talk(self) -> None:
        """Send what is due in this slice of the period."""
        due = self._start + self._slice * FRAME_SECONDS / SLICES
        for peer in self._peers[self._slice % SLICES :: SLICES]:
            peer.tick()
        self._lateness.append(time.monotonic() - due)
        self._slice += 1
        wait = self._start + self._slice * FRAME_SECONDS / SLICES - time.monotonic()
        self._talking = asyncio.get_running_loop().call_later(max(0.0, wait), self._talk)

    def _figures(self) -> dict[str, Any]:
        wall, cpu = self._begun
        seconds, cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
        for peer in self._peers:
            peer.keeping = False
        return {
            "frames": sum(len(peer.arrivals) for peer in self._peers),
            "closed": sum(peer.closed for peer in self._peers),
            "seconds": seconds,
            "cpu_seconds": cpu_seconds,
            "lateness": spread(self._lateness),
            **self._at_the_ear(),
        }

    def _at_the_ear(self) -> dict[str, Any]:
        """What the callers got: a beat of the server's, or frames ahead of a beat of their own."""
        queues = [peer for peer in self._peers if isinstance(peer, WebSocketPeer)]
        if queues:
            leads = np.concatenate([peer.leads for peer in queues]) * 1000
            return {
                "gaps": sum(peer.gaps for peer in queues),
                "lead": {"p1_ms": float(np.percentile(leads, 1)), "min_ms": float(leads.min())},
            }
        laid = [pacing(peer.arrivals) for peer in self._peers]
        return {
            "error": spread(np.concatenate([one.errors for one in laid])),
            "missed": sum(one.missed for one in laid),
        }


async def call(job: LoadJob) -> None:
    """Place calls and answer questions until standard input ends."""
    load = Load(job)
    say({"connected": await load.connect()})
    loop = asyncio.get_running_loop()
    while question := await loop.run_in_executor(None, sys.stdin.readline):
        say(load.answer(question.strip()))
    load.close()
    await asyncio.sleep(0.2)


if __name__ == "__main__":
    given = LoadJob(**json.loads(sys.argv[1]))
    pin(given.core)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(call(given))
