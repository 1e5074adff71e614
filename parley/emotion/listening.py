"""From recordings to what a head looks at, by the same steps as in a call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from asr.audio import WHISPER_RATE, Floats, resample
from asr.decoding import FULL_CONTEXT, context_seconds
from asr.emotion import pooled
from asr.emotion_training import Examples, disturbed, over_telephone
from asr.engine import Engine
from asr.windows import sounding
from parley.emotion.data import Clip, EmotionDataError, label_index

_TELEPHONE = 8000
_LONGER_CONTEXTS = (0.0, 0.0, 1.0, 2.0)
_LONGEST = FULL_CONTEXT - 2.0


def read_audio(clip: Clip) -> tuple[Floats, int]:
    """A clip's samples (channels mixed) and their rate.

    Raises:
        EmotionDataError: it is no audio that can be read, or there is none in it.
    """
    try:
        samples, rate = soundfile.read(clip.path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise EmotionDataError(f"{clip.path}: {error}") from error
    if not samples.size:
        raise EmotionDataError(f"{clip.path}: expected a recording, found no samples")
    return samples.mean(axis=1), int(rate)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A clip as recognition would have it: `samples` at 16 kHz and their `encoding`."""

    samples: Floats
    encoding: Floats
    ms: float


def encode(engine: Engine, audio: Floats, longer: float = 0.0) -> Encoded:
    """Encode speech at 16 kHz as a call does: without the silence around it, in a bounded context.

    Args:
        engine: the recogniser's.
        audio: float32 at 16 kHz; of more than 28 s the first 28.
        longer: seconds of context beyond what a call would give it.
    """
    first, last = sounding(audio)
    samples = audio[first:last][: int(_LONGEST * WHISPER_RATE)]
    begun = time.perf_counter()
    context = min(FULL_CONTEXT, context_seconds(len(samples) / WHISPER_RATE) + longer)
    encoding = engine.frames(engine.encode(samples, context))
    return Encoded(samples, encoding, (time.perf_counter() - begun) * 1000)


def examples(
    engine: Engine, clips: Sequence[Clip], copies: int, progress: Callable[[], None], seed: int = 0
) -> tuple[Examples, list[Clip]]:
    """What a head is trained on: each clip over a plain line, and `copies` times over a disturbed one.

    Returns:
        The examples, and the clips that have too little voice in them, which were left out.

    Raises:
        EmotionDataError: a clip can't be read, or none has enough voice in it.
    """
    random = np.random.default_rng(seed)
    kept: list[Clip] = []
    silent: list[Clip] = []
    rows: list[Floats] = []
    width = 0

    def another() -> Floats:
        samples, rate = read_audio(clips[int(random.integers(len(clips)))])
        return resample(samples, rate, _TELEPHONE)

    for clip in clips:
        samples, rate = read_audio(clip)
        lines = [over_telephone(samples, rate)]
        lines += [
            over_telephone(disturbed(samples, rate, another, random), _TELEPHONE) for _ in range(copies)
        ]
        seen: list[Floats] = []
        for number, line in enumerate(lines):
            longer = float(random.choice(_LONGER_CONTEXTS)) if number else 0.0
            encoded = encode(engine, line, longer)
            features = pooled(encoded.encoding, encoded.samples)
            width = encoded.encoding.shape[1]
            if features is not None:
                seen.append(features)
        progress()
        if len(seen) < len(lines):
            silent.append(clip)
        else:
            kept.append(clip)
            rows.append(np.stack(seen))
    if not rows:
        raise EmotionDataError("none of the recordings has enough voice in it to hear an emotion")
    labels = np.array(label_index(kept), dtype=np.intp)
    speakers = tuple(clip.speaker for clip in kept)
    return Examples(np.stack(rows, axis=1), labels, speakers, width), silent
