"""One call: joins a line, an ear, a mind and a voice, and takes turns between them.

The one file that is longer than others: everything in it happens to the same few things in the order of a
call, and is short by itself. What can be told without a line and a clock lives elsewhere (`parley.turns`,
`parley.patience`, `parley.overheard`, `parley.drafts`, `parley.reply`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from asr.ear import Ear, SpeechStarted, Utterance, VoiceActivity
from dialogue.emotions.fusion import Felt
from dialogue.mind import (
    Arrived,
    Earlier,
    End,
    Handover,
    Input,
    Keyed,
    Mind,
    Said,
    Say,
    Silence,
    TimeIsUp,
    Transfer,
    TransferFailed,
    Weighed,
)
from parley.drafts import Draft, Drafts, Speculation, said_in
from parley.feelings import Feelings, as_fields
from parley.journal import Journal, Recorder
from parley.ledger import TurnTimes
from parley.overheard import Overheard
from parley.patience import probability
from parley.reply import Reply
from parley.speaking import Exchange, Speaking
from parley.thinking_time import ThinkingTime
from parley.turn_decisions import Decision, EndTurn, GoesOn, Hold, PlayOn, PromptSilence, Recognise
from parley.turns import Floor, Turns, TurnSettings
from telephony.line import Frame, HungUp, Key, Line, LineError, LineEvent, MarkPlayed, Played
from tts.voice import Voice

T = TypeVar("T")

log = logging.getLogger(__name__)

Conclusion: TypeAlias = Literal["cut off", "handed over", "finished"]
"""What a call had come to when it was over: nothing, a transfer, or a goodbye."""

AUDIO_GRACE_SECONDS = 0.15
"""How long time-outs wait for audio that is late before they decide without it.

Decisions are taken on the audio's own time, so that a late packet is no pause; the wall clock
decides only when packets have stopped coming (Asterisk sends none while a key is held down).
"""


CLEAR = 0.45
"""Confidence from which words are somebody's who speaks into the telephone."""

TASK_WAIT = 0.5
"""Seconds after which something is said while the shop's database is waited for."""

LEAST_PROBABLE = 0.3
"""Probability that the turn is over from which a language model is asked before it is."""


class Call:
    """One call from answer to hang-up.

    Three things at most are at work: `_speaking` plays a reply to its end, `_drafts` holds what
    is prepared on the caller's words while he only pauses, and `_pending` works on the answer to
    what he did. The answer takes over the line only when there is something to say, so that a
    noise can be taken back.

    Args:
        line: the carrier's side.
        ear: hears `line`'s audio.
        mind: decides what to say.
        voices: a voice for each language that `mind` may speak.
        recorder: writes audio and events.
        journal: keeps turns.
        settings: turn-taking thresholds.
        speculation: places for guesses that keep a language model busy, shared by all calls.
        thinking: how long the language model takes, over all calls.
        feelings: how this caller feels, `None` not to look at that.
        earlier: what the mind goes on with, to be written down.
        show: is given each event as a JSON-ready dict, for a live transcript.
    """

    def __init__(
        self,
        line: Line,
        ear: Ear,
        mind: Mind,
        voices: Mapping[str, Voice],
        *,
        recorder: Recorder,
        journal: Journal,
        settings: TurnSettings,
        speculation: Speculation | None = None,
        thinking: ThinkingTime | None = None,
        feelings: Feelings | None = None,
        earlier: Earlier | None = None,
        show: Callable[[dict[str, object]], None] | None = None,
    ) -> None:
        self.line = line
        self.turns = Turns(settings)
        self.conclusion: Conclusion = "cut off"
        self._ear = ear
        self._mind = mind
        self._recorder = recorder
        self._feelings = feelings
        self._earlier = earlier
        self._show = show
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pending: asyncio.Task[None] | None = None
        self._speaking = Speaking(
            line,
            mind,
            voices,
            journal,
            thinking=thinking or ThinkingTime(),
            budget=settings.budget,
            spawn=self._spawn,
            note=self._note,
            on_record=self._on_record,
            on_end=self._on_end,
        )
        self._drafts = Drafts(ear, self, self._spawn)
        self._speculation = speculation or Speculation()
        self._overheard = Overheard(line.rate, ear.level)
        self._heard_to = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._limit: asyncio.TimerHandle | None = None

    async def run(self) -> HungUp:
        """Hold the call until it is over. Leaves the line hung up and no task behind."""
        ending = HungUp(self.line.now(), "error", "the line ended without a hang-up")
        try:
            await self._greet()
            async for event in self.line.events():
                self._on_event(event)
                if isinstance(event, HungUp):
                    ending = event
        except LineError as error:
            ending = HungUp(self.line.now(), "error", str(error))
            self._note("error", ending.at, message=str(error))
        finally:
            await self._finish()
        return ending

    async def drain(self) -> None:
        """Let the reply being spoken end, then hang up. No further turn is taken."""
        self.turns.over()
        self._cancel_pending()
        self.line.resume()  # it may be held, and nobody will decide about that any more
        await self._speaking.wait()
        await self.line.hang_up()

    # -- what happens on the line ------------------------------------------------------------

    def _on_event(self, event: LineEvent) -> None:
        match event:
            case Frame():
                self._on_frame(event)
            case Played():
                self._recorder.agent(event.pcm, event.rate, event.at)
                if (reply := self._speaking.spoken_by(event.at)) is not None:
                    self._on_played(event, reply)
            case MarkPlayed():
                if (reply := self._speaking.reply) is not None and event.name == reply.mark:
                    reply.mark_played()
            case Key():
                self._note("key", event.at, digit=event.digit)
                self._on_key(event)
            case HungUp():
                self._note("hung_up", event.at, by=event.by, reason=event.reason)
                self.turns.over()
        self._set_timer()

    def _on_frame(self, frame: Frame) -> None:
        self._recorder.caller(frame.pcm, frame.rate, frame.at)
        self._heard_to = frame.at + frame.seconds
        self._overheard.heard(frame)
        for activity in self._ear.hear(frame.pcm, frame.at):
            self._on_activity(activity)
        if (since := self._overheard.caller_since(self._heard_to)) is not None:
            self._note("caller_joins", self._heard_to)
            self._decide(self.turns.speech_started(since))
        self._on_suspicion()
        self._decide(self.turns.tick(self._heard_to))

    def _on_suspicion(self) -> None:
        suspected, trace = self._ear.suspected, self._ear.trace
        since = trace if suspected is None else suspected
        speaking = self.turns.floor is Floor.AGENT
        if speaking and since is not None and self._overheard.expected(since, self._heard_to):
            suspected = trace = None
        self._decide(self.turns.suspected(suspected, trace))

    def _on_activity(self, activity: VoiceActivity) -> None:
        if isinstance(activity, SpeechStarted):
            other = None
            if self.turns.floor is Floor.AGENT:
                other = self._overheard.begin(activity.at, activity.detected)
            self._note("speech_started", activity.at, detected=activity.detected, other=other)
            if other is None:
                self._decide(self.turns.speech_started(activity.at))
        else:
            self._note("speech_paused", activity.at, detected=activity.detected)
            if not self._overheard.end():
                self._decide(self.turns.speech_paused(activity.at))

    def _on_played(self, played: Played, reply: Reply) -> None:
        times, opening = reply.times, reply.acknowledgement
        begun, content = times.sent is not None, times.content is not None
        self._overheard.played(played)
        self._decide(self.turns.agent_started(played.at, interruptible=reply.interruptible))
        reply.played(len(played.pcm) / 2 / played.rate, played.at)
        if opening and not begun:
            self._note("acknowledged", played.at, text=opening)
        if times.content is not None and not content:
            self._note("reply_started", times.content, kind=reply.thought.kind, text=reply.text)

    def _on_key(self, key: Key) -> None:
        self._supersede(Keyed(key.digit), key.at)

    def _on_limit(self) -> None:
        self._supersede(TimeIsUp(), self.line.now())

    def _supersede(self, heard: Input, at: float) -> None:
        """Answer something else than the caller's words."""
        if self.turns.floor is Floor.OVER:
            return
        self._decide(self.turns.superseded())
        self._begin(self._answer(heard, None, TurnTimes(decided=at, text=at)))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self.turns.deadline()
        if deadline is not None:
            wait = max(0.0, deadline + AUDIO_GRACE_SECONDS - self.line.now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._decide(self.turns.tick(self.line.now() - AUDIO_GRACE_SECONDS))
        self._set_timer()

    # -- what turn-taking decides ------------------------------------------------------------

    def _decide(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            match decision:
                case Recognise(start, end):
                    self._ear.expect(self._mind.hint, self._mind.language)
                    self._drafts.begin(start, end)
                case GoesOn():
                    self._note("goes_on", self.line.now())
                    self._drafts.drop()
                    self._cancel_pending()
                    if not self.turns.held:
                        self._speaking.take_back()
                case EndTurn():
                    self._note("turn_ended", decision.at, start=decision.start, end=decision.end)
                    if (draft := self._drafts.take()) is not None:
                        self._begin(self._answer_words(decision, draft))
                case Hold():
                    self.line.pause()
                    self._note("held", self.line.now())
                case PlayOn():
                    self.line.resume()
                    self._note("played_on", self.line.now())
                    self._drafts.drop()
                    self._cancel_pending()
                case PromptSilence(count):
                    now = self.line.now()
                    self._begin(self._answer(Silence(count), None, TurnTimes(decided=now, text=now)))

    # -- what is prepared while the caller pauses ----------------------------------------------

    def weigh(self, said: Said) -> Weighed:
        """What the mind makes of the caller's words so far."""
        reply = self._speaking.reply
        heard = reply.heard if self.turns.held and reply is not None else None
        return self._mind.weigh(said, heard, sounding=self.turns.floor is Floor.CONTESTED)

    def no_words(self, draft: Draft) -> None:
        """Nothing was said in the span of a draft."""
        self._decide(self.turns.was_noise(self.line.now()))
        self._set_timer()

    def judged(self, draft: Draft) -> None:
        """More is known of a draft: tell turn-taking, and go ahead with the answer."""
        evidence = draft.evidence
        self._note(
            "judged",
            self.line.now(),
            revision=draft.revision,
            sound=None if evidence.sound is None else round(evidence.sound, 3),
            words=evidence.words.value if evidence.words else None,
        )
        if draft.said is not None and draft.times.text is None:
            draft.times.text = self.line.now()
        self._decide(self.turns.judged(evidence))
        if draft is self._drafts.current:
            self._speculate(draft)
            self._decide(self.turns.tick(self._heard_to))
        self._set_timer()

    def _speculate(self, draft: Draft) -> None:
        """Begin to answer words that may be the whole turn, where that takes nothing from other calls."""
        if draft.said is None or draft.weighed is None or draft.reply is not None:
            return
        if self._speaking.current is not None or self.turns.floor is not Floor.PAUSING:
            return  # what was heard of the reply on the line is not settled yet
        if draft.weighed.costly:
            if probability(draft.evidence) < LEAST_PROBABLE or not self._speculation.take():
                return
            draft.place = self._speculation
        draft.reply = self._speaking.think(draft.said, draft.times)
        draft.reply.begin()
        self._note("drafted", self.line.now(), revision=draft.revision)

    # -- answering ---------------------------------------------------------------------------

    async def _answer_words(self, turn: EndTurn, draft: Draft) -> None:
        try:
            await self._answer_draft(turn, draft)
        finally:
            await draft.drop()

    async def _answer_draft(self, turn: EndTurn, draft: Draft) -> None:
        """Answer the caller's turn, unless there were no words in it."""
        utterance = await draft.words
        now = self.line.now()
        said = said_in(utterance, self._ear)
        if draft.weighed is None and said.text:
            draft.weighed = self.weigh(said)
        clear = utterance.confidence >= CLEAR
        others = not clear and self._overheard.is_background(turn.start, turn.end)
        meant = bool(said.text) and not draft.is_listening and not others
        felt = self._feelings.take(utterance, turn.start) if self._feelings is not None and meant else None
        self._note(
            "recognised",
            now,
            text=utterance.text,
            language=utterance.language,
            confidence=round(utterance.confidence, 3),
            revision=draft.revision,
            ms=utterance.ms,
            **as_fields(felt, utterance),
        )
        if not meant:
            self._decide(self.turns.was_noise(now))
            self._set_timer()
            return
        self.turns.was_speech()
        if clear:
            self._overheard.learn(turn.start, turn.end)
        times = draft.times
        times.speech_start, times.speech_end, times.decided = turn.start, turn.end, turn.at
        times.text = times.text or now
        reply, draft.reply = draft.reply, None
        await self._answer(said, utterance, times, reply, felt)

    async def _greet(self) -> None:
        """Have the greeting's first samples at hand before the call is answered."""
        self.turns.thinking()
        times = TurnTimes()
        reply = self._speaking.think(Arrived(), times)
        reply.release()
        try:
            await reply.prepare()
            await self.line.answer()
        except BaseException:
            await reply.close()
            raise
        times.decided = times.text = self.line.now()
        self._note("answered", times.decided)
        if self._earlier is not None:
            before = self._earlier
            self._note("earlier", times.decided, returned=before.returned, state=before.snapshot)
        if self._mind.time_limit is not None:
            self._limit = asyncio.get_running_loop().call_later(self._mind.time_limit, self._on_limit)
        self._speaking.start(Exchange(Arrived(), None, reply))

    async def _answer(
        self,
        heard: Input,
        utterance: Utterance | None,
        times: TurnTimes,
        prepared: Reply | None = None,
        felt: Felt | None = None,
    ) -> None:
        """Take the line and speak an answer, `prepared` if it was begun while the caller paused."""
        reply = prepared
        try:
            await self._speaking.stop()
            if reply is None:
                reply = self._speaking.think(heard, times)
            first = self._mind.feel(reply.thought, felt) if felt is not None else ()
            reply.release()
            await self._prepare(reply, heard, first)
        except BaseException:
            if reply is not None:
                await reply.close()
            raise
        self._speaking.start(Exchange(heard, utterance, reply, felt.turn.label if felt else None))

    async def _prepare(self, reply: Reply, heard: Input, first: Sequence[Say]) -> None:
        """Wait for the first phrase; if it takes long to find an answer, say something meanwhile.

        What is said `first` anyway is rendered already, and covers the wait.
        """
        if not isinstance(heard, Said):
            await reply.prepare()
            return
        again, silence = (
            partial(self._mind.acknowledgement, heard, again=True),
            self.turns.settings.acknowledge_again,
        )
        if first:
            await reply.open_with(first, again, silence)
        elif reply.thought.kind not in ("model", "task"):
            await reply.prepare()
        elif not await reply.prepare(self._silent_wait(reply)):
            say = self._mind.acknowledgement(heard)
            if say is None:
                await reply.prepare()
            else:
                await reply.acknowledge(say, again, silence)

    def _silent_wait(self, reply: Reply) -> float:
        """Seconds to wait before something else is said: none where a model takes longer anyway."""
        wait = self.turns.settings.acknowledge
        if reply.thought.kind == "task":
            return max(wait, TASK_WAIT)
        return wait if reply.comes_within(wait) else 0.0

    async def _on_end(self, reply: Reply) -> None:
        """A reply was heard to its end: do what it ends with."""
        now = self.line.now()
        match reply.last_act:
            case None:
                if reply.times.sent is None:
                    self.turns.nothing_said(now)
                else:
                    self.turns.agent_finished(now)
                self._set_timer()
            case Transfer() as act:
                self.turns.over()
                await self._transfer(act)
            case End():
                self.turns.over()
                self._concluded(reply)
                await self.line.hang_up()

    def _concluded(self, reply: Reply) -> None:
        """The call ends with a reply: with a goodbye, unless the line only seems to be dead."""
        if isinstance(reply.last_act, End) and reply.thought.kind != "silence":
            self.conclusion = "finished"

    async def _transfer(self, transfer: Transfer) -> None:
        target, about = transfer.target, self._told(transfer)
        self._note("transfer", self.line.now(), target=target, about=about)
        try:
            await self.line.transfer(target, about)
            self.conclusion = "handed over"
        except LineError as error:
            log.error("transfer to %s failed: %s", target, error)
            self._note("transfer_failed", self.line.now(), target=target, message=str(error))
            self.turns.reopen()
            now = self.line.now()
            times = TurnTimes(decided=now, text=now)
            self._begin(self._answer(TransferFailed(target), None, times))

    def _told(self, transfer: Transfer) -> dict[str, str]:
        """What the one who takes the call is told, by name."""
        told = {"queue": transfer.queue, "call_id": self.line.info.call_id}
        if transfer.about is None:
            return told
        about: Handover = transfer.about
        return {
            "who": about.who,
            "wants": about.wants,
            "tried": about.tried,
            "mood": about.mood,
            "language": about.language,
            "priority": str(about.priority),
            "summary": about.summary,
            **told,
        }

    def _on_record(self, on: bool) -> None:
        self._note("recording", self.line.now(), on=on)
        if on:
            self._recorder.resume()
        else:
            self._recorder.pause()

    # -- tasks -------------------------------------------------------------------------------

    def _begin(self, answer: Coroutine[Any, Any, None]) -> None:
        self._cancel_pending()
        self._pending = self._spawn(answer)

    def _cancel_pending(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _spawn(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("call %s: an answer failed", self.line.info.call_id, exc_info=error)
        self._note("error", self.line.now(), message=f"{type(error).__name__}: {error}")
        self.line.flush()
        self.turns.agent_finished(self.line.now())
        self.turns.nothing_said(self.line.now())
        self._set_timer()

    async def _finish(self) -> None:
        self.turns.over()
        self._set_timer()
        if self._limit is not None:
            self._limit.cancel()
        if (exchange := self._speaking.current) is not None and exchange.reply.times.sent is not None:
            self._concluded(exchange.reply)
            self._speaking.close(exchange)
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._drafts.close()
        await self.line.hang_up()

    def _note(self, name: str, at: float, **fields: object) -> None:
        self._recorder.event(name, at, **fields)
        if self._show is not None:
            self._show({"event": name, "at": round(at, 3), **fields})
