"""A reply being spoken: from the mind's acts, through the voice, onto the line.

It may be prepared while the caller only pauses, and thrown away if he goes on: nothing it does is
heard, recorded or has any effect before it is released. Knows at any moment what of it the caller
has heard, to the word where the voice gives word times.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dialogue.mind import End, Record, Say, Thought, Transfer
from parley.ledger import TurnTimes
from parley.thinking_time import ThinkingTime
from telephony.line import Line
from tts.voice import Speech, Voice, VoiceError

T = TypeVar("T")

log = logging.getLogger(__name__)

AHEAD_SECONDS = 8.0
"""How much speech may wait on the line before synthesis pauses: enough to bridge any phrase."""

MARK_GRACE_SECONDS = 3.0
"""How long after the last sample a line may take to report the end of a reply."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One run of speech that was put on the line, at `start` seconds of the reply's own audio."""

    speech: Speech
    start: float
    interruptible: bool


@contextlib.asynccontextmanager
async def closing(iterator: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T]]:
    """Close a generator that is left before its end, now and not when it is collected."""
    try:
        yield iterator
    finally:
        if isinstance(iterator, AsyncGenerator):
            await iterator.aclose()


class Reply:
    """One thought, spoken on one line.

    Args:
        thought: what to say and do.
        line: where to say it.
        voices: a voice for each language.
        times: filled in as stages are reached.
        on_record: called when the flow switches recording on or off.
        mark: name of the line's mark behind the last sample; unique in the call.
        thinking: told how long the language model took.
    """

    def __init__(
        self,
        thought: Thought,
        line: Line,
        voices: Mapping[str, Voice],
        *,
        times: TurnTimes,
        on_record: Callable[[bool], None],
        mark: str,
        thinking: ThinkingTime,
    ) -> None:
        self.thought = thought
        self.times = times
        self.mark = mark
        self.last_act: Transfer | End | None = None
        self.acknowledgement = ""
        self._line = line
        self._voices = voices
        self._on_record = on_record
        self._released = False
        self._held_back: list[bool] = []
        self._opening: list[Speech] = []
        self._again: Callable[[], Say | None] = lambda: None
        self._silence = 0.0
        self._spoken: list[Spoken] = []
        self._queued = 0.0
        self._played = 0.0
        self._marked = asyncio.Event()
        self._progress = asyncio.Event()
        self._speech: AsyncGenerator[tuple[Speech, bool]] | None = None
        self._first: tuple[Speech, bool] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._thinking = thinking
        self._begun = 0.0

    def begin(self) -> None:
        """Start to work on the first samples, without waiting for them."""
        if self._preparing is None:
            self._begun = self._line.now()
            self._speech = self._synthesise()
            self._preparing = asyncio.create_task(self._prepare(self._speech), name="first phrase")

    def comes_within(self, seconds: float) -> bool:
        """Whether the language model's first phrase is likely to be at hand in so many seconds."""
        self.begin()
        return self._thinking.worth_waiting(self._line.now() - self._begun, seconds)

    async def prepare(self, seconds: float | None = None) -> bool:
        """Work until the first samples are at hand, without playing them.

        Args:
            seconds: how long to wait for them; the work goes on if it takes longer.

        Returns:
            Whether they are.
        """
        self.begin()
        assert self._preparing is not None  # noqa: S101 - set by begin
        done, _ = await asyncio.wait({self._preparing}, timeout=seconds)
        if done:
            self._preparing.result()
        return bool(done)

    def release(self) -> None:
        """The turn took place: what it does may have effects from now on."""
        self._released = True
        self.thought.release()
        for on in self._held_back:
            self._on_record(on)
        self._held_back.clear()

    async def acknowledge(self, say: Say, again: Callable[[], Say | None], silence: float) -> None:
        """Speak something short first, because the reply's own words are still being written.

        Args:
            say: what to say now.
            again: what to say later, as long as there are none.
            silence: seconds after which that is.
        """
        opening = await self._rendered(say)
        if opening and self._first is None:
            self._open(opening, again, silence)

    async def open_with(
        self, phrases: Sequence[Say], again: Callable[[], Say | None], silence: float
    ) -> None:
        """Speak these first, whether the reply's own words are ready or not.

        Args:
            phrases: what to say; one that can't be spoken is left out.
            again: what to say later, as long as there are no words of the reply.
            silence: seconds after which that is.
        """
        self.begin()
        opening: list[Speech] = []
        for say in phrases:
            try:
                opening += await self._rendered(say)
            except VoiceError as error:
                log.error("phrase left out: %s", error)
        if opening:
            self._open(opening, again, silence)

    async def speak(self) -> None:
        """Queue everything on the line and return when the caller has heard it all.

        `last_act` then says what is to be done. Cancelling leaves what is queued to the caller
        of this method, who flushes the line.
        """
        for speech in self._opening:
            self._queue(speech, interruptible=True)
        await self._bridge()
        await self.prepare()
        assert self._speech is not None  # noqa: S101 - set by prepare
        if self._first is not None:
            self._queue(self._first[0], interruptible=self._first[1])
            async for speech, interruptible in self._speech:
                self._queue(speech, interruptible=interruptible)
                while self._line.queued > AHEAD_SECONDS:
                    self._progress.clear()
                    await self._progress.wait()
        if self._spoken:
            self._line.mark(self.mark)
            await self._wait_until_played()

    async def close(self) -> None:
        """Stop thinking and synthesising."""
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        if self._speech is not None:
            await self._speech.aclose()
        await self.thought.close()

    def played(self, seconds: float, at: float) -> None:
        """Another `seconds` of this reply have left for the caller, from `at` on."""
        if self.times.sent is None:
            self.times.sent = at
        if self.times.content is None and self._played + seconds > self._opening_seconds + 0.001:
            self.times.content = at + max(0.0, self._opening_seconds - self._played)
        self._played += seconds
        self._progress.set()

    def mark_played(self) -> None:
        """The line has played the last sample."""
        self._marked.set()

    @property
    def text(self) -> str:
        """All that has been given to the voice so far, as written."""
        return _join([spoken.speech.text for spoken in self._spoken])

    @property
    def heard(self) -> str:
        """What the caller has heard so far, cut between words."""
        return _join([_heard_part(spoken, self._played) for spoken in self._spoken])

    @property
    def interruptible(self) -> bool:
        """Whether the phrase being played now may be interrupted."""
        for spoken in self._spoken:
            if self._played < spoken.start + spoken.speech.seconds:
                return spoken.interruptible
        return True

    @property
    def _opening_seconds(self) -> float:
        return sum(speech.seconds for speech in self._opening)

    def _open(self, opening: list[Speech], again: Callable[[], Say | None], silence: float) -> None:
        self.acknowledgement = _join([speech.text for speech in opening])
        self._opening = opening
        self._again, self._silence = again, silence
        now = self._line.now()
        self.times.phrase = self.times.phrase or now
        self.times.pcm = self.times.pcm or now

    async def _bridge(self) -> None:
        """Say something again for as long as nothing comes: on a telephone, silence sounds like the end."""
        while self._opening and not await self.prepare(self._queued - self._played + self._silence):
            say = self._again()
            if say is None:
                return
            speeches = await self._rendered(say)
            if self._first is None:
                self._opening += speeches
                for speech in speeches:
                    self._queue(speech, interruptible=True)

    async def _rendered(self, say: Say) -> list[Speech]:
        async with closing(self._voices[say.language].speak(say.text, self._line.rate)) as speeches:
            return [speech async for speech in speeches]

    def _queue(self, speech: Speech, *, interruptible: bool) -> None:
        self._spoken.append(Spoken(speech, self._queued, interruptible))
        self._queued += speech.seconds
        self._line.play(speech.pcm)

    async def _prepare(self, speech: AsyncGenerator[tuple[Speech, bool]]) -> None:
        self._first = await anext(speech, None)
        if self.thought.kind == "model":
            self._thinking.took(self._line.now() - self._begun)

    async def _synthesise(self) -> AsyncGenerator[tuple[Speech, bool]]:
        """The speech of the thought's phrases, and whether each may be interrupted."""
        async with closing(self.thought.acts()) as acts:
            async for act in acts:
                match act:
                    case Say():
                        if self.times.phrase is None:
                            self.times.phrase = self._line.now()
                        async with closing(self._say(act)) as speeches:
                            async for speech in speeches:
                                yield speech, act.interruptible
                    case Record(on):
                        self._record(on)
                    case Transfer() | End():
                        self.last_act = act
                        return

    def _record(self, on: bool) -> None:
        if self._released:
            self._on_record(on)
        else:
            self._held_back.append(on)

    async def _say(self, say: Say) -> AsyncGenerator[Speech]:
        voice = self._voices[say.language]
        try:
            async with closing(voice.speak(say.text, self._line.rate)) as speeches:
                async for speech in speeches:
                    if self.times.pcm is None:
                        self.times.pcm = self._line.now()
                    yield speech
        except VoiceError as error:
            # One phrase that can't be spoken must not cost the caller the rest of the answer.
            log.error("phrase left out: %s", error)

    async def _wait_until_played(self) -> None:
        """Wait for the line's mark; trust the audio that left when a carrier loses the mark."""
        quiet = 0.0
        while not self._marked.is_set():
            before = self._played
            try:
                async with asyncio.timeout(0.5):
                    await self._marked.wait()
            except TimeoutError:
                stalled = self._played == before and self._line.queued <= 0
                quiet = quiet + 0.5 if stalled else 0.0
                if quiet >= MARK_GRACE_SECONDS:
                    log.warning("%s never reported the end of a reply", self._line.info.peer)
                    return


def _heard_part(spoken: Spoken, played: float) -> str:
    """The part of one run of speech that fits into `played` seconds of the reply."""
    seconds = played - spoken.start
    speech = spoken.speech
    if seconds >= speech.seconds - 0.03:
        return speech.text
    if seconds <= 0:
        return ""
    if speech.words:
        # A word that has begun counts once more than half of it has sounded.
        heard = [word for word in speech.words if (word.start + word.end) / 2 <= seconds]
        return _join_words([word.word for word in heard], speech.text)
    if " " not in speech.text:
        return speech.text[: int(len(speech.text) * seconds / speech.seconds)]
    words = speech.text.split()
    return " ".join(words[: int(len(words) * seconds / speech.seconds)])


def _join_words(words: list[str], text: str) -> str:
    return ("" if " " not in text and not text.isascii() else " ").join(words)


def _join(parts: list[str]) -> str:
    """Put phrases together again: with a space between Latin ones, without between Chinese ones."""
    joined = ""
    for part in filter(None, (part.strip() for part in parts)):
        joined += (" " if joined and joined[-1].isascii() else "") + part
    return joined
