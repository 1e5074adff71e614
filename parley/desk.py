"""The desk: takes each call that arrives, as long as there is room, and sees it to its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from asr.ear import EarMaker
from dialogue.mind import Earlier, Mind, MindMaker
from parley.admission import Admission
from parley.call import Call
from parley.drafts import Speculation
from parley.earlier import EarlierCalls
from parley.feelings import FeelingsMaker
from parley.observing import Observers
from parley.patience import PatienceSettings
from parley.recording import CallRecorder, Unrecorded
from parley.reply import closing
from parley.screen import screen_for
from parley.settings import Busy, Config, Recording
from parley.store import CallStore
from parley.thinking_time import ThinkingTime
from parley.turn_settings import TurnSettings
from parley.values import Language
from telephony.line import HungUp, Line, LineError
from tts.voice import Voice

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the desk is told by the configuration.

    Attributes:
        max_calls: calls at the same time; further ones get `busy`.
        max_delay: see `Admission`; while callers wait longer, further ones get `busy` too.
        busy: what they get.
        languages: those that callers speak, most likely first.
        turns: thresholds of turn-taking.
        speculate: answers of the language model that may be begun before their turn is over.
        recording: whether and how calls are recorded.
        recordings: folder of the recordings.
        resume_within: seconds in which a call that was cut off can be gone on with, `None` for never.
    """

    max_calls: int
    max_delay: float | None
    busy: Busy
    languages: Sequence[Language]
    turns: TurnSettings
    speculate: int
    recording: Recording
    recordings: Path
    resume_within: float | None = None

    @classmethod
    def of(cls, config: Config) -> Self:
        """What a whole configuration says of it."""
        turns = config.turns
        return cls(
            max_calls=config.server.max_calls,
            max_delay=config.server.max_delay,
            busy=config.server.busy,
            languages=config.asr.languages,
            turns=TurnSettings(
                PatienceSettings(
                    complete=turns.complete,
                    statement=turns.statement,
                    story=turns.story,
                    end_of_turn=turns.end_of_turn,
                    incomplete=turns.incomplete,
                    dictation=turns.dictation,
                ),
                barge_in=turns.barge_in,
                probe=turns.probe,
                max_turn=turns.max_turn,
                acknowledge=turns.acknowledge,
                acknowledge_again=turns.acknowledge_again,
                budget=turns.budget,
            ),
            speculate=turns.speculate,
            recording=config.recording,
            recordings=config.recordings_folder,
            resume_within=config.dialogue.resume_within,
        )


class Desk:
    """Joins what all calls share and runs a `Call` for each line.

    Args:
        settings: see `DeskSettings`.
        ears: makes an ear for each call.
        minds: makes a mind for each call.
        voices: a voice for each language.
        store: keeps calls and turns.
        on_idle: told whether no call is running, whenever that changes.
        feelings: how callers feel, `None` not to look at that.
        observers: told of every call and turn as well.
    """

    def __init__(
        self,
        settings: DeskSettings,
        ears: EarMaker,
        minds: MindMaker,
        voices: Mapping[str, Voice],
        store: CallStore,
        *,
        on_idle: Callable[[bool], None] | None = None,
        feelings: FeelingsMaker | None = None,
        observers: Observers | None = None,
    ) -> None:
        self._settings = settings
        self._ears = ears
        self._minds = minds
        self._voices = voices
        self._store = store
        self._earlier = EarlierCalls(store, settings.resume_within)
        self._feelings = feelings
        self._on_idle = on_idle or (lambda _: None)
        self._speculation = Speculation(settings.speculate)
        self._thinking = ThinkingTime()
        self._admission = Admission(settings.max_calls, settings.max_delay)
        self._observers = (observers or Observers()).beside(self._admission)
        self._calls: dict[str, Call] = {}
        self._arriving = 0
        self._draining = False

    @property
    def calls(self) -> int:
        """Calls running now."""
        return len(self._calls)

    async def take(self, line: Line) -> None:
        """See one call to its end. Never raises: one call's failure is its own."""
        info = line.info
        log.info("call %s from %s to %s by %s", info.call_id, info.caller or "?", info.dialled or "?",
                 info.transport)  # fmt: skip
        try:
            calls = len(self._calls) + self._arriving
            refusal = "Parley is stopping" if self._draining else self._admission.refusal(calls)
            if refusal is not None:
                await self._refuse(line, refusal)
                return
            await self.hold(line)
        except LineError as error:
            log.error("call %s: %s", info.call_id, error)
        except Exception:
            log.exception("call %s failed", info.call_id)
        finally:
            await line.hang_up()

    async def drain(self, seconds: float) -> None:
        """Take no more calls, let each running one finish its sentence, and end it.

        Waits at most `seconds`.
        """
        self._draining = True
        if not self._calls:
            return
        log.info("%d calls finish their sentence (at most %.0f s)", len(self._calls), seconds)
        drains = [asyncio.create_task(call.drain()) for call in self._calls.values()]
        await asyncio.wait(drains, timeout=seconds)
        for drain in drains:
            drain.cancel()

    async def hold(self, line: Line) -> None:
        """See one call to its end, and let through what breaks it."""
        info = line.info
        started = datetime.now(UTC) - timedelta(seconds=line.now())
        earlier = await self._arrived(line)
        mind = self._minds.mind(
            flow=info.flow, dialled=info.dialled, caller=info.caller, call_id=info.call_id, earlier=earlier
        )
        ear = self._ears.ear(rate=line.rate, languages=self._languages(mind))
        recorder = self.recorder(line, started)
        kept = self._store.call_started(
            info,
            started=started,
            flow=mind.flow_name,
            language=mind.language,
            recording=recorder.folder,
            keep_texts=lambda: recorder.on,
        )
        journal = self._observers.call(info, started, kept)
        call = Call(
            line,
            ear,
            mind,
            self._voices,
            recorder=recorder,
            journal=journal,
            settings=replace(self._settings.turns, silence=mind.silence_after),
            speculation=self._speculation,
            thinking=self._thinking,
            feelings=self._feelings.begin() if self._feelings is not None else None,
            earlier=earlier,
            show=screen_for(line),
        )
        self._calls[info.call_id] = call
        self._on_idle(False)
        begun = time.monotonic()
        ending = HungUp(0.0, "error", "the call failed")
        try:
            ending = await call.run()
        finally:
            del self._calls[info.call_id]
            mind.ended()
            journal.ended(ending, language=mind.language)
            if call.conclusion != "cut off":
                kept.settled(forget=call.conclusion == "finished")
            if call.conclusion == "handed over":
                self._earlier.handed_over(info.call_id, mind.snapshot())
            await recorder.close()
            self._on_idle(not self._calls)
            log.info("call %s ended by %s after %.1f s%s", info.call_id, ending.by,
                     time.monotonic() - begun, f": {ending.reason}" if ending.reason else "")  # fmt: skip

    def _languages(self, mind: Mind) -> Sequence[str]:
        """What this caller may speak: the flow's languages, of those that are recognised at all."""
        return [one for one in mind.languages if one in self._settings.languages] or [mind.language]

    async def _arrived(self, line: Line) -> Earlier | None:
        """Look up what a call goes on with, while it counts as one that is taken."""
        self._arriving += 1
        try:
            return await self.earlier(line)
        finally:
            self._arriving -= 1

    async def earlier(self, line: Line) -> Earlier | None:
        """What a call goes on with, if its caller was cut off or is brought back by a transfer."""
        return await self._earlier.of(line.info, set(self._calls))

    def recorder(self, line: Line, started: datetime) -> CallRecorder | Unrecorded:
        """Who writes a call down, as the configuration says."""
        settings = self._settings
        if not settings.recording.enabled:
            return Unrecorded()
        info = line.info
        about = {
            "transport": info.transport,
            "caller": info.caller,
            "dialled": info.dialled,
            "flow": info.flow,
        }
        return CallRecorder(
            settings.recordings, info.call_id, rate=settings.recording.rate, started=started, about=about
        )

    async def _refuse(self, line: Line, reason: str) -> None:
        """Do what `busy` says: nobody is left in silence."""
        busy = self._settings.busy
        log.warning("call %s is not taken (%s): %s", line.info.call_id, busy.action, reason)
        self._observers.refused(line.info)
        if busy.action == "reject" or self._draining:
            return
        await line.answer()
        if busy.action == "transfer" and busy.transfer_to is not None:
            await line.transfer(busy.transfer_to)
            return
        language = self._settings.languages[0]
        voice = self._voices[language]
        async with closing(voice.speak(busy.say.get(language, ""), line.rate)) as speeches:
            async for speech in speeches:
                line.play(speech.pcm)
        line.mark("busy")
        async with asyncio.timeout(line.queued + 3):
            async for event in line.events():
                if getattr(event, "name", "") == "busy" or isinstance(event, HungUp):
                    return
