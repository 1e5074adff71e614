"""One call: joins a line, an ear, a mind and a voice, and takes turns between them.

Here the caller is listened to; what he is answered is `parley.answering`'s. What can be told without a line
and a clock lives elsewhere (`parley.turns`, `parley.patience`, `parley.overheard`, `parley.drafts`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from asr.ear import Ear, SpeechStarted, VoiceActivity
from dialogue.mind import Earlier, Input, Keyed, Mind, Said, Silence, TimeIsUp, Weighed
from parley.answering import Answering, Conclusion
from parley.calltasks import CallTasks
from parley.drafts import Draft, Drafts, Speculation, said_in
from parley.feelings import Feelings, as_fields
from parley.floor import Floor
from parley.journal import Journal, Recorder
from parley.overheard import Overheard
from parley.reply import Reply
from parley.speaking import Speaking
from parley.thinking_time import ThinkingTime
from parley.turn_decisions import Decision, EndTurn, GoesOn, Hold, Lasts, PlayOn, PromptSilence, Recognise
from parley.turn_settings import TurnSettings
from parley.turns import Turns
from telephony.line import Frame, HungUp, Key, Line, LineError, LineEvent, MarkPlayed, Played
from tts.voice import Voice

log = logging.getLogger(__name__)

AUDIO_GRACE_SECONDS = 0.15
"""How long time-outs wait for audio that is late before they decide without it.

Decisions are taken on the audio's own time, so that a late packet is no pause; the wall clock
decides only when packets have stopped coming (Asterisk sends none while a key is held down).
"""


CLEAR = 0.45
"""Confidence from which words are somebody's who speaks into the telephone."""


class Call:
    """One call from answer to hang-up.

    Three things at most are at work: `_speaking` plays a reply to its end, `_drafts` holds what is prepared
    on the caller's words while he only pauses, and `_answering` works on the answer to what he did.

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
        self._ear = ear
        self._mind = mind
        self._recorder = recorder
        self._feelings = feelings
        self._earlier = earlier
        self._show = show
        self._tasks = CallTasks(self._on_failure)
        self._speaking = Speaking(
            line,
            mind,
            voices,
            journal,
            thinking=thinking or ThinkingTime(),
            budget=settings.budget,
            spawn=self._tasks.spawn,
            note=self._note,
            on_record=self._on_record,
            on_end=self._on_heard_out,
        )
        self._answering = Answering(
            line,
            mind,
            self._speaking,
            self.turns,
            self._tasks,
            speculation=speculation or Speculation(),
            note=self._note,
            waits=self._set_timer,
        )
        self._drafts = Drafts(ear, self, self._tasks.spawn)
        self._overheard = Overheard(line.rate, ear.level)
        self._heard_to = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._limit: asyncio.TimerHandle | None = None

    @property
    def conclusion(self) -> Conclusion:
        """What it has come to."""
        return self._answering.conclusion

    async def run(self) -> HungUp:
        """Hold the call until it is over. Leaves the line hung up and no task behind."""
        ending = HungUp(self.line.now(), "error", "the line ended without a hang-up")
        try:
            await self._answer_call()
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

    async def _answer_call(self) -> None:
        answered = await self._answering.greet()
        self._note("answered", answered)
        if (before := self._earlier) is not None:
            self._note("earlier", answered, returned=before.returned, state=before.snapshot)
        if self._mind.time_limit is not None:
            self._limit = asyncio.get_running_loop().call_later(self._mind.time_limit, self._on_limit)

    async def drain(self) -> None:
        """Let the reply being spoken end, then hang up. No further turn is taken."""
        self.turns.over()
        self._answering.cancel()
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
        self._answering.begin_on(heard, at)

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
                case Lasts():
                    if (draft := self._drafts.current) is not None:
                        self._answering.begin_early(draft)
                case GoesOn():
                    self._note("goes_on", self.line.now())
                    self._drafts.drop()
                    self._answering.cancel()
                    if not self.turns.held:
                        self._speaking.take_back()
                case EndTurn():
                    self._note("turn_ended", decision.at, start=decision.start, end=decision.end)
                    if (draft := self._drafts.take()) is not None:
                        self._answering.begin(self._answer_words(decision, draft))
                case Hold():
                    self.line.pause()
                    self._note("held", self.line.now())
                case PlayOn():
                    self.line.resume()
                    self._note("played_on", self.line.now())
                    self._drafts.drop()
                    self._answering.cancel()
                case PromptSilence(count):
                    self._answering.begin_on(Silence(count), self.line.now())

    # -- what is prepared while the caller pauses ----------------------------------------------

    def weigh(self, said: Said) -> Weighed:
        """What the mind makes of the caller's words so far."""
        reply = self._speaking.reply
        heard = reply.heard if self.turns.spoken_over and reply is not None else None
        return self._mind.weigh(said, heard, sounding=self.turns.sounding)

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
            self._answering.begin_early(draft)
            self._decide(self.turns.tick(self._heard_to))
        self._set_timer()

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
        await self._answering.answer(said, utterance, times, reply, felt)

    async def _on_heard_out(self, reply: Reply) -> None:
        await self._answering.heard_out(reply)

    def _on_record(self, on: bool) -> None:
        self._note("recording", self.line.now(), on=on)
        if on:
            self._recorder.resume()
        else:
            self._recorder.pause()

    def _on_failure(self, error: BaseException) -> None:
        """An answer could not be given: the caller is listened to all the same."""
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
        self._answering.hung_up()
        await self._tasks.close()
        await self._drafts.close()
        await self.line.hang_up()

    def _note(self, name: str, at: float, **fields: object) -> None:
        self._recorder.event(name, at, **fields)
        if self._show is not None:
            self._show({"event": name, "at": round(at, 3), **fields})
