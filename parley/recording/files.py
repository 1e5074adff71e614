"""The files of one recording while the call runs: raw samples a channel, and events.

Everything is handed to the operating system as soon as it is known, so that the process may be
killed at any moment. What could not be written (disk full) leaves files that can still be read.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from parley.recording.track import Run

CHANNELS = ("caller", "agent")
"""Left and right."""
EVENTS = "events.jsonl"
AUDIO = "audio.flac"
MAX_WAITING = 4_000_000
"""Bytes of events that wait for a full disk to have room again."""


class RawAudio:
    """Mono s16le samples, `<channel>-<rate>.pcm`; places that were never written are silence.

    The file is locked as long as it is open: an unlocked one is left from a crash.
    """

    def __init__(self, folder: Path, channel: str, rate: int) -> None:
        self.path = folder / f"{channel}-{rate}.pcm"
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def write(self, run: Run) -> None:
        """Put samples at their place. Raises OSError; what was written before stays."""
        data = memoryview(run.samples.astype("<i2").tobytes())
        offset = run.start * 2
        while data:
            written = os.pwrite(self._file, data, offset)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            data, offset = data[written:], offset + written

    def close(self) -> None:
        """Close and unlock."""
        os.close(self._file)


def is_in_use(path: Path) -> bool:
    """Whether a running recorder holds this raw file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class EventFile:
    """`events.jsonl`: one JSON object a line, whole lines only."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / EVENTS
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._end = _end_of_last_line(self._file)
        self._waiting = b""

    def write(self, lines: bytes) -> None:
        """Append whole lines. Raises OSError; they then wait and go before those of the next call."""
        if len(self._waiting) < MAX_WAITING:
            self._waiting += lines
        written = 0
        try:
            while written < len(self._waiting):
                more = os.pwrite(self._file, self._waiting[written:], self._end + written)
                if not more:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
                written += more
        except OSError:
            written = self._waiting.rfind(b"\n", 0, written) + 1
            os.ftruncate(self._file, self._end + written)
            raise
        finally:
            self._end += written
            self._waiting = self._waiting[written:]

    def close(self) -> None:
        """Close."""
        os.close(self._file)


def _end_of_last_line(file: int) -> int:
    """Where whole lines end; a crash may have torn the last one, which is cut off."""
    size = os.fstat(file).st_size
    tail = min(size, 1 << 20)
    end = size - tail + os.pread(file, tail, size - tail).rfind(b"\n") + 1
    if end < size:
        os.ftruncate(file, end)
    return end


def line(event: Mapping[str, object]) -> bytes:
    """One event as a line; values that JSON does not know are written as text."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n"


def read_events(folder: Path) -> Iterator[dict[str, object]]:
    """The events of a recording, in order; a last line that a crash has torn is left out.

    Raises FileNotFoundError when there are none.
    """
    with (folder / EVENTS).open("rb") as file:
        for row in file:
            if row.endswith(b"\n"):
                yield json.loads(row)
