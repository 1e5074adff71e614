"""The `Voice`: text in, telephone-ready speech out, phrase by phrase."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


class VoiceError(Exception):
    """A voice could not speak a text; the message names the voice and the text."""


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a word sounds: `start` and `end` in seconds from the beginning of its `Speech`."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A run of synthesised speech.

    Attributes:
        text: the part of the text, as written, that is spoken here.
        pcm: 16-bit little-endian mono samples.
        rate: samples per second.
        words: word times, empty where the engine does not know them.
    """

    text: str
    pcm: bytes
    rate: int
    words: tuple[WordTime, ...] = ()

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.pcm) / 2 / self.rate


class Voice(Protocol):
    """One speaker in one language, shared by all calls."""

    @property
    def name(self) -> str:
        """Name as in `config.yaml`; part of the cache's key."""

    @property
    def language(self) -> str:
        """`en` or `zh`."""

    def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text` (as written: numbers and all) at `rate` samples per second.

        Yields phrase by phrase, the first as early as possible; levels are normalised.
        Empty or unspeakable text yields nothing. Raises VoiceError when the engine fails.
        """
