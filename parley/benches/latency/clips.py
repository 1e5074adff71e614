"""Recorded human speech, made ready for the telephone: one level, true bounds, pauses put into it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from telephony.tape import WINDOW, Span, loudness, read_audio, speech_spans

RATE = 8000
"""Samples per second: G.711's."""

LEVEL = -20.0
"""Level of speech while it sounds, in dBFS (RMS): that of the prompts of a telephone system."""

_GAP = 0.1
"""Seconds of silence that make two spans of speech."""

_STRAY = 0.12
"""A shorter sound that stands alone behind the last word (a breath, a click) is not speech."""

_PEAK = 0.97


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance.

    Attributes:
        name: its file's name without the ending.
        text: its words, empty where they are not known.
        pcm: s16le mono samples at `RATE`, the speech at `LEVEL`.
        speech: where it sounds, in seconds; pauses of 0.1 s and more are between the spans.
        pause: seconds of the longest silence that was put in, 0 for none.
    """

    name: str
    text: str
    pcm: bytes
    speech: tuple[Span, ...]
    pause: float = 0.0

    @property
    def seconds(self) -> float:
        """Length of the samples."""
        return len(self.pcm) / 2 / RATE

    @property
    def onset(self) -> float:
        """When the speech begins."""
        return self.speech[0].start

    @property
    def end(self) -> float:
        """The true end of the speech, to the sample: where the latency clock starts."""
        return self.speech[-1].end

    @property
    def spoken(self) -> float:
        """Seconds from the first to the last voiced sample."""
        return self.end - self.onset

    @property
    def longest_pause(self) -> float:
        """The longest silence inside of the speech, in seconds."""
        gaps = [b.start - a.end for a, b in itertools.pairwise(self.speech)]
        return max(gaps, default=0.0)

    @property
    def is_whole(self) -> bool:
        """Whether the recording goes on behind the last sound, so that its end can be told."""
        return self.seconds - self.end >= 2 * WINDOW


def read_clip(path: Path, text: str = "") -> Clip | None:
    """Read a recording and bring its speech to `LEVEL`; `None` if there is none in it.

    Raises:
        OSError: the file is missing or no audio.
    """
    pcm = read_audio(path, RATE)
    spans = bounds(pcm)
    if not spans:
        return None
    pcm = levelled(pcm, spans, LEVEL)
    clip = Clip(path.stem, text, pcm, tuple(bounds(pcm)))
    # Louder, the room of a quiet recording may pass for speech up to its very end.
    return clip if clip.is_whole else replace(clip, speech=tuple(spans))


def bounds(pcm: bytes) -> list[Span]:
    """Where a recording holds speech, to the sample, without stray sounds before and behind it."""
    spans = speech_spans(pcm, RATE, merge=_GAP)
    while len(spans) > 1 and spans[-1].seconds < _STRAY:
        spans.pop()
    while len(spans) > 1 and spans[0].seconds < _STRAY:
        spans.pop(0)
    return spans


def level_of(pcm: bytes, spans: list[Span] | None = None) -> float:
    """RMS in dBFS over all samples, or over those inside of spans; -120 for silence."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768
    if spans is not None:
        samples = np.concatenate([samples[round(s.start * RATE) : round(s.end * RATE)] for s in spans])
    power = float((samples**2).mean()) if len(samples) else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))


def levelled(pcm: bytes, spans: list[Span] | None, level: float) -> bytes:
    """The samples at another level, never so loud that they are clipped."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    gain = 10 ** ((level - level_of(pcm, spans)) / 20)
    loudest = float(np.abs(samples).max(initial=1.0)) / 32768
    return bytes((samples * min(gain, _PEAK / loudest)).round().astype("<i2").tobytes())


def with_pause(clip: Clip, seconds: float, *, margin: float = 0.5, seed: int = 0) -> Clip | None:
    """The clip with a pause of `seconds` at its longest quiet place: as between two words.

    The silence is of the recording's own kind: noise as loud as the place it is put into.

    Args:
        clip: an utterance; its own longest quiet place is lengthened, not added to.
        seconds: length of the pause, from sound to sound.
        margin: seconds of speech that stay before and behind it at least.
        seed: of the noise.

    Returns:
        `None` when there is no place that is quiet enough, or it is longer already.
    """
    place = _quiet_place(clip, margin)
    if place is None or place.seconds >= seconds:
        return None
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype(np.float64)
    first, last = round(place.start * RATE), round(place.end * RATE)
    middle = (first + last) // 2
    added = round(seconds * RATE) - (last - first)
    floor = float(np.sqrt((samples[first:last] ** 2).mean()))
    filling = np.random.default_rng(seed).normal(0, floor, added)
    longer = np.concatenate([samples[:middle], filling, samples[middle:]])
    shifted = _shifted(clip.speech, place, middle / RATE, added / RATE)
    pcm = longer.clip(-32768, 32767).round().astype("<i2").tobytes()
    return replace(clip, pcm=pcm, speech=shifted, pause=seconds)


def _shifted(speech: tuple[Span, ...], place: Span, middle: float, seconds: float) -> tuple[Span, ...]:
    """The spans of speech with `seconds` of silence put in at `middle` of a quiet place."""
    spans: list[Span] = []
    for span in speech:
        if span.end <= middle:
            spans.append(span)
        elif span.start >= middle:
            spans.append(Span(span.start + seconds, span.end + seconds))
        else:
            spans += [Span(span.start, place.start), Span(place.end + seconds, span.end + seconds)]
    return tuple(spans)


def _quiet_place(clip: Clip, margin: float) -> Span | None:
    """The longest run of quiet windows well inside of the speech: 40 ms at least, 20 dB under its level."""
    levels = loudness(np.frombuffer(clip.pcm, dtype="<i2"), RATE)
    quiet = levels < level_of(clip.pcm, list(clip.speech)) - 20
    first, last = round((clip.onset + margin) / WINDOW), round((clip.end - margin) / WINDOW)
    best, run = (0, 0), 0
    for index in range(first, last):
        run = run + 1 if quiet[index] else 0
        if run > best[0]:
            best = (run, index + 1)
    if best[0] < 4:
        return None
    return Span((best[1] - best[0]) * WINDOW, best[1] * WINDOW)
