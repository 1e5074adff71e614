"""A caller, a line, an ear, a mind and a voice that live in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from asr.ear import SpeechPaused, SpeechStarted, Utterance, VoiceActivity
from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.mind import (
    Act,
    Arrived,
    Completeness,
    End,
    Input,
    Keyed,
    Said,
    Say,
    Silence,
    TimeIsUp,
    TransferFailed,
    Weighed,
)
from parley.journal import TurnRecord
from telephony.line import Frame, HungUp, Key, LineError, LineEvent, LineInfo, MarkPlayed, Played
from telephony.playout import Playout
from tts.voice import Speech, VoiceError, WordTime

RATE = 8000
FRAME = 0.02
ONSET_DELAY = 0.1
"""How long the fake ear needs to be sure of a sound."""
PAUSE_DELAY = 0.2
"""How long the fake ear needs to be sure of a pause."""
WORD_SECONDS = 0.25


class FakeLine:
    """A line on the loop's clock whose caller follows a script.

    Args:
        hangs_up: when the caller hangs up.
        keys: (time, digit) pairs.
        refuses_transfer: transfers raise LineError.
        silent_spans: spans in which no packets come.
    """

    def __init__(
        self,
        *,
        hangs_up: float = 30.0,
        keys: Sequence[tuple[float, str]] = (),
        refuses_transfer: bool = False,
        silent_spans: Sequence[tuple[float, float]] = (),
        loses_marks: bool = False,
    ) -> None:
        self.info = LineInfo("00000000-0000-0000-0000-000000000001", "fake", peer="a fake")
        self.rate = RATE
        self.answered_at: float | None = None
        self.transferred_to: str | None = None
        self.told: Mapping[str, str] | None = None
        self.sent: list[Played] = []
        self._start = asyncio.get_running_loop().time()
        self._hangs_up = hangs_up
        self._keys = sorted(keys)
        self._refuses_transfer = refuses_transfer
        self._silent_spans = silent_spans
        self._loses_marks = loses_marks
        self._playout = Playout(RATE)
        self._over: HungUp | None = None
        self._packet = 0

    def now(self) -> float:
        return asyncio.get_running_loop().time() - self._start

    async def answer(self) -> None:
        self.answered_at = self.now()

    async def events(self) -> AsyncIterator[LineEvent]:
        while self._over is None:
            at = self._packet * FRAME
            self._packet += 1
            await asyncio.sleep(max(0.0, at + FRAME - self.now()))
            for event in self._tick(at):
                yield event
        yield self._over

    def _tick(self, at: float) -> list[LineEvent]:
        events: list[LineEvent] = []
        while self._keys and self._keys[0][0] <= at:
            events.append(Key(self._keys.pop(0)[1], at))
        if not any(start <= at < end for start, end in self._silent_spans):
            events.append(Frame(bytes(int(RATE * FRAME) * 2), RATE, at))
        taken = self._playout.take(int(RATE * FRAME), at)
        for event in taken.events:
            if isinstance(event, Played):
                self.sent.append(event)
            if not (isinstance(event, MarkPlayed) and self._loses_marks):
                events.append(event)
        if at >= self._hangs_up and self._over is None:
            self._over = HungUp(at, "caller")
        return events

    def play(self, pcm: bytes) -> None:
        self._playout.play(pcm)

    def mark(self, name: str) -> None:
        self._playout.mark(name)

    def pause(self) -> None:
        self._playout.pause()

    def resume(self) -> None:
        self._playout.resume()

    def flush(self) -> None:
        self._playout.flush()

    @property
    def queued(self) -> float:
        return self._playout.queued

    async def transfer(self, target: str, about: Mapping[str, str] | None = None) -> None:
        if self._refuses_transfer:
            raise LineError(f"{target}: expected an answer, got 486 Busy Here")
        self.transferred_to, self.told = target, about
        await self.hang_up()

    async def hang_up(self) -> None:
        if self._over is None:
            self._over = HungUp(self.now(), "parley")

    def sounding(self, at: float) -> bool:
        """Whether Parley was audible at `at`."""
        return any(played.at <= at < played.at + len(played.pcm) / 2 / RATE for played in self.sent)

    @property
    def heard_seconds(self) -> float:
        return sum(len(played.pcm) for played in self.sent) / 2 / RATE


@dataclass
class Utters:
    """The caller makes a sound from `start` to `end`; `text` is empty for noise.

    Before `words_from` it is none but noise.
    """

    start: float
    end: float
    text: str = ""
    level: float = -20.0
    confidence: float = 0.9
    words_from: float = 0.0


class FakeEar:
    """Hears a script instead of samples.

    Args:
        script: the caller's sounds in order.
        takes: seconds that recognition takes.
        fails: recognition raises.
        sounds: how finished a turn sounds that ends at a time.
    """

    def __init__(
        self,
        script: Sequence[Utters] = (),
        *,
        takes: float = 0.1,
        fails: bool = False,
        sounds: Callable[[float], float] | None = None,
    ) -> None:
        self.recognised: list[tuple[float, float]] = []
        self.expected: list[tuple[str, str]] = []
        self.others: Sequence[str] = ()
        self._takes = takes
        self._fails = fails
        self._sounds = sounds
        self._now = 0.0
        self._script = tuple(script)
        self._pending: list[tuple[float, VoiceActivity]] = []
        for sound in script:
            self._pending += [
                (sound.start + ONSET_DELAY, SpeechStarted(sound.start, sound.start + ONSET_DELAY)),
                (sound.end + PAUSE_DELAY, SpeechPaused(sound.end, sound.end + PAUSE_DELAY)),
            ]
        self._pending.sort(key=lambda pair: pair[0])

    def hear(self, pcm: bytes, at: float) -> Sequence[VoiceActivity]:
        until = self._now = at + len(pcm) / 2 / RATE
        due = [activity for when, activity in self._pending if when <= until]
        self._pending = [(when, activity) for when, activity in self._pending if when > until]
        return due

    def level(self, start: float, end: float) -> float:
        return max((one.level for one in self._script if one.start < end and one.end > start), default=-90.0)

    @property
    def trace(self) -> float | None:
        return self.suspected

    @property
    def suspected(self) -> float | None:
        sounds = (
            sound.start for sound in self._script if sound.start <= self._now < sound.start + ONSET_DELAY
        )
        return next(sounds, None)

    async def recognise(
        self, start: float, end: float, *, urgent: Callable[[], bool] = lambda: True
    ) -> Utterance:
        self.recognised.append((start, end))
        await asyncio.sleep(self._takes)
        if self._fails:
            raise RuntimeError("the recogniser broke")
        said = [s for s in self._script if s.text and max(s.start, s.words_from) < end and s.end > start]
        confidence = min((s.confidence for s in said), default=0.9)
        return Utterance(" ".join(s.text for s in said), "en", 0.99, confidence, 0.01, start, end)

    def expect(self, words: str, language: str = "") -> None:
        self.expected.append((words, language))

    async def readings(self, start: float, end: float) -> Sequence[str]:
        return self.others

    async def finished(self, start: float, end: float) -> float | None:
        return self._sounds(end) if self._sounds is not None else None


@dataclass
class FakeThought:
    heard: Input
    kind: str
    script: Sequence[Act]
    wait: float = 0.0
    closed: bool = False
    released: int = 0
    source: str = ""

    async def acts(self) -> AsyncIterator[Act]:
        if self.wait:
            await asyncio.sleep(self.wait)
        for act in self.script:
            yield act

    def release(self) -> None:
        self.released += 1

    async def close(self) -> None:
        self.closed = True


@dataclass
class FakeMind:
    """Answers by a table: words of the caller (or a key, or `silence`) to acts."""

    answers: dict[str, Sequence[Act]] = field(default_factory=dict)
    greeting: Sequence[Act] = (Say("welcome to the shop", "en", fixed=True),)
    wait: float = 0.0
    flow_name: str = "fake"
    languages: Sequence[str] = ("en",)
    language: str = "en"
    silence_after: float = 8.0
    time_limit: float | None = None
    hint: str = ""
    words: dict[str, Completeness] = field(default_factory=dict)
    costly: bool = False
    kind: str = "known"
    committed: list[tuple[Input, str]] = field(default_factory=list)
    thoughts: list[FakeThought] = field(default_factory=list)
    feelings: FeelingMemory = field(default_factory=FeelingMemory)
    apology: str = ""
    felt: list[Felt] = field(default_factory=list)
    over: bool = False

    def think(self, heard: Input) -> FakeThought:
        thought = FakeThought(heard, self.kind, self._acts(heard), 0.0 if heard == Arrived() else self.wait)
        self.thoughts.append(thought)
        return thought

    def weigh(self, said: Said, heard: str | None = None, *, sounding: bool = False) -> Weighed:
        if heard is not None and said.text in ("uh-huh", "mhm"):
            return Weighed(Completeness.LISTENING)
        return Weighed(self.words.get(said.text, Completeness.UNKNOWN), self.costly)

    def acknowledgement(self, said: Said, *, again: bool = False) -> Say | None:
        return Say("still looking" if again else "let me see", "en", fixed=True)

    def _acts(self, heard: Input) -> Sequence[Act]:
        match heard:
            case Arrived():
                return self.greeting
            case Said(text):
                return self.answers.get(text, [Say("pardon", "en")])
            case Keyed(digit):
                return self.answers.get(digit, [])
            case Silence(count):
                return [Say("are you there", "en")] if count < 3 else [End()]
            case TransferFailed():
                return [Say("nobody can take your call", "en")]
            case TimeIsUp():
                return [Say("time is up", "en"), End()]

    def ended(self) -> None:
        self.over = True

    def feel(self, thought: object, felt: Felt) -> tuple[Say, ...]:
        self.felt.append(felt)
        return (Say(self.apology, "en", fixed=True),) if self.apology else ()

    def commit(self, thought: object, spoken: str) -> None:
        assert isinstance(thought, FakeThought)
        self.committed.append((thought.heard, spoken))

    def snapshot(self) -> dict[str, object]:
        return {"turns": len(self.committed)}

    @property
    def asked(self) -> list[str]:
        """What the caller said, as far as the dialogue knows."""
        return [heard.text for heard, _ in self.committed if isinstance(heard, Said)]


@dataclass
class FakeVoice:
    """Speaks a quarter of a second a word."""

    takes: float = 0.05
    fails: bool = False
    name: str = "fake"
    language: str = "en"

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        await asyncio.sleep(self.takes)
        if self.fails:
            raise VoiceError(f"fake: cannot speak {text!r}")
        words = text.split()
        times = tuple(
            WordTime(word, k * WORD_SECONDS, (k + 1) * WORD_SECONDS) for k, word in enumerate(words)
        )
        yield Speech(text, b"\1\1" * int(rate * WORD_SECONDS * len(words)), rate, times)


@dataclass
class FakeRecorder:
    events: list[tuple[str, float, dict[str, object]]] = field(default_factory=list)
    on: bool = True
    caller_seconds: float = 0.0
    agent_seconds: float = 0.0

    def caller(self, pcm: bytes, rate: int, at: float) -> None:
        self.caller_seconds += len(pcm) / 2 / rate if self.on else 0

    def agent(self, pcm: bytes, rate: int, at: float) -> None:
        self.agent_seconds += len(pcm) / 2 / rate if self.on else 0

    def event(self, name: str, at: float, **fields: object) -> None:
        self.events.append((name, at, fields))

    def pause(self) -> None:
        self.on = False

    def resume(self) -> None:
        self.on = True

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.events]


@dataclass
class FakeJournal:
    turns: list[TurnRecord] = field(default_factory=list)

    def turn(self, turn: TurnRecord) -> None:
        self.turns.append(turn)
