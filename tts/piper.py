"""Piper voices, streamed: the first words of a phrase leave while the rest is rendered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tts import level
from tts.espeak import Espeak
from tts.fingerprint import fingerprint
from tts.inference import Inference
from tts.phrases import phrases
from tts.pieces import Part, Rendering, speak_in_pieces
from tts.pronounce import Phoneme, pronounce
from tts.spoken import spoken as spoken_form
from tts.timing import tokens
from tts.vits import Vits, VitsConfig
from tts.voice import Speech, VoiceError, WordTime

_LEAD = 3
"""Frames kept before the first word: plosives begin a little early."""

_CALIBRATION = "Thank you for calling. How can I help you with your order today?"


class PiperVoice:
    """A Piper voice.

    Args:
        folder: holds one `*.onnx` and its `*.onnx.json`.
        espeak: phonemes, shared between voices.
        name: as in the configuration.
        threads: threads of onnxruntime for one piece of work.
        speed: above 1 is slower.
        speaker: which one, in files with several.
        spoken: puts written text into spoken form.

    Raises:
        VoiceError: no voice in the folder, or a description that cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        espeak: Espeak,
        name: str = "piper",
        *,
        threads: int = 1,
        speed: float = 1.0,
        speaker: int = 0,
        spoken: Callable[[str, str], str] = spoken_form,
    ) -> None:
        models = sorted(folder.glob("*.onnx"))
        if not models:
            raise VoiceError(f"{name}: no .onnx file in {folder}; run `parley models pull`")
        self._path = models[0]
        self._config = VitsConfig.read(self._path.with_name(self._path.name + ".json"))
        self._name = name
        self._espeak = espeak
        self._threads = threads
        self._speed = speed
        self._speaker = speaker
        self._spoken = spoken
        self._version = fingerprint(self._path, speed, speaker)
        self._inference = Inference(name)
        self._model: Vits | None = None
        self._loading = asyncio.Lock()
        self._gain = 1.0

    @property
    def name(self) -> str:
        """Name as in the configuration."""
        return self._name

    @property
    def language(self) -> str:
        """Language family of the voice, `en` for every English accent."""
        return self._config.language

    @property
    def version(self) -> str:
        """Changes when the same text would sound different; part of the cache's key."""
        return self._version

    async def warm(self) -> None:
        """Load the model, render a sentence, and take the voice's level from it."""
        async with self._loading:
            if self._model is not None:
                return
            model = await self._inference.run(lambda: Vits(self._path, self._config, self._threads))
            rendering = await self._rendering(model, _CALIBRATION, ".", 0.0)
            sample = await self._inference.run(lambda: rendering.decode(0, rendering.end))
            self._gain = level.gain_for(sample, self._config.rate)
            self._model = model

    async def close(self) -> None:
        """End the voice's threads."""
        self._inference.close()

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text`; see `Voice.speak`. Pieces end between words."""
        parts = phrases(text, first=3, shortest=14, longest=30)
        if parts:
            await self.warm()
        async for speech in speak_in_pieces(self._name, parts, rate, self._render, self._inference):
            yield speech

    async def _render(self, part: Part) -> Rendering | None:
        words = self._spoken(part.text, self.language)
        if self._model is None or not tokens(words):
            return None
        return await self._rendering(self._model, words, "." if part.last else ",", part.slack)

    async def _rendering(self, model: Vits, words: str, last: str, slack: float) -> Rendering:
        phonemes = await pronounce(words, self._espeak, self._config.espeak_voice, last=last)
        ids, owners = input_ids(phonemes, self._config.ids)
        durations, frames = await self._inference.run(
            lambda: model.encode(ids, self._speed, self._speaker), slack=slack
        )
        frame = model.hop / self._config.rate
        times = word_times(tokens(words), owners, durations, frame)
        begin = round(times[0].start / frame) - _LEAD if times else 0
        return Rendering(
            begin=max(0, begin),
            end=frames.shape[2],
            frame=frame,
            rate=self._config.rate,
            gain=self._gain,
            times=times,
            decode=lambda begin, end: model.decode(frames, begin, end),
        )


def input_ids(phonemes: Sequence[Phoneme], table: dict[str, list[int]]) -> tuple[list[int], list[int]]:
    """Input ids and, for each, its word (-1 for none); a pad follows each phoneme as in piper's training.

    Phonemes that the voice does not know are left out.
    """
    pad = table["_"]
    ids, owners = [*table["^"], *pad], [-1] * (len(table["^"]) + len(pad))
    for phoneme in phonemes:
        known = table.get(phoneme.symbol)
        if known:
            ids += [*known, *pad]
            owners += [phoneme.word] * (len(known) + len(pad))
    return ids + table["$"], owners + [-1] * len(table["$"])


def word_times(
    words: Sequence[str], owners: Sequence[int], durations: npt.NDArray[Any], seconds: float
) -> tuple[WordTime, ...]:
    """Times of the words from the lengths (in frames of `seconds`) of the ids they own."""
    ends = np.cumsum(durations) * seconds
    starts = ends - durations * seconds
    owned = np.asarray(owners)
    times: list[WordTime] = []
    for number, word in enumerate(words):
        mine = np.flatnonzero(owned == number)
        if len(mine):
            times.append(WordTime(word, float(starts[mine[0]]), float(ends[mine[-1]])))
    return tuple(times)
