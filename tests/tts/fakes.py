"""A voice without a model."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tts.voice import Speech, VoiceError, WordTime


class ToneVoice:
    """Speaks each word of a text as a Speech of its own; counts what it was asked for."""

    def __init__(self, name: str = "tone", language: str = "en", version: str = "1") -> None:
        self.name = name
        self.language = language
        self.version = version
        self.asked: list[str] = []
        self.fails_after: int | None = None
        self.warmed = 0

    async def warm(self) -> None:
        self.warmed += 1

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        self.asked.append(text)
        for number, word in enumerate(text.split()):
            if number == self.fails_after:
                raise VoiceError(f"{self.name} could not speak {text!r}: broken")
            pcm = bytes([number + 1, 0]) * (rate // 10)
            yield Speech(word, pcm, rate, (WordTime(word, 0.0, 0.1),))
