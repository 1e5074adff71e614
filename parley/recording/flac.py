"""From raw channels to `audio.flac`, at the end of a call or after a crash."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations
import soxr  # type: ignore[import-untyped]  # ships no annotations

from parley.recording.files import AUDIO, CHANNELS, EventFile, is_in_use, line, read_events
from parley.recording.track import Samples

log = logging.getLogger(__name__)

BLOCK_SECONDS = 10
_RAW = re.compile(rf"({'|'.join(CHANNELS)})-(\d+)\.pcm")


class EncodingError(Exception):
    """The audio could not be encoded; the raw files are still there. Names the file and the cause."""


def raw_files(folder: Path) -> dict[str, tuple[Path, int]]:
    """The raw files of one recording by channel, with their rates."""
    found = {}
    for path in folder.glob("*.pcm"):
        if match := _RAW.fullmatch(path.name):
            found[match[1]] = (path, int(match[2]))
    return found


def encode(folder: Path, rate: int) -> Path | None:
    """Make `audio.flac` (caller left, agent right) of a recording's raw files and remove those.

    Args:
        folder: the recording; none of its files may be in use.
        rate: samples per second of the result.

    Returns:
        The file, or `None` where there is no audio at all.

    Raises:
        EncodingError: the disk is full, for example. The raw files are kept.
    """
    raw = raw_files(folder)
    if not any(path.stat().st_size for path, _ in raw.values()):
        _remove(raw)
        return None
    target = folder / AUDIO
    part = folder / f"{AUDIO}.part"
    try:
        with soundfile.SoundFile(part, "w", rate, len(CHANNELS), "PCM_16", format="FLAC") as file:
            for block in _stereo(raw, rate):
                file.write(block)
        # libsndfile says nothing when its last blocks find the disk full, so it is read back
        # before the raw samples go.
        _compare(part, raw, rate)
        part.replace(target)
    except (OSError, soundfile.SoundFileError, AssertionError) as error:
        part.unlink(missing_ok=True)
        raise EncodingError(f"{target}: {error or 'the disk took only a part of it'}") from error
    _remove(raw)
    return target


def recover(recordings: Path) -> list[Path]:
    """Encode what crashed calls have left.

    Recordings of calls that are still running, in this process or another, are left alone. What
    cannot be encoded (disk full) is logged and kept for the next time.

    Args:
        recordings: the folder that holds all recordings; need not exist.

    Returns:
        The files made.
    """
    made = []
    for folder in sorted({path.parent for path in recordings.rglob("*.pcm")}):
        raw = raw_files(folder)
        try:
            if not raw or any(is_in_use(path) for path, _ in raw.values()):
                continue
            flac = encode(folder, _intended_rate(folder) or max(rate for _, rate in raw.values()))
            events = EventFile(folder)
            events.write(line({"at": None, "event": "recording_recovered"}))
            events.close()
        except (EncodingError, OSError) as error:
            log.error("not recovered, kept for the next start: %s", error)
            continue
        if flac is not None:
            made.append(flac)
    return made


def _intended_rate(folder: Path) -> int | None:
    """The rate that the recorder was made for, as its first event says."""
    try:
        rate = next(read_events(folder), {}).get("rate")
    except (OSError, ValueError):
        return None
    return rate if isinstance(rate, int) and rate > 0 else None


def _remove(raw: dict[str, tuple[Path, int]]) -> None:
    for path, _ in raw.values():
        path.unlink()


def _compare(flac: Path, raw: dict[str, tuple[Path, int]], rate: int) -> None:
    with soundfile.SoundFile(flac) as file:
        for block in _stereo(raw, rate):
            if not np.array_equal(file.read(len(block), "int16", always_2d=True), block):
                raise OSError(f"sample {file.tell()} reads back different")


def _stereo(raw: dict[str, tuple[Path, int]], rate: int) -> Iterator[Samples]:
    """Blocks of (samples, 2); the shorter channel ends in silence."""
    sources = [_mono(*raw[channel], rate) if channel in raw else iter(()) for channel in CHANNELS]
    blocks = [_Rest(source) for source in sources]
    while length := max(block.take(rate * BLOCK_SECONDS) for block in blocks):
        stereo = np.zeros((length, len(CHANNELS)), np.int16)
        for column, block in enumerate(blocks):
            stereo[: len(block.taken), column] = block.taken
        yield stereo


class _Rest:
    """Takes blocks of one length from a source whose blocks have any length."""

    def __init__(self, source: Iterator[Samples]) -> None:
        self.taken = np.zeros(0, np.int16)
        self._source = source
        self._rest = np.zeros(0, np.int16)

    def take(self, length: int) -> int:
        while len(self._rest) < length and (more := next(self._source, None)) is not None:
            self._rest = np.concatenate((self._rest, more))
        self.taken, self._rest = self._rest[:length], self._rest[length:]
        return len(self.taken)


def _mono(path: Path, source: int, rate: int) -> Iterator[Samples]:
    """One channel at `rate`, in blocks."""
    resampler = soxr.ResampleStream(source, rate, 1, dtype="int16") if source != rate else None
    with path.open("rb") as file:
        while data := file.read(source * BLOCK_SECONDS * 2):
            samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)
            yield samples if resampler is None else resampler.resample_chunk(samples)
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros(0, np.int16), last=True)
