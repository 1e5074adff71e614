"""Ears that recognise with Whisper."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

import numpy as np

from asr.audio import WHISPER_RATE, Pcm16, resample, to_float
from asr.ear import Utterance, VoiceActivity
from asr.endpoint import Endpointer, Endpointing
from asr.memory import AudioMemory
from asr.vad import SPEECH_PROBABILITY, Detector, Silero, SileroModel, VoiceDetector
from asr.whisper import Recogniser

MEMORY_SECONDS = 92.0
"""Audio kept of a call: the 90 s that an ear promises, and what is added around a span."""

_PAD = 0.25
_DEAF_AFTER = 1.0


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
        pause: float = 0.2,
    ) -> None:
        """Hear a caller at `rate` samples per second; see `WhisperEars` for the rest."""
        if not languages:
            raise ValueError("expected at least one language to choose from")
        self._recogniser = recogniser
        self._languages = tuple(languages)
        self._prompt = prompt
        self._pause = pause
        self._memory = AudioMemory(rate, MEMORY_SECONDS)
        self._voice = VoiceDetector(detector, rate=rate)
        self._endpointer = Endpointer(Endpointing(pause=pause))
        self._spoken: deque[tuple[float, float]] = deque()

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
            activity += self._endpointer.push(window)
        while self._spoken and self._memory.start is not None and self._spoken[0][1] < self._memory.start:
            self._spoken.popleft()
        return activity

    def speech_seconds(self, start: float, end: float) -> float:
        """Seconds between two times in which the detector heard speech."""
        return sum(max(0.0, min(end, b) - max(start, a)) for a, b in self._spoken)

    async def recognise(self, start: float, end: float) -> Utterance:
        """Recognise the caller's audio between two call-clock times."""
        spoken = self.speech_seconds(start, end)
        begin, samples = self._memory.read(start - _PAD, end + _PAD)
        audio = await asyncio.to_thread(resample, to_float(samples), self._memory.rate, WHISPER_RATE)
        result = await self._recogniser.recognise(
            audio, languages=self._languages, prompt=self._prompt, speech=spoken
        )
        return Utterance(
            result.text,
            result.language,
            result.language_probability,
            result.confidence,
            result.no_speech,
            max(start, begin),
            end,
            result.ms,
        )


class WhisperEars:
    """Makes ears that share one recogniser and one Silero."""

    def __init__(
        self, recogniser: Recogniser, *, pause: float = 0.2, model: SileroModel | None = None
    ) -> None:
        """Make ears.

        Args:
            recogniser: recognises for all of them; whoever made it closes it.
            pause: seconds of silence after which an ear reports that the caller paused.
            model: Silero, by default the one in the installed `faster-whisper`.
        """
        self._recogniser = recogniser
        self._pause = pause
        self._model = model or SileroModel()

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
        )
