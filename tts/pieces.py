"""Speaks phrase by phrase and, within a phrase, piece by piece.

`speak_in_pieces` is for engines in two steps: text to frames (with each word's length), then frames to
samples. The second is the slow one and can be done a few frames at a time, so the first
words leave while the rest is rendered. `speak_whole` is for engines in one step.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
import soxr  # type: ignore[import-untyped]  # ships no annotations

from tts import level
from tts.inference import Inference
from tts.phrases import Pauses
from tts.timing import shifted, text_of, written_times
from tts.voice import Speech, VoiceError, WordTime

FIRST_SECONDS, MOST_SECONDS = 0.25, 1.1
"""Shortest first piece, and what later pieces grow to."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A phrase of which everything is known but the samples.

    Attributes:
        begin, end: the frames that sound; what lies outside is the engine's silence.
        frame: seconds a frame.
        rate: samples per second that `decode` gives.
        gain: factor that brings the voice to the telephone's level.
        times: spoken words, in seconds from frame 0.
        decode: samples of the frames from one number up to another; called in a thread.
    """

    begin: int
    end: int
    frame: float
    rate: int
    gain: float
    times: tuple[WordTime, ...]
    decode: Callable[[int, int], level.Samples]


@dataclass(frozen=True, slots=True)
class Part:
    """One phrase to be rendered: its text, whether the reply ends with it, seconds until it is due."""

    text: str
    last: bool
    slack: float


async def speak_in_pieces(
    name: str,
    phrases: Sequence[str],
    rate: int,
    render: Callable[[Part], Awaitable[Rendering | None]],
    inference: Inference,
) -> AsyncIterator[Speech]:
    """Speak the phrases in order.

    Args:
        name: the voice's, for errors.
        phrases: as written.
        rate: samples per second of what is yielded.
        render: the engine's first step; `None` where a phrase has nothing to say.
        inference: where `Rendering.decode` runs.

    Raises:
        VoiceError: a step failed; names the voice and the phrase.
    """
    ahead = 0.0
    for number, phrase in enumerate(phrases):
        last = number == len(phrases) - 1
        try:
            rendering = await render(Part(phrase, last, ahead))
            if rendering is None:
                continue
            pause = 0.0 if last else Pauses().after(phrase)
            async for speech in pieces(phrase, rendering, rate, inference, ahead=ahead, pause=pause):
                ahead += speech.seconds
                yield speech
        except VoiceError:
            raise
        except Exception as error:
            # Engines and foreign models raise what they like; for a call it is all the same.
            raise VoiceError(f"{name} could not speak {phrase!r}: {error!r}") from error


async def speak_whole(
    name: str,
    phrases: Sequence[str],
    rate: int,
    source: int,
    render: Callable[[Part], Awaitable[tuple[level.Samples, Sequence[WordTime]]]],
) -> AsyncIterator[Speech]:
    """Speak the phrases in order, by an engine that renders each of them in one go.

    Args:
        name: the voice's, for errors.
        phrases: as written.
        rate: samples per second of what is yielded.
        source: samples per second of what the engine gives.
        render: the engine; gives samples (none for a phrase with nothing to say) and the spoken
            words' times, if it knows them.

    Raises:
        VoiceError: the engine failed; names the voice and the phrase.
    """
    ahead = 0.0
    for number, phrase in enumerate(phrases):
        last = number == len(phrases) - 1
        try:
            samples, times = await render(Part(phrase, last, ahead))
            speech = whole(phrase, samples, source, rate, times, last=last)
        except VoiceError:
            raise
        except Exception as error:
            # As above.
            raise VoiceError(f"{name} could not speak {phrase!r}: {error!r}") from error
        if speech is not None:
            ahead += speech.seconds
            yield speech


async def pieces(
    phrase: str,
    rendering: Rendering,
    rate: int,
    inference: Inference,
    *,
    ahead: float = 0.0,
    pause: float = 0.0,
) -> AsyncIterator[Speech]:
    """One phrase, cut between its written words.

    The pieces' samples follow each other without a seam; the silence that the engine
    leaves before the first and behind the last sound gives way to `pause` seconds behind.
    """
    written = written_times(phrase, rendering.times)
    starts = [round(time.start / rendering.frame) for time in written]
    resampler = soxr.ResampleStream(rendering.rate, rate, 1, dtype="float32", quality="HQ")
    sent = 0.0
    skipped = rendering.begin * rendering.frame
    begin, word = rendering.begin, 0
    for end in cuts(starts, rendering.begin, rendering.end, rendering.frame):
        samples = await inference.run(
            lambda begin=begin, end=end: rendering.decode(begin, end),  # type: ignore[misc]
            slack=ahead + sent,
        )
        last = end == rendering.end
        trimmed = _trimmed(samples, rendering, front=begin == rendering.begin, back=last)
        skipped += trimmed.start / rendering.rate
        samples = resampler.resample_chunk(trimmed.samples * np.float32(rendering.gain), last=last)
        pcm = level.to_pcm(level.limit(samples, rate)) + level.silence(pause if last else 0.0, rate)
        seconds = len(pcm) / 2 / rate
        until = len(starts) if last else sum(start < end for start in starts)
        times = shifted(written[word:until], -skipped - sent, seconds)
        yield Speech(text_of(phrase, word, until), pcm, rate, times)
        sent += seconds
        begin, word = end, until


def whole(
    phrase: str, samples: level.Samples, source: int, rate: int, times: Sequence[WordTime] = (), *, last: bool
) -> Speech | None:
    """A phrase that an engine rendered in one go, made fit for the line.

    Args:
        phrase: as written.
        samples: the engine's output at `source` samples per second.
        source: the engine's rate.
        rate: the line's rate.
        times: spoken words in seconds from the first sample, if known.
        last: whether the reply ends here; otherwise a pause by the phrase's last mark follows.

    Returns:
        `None` when there is nothing but silence.
    """
    pcm, skipped = level.finish(samples, source, rate, pause=0.0 if last else Pauses().after(phrase))
    if not pcm:
        return None
    seconds = len(pcm) / 2 / rate
    return Speech(phrase, pcm, rate, shifted(written_times(phrase, times), -skipped, seconds))


def cuts(starts: Sequence[int], begin: int, end: int, frame: float) -> list[int]:
    """Where to cut the frames `begin` to `end`, given the frames at which words start.

    The first piece is short and each next twice as long, because by then there is time.
    The first counts from the first word, as the silence before that is not played.
    Nothing shorter than half a first piece is left over. The last cut is `end`.
    """
    found: list[int] = []
    wanted, at = FIRST_SECONDS, starts[0] if starts else begin
    for start in starts:
        if (start - at) * frame >= wanted and (end - start) * frame >= FIRST_SECONDS / 2:
            found.append(start)
            at = start
            wanted = min(MOST_SECONDS, wanted * 2)
    return [*found, end]


def _trimmed(samples: level.Samples, rendering: Rendering, *, front: bool, back: bool) -> level.Trimmed:
    if not front and not back:
        return level.Trimmed(samples, 0)
    floor = 10 ** ((level.TARGET_DBFS - level.FLOOR_DB) / 20) / rendering.gain
    trimmed = level.trim(samples, rendering.rate, floor=floor, front=front, back=back)
    # A piece between words may be all pause: only the phrase's outer silence is to go.
    return trimmed if len(trimmed.samples) or (front and back) else level.Trimmed(samples, 0)
