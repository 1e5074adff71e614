"""A two-sided recording on one clock, and what can be read off it: who spoke when.

Pure: positions are given, no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations
import soxr  # type: ignore[import-untyped]  # ships no annotations

SAID, HEARD = 0, 1
"""The sides of a tape: what its owner said (left) and heard (right)."""

WINDOW = 0.01
"""Seconds of one loudness measurement."""

FLOOR_DB = -50.0
"""Loudness in dBFS (RMS) below which nothing counts as speech: G.711's own noise lies under -60."""

_CLICK_WINDOWS = 4
"""So few loud windows are a click or a breath, not speech."""

_DIGITAL_SILENCE_DB = -90.0
"""Below this a window is no recording of anything: padding."""

_RANGE_DB = 35.0
"""From loud speech down to its quietest sounds."""

_ABOVE_NOISE_DB = 8.0
"""From the quietest windows of a noisy recording up to what is no longer its noise."""

_NOISE_ROOM_DB = 20.0
"""At least as much lies between loud speech and noise."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in seconds on the tape's clock."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


def loudness(pcm: np.ndarray, rate: int) -> np.ndarray:
    """RMS of every 10 ms window in dBFS (0 is a full-scale square wave), -120 for digital silence.

    The last window is filled up with silence.
    """
    size = int(rate * WINDOW)
    whole = np.pad(pcm, (0, -len(pcm) % size)).reshape(-1, size).astype(np.float64) / 32768
    rms = np.sqrt((whole**2).mean(axis=1)) if len(whole) else np.zeros(0)
    return np.asarray(20 * np.log10(np.maximum(rms, 1e-6)))


def speech_spans(pcm: bytes, rate: int, *, merge: float = 0.3) -> list[Span]:
    """Where there is speech, to the sample, from 0 at the first one.

    Speech is what is louder than the floor, no more than 35 dB below the loudest tenth,
    and above the recording's own noise, for more than a moment: silence, hiss, a breath or
    a click behind the last word is not part of it. The edges are the first and the last
    sample that are as loud as that.

    Args:
        pcm: s16le mono samples.
        rate: samples per second.
        merge: pauses shorter than this many seconds belong to the speech around them.
    """
    samples = np.frombuffer(pcm, dtype="<i2")
    levels = loudness(samples, rate)
    threshold = _threshold(levels)
    if threshold is None:
        return []
    size = int(rate * WINDOW)
    audible = np.abs(samples.astype(np.int32)) >= _amplitude(threshold)
    spans: list[Span] = []
    windows: list[int] = []
    for index in np.flatnonzero(levels > threshold):
        inside = np.flatnonzero(audible[index * size : (index + 1) * size])
        start, end = (float(index * size + at) / rate for at in (inside[0], inside[-1] + 1))
        if spans and start - spans[-1].end < merge:
            spans[-1] = Span(spans[-1].start, end)
            windows[-1] += 1
        else:
            spans.append(Span(start, end))
            windows.append(1)
    return [span for span, count in zip(spans, windows, strict=True) if count > _CLICK_WINDOWS]


def _threshold(levels: np.ndarray) -> float | None:
    """The level in dBFS above which there is speech, `None` where there is none at all."""
    loud = levels[levels > FLOOR_DB]
    if not len(loud):
        return None
    speech = float(np.percentile(loud, 90))
    noise = float(np.percentile(levels[levels > _DIGITAL_SILENCE_DB], 5))
    # Where nobody pauses, the quietest windows are speech as well: noise is never taken to be that near.
    return max(FLOOR_DB, speech - _RANGE_DB, min(noise + _ABOVE_NOISE_DB, speech - _NOISE_ROOM_DB))


def _amplitude(level: float) -> float:
    """The sample value that stands for a level in dBFS."""
    return float(32768 * 10 ** (level / 20))


def read_audio(path: Path, rate: int) -> bytes:
    """Read a WAV or FLAC file of any rate and channel count as s16le mono at `rate`.

    Raises:
        OSError: the file is missing, empty or not audio; the message names it.
    """
    try:
        samples, file_rate = sf.read(path, dtype="float32", always_2d=True)
    except (sf.SoundFileError, OSError) as error:
        raise OSError(f"{path}: expected a WAV or FLAC file: {error}") from error
    if not len(samples):
        raise OSError(f"{path}: expected samples, the file has none")
    mono = samples.mean(axis=1)
    if file_rate != rate:
        mono = soxr.resample(mono, file_rate, rate)
    return bytes((np.clip(mono, -1, 1) * 32767).round().astype("<i2").tobytes())


def check_tape_path(path: Path) -> None:
    """Raise OSError if a tape can't be saved as `path`: another ending, or no such folder."""
    if path.suffix.lower() not in (".wav", ".flac"):
        raise OSError(f"{path}: expected a name that ends in .wav or .flac")
    if not path.parent.is_dir():
        raise OSError(f"{path}: expected a folder {path.parent}")


class Tape:
    """Both sides of a call, silence where nothing was put.

    Args:
        rate: samples per second of both sides.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._sides = (bytearray(), bytearray())

    def put(self, side: int, pcm: bytes, at: float) -> None:
        """Put samples at `at` seconds; what lay there is replaced. Time before 0 is cut off."""
        tape = self._sides[side]
        position = round(at * self.rate) * 2
        if position < 0:
            pcm, position = pcm[-position:], 0
        if position > len(tape):
            tape.extend(bytes(position - len(tape)))
        tape[position : position + len(pcm)] = pcm

    def pcm(self, side: int, start: float = 0.0, end: float | None = None) -> bytes:
        """The samples of one side between two times."""
        first = max(0, round(start * self.rate)) * 2
        last = None if end is None else max(0, round(end * self.rate)) * 2
        return bytes(self._sides[side][first:last])

    def seconds(self, side: int) -> float:
        """How far the side reaches."""
        return len(self._sides[side]) / 2 / self.rate

    def spans(self, side: int, start: float = 0.0, end: float | None = None) -> list[Span]:
        """Where the side has speech between two times."""
        found = speech_spans(self.pcm(side, start, end), self.rate)
        return [Span(span.start + start, span.end + start) for span in found]

    def first_sample_after(self, side: int, t: float) -> float | None:
        """The time of the first audible sample at or after `t`, `None` if there is none.

        Audible is a sample of at least `FLOOR_DB` in 10 ms whose RMS is above it: neither a
        codec's idle noise nor a lone click counts.
        """
        pcm = np.frombuffer(self.pcm(side, t), dtype="<i2")
        loud = np.flatnonzero(loudness(pcm, self.rate) > FLOOR_DB)
        if not len(loud):
            return None
        start = int(loud[0]) * int(self.rate * WINDOW)
        inside = int(np.argmax(np.abs(pcm[start:].astype(np.int32)) >= _amplitude(FLOOR_DB)))
        return round(max(0.0, t) * self.rate + start + inside) / self.rate

    @classmethod
    def load(cls, path: Path) -> Tape:
        """Read what `save` wrote. Raises OSError, naming the file, for anything else."""
        try:
            samples, rate = sf.read(path, dtype="int16", always_2d=True)
        except (sf.SoundFileError, OSError) as error:
            raise OSError(f"{path}: expected a WAV or FLAC file: {error}") from error
        if samples.shape[1] != 2:
            raise OSError(f"{path}: expected two channels, said and heard, found {samples.shape[1]}")
        tape = cls(rate)
        for side in (SAID, HEARD):
            tape.put(side, samples[:, side].astype("<i2").tobytes(), 0.0)
        return tape

    def save(self, path: Path) -> None:
        """Write a stereo WAV or FLAC file (by its ending): left said, right heard.

        Raises:
            OSError: it could not be written, or has another ending; the message names it.
        """
        check_tape_path(path)
        longest = max(len(side) for side in self._sides)
        sides = [np.frombuffer(bytes(side.ljust(longest, b"\0")), dtype="<i2") for side in self._sides]
        try:
            sf.write(path, np.stack(sides, axis=1), self.rate, subtype="PCM_16")
        except sf.SoundFileError as error:
            raise OSError(f"{path}: could not be written: {error}") from error
