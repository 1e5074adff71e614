"""Recognition with Whisper: a context as long as the speech, a second look where it went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import exp
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import opencc

from asr.audio import WHISPER_RATE, Floats
from asr.decoding import (
    FULL_CONTEXT,
    Decoding,
    better_with_hint,
    context_seconds,
    longer_contexts,
    loops,
    said_once,
    token_budget,
    unlooped,
    unsaid,
)
from asr.emotion import EmotionHead, VoiceEmotion, blended
from asr.engine import CTranslateWhisper, Engine
from asr.queue import Urgent, WorkQueue, always
from asr.vad import Detector, Silero, SileroModel, speech_seconds
from asr.windows import sounding, split

T = TypeVar("T")

_PENALTY = 1.2
_SURE = -0.4
# Mandarin's homophones make a second reading worth its time (a fifth more): the error of every
# Mandarin set measured fell. English gained nothing.
_BEAMS = {"zh": 2}
_THOROUGH_BEAM = 5
LIKELIER = 20.0
"""How much likelier another language must be than the one spoken so far: a "对" alone sounds like "three"."""

_LEAST_SPEECH = 0.09
_LEAST_SHARE = 0.02

MANDARIN_PROMPT = "以下是普通话的句子。"
"""Said to Whisper before Mandarin: it then mostly writes simplified characters, and is more often right."""

_SIMPLIFIED = opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised in some audio.

    Attributes:
        text: the words, empty when there was no speech.
        language: one of those asked for.
        language_probability: 0 to 1, among those asked for.
        confidence: 0 to 1, exp of the mean token log-probability.
        no_speech: 0 to 1, Whisper's probability that nobody spoke.
        ms: milliseconds by step: `queued`, `detect`, `encode`, `emotion`, `language`, `decode`, `total`.
        emotion: how it sounded, where a head is there and enough was voiced.
        alternatives: other readings of the same audio, the likeliest first, where they were asked for.
    """

    text: str
    language: str
    language_probability: float
    confidence: float
    no_speech: float
    ms: dict[str, float] = field(default_factory=dict)
    emotion: VoiceEmotion | None = None
    alternatives: tuple[str, ...] = ()


class Stopwatch:
    """Adds up milliseconds by step."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    def time(self, step: str, work: Callable[[], T]) -> T:
        """Do `work` and count its time as `step`'s."""
        begun = time.perf_counter()
        try:
            return work()
        finally:
            self.add(step, (time.perf_counter() - begun) * 1000)

    def add(self, step: str, ms: float) -> None:
        """Count `ms` milliseconds as `step`'s."""
        self.ms[step] = self.ms.get(step, 0.0) + ms


def recognise_piece(
    engine: Engine,
    samples: Floats,
    languages: Sequence[str],
    prompt: str,
    watch: Stopwatch,
    *,
    likely: str = "",
    thorough: bool = False,
    head: EmotionHead | None = None,
    alternatives: int = 0,
) -> Recognition:
    """Recognise at most 30 s of samples at 16 kHz.

    The context is a little longer than the clip. Where the decoder gets stuck the clip is encoded
    again with more of it, at last with the full 30 s and a penalty on what was said already. Words
    said thrice that it ended by itself may be true ("one one one"): a second look confirms them.
    Where it is unsure it is told the likely words of `prompt` and decodes again. The language is the `likely`
    one unless another is much likelier. With `thorough` it takes its time: the full context from the start,
    and five readings side by side. A `head` reads the emotion from the first encoding. Of `alternatives`
    that many are read besides, after the words of `prompt` as well.
    """
    seconds = len(samples) / WHISPER_RATE
    context = FULL_CONTEXT if thorough else context_seconds(seconds)
    encoded = watch.time("encode", lambda: engine.encode(samples, context))
    emotion = None
    if head is not None:
        emotion = watch.time("emotion", lambda: head.read(engine.frames(encoded), samples))
    language, probability = watch.time(
        "language", lambda: choose_language(engine, encoded, languages, likely)
    )
    before = MANDARIN_PROMPT if language == "zh" else ""
    decode = partial(
        engine.decode,
        language=language,
        budget=token_budget(seconds, language),
        beam=_THOROUGH_BEAM if thorough else _BEAMS.get(language, 1),
    )
    result = watch.time("decode", partial(decode, encoded, prompt=before))
    for attempt, longer in enumerate(longer_contexts(context)):
        if not loops(result) or (attempt and result.finished):
            break
        encoded = watch.time("encode", partial(engine.encode, samples, longer))
        penalty = _PENALTY if longer == FULL_CONTEXT else 1.0
        result = watch.time("decode", partial(decode, encoded, prompt=before, penalty=penalty))
    if prompt and result.log_probability < _SURE:
        hinted = watch.time("decode", partial(decode, encoded, prompt=f"{prompt} {before}"))
        if better_with_hint(result, hinted, prompt, seconds):
            result = hinted
    text = _written(result, language, seconds)
    others: tuple[str, ...] = ()
    if alternatives:
        read = partial(
            engine.readings, encoded, language, budget=token_budget(seconds, language), count=alternatives
        )
        hints = [before, f"{prompt} {before}"] if prompt else [before]
        found = [one for hint in hints for one in watch.time("decode", partial(read, prompt=hint))]
        texts = [_written(one, language, seconds) for one in found if not loops(one)]
        others = tuple(dict.fromkeys(one for one in texts if one and one != text))
    confidence = exp(min(0.0, result.log_probability))
    return Recognition(
        "" if unsaid(text, confidence, result.no_speech) else text,
        language,
        probability,
        confidence,
        result.no_speech,
        emotion=emotion,
        alternatives=others,
    )


def _written(decoding: Decoding, language: str, seconds: float) -> str:
    """The words of a decoding: simplified characters, and no tail that is said over and over."""
    text = decoding.text(seconds).removeprefix(MANDARIN_PROMPT)
    if language == "zh":
        text = _SIMPLIFIED.convert(text)
    return said_once(text) if decoding.finished else unlooped(text)


def choose_language(
    engine: Engine, encoded: Any, languages: Sequence[str], likely: str = ""
) -> tuple[str, float]:
    """The most likely of `languages`, and its probability among them; the first one in a tie.

    The `likely` one, in which the caller has spoken so far, is `LIKELIER` than by its sound alone.
    """
    if len(languages) == 1:
        return languages[0], 1.0
    heard = engine.languages(encoded)
    weights = {
        language: heard.get(language, 0.0) * (LIKELIER if language == likely else 1.0)
        for language in languages
    }
    best = max(languages, key=lambda language: weights[language])
    total = sum(weights.values())
    return best, weights[best] / total if total > 0 else 1 / len(languages)


def join(parts: Sequence[Recognition]) -> Recognition:
    """One recognition of consecutive pieces, in the language of the longest text."""
    longest = max(parts, key=lambda part: len(part.text))
    gap = "" if longest.language == "zh" else " "
    spoken = [part for part in parts if part.text] or parts
    return Recognition(
        gap.join(part.text for part in parts if part.text),
        longest.language,
        longest.language_probability,
        float(np.mean([part.confidence for part in spoken])),
        min(part.no_speech for part in parts),
        emotion=blended([(part.emotion, len(part.text)) for part in parts]),
        # Readings of pieces can't be put together: their number would multiply.
        alternatives=parts[0].alternatives if len(parts) == 1 else (),
    )


def _nothing(languages: Sequence[str]) -> Recognition:
    return Recognition("", languages[0], 1 / len(languages), 0.0, 1.0)


class Recogniser:
    """One Whisper model and its queue, shared by all calls.

    Recognitions run one at a time, each with all of the model's threads: on few processors that is
    faster for everybody than side by side. Those that a caller waits for go before guesses at a pause,
    speech of over 28 s piece by piece; those cancelled before they began cost nothing.
    """

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 2,
        engine: Callable[[], Engine] | None = None,
        detector: Callable[[], Detector] | None = None,
        head: EmotionHead | None = None,
    ) -> None:
        """Recognise with the model in `path`, which `warm` or the first recognition loads.

        Args:
            path: folder of a Whisper model in CTranslate2's format.
            threads: processor threads of one recognition.
            engine: makes another engine than CTranslate2's.
            detector: makes another voice detector than Silero.
            head: reads from the voice how callers feel; None does without.
        """
        self._make = engine or (lambda: CTranslateWhisper(path, threads=threads))
        self._engine: Engine | None = None
        self._make_detector = detector or (lambda: Silero(SileroModel()))
        self._detector: Detector | None = None
        self._head = head
        self._queue = WorkQueue("whisper")

    async def warm(self) -> None:
        """Load the model and run it once, so that the first caller does not wait for it.

        Raises:
            FileNotFoundError: a file of the model is not there.
            RuntimeError: the model can't be read.
        """
        await self._queue.run(self._warm)

    def _warm(self) -> None:
        recognise_piece(
            self._loaded(), np.zeros(WHISPER_RATE, dtype=np.float32), ["en", "zh"], "", Stopwatch()
        )

    def _loaded(self) -> Engine:
        if self._engine is None:
            self._engine = self._make()
        return self._engine

    async def recognise(
        self,
        samples: Floats,
        *,
        languages: Sequence[str],
        prompt: str = "",
        likely: str = "",
        speech: float | None = None,
        urgent: Urgent = always,
        thorough: bool = False,
        alternatives: int = 0,
    ) -> Recognition:
        """Recognise the speech in samples at 16 kHz.

        Args:
            samples: float32 within -1 to 1, any length.
            languages: `en`, `zh`: those to choose from; a single one is taken as given.
            prompt: words that are likely to be said.
            likely: the language that was spoken so far, empty where nothing is known.
            speech: seconds in which a voice detector heard speech, if one listened. Else Silero listens
                first: in noise Whisper hears whole sentences, with a probability of their own.
            urgent: whether somebody waits for it by now.
            thorough: take some ten times as long to be right more often; for reading back, not for calls.
            alternatives: how many other readings to give besides, for an answer that must be one of a few
                (an order number); each prompt costs about as much as the first reading again, or twice.

        Raises:
            ValueError: no language was named.
        """
        if not languages:
            raise ValueError("expected at least one language to choose from")
        watch = Stopwatch()
        begun = time.perf_counter()
        first, last = sounding(samples)
        result = await self._recognised(
            samples[first:last], languages, prompt, likely, speech, watch, urgent, thorough, alternatives
        )
        watch.add("total", (time.perf_counter() - begun) * 1000)
        result.ms.update({step: round(ms, 1) for step, ms in watch.ms.items()})
        return result

    async def _recognised(
        self,
        samples: Floats,
        languages: Sequence[str],
        prompt: str,
        likely: str,
        speech: float | None,
        watch: Stopwatch,
        urgent: Urgent,
        thorough: bool,
        alternatives: int,
    ) -> Recognition:
        if speech is None and await self._queued(lambda: self._silent(samples), watch, urgent, "detect"):
            return _nothing(languages)
        if speech is not None and speech < _LEAST_SPEECH:
            return _nothing(languages)
        pieces = split(samples)

        def recognised(piece: Floats) -> Recognition:
            if len(pieces) > 1 and watch.time("detect", lambda: self._silent(piece)):
                return _nothing(languages)
            return recognise_piece(
                self._loaded(),
                piece,
                languages,
                prompt,
                watch,
                likely=likely,
                thorough=thorough,
                head=self._head,
                alternatives=alternatives,
            )

        return join([await self._queued(partial(recognised, piece), watch, urgent) for piece in pieces])

    def _silent(self, samples: Floats) -> bool:
        """Whether nobody speaks in what no ear has listened to."""
        if self._detector is None:
            self._detector = self._make_detector()
        enough = max(_LEAST_SPEECH, _LEAST_SHARE * len(samples) / WHISPER_RATE)
        return speech_seconds(samples, self._detector, enough) < enough

    async def _queued(
        self, work: Callable[[], T], watch: Stopwatch, urgent: Urgent, step: str | None = None
    ) -> T:
        """Do `work` when it is its turn; its wait counts as `queued`, its time as `step`'s."""
        asked = time.perf_counter()

        def begin() -> T:
            watch.add("queued", (time.perf_counter() - asked) * 1000)
            return work() if step is None else watch.time(step, work)

        return await self._queue.run(begin, urgent)

    def close(self) -> None:
        """Drop what is queued, wait for what is running, and free the model."""
        self._queue.close()
        self._engine = None
