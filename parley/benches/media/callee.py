"""The side that answers in a media measurement: talks without end, and hears nothing in what it gets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from asr.ear import Utterance, VoiceActivity
from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.mind import Act, Completeness, Input, Said, Say, Thought, Weighed
from parley.call import Call
from parley.journal import TurnRecord
from parley.recording import CallRecorder, Unrecorded
from parley.turn_settings import TurnSettings
from telephony.line import Line
from tts.voice import Speech

RUN_SECONDS = 4.0
"""Speech given to the line at a time: about a sentence."""


class CountingEar:
    """Counts frames, and takes them for silence."""

    def __init__(self) -> None:
        self.frames = 0

    def hear(self, pcm: bytes, at: float) -> Sequence[VoiceActivity]:
        """Take a frame."""
        self.frames += 1
        return ()

    async def recognise(
        self, start: float, end: float, *, urgent: Callable[[], bool] = lambda: True
    ) -> Utterance:
        """Never asked: there is never any activity. Raises RuntimeError."""
        raise RuntimeError(f"expected nothing to recognise, got {start:.2f} to {end:.2f} s")

    def level(self, start: float, end: float) -> float:
        """Nothing is heard."""
        return -90.0

    @property
    def trace(self) -> float | None:
        """Nothing is heard."""
        return None

    @property
    def suspected(self) -> float | None:
        """There is never any sound."""
        return None

    def expect(self, words: str, language: str = "") -> None:
        """Nothing is expected."""

    async def readings(self, start: float, end: float) -> Sequence[str]:
        """Never asked either."""
        return ()

    async def finished(self, start: float, end: float) -> float | None:
        """Never asked either."""
        return None


class EndlessThought:
    """Talks until the call is over."""

    kind = "known"
    source = ""

    async def acts(self) -> AsyncIterator[Act]:
        """The same phrase, for ever."""
        while True:
            yield Say("and so on", "en")

    def release(self) -> None:
        """Nothing waits for it."""

    async def close(self) -> None:
        """There is nothing to stop."""


class EndlessMind:
    """A dialogue that never gets beyond its greeting."""

    flow_name = "media"
    languages: Sequence[str] = ("en",)
    language = "en"
    hint = ""
    silence_after = 3600.0
    time_limit: float | None = None
    feelings = FeelingMemory()

    def think(self, heard: Input) -> EndlessThought:
        """Answer."""
        return EndlessThought()

    def weigh(self, said: Said, heard: str | None = None, *, sounding: bool = False) -> Weighed:
        """Nobody says anything."""
        return Weighed(Completeness.UNKNOWN)

    def acknowledgement(self, said: Said, *, again: bool = False) -> Say | None:
        """Nobody waits for anything."""
        return None

    def ended(self) -> None:
        """See `Mind.ended`."""

    def feel(self, thought: Thought, felt: Felt) -> tuple[Say, ...]:
        """Nobody feels anything."""
        return ()

    def commit(self, thought: Thought, spoken: str) -> None:
        """Nothing is remembered."""

    def snapshot(self) -> Mapping[str, object]:
        """Nothing is."""
        return {}


class ToneVoice:
    """Says everything as the same `RUN_SECONDS` of a tone, which it has at hand."""

    name = "tone"
    language = "en"

    def __init__(self) -> None:
        self._runs: dict[int, Speech] = {}

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """One run."""
        if rate not in self._runs:
            at = np.arange(round(RUN_SECONDS * rate)) / rate
            pcm = (8000 * np.sin(2 * np.pi * 400 * at)).astype("<i2").tobytes()
            self._runs[rate] = Speech(text, pcm, rate)
        yield self._runs[rate]


class NoJournal:
    """Keeps nothing."""

    def turn(self, turn: TurnRecord) -> None:
        """Forget."""


class Callee:
    """Holds every line that comes with a real `Call`.

    Args:
        recordings: folder in which each call is recorded, as in production; `None` to record nothing.
    """

    def __init__(self, recordings: Path | None = None) -> None:
        self.calls = 0
        """Calls running now."""
        self.broken: list[str] = []
        """Why calls ended that their caller did not end."""
        self._recordings = recordings
        self._voices = {"en": ToneVoice()}
        self._ears: list[CountingEar] = []

    @property
    def frames(self) -> int:
        """Frames heard in all calls so far."""
        return sum(ear.frames for ear in self._ears)

    async def take(self, line: Line) -> None:
        """Hold one call until its caller hangs up."""
        ear = CountingEar()
        self._ears.append(ear)
        recorder = (
            Unrecorded() if self._recordings is None else CallRecorder(self._recordings, line.info.call_id)
        )
        call = Call(
            line, ear, EndlessMind(), self._voices,
            recorder=recorder, journal=NoJournal(), settings=TurnSettings(),
        )  # fmt: skip
        self.calls += 1
        try:
            ending = await call.run()
        finally:
            self.calls -= 1
            await recorder.close()
        if ending.by != "caller":
            self.broken.append(f"ended by {ending.by}: {ending.reason}")
