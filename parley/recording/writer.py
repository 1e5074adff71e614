"""The thread that writes one call's files, and the box that it is fed through."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parley.recording.files import MAX_WAITING, EventFile, RawAudio, line
from parley.recording.flac import EncodingError, encode
from parley.recording.track import Run, Track

log = logging.getLogger(__name__)

ROUND_SECONDS = 0.03
"""How often the writer looks for something to write. Together with what `Track` holds back while
it is in doubt, this bounds what a crash can lose to 100 ms."""
MAX_QUEUED = 6000
"""Packets and events that may wait for a slow disk (a minute of both channels)."""


@dataclass(frozen=True, slots=True)
class Packet:
    """Audio of one channel: s16le mono `pcm`, whose first sample belongs at `at` seconds."""

    channel: str
    pcm: bytes
    rate: int
    at: float


class Inbox:
    """What is still to be written: packets, and events as lines. Never blocks whoever puts."""

    def __init__(self) -> None:
        self._items: deque[Packet | bytes] = deque()
        self._closed = threading.Event()
        self._lost = 0

    def put(self, item: Packet | bytes) -> None:
        """Queue something; forgotten after `close`. Packets are counted and dropped when too many wait."""
        if self._closed.is_set():
            return
        if isinstance(item, Packet) and len(self._items) >= MAX_QUEUED:
            self._lost += 1
            return
        self._items.append(item)

    def close(self) -> None:
        """Nothing more will come."""
        self._closed.set()

    def wait(self) -> bool:
        """Wait for one round at most; true when nothing more will come."""
        return self._closed.wait(ROUND_SECONDS)

    def take(self) -> tuple[list[Packet | bytes], int]:
        """What has come, and how many packets were dropped before it."""
        lost, self._lost = self._lost, 0
        return [self._items.popleft() for _ in range(len(self._items))], lost


def _give_way() -> None:
    """Lower this thread's priority: encoding a long call must not cost the running ones their answers."""
    if sys.platform == "linux":  # elsewhere the priority is the whole process's
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)


class Writer:
    """Owns the files of one recording.

    Args:
        folder: the recording's own; made when there is something to write.
        inbox: where everything comes from.
        rate: samples per second of `audio.flac`.
    """

    def __init__(self, folder: Path, inbox: Inbox, rate: int) -> None:
        self.flac: Path | None = None
        self._folder = folder
        self._inbox = inbox
        self._rate = rate
        self._tracks: dict[str, Track] = {}
        self._raw: dict[str, RawAudio] = {}
        self._events: EventFile | None = None
        self._lines = b""
        self._doubtful: dict[str, int] = {}
        self._at = 0.0
        self._logged = False
        self._failing = False

    def run(self) -> None:
        """Write until the inbox is closed, then encode."""
        last = False
        while not last:
            last = self._inbox.wait()
            self._round(last)
        for raw in self._raw.values():
            raw.close()
        if self._raw:
            _give_way()
            try:
                self.flac = encode(self._folder, self._rate)
            except (EncodingError, OSError) as error:
                self._fail(error)
        if self._events is not None:
            self._events.close()

    def _round(self, last: bool) -> None:
        """Write what has come since the last round."""
        items, lost = self._inbox.take()
        errors: list[OSError] = []
        written = False
        for item in items:
            if isinstance(item, bytes):
                self._lines += item
            else:
                written |= self._lay(item, errors)
        for channel, track in self._tracks.items():
            # Packets in doubt that got no company in a whole round are not catching up.
            lonely = track.doubtful and track.doubtful == self._doubtful.get(channel)
            if last or lonely:
                written |= self._write(channel, track.settle(), errors)
            self._doubtful[channel] = track.doubtful
        if lost:
            self._note("recording_behind", packets_lost=lost)
            log.error("%s: the disk is too slow, %d packets were not recorded", self._folder, lost)
        self._write_lines(errors)
        if errors:
            self._fail(errors[0])
        elif self._failing and written:
            self._failing = False
            self._note("recording_goes_on")

    def _lay(self, packet: Packet, errors: list[OSError]) -> bool:
        samples = np.frombuffer(packet.pcm[: len(packet.pcm) // 2 * 2], "<i2").astype(np.int16, copy=False)
        self._at = max(self._at, packet.at)
        track = self._tracks.setdefault(packet.channel, Track(packet.rate))
        if track.rate != packet.rate:  # a line keeps its rate, so this need not be beautiful
            places = np.arange(0, len(samples), packet.rate / track.rate)
            samples = np.interp(places, np.arange(len(samples)), samples).astype(np.int16)
        return self._write(packet.channel, track.add(samples, packet.at), errors)

    def _write(self, channel: str, runs: list[Run], errors: list[OSError]) -> bool:
        try:
            for run in runs:
                if channel not in self._raw:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._raw[channel] = RawAudio(self._folder, channel, self._tracks[channel].rate)
                self._raw[channel].write(run)
        except OSError as error:
            errors.append(error)
            return False
        return bool(runs)

    def _write_lines(self, errors: list[OSError]) -> None:
        try:
            if self._events is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._events = EventFile(self._folder)
            lines, self._lines = self._lines, b""
            self._events.write(lines)
        except OSError as error:
            self._lines = self._lines[:MAX_WAITING]
            errors.append(error)

    def _note(self, name: str, **fields: object) -> None:
        self._lines += line({"at": round(self._at, 4), "event": name, **fields})

    def _fail(self, error: Exception) -> None:
        """Say so once in the log, and once among the events for each time that it begins."""
        if not self._logged:
            self._logged = True
            log.error("%s: recording failed, the call goes on: %s", self._folder, error)
        if not self._failing:
            self._failing = True
            self._note("recording_failed", error=str(error))
            self._write_lines([])
