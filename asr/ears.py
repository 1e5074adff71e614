"""Ears that recognise with Whisper."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from asr.audio import WHISPER_RATE, Pcm16, resample, to_float
from asr.ear import SpeechStarted, Utterance, VoiceActivity
from asr.emotion import blended
from asr.endpoint import Endpointer, Endpointing
from asr.memory import AudioMemory
from asr.queue import Urgent, always
from asr.smart_turn import SPAN_SECONDS, SmartTurn
from asr.vad import QUIETEST, SPEECH_PROBABILITY, Detector, Silero, SileroModel, VoiceDetector
from asr.whisper import Recogniser, Recognition

MEMORY_SECONDS = 92.0
"""Audio kept of a call: the 90 s that an ear promises, and what is added around a span."""

READINGS = 5
"""Further readings that are asked for where the first came to nothing."""

_PAD = 0.25
_LONG = 4.0
"""Seconds of speech that are recognised once and for all where a sentence ends in them."""
_REAL_PAUSE = 0.25
"""A shorter silence, in seconds, does not part two sentences."""
_SENTENCE_END = re.compile(r"[.!?。！？]\s*$")
_LEAST_REST = 0.6
"""Less than this behind a known beginning is recognised together with it."""
_DEAF_AFTER = 1.0

LEVEL_SECONDS = 0.02
"""Pieces of audio whose levels are compared."""


class WhisperEar:
    """One caller's ear: Silero hears when he speaks, Whisper what he says."""

    def __init__(
        self,
        recogniser: Recogniser,
        detector: Detector,
        *,
        rate: int,
        languages: Sequence[str],
        prompt: str = "",
        pause: float = 0.06,
        smart_turn: SmartTurn | None = None,
    ) -> None:
        """Hear a caller at `rate` samples per second; see `WhisperEars` for the rest."""
        if not languages:
            raise ValueError("expected at least one language to choose from")
        self._recogniser = recogniser
        self._languages = tuple(languages)
        self._prompt = self._always = prompt
        self._likely = ""
        self._pause = pause
        self._smart_turn = smart_turn
        self._memory = AudioMemory(rate, MEMORY_SECONDS)
        self._voice = VoiceDetector(detector, rate=rate)
        self._endpointer = Endpointer(Endpointing(pause=pause))
        self._spoken: deque[tuple[float, float]] = deque()
        self._beginnings: list[Utterance] = []

    def hear(self, pcm: bytes, at: float) -> Sequence[VoiceActivity]:
        """Take the next s16le mono samples and report activity."""
        if self._memory.end is None:
            self._voice.restart(at)
        missing, samples = self._memory.write(np.frombuffer(pcm, dtype="<i2"), at)
        activity: list[VoiceActivity] = []
        if missing:
            activity += self._bridge(missing, at)
        activity += self._listen(samples)
        return activity

    def _bridge(self, missing: int, at: float) -> list[VoiceActivity]:
        """Listen to the silence of a gap: all of a short one, of a long one enough to end any speech."""
        enough = round((self._pause + _DEAF_AFTER) * self._memory.rate)
        activity = self._listen(np.zeros(min(missing, enough), dtype=np.int16))
        if missing > enough:
            self._voice.restart(at)
        return activity

    def _listen(self, samples: Pcm16) -> list[VoiceActivity]:
        activity: list[VoiceActivity] = []
        for window in self._voice.push(samples.tobytes()):
            if window.probability >= SPEECH_PROBABILITY:
                self._spoken.append((window.start, window.end))
            for event in self._endpointer.push(window):
                if isinstance(event, SpeechStarted):
                    self._forget_short_pause(event.at)
                activity.append(event)
        while self._spoken and self._memory.start is not None and self._spoken[0][1] < self._memory.start:
            self._spoken.popleft()
        return activity

    def _forget_short_pause(self, at: float) -> None:
        """Speech that goes on at once belongs to the same sentence: the whole of it is recognised again."""
        if self._beginnings and at - self._beginnings[-1].end < _REAL_PAUSE:
            self._beginnings.pop()

    @property
    def suspected(self) -> float | None:
        """See `Ear.suspected`."""
        return self._endpointer.suspected

    @property
    def trace(self) -> float | None:
        """See `Ear.trace`."""
        return self._endpointer.trace

    def speech_seconds(self, start: float, end: float) -> float:
        """Seconds between two times in which the detector heard speech."""
        return sum(max(0.0, min(end, b) - max(start, a)) for a, b in self._spoken)

    def level(self, start: float, end: float) -> float:
        """See `Ear.level`."""
        return loudness(self._memory.read(start, end)[1], round(self._memory.rate * LEVEL_SECONDS))

    async def recognise(self, start: float, end: float, *, urgent: Urgent = always) -> Utterance:
        """Recognise the caller's audio between two call-clock times.

        A long turn is recognised from the end of a sentence in it, and put behind what was recognised up
        to there: its end costs no more than that of a short one.
        """
        before = self._before(start, end)
        spoken = self.speech_seconds(before.end if before else start, end)
        begin, result = await self._read(
            before.end if before else start - _PAD, end + _PAD, spoken=spoken, urgent=urgent
        )
        utterance = Utterance(
            result.text,
            result.language,
            result.language_probability,
            result.confidence,
            result.no_speech,
            max(start, begin),
            end,
            result.ms,
            result.emotion,
        )
        since = before.end if before else start
        if before is not None:
            utterance = joined(before, utterance)
        if end - since >= _LONG and _SENTENCE_END.search(utterance.text):
            self._beginnings.append(replace(utterance, start=start))
        return utterance

    def _before(self, start: float, end: float) -> Utterance | None:
        """What the beginning of a long turn was recognised as, up to a pause in it."""
        self._beginnings = [one for one in self._beginnings if one.start == start]
        return next((one for one in reversed(self._beginnings) if one.end + _LEAST_REST <= end), None)

    def expect(self, words: str, language: str = "") -> None:
        """See `Ear.expect`."""
        self._prompt, self._likely = words or self._always, language

    async def readings(self, start: float, end: float) -> tuple[str, ...]:
        """See `Ear.readings`."""
        spoken = self.speech_seconds(start, end)
        _, result = await self._read(start - _PAD, end + _PAD, spoken=spoken, alternatives=READINGS)
        return result.alternatives

    async def _read(
        self, start: float, end: float, *, spoken: float, urgent: Urgent = always, alternatives: int = 0
    ) -> tuple[float, Recognition]:
        """Where the audio kept of a span begins, and what is recognised in it."""
        begin, samples = self._memory.read(start, end)
        audio = await asyncio.to_thread(resample, to_float(samples), self._memory.rate, WHISPER_RATE)
        return begin, await self._recogniser.recognise(
            audio,
            languages=self._languages,
            prompt=self._prompt,
            likely=self._likely,
            speech=spoken,
            urgent=urgent,
            alternatives=alternatives,
        )

    async def finished(self, start: float, end: float) -> float | None:
        """Probability that the turn is over by its sound: see `Ear.finished`."""
        if self._smart_turn is None:
            return None
        _, samples = self._memory.read(max(start - _PAD, end - SPAN_SECONDS), end + self._pause)
        audio = await asyncio.to_thread(resample, to_float(samples), self._memory.rate, WHISPER_RATE)
        return await self._smart_turn.probability(audio)


def loudness(samples: Pcm16, size: int) -> float:
    """Level of the louder tenth of pieces of `size` samples, in dB below full scale."""
    pieces = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    if not len(pieces):
        return QUIETEST
    powers = np.mean(pieces**2, axis=1)
    return max(QUIETEST, 10 * float(np.log10(np.percentile(powers, 90) / 32768.0**2 + 1e-12)))


def joined(first: Utterance, second: Utterance) -> Utterance:
    """Two parts of a turn as one utterance, in the language of the longer text."""
    longer = max(first, second, key=lambda part: len(part.text))
    gap = "" if longer.language == "zh" else " "
    parts = [part for part in (first, second) if part.text]
    weights = [len(part.text) for part in parts]
    confidence = sum(part.confidence * w for part, w in zip(parts, weights, strict=True)) / max(
        1, sum(weights)
    )
    return Utterance(
        gap.join(part.text for part in parts),
        longer.language,
        longer.language_probability,
        confidence,
        min(first.no_speech, second.no_speech),
        first.start,
        second.end,
        second.ms,
        blended([(part.emotion, part.end - part.start) for part in (first, second)]),
    )


class WhisperEars:
    """Makes ears that share one recogniser and one Silero."""

    def __init__(
        self,
        recogniser: Recogniser,
        *,
        pause: float = 0.06,
        model: SileroModel | None = None,
        smart_turn: SmartTurn | None = None,
    ) -> None:
        """Make ears.

        Args:
            recogniser: recognises for all of them; whoever made it closes it.
            pause: seconds of silence after which an ear reports that the caller paused.
            model: Silero, by default the one in the installed `faster-whisper`.
            smart_turn: hears whether a turn is over; whoever made it closes it.
        """
        self._recogniser = recogniser
        self._pause = pause
        self._model = model or SileroModel()
        self._smart_turn = smart_turn

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> WhisperEar:
        """Make an ear for one call.

        Raises:
            ValueError: the rate is not positive, or no language was named.
        """
        return WhisperEar(
            self._recogniser,
            Silero(self._model),
            rate=rate,
            languages=languages,
            prompt=prompt,
            pause=self._pause,
            smart_turn=self._smart_turn,
        )
