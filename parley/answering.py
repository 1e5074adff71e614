"""What a call answers: one answer at work at a time, from the greeting to what the last reply ends with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias

from asr.ear import Utterance
from dialogue.emotions.fusion import Felt
from dialogue.mind import Arrived, End, Handover, Input, Mind, Said, Say, Transfer, TransferFailed
from parley.calltasks import CallTasks
from parley.drafts import Draft, Speculation
from parley.floor import Floor
from parley.ledger import TurnTimes
from parley.patience import probability
from parley.reply import Reply
from parley.speaking import Exchange, Speaking
from parley.turns import Turns
from telephony.line import Line, LineError

log = logging.getLogger(__name__)

Conclusion: TypeAlias = Literal["cut off", "handed over", "finished"]
"""What a call had come to when it was over: nothing, a transfer, or a goodbye."""

TASK_WAIT = 0.5
"""Seconds after which something is said while the shop's database is waited for."""

LATE_WAIT = 0.25
"""Seconds to wait for the language model's own words once the caller has waited beyond the budget anyway.

What would be said meanwhile takes longer.
"""

LEAST_PROBABLE = 0.15
"""Probability that the turn is over below which a language model is asked only once the pause lasts."""


class Answering:
    """Parley's answers in one call.

    The answer at work takes over the line only when there is something to say, so that until then
    it can be cancelled without a trace.

    Args:
        line: where calls end or are transferred.
        mind: is told how the caller feels, and covers a wait.
        speaking: thinks of replies and says them; `heard_out` is to be awaited at the end of each.
        turns: is told what becomes of the floor.
        tasks: the call's own.
        speculation: places for guesses that keep a language model busy.
        note: writes an event down.
        waits: called when turn-taking waits for something else than before.

    Attributes:
        conclusion: what the call has come to.
    """

    def __init__(
        self,
        line: Line,
        mind: Mind,
        speaking: Speaking,
        turns: Turns,
        tasks: CallTasks,
        *,
        speculation: Speculation,
        note: Callable[..., None],
        waits: Callable[[], None],
    ) -> None:
        self.conclusion: Conclusion = "cut off"
        self._line = line
        self._mind = mind
        self._speaking = speaking
        self._turns = turns
        self._tasks = tasks
        self._speculation = speculation
        self._note = note
        self._waits = waits
        self._pending: asyncio.Task[None] | None = None

    async def greet(self) -> float:
        """Have the greeting's first samples at hand before the call is answered.

        Returns:
            When it was answered; the greeting begins.
        """
        self._turns.thinking()
        times = TurnTimes()
        reply = self._speaking.think(Arrived(), times)
        reply.release()
        try:
            await reply.prepare()
            await self._line.answer()
        except BaseException:
            await reply.close()
            raise
        times.decided = times.text = answered = self._line.now()
        self._speaking.start(Exchange(Arrived(), None, reply))
        return answered

    def begin(self, answer: Coroutine[Any, Any, None]) -> None:
        """Work on an answer; the one before it is cancelled."""
        self.cancel()
        self._pending = self._tasks.spawn(answer)

    def begin_on(self, heard: Input, at: float) -> None:
        """Answer something else than the caller's words, which happened at `at`."""
        self.begin(self.answer(heard, None, TurnTimes(decided=at, text=at)))

    def begin_early(self, draft: Draft) -> None:
        """Begin to answer words that may be the whole turn, where that takes nothing from other calls."""
        if draft.said is None or draft.weighed is None or draft.reply is not None:
            return
        if self._speaking.current is not None or self._turns.floor is not Floor.PAUSING:
            return  # what was heard of the reply on the line is not settled yet
        if draft.weighed.costly:
            likely = self._turns.lasts or probability(draft.evidence) >= LEAST_PROBABLE
            if not likely or not self._speculation.take():
                return
            draft.place = self._speculation
        draft.reply = self._speaking.think(draft.said, draft.times)
        draft.reply.begin()
        self._note("drafted", self._line.now(), revision=draft.revision)

    def cancel(self) -> None:
        """Give up the answer that is at work."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    async def answer(
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

    def hung_up(self) -> None:
        """The line is gone: what was heard of the reply on it is kept."""
        if (exchange := self._speaking.current) is not None and exchange.reply.times.sent is not None:
            self._concluded(exchange.reply)
            self._speaking.close(exchange)

    async def heard_out(self, reply: Reply) -> None:
        """A reply was heard to its end: do what it ends with."""
        now = self._line.now()
        match reply.last_act:
            case None:
                if reply.times.sent is None:
                    self._turns.nothing_said(now)
                else:
                    self._turns.agent_finished(now)
                self._waits()
            case Transfer() as act:
                self._turns.over()
                await self._transfer(act)
            case End():
                self._turns.over()
                self._concluded(reply)
                await self._line.hang_up()

    async def _prepare(self, reply: Reply, heard: Input, first: Sequence[Say]) -> None:
        """Wait for the first phrase; if it takes long to find an answer, say something meanwhile.

        What is said `first` anyway is rendered already, and covers the wait.
        """
        if not isinstance(heard, Said):
            await reply.prepare()
            return
        again = partial(self._mind.acknowledgement, heard, again=True)
        silence = self._turns.settings.acknowledge_again
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
        wait, ended = self._turns.settings.acknowledge, reply.times.speech_end
        if ended is not None and self._line.now() - ended > self._turns.settings.budget:
            wait = max(wait, LATE_WAIT)
        if reply.thought.kind == "task":
            return max(wait, TASK_WAIT)
        return wait if reply.comes_within(wait) else 0.0

    def _concluded(self, reply: Reply) -> None:
        """The call ends with a reply: with a goodbye, unless the line only seems to be dead."""
        if isinstance(reply.last_act, End) and reply.thought.kind != "silence":
            self.conclusion = "finished"

    async def _transfer(self, transfer: Transfer) -> None:
        target, about = transfer.target, _told(transfer, self._line.info.call_id)
        self._note("transfer", self._line.now(), target=target, about=about)
        try:
            await self._line.transfer(target, about)
            self.conclusion = "handed over"
        except LineError as error:
            log.error("transfer to %s failed: %s", target, error)
            self._note("transfer_failed", self._line.now(), target=target, message=str(error))
            self._turns.reopen()
            self.begin_on(TransferFailed(target), self._line.now())


def _told(transfer: Transfer, call_id: str) -> dict[str, str]:
    """What the one who takes the call is told, by name."""
    told = {"queue": transfer.queue, "call_id": call_id}
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
