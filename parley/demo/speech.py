"""What the demonstration's caller says: questions a shop hears every day, in a voice that is not Parley's."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.models import ModelStore
from tts.espeak import Espeak
from tts.kokoro import KokoroVoice

RATE = 16000

QUESTIONS = {
    "en": ("How long does delivery take?", "How can I return something?", "Thank you, goodbye."),
    "zh": ("请问送货要多长时间？", "我想退货，应该怎么办？", "谢谢，再见。"),
}
VOICES = {"en": "af_heart", "zh": "zm_yunxi"}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to say: an audio file, and its words where they are known."""

    file: Path
    text: str = ""


async def rendered_questions(language: str, store: ModelStore, folder: Path) -> list[Question]:
    """The built-in questions as audio files, rendered once and kept in `folder`.

    Raises ModelError or VoiceError when the caller's voice can't be had.
    """
    questions, missing = await asyncio.to_thread(_files, language, folder)
    if missing:
        await _render(missing, language, store)
    return questions


def _files(language: str, folder: Path) -> tuple[list[Question], list[Question]]:
    """All questions, and those that have yet to be rendered."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = []
    for text in QUESTIONS[language]:
        name = hashlib.sha256(f"{VOICES[language]} {text}".encode()).hexdigest()[:16]
        questions.append(Question(folder / f"{language}-{name}.wav", text))
    return questions, [question for question in questions if not question.file.is_file()]


async def _render(questions: list[Question], language: str, store: ModelStore) -> None:
    async with contextlib.AsyncExitStack() as stack:
        espeak = Espeak(store.path("espeak-ng"))
        stack.push_async_callback(espeak.close)
        voice = KokoroVoice(store.path("kokoro-82m"), espeak, VOICES[language])
        stack.push_async_callback(voice.close)
        for question in questions:
            pcm = b"".join([speech.pcm async for speech in voice.speak(question.text, RATE)])
            partial = question.file.with_suffix(".partial")
            soundfile.write(partial, np.frombuffer(pcm, dtype="<i2"), RATE, format="WAV")
            partial.replace(question.file)
