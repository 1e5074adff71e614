"""The `Ear`: what a caller says, as voice activity first and as text on demand.

An ear belongs to one call and is fed with the caller's audio as it comes. It
tells when speech starts and pauses; whoever holds it decides when a turn is
over and asks for the words of a span of time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from asr.emotion import VoiceEmotion


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak.

    Attributes:
        at: true onset, in seconds on the call's clock (earlier than the moment of detection).
        detected: call-clock time of the audio at which the ear became sure.
    """

    at: float
    detected: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The caller stopped speaking, perhaps only for a breath.

    Attributes:
        at: true end of the last voiced sound, in seconds on the call's clock.
        detected: call-clock time of the audio at which the ear became sure.
    """

    at: float
    detected: float


VoiceActivity: TypeAlias = SpeechStarted | SpeechPaused


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was recognised in a span of the caller's audio.

    Attributes:
        text: the words, empty when there was no speech.
        language: `en` or `zh`.
        language_probability: 0 to 1.
        confidence: 0 to 1, exp of the mean token log-probability.
        no_speech: 0 to 1, Whisper's probability that nobody spoke.
        start, end: the span, in seconds on the call's clock.
        ms: milliseconds spent, by step (`encode`, `decode`, `total`, ...).
        emotion: how it sounded, where that is listened to and enough was voiced.
    """

    text: str
    language: str
    language_probability: float
    confidence: float
    no_speech: float
    start: float
    end: float
    ms: dict[str, float] = field(default_factory=dict)
    emotion: VoiceEmotion | None = None


class Ear(Protocol):
    """One caller's ear."""

    def hear(self, pcm: bytes, at: float) -> Sequence[VoiceActivity]:
        """Take the next s16le mono samples (at the rate the ear was made for) and report activity.

        Cheap (under 1 ms for 20 ms of audio) and synchronous. `at` is the time of the first
        sample on the call's clock; gaps are taken as silence, overlaps are ignored.
        """

    @property
    def suspected(self) -> float | None:
        """Onset of a sound that may turn out to be speech, `None` while there is none.

        Known some 0.1 s before `hear` reports it: long enough not to interrupt a caller who goes on.
        """

    @property
    def trace(self) -> float | None:
        """Beginning of what has the first trace of a voice in it, `None` while nothing has.

        Surer than noise, but in the talk of others around him it comes and goes; known before `suspected`
        where speech begins with a consonant.
        """

    def level(self, start: float, end: float) -> float:
        """How loud the caller's audio between two call-clock times is, in dB below full scale (0 or less).

        That of the louder tenth of 20 ms pieces: speech by its vowels, whatever pauses are in it.
        """

    async def recognise(
        self, start: float, end: float, *, urgent: Callable[[], bool] = lambda: True
    ) -> Utterance:
        """Recognise the caller's audio between two call-clock times.

        Keeps at least the last 90 s; an older start is moved forward. May be called while
        audio still comes in; cancelling it discards the result. While `urgent` says False it is
        a guess, which waits for what other callers wait for.
        """

    def expect(self, words: str, language: str = "") -> None:
        """Recognise from now on what is said with this in mind.

        Args:
            words: what is likely to be said, empty for nothing.
            language: the language of the dialogue, which a single word is taken to be in; empty for none.
        """

    async def readings(self, start: float, end: float) -> Sequence[str]:
        """What else the caller may have said between two call-clock times, the likeliest first.

        Costs about as much as `recognise` once or twice more.
        """

    async def finished(self, start: float, end: float) -> float | None:
        """Probability (0 to 1) that the turn between two call-clock times is over, by its sound alone.

        `None` where nothing judges that.
        """


class EarMaker(Protocol):
    """Makes ears that share one recogniser."""

    def ear(self, *, rate: int, languages: Sequence[str], prompt: str = "") -> Ear:
        """Make an ear for one call.

        Args:
            rate: samples per second of what it will hear.
            languages: the languages (`en`, `zh`) among which it chooses, most likely first.
            prompt: words that are likely to be said (product and shop names).
        """
