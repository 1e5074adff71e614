"""What is read off a caller's tape. Pure; all times are seconds on the tape's clock.

Audible is a 10 ms window louder than `telephony.tape.FLOOR_DB`. The heard side holds nothing but
what the party sent: noise and echo are only on the said side.
"""

from __future__ import annotations

import numpy as np
import soxr  # type: ignore[import-untyped]  # ships no annotations
from numpy.typing import NDArray

from telephony.tape import FLOOR_DB, HEARD, WINDOW, Tape, loudness

STOPPED = 0.5
"""A silence this long, in seconds, is no pause between words: speech has stopped there."""

_PIECES = (0.5, 0.2)
"""Seconds of speech that are looked for in a rendering: as much as that, or the last of it after a pause."""

_LIKE = 0.8
"""Correlation from which they are taken to be found."""

Floats = NDArray[np.float64]


def reply_delay(tape: Tape, end: float, until: float | None = None) -> float | None:
    """Seconds from the end of the caller's speech to the first audible sample of the reply.

    Args:
        tape: the call.
        end: true end of his speech.
        until: a reply that begins later answers something else.

    Returns:
        `None` if nothing was heard.
    """
    first = tape.first_sample_after(HEARD, end)
    if first is None or (until is not None and first >= until):
        return None
    return first - end


def cut_in(tape: Tape, onset: float, end: float) -> float | None:
    """When the caller was first cut into between onset and end of his speech, `None` if never.

    What he was still hearing when he began, he speaks over himself: it counts from the first silence of
    `STOPPED` on.
    """
    heard_to: float | None = None
    for start, stop in audible_spans(tape, onset - STOPPED, end):
        if start < onset or (heard_to is not None and start - heard_to < STOPPED):
            heard_to = max(stop, onset)
        else:
            return start
    return None


def fell_silent(tape: Tape, onset: float, until: float) -> float | None:
    """Seconds from the caller's onset to the last audible sample before the other side stopped.

    It has stopped where `STOPPED` seconds of silence follow; a reply that is held and goes on sooner
    has not. 0 if nothing was audible from the onset on.

    Returns:
        `None` if it had not stopped by `until`.
    """
    last = onset
    for start, end in audible_spans(tape, onset, until + STOPPED):
        if start - last >= STOPPED:
            break
        last = end
    return None if last > until else last - onset


def audible_spans(tape: Tape, start: float, end: float) -> list[tuple[float, float]]:
    """Where the heard side is audible, to the window at its inner edges and to the sample at its ends."""
    pcm = np.frombuffer(tape.pcm(HEARD, start, end), dtype="<i2")
    loud = loudness(pcm, tape.rate) > FLOOR_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    size, least = int(tape.rate * WINDOW), 32768 * 10 ** (FLOOR_DB / 20)
    begin = round(max(0.0, start) * tape.rate)
    spans = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        inside = np.flatnonzero(np.abs(pcm[first * size : last * size].astype(np.int32)) >= least)
        at = begin + int(first) * size
        spans.append(((at + int(inside[0])) / tape.rate, (at + int(inside[-1]) + 1) / tape.rate))
    return spans


def audible_seconds(tape: Tape, start: float, end: float) -> float:
    """How long the other side was audible between two times, without its pauses."""
    return sum(last - first for first, last in audible_spans(tape, start, end))


def longest_silence(tape: Tape, start: float, end: float) -> float:
    """The longest silence of the other side between two times, in seconds."""
    edges = [start]
    for first, last in audible_spans(tape, start, end):
        edges += [first, last]
    edges.append(end)
    return max(float(b - a) for a, b in zip(edges[::2], edges[1::2], strict=True))


def place_in(rendering: Floats, tape: Tape, end: float) -> float | None:
    """Where in a rendered reply the sample is that was heard at `end`: seconds from the reply's beginning.

    Found by the likeness of the last samples before `end`, whatever pauses lie before them.

    Args:
        rendering: the whole reply at the tape's rate.
        tape: the call.
        end: when its last sample was heard.

    Returns:
        `None` if that piece is not in the rendering.
    """
    for seconds in _PIECES:
        heard = np.frombuffer(tape.pcm(HEARD, end - seconds, end), dtype="<i2").astype(np.float64)
        begin = _find(heard, rendering)
        if begin is not None:
            return (begin + len(heard)) / tape.rate
    return None


def holds(tape: Tape, piece: Floats, start: float, end: float) -> bool:
    """Whether a piece of a rendering was heard between two times, without a pause inside of it."""
    return (
        _find(piece, np.frombuffer(tape.pcm(HEARD, start, end), dtype="<i2").astype(np.float64)) is not None
    )


def _find(piece: Floats, whole: Floats) -> int | None:
    """The sample at which `piece` is likest to `whole`; `None` if it is not in it."""
    if len(piece) > len(whole) or not piece.any():
        return None
    size = 1 << int(np.ceil(np.log2(len(whole) + len(piece))))
    spectrum = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size))
    dot = np.fft.irfft(spectrum, size)[: len(whole) - len(piece) + 1]
    power = np.concatenate([[0.0], np.cumsum(whole**2)])
    energy = np.sqrt((power[len(piece) :] - power[: len(power) - len(piece)]) * (piece**2).sum())
    likeness = dot / np.maximum(energy, 1.0)
    best = int(likeness.argmax())
    return best if likeness[best] >= _LIKE else None


def at_rate(pcm: bytes, rate: int, wanted: int) -> Floats:
    """s16le samples as floats at another rate."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    return samples if rate == wanted else np.asarray(soxr.resample(samples, rate, wanted), dtype=np.float64)
