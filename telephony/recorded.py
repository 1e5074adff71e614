"""A recorded call as a `Line`: replaying a call, testing a call and taking a call are the same code."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations
import soxr  # type: ignore[import-untyped]  # ships no annotations

from telephony.calls import Calls
from telephony.line import FRAME_SECONDS, Frame, HungUp, Key, LineError, LineEvent, LineInfo, OnCall
from telephony.playout import Playout

Pace = Callable[[float], Awaitable[None]]
"""Waits until so many seconds have passed since the answer."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a caller does in a call.

    Attributes:
        pcm: s16le mono samples, from the answer on.
        rate: samples per second, 8000 or 16000.
        keys: `(seconds, digit)` of the keys pressed, in order.
        hang_up_at: when the caller hangs up, in seconds; at the end of the samples by default,
            and after silence where it is later.
        name: for the log, such as the file's name.
        caller: number of the caller.
        dialled: number that was dialled.
        flow: flow to use, `None` to choose by `dialled`.
        variables: as a dialplan would pass them.
        starts_at: what the call's clock shows at the answer, where the samples begin.
        call_id: identifier of the replayed call, a new one by default.
        refused: transfers that fail, with the reason for each target.
    """

    pcm: bytes
    rate: int = 8000
    keys: Sequence[tuple[float, str]] = ()
    hang_up_at: float | None = None
    name: str = "recorded"
    caller: str = ""
    dialled: str = ""
    flow: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    starts_at: float = 0.0
    call_id: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """When the caller hangs up."""
        return len(self.pcm) / 2 / self.rate if self.hang_up_at is None else self.hang_up_at

    @classmethod
    def load(
        cls,
        path: Path,
        *,
        rate: int = 8000,
        channel: int = 0,
        keys: Sequence[tuple[float, str]] = (),
        hang_up_at: float | None = None,
        caller: str = "",
        dialled: str = "",
        flow: str | None = None,
    ) -> Recording:
        """Read the caller's side of a WAV or FLAC file, which is the left one in Parley's recordings.

        Raises:
            LineError: the file is missing, is no audio, or has no such channel.
        """
        try:
            samples, file_rate = sf.read(path, dtype="float32", always_2d=True)
        except (sf.SoundFileError, OSError) as error:
            raise LineError(f"{path}: expected a WAV or FLAC file: {error}") from error
        if not 0 <= channel < samples.shape[1]:
            raise LineError(f"{path}: expected a channel {channel}, found {samples.shape[1]} channels")
        mono = samples[:, channel]
        if file_rate != rate:
            mono = soxr.resample(mono, file_rate, rate)
        pcm = (np.clip(mono, -1, 1) * 32767).round().astype("<i2").tobytes()
        return cls(pcm, rate, keys, hang_up_at, path.name, caller, dialled, flow)


async def as_fast_as_read(_at: float) -> None:
    """A `Pace` that lets the other tasks run once and goes on: time is what has been read."""
    await asyncio.sleep(0)


class RecordedLine:
    """One replay of a recording. Its clock is the recording's own.

    In real time the clock runs between two frames as well; at another pace a frame is one tick.

    Args:
        recording: what the caller does.
        pace: `None` for real time (of the running event loop, which may be a virtual one),
            or `as_fast_as_read`, or a function that waits for what the test waits for.
    """

    def __init__(self, recording: Recording, pace: Pace | None = None) -> None:
        self._recording = recording
        self._pace = pace or self._real_time
        self._ticks = pace is not None
        self._info = LineInfo(
            call_id=recording.call_id or str(uuid.uuid4()),
            transport="recorded",
            peer=recording.name,
            caller=recording.caller,
            dialled=recording.dialled,
            flow=recording.flow,
            variables=recording.variables,
        )
        self._playout = Playout(recording.rate)
        self._answered = asyncio.Event()
        self._ending: HungUp | None = None
        self._began = 0.0
        self._now = recording.starts_at
        self.transferred_to: str | None = None

    @property
    def info(self) -> LineInfo:
        """What the recording says about the call."""
        return self._info

    @property
    def rate(self) -> int:
        """Samples per second in both directions."""
        return self._recording.rate

    @property
    def queued(self) -> float:
        """Seconds of audio queued and not yet played."""
        return self._playout.queued

    def now(self) -> float:
        """Seconds on the call's clock: `Recording.starts_at` until the answer, and from there on."""
        if self._ticks or not self._answered.is_set():
            return self._now
        passed = asyncio.get_running_loop().time() - self._began
        return max(self._now, self._recording.starts_at + passed)

    async def answer(self) -> None:
        """Start the recording."""
        if not self._answered.is_set():
            self._began = asyncio.get_running_loop().time()
            self._answered.set()

    async def events(self) -> AsyncIterator[LineEvent]:
        """Everything that happens, in order, until `HungUp`; the recording goes on as they are read."""
        await self._answered.wait()
        size = int(self.rate * FRAME_SECONDS) * 2
        zero = self._recording.starts_at
        keys = sorted(self._recording.keys)
        tick = 0
        while self._ending is None and tick * FRAME_SECONDS < self._recording.seconds - FRAME_SECONDS / 2:
            start = zero + tick * FRAME_SECONDS
            tick += 1
            await self._pace(tick * FRAME_SECONDS)
            if self._ending is not None:
                break
            self._now = zero + tick * FRAME_SECONDS
            while keys and keys[0][0] < tick * FRAME_SECONDS:
                at, digit = keys.pop(0)
                yield Key(digit, zero + at)
            pcm = self._recording.pcm[(tick - 1) * size : tick * size].ljust(size, b"\0")
            yield Frame(pcm, self.rate, start)
            for event in self._playout.take(size // 2, self._now).events:
                yield event
        yield self._ending or HungUp(self._now, "caller")

    def play(self, pcm: bytes) -> None:
        """Queue samples. Ignored after hang-up."""
        if self._ending is None:
            self._playout.play(pcm)

    def mark(self, name: str) -> None:
        """Report `MarkPlayed(name)` once everything queued so far has been played."""
        self._playout.mark(name)

    def pause(self) -> None:
        """Stop playing; what is queued stays queued."""
        self._playout.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._playout.resume()

    def flush(self) -> None:
        """Drop everything not yet played, and any pause."""
        self._playout.flush()

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        """Note the target in `transferred_to` and leave the call. Raises LineError if it is `refused`."""
        if target in self._recording.refused:
            raise LineError(self._recording.refused[target])
        self.transferred_to = target
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the replay."""
        self._answered.set()
        if self._ending is None:
            self._ending = HungUp(self.now(), "parley")

    async def _real_time(self, at: float) -> None:
        await asyncio.sleep(self._began + at - asyncio.get_running_loop().time())


class RecordedTransport:
    """Calls in, one after the other, from recordings.

    Args:
        recordings: the calls.
        pace: see `RecordedLine`.
        at_once: how many run at the same time.
    """

    def __init__(self, recordings: Sequence[Recording], pace: Pace | None = None, at_once: int = 1) -> None:
        self._recordings = tuple(recordings)
        self._pace = pace
        self._at_once = at_once
        self._calls: Calls | None = None
        self._replay: asyncio.Task[None] | None = None
        self.lines: list[RecordedLine] = []

    @property
    def name(self) -> str:
        """`recorded`."""
        return "recorded"

    @property
    def address(self) -> str:
        """How many calls there are."""
        return f"{len(self._recordings)} recorded calls"

    async def start(self, on_call: OnCall) -> None:
        """Begin to replay."""
        self._calls = Calls(on_call)
        self._replay = asyncio.create_task(self._run(self._calls), name="replay")

    async def wait(self) -> None:
        """Wait until every recording was replayed."""
        if self._replay is not None:
            await self._replay

    async def stop(self) -> None:
        """Hang up what is left, and replay no more."""
        replay, self._replay = self._replay, None
        if replay is not None:
            replay.cancel()
            await asyncio.gather(replay, return_exceptions=True)
        if self._calls is not None:
            await self._calls.end()

    async def _run(self, calls: Calls) -> None:
        free = asyncio.Semaphore(self._at_once)
        for recording in self._recordings:
            await free.acquire()
            line = RecordedLine(recording, self._pace)
            self.lines.append(line)
            calls.begin(line).add_done_callback(lambda _: free.release())
        for _ in range(self._at_once):
            await free.acquire()
