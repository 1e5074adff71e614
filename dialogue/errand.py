"""Works a task's move out into what is said and what changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogue.decide import Decider
from dialogue.decision import Decision
from dialogue.mind import Act, Said
from dialogue.state import Change, DialogueState
from dialogue.tasks.counter import Counter
from dialogue.tasks.moves import Answer, AskAgain, Begin, Press
from dialogue.tasks.outcome import Outcome
from dialogue.tasks.turn import TaskTurn
from dialogue.tasks.work import Work


@dataclass(frozen=True, slots=True)
class Settled:
    """What a turn came to.

    Attributes:
        kind: see `Thought.kind`.
        acts: said and done.
        change: in the state.
        asks_model: the language model answers first.
        after: said behind its answer.
    """

    kind: str
    acts: tuple[Act, ...]
    change: Change
    asks_model: bool = False
    after: tuple[Act, ...] = ()


class Errand:
    """One turn of a task, from a decision to what is said.

    Args:
        decision: has a move.
        state: the dialogue so far.
        said: the caller's words, None where he did something else.
        language: of the answer.
        decider: the flow's decisions.
        counter: where tasks are done.
        call_id: for the audit.
        clock: tells the time.
    """

    def __init__(
        self,
        decision: Decision,
        state: DialogueState,
        said: Said | None,
        language: str,
        *,
        decider: Decider,
        counter: Counter,
        call_id: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._decision = decision
        self._state = state
        self._said = said
        self._language = language
        self._decider = decider
        self._counter = counter
        self._call_id = call_id
        self._clock = clock
        self._work: Work | None = None

    @property
    def pledged(self) -> Change | None:
        """What changes even if nobody hears the end of it: a write that is being made."""
        pledged = self._work.pledged if self._work is not None else None
        return replace(self._decision.change, tasks=pledged) if pledged is not None else None

    async def settle(self, released: asyncio.Event) -> Settled:
        """Work it out; what has an effect waits for `released`."""
        decision = self._decision
        work = self._work = Work(
            self._decider.book,
            self._counter,
            self._state.tasks,
            self._language,
            call_id=self._call_id,
            released=released,
            now=self._local_time(),
            heard=self._state.heard,
            mended=self._decider.mended,
        )
        turn = TaskTurn(
            work,
            lambda text, certain: self._decider.meaning(text, self._language, certain=certain),
            self._said.readings if self._said is not None else None,
        )
        outcome = await self._moved(turn, decision)
        if outcome is None and decision.otherwise is not None:
            decision = decision.otherwise
            work.language = self._language = decision.change.language or self._language
            outcome = await self._moved(turn, decision) if decision.move is not None else None
        if outcome is None:
            return Settled(decision.kind, decision.acts, decision.change)
        return self._settled(outcome, decision)

    async def _moved(self, turn: TaskTurn, decision: Decision) -> Outcome | None:
        match decision.move:
            case Begin(wanted):
                return await turn.begin(wanted)
            case Answer(text, leaving):
                return await turn.heard(text, leaving=leaving)
            case Press(digit):
                return await turn.keyed(digit, elsewhere=decision.otherwise is not None)
            case AskAgain():
                return await turn.silent()
            case None:
                raise ValueError("a decision without a move")

    def _settled(self, outcome: Outcome, decision: Decision) -> Settled:
        before = decision.change
        change = replace(
            before,
            tasks=outcome.memory,
            expects=outcome.expects,
            hint=outcome.hint,
            anything_else=outcome.anything_else,
            offer="",
            misunderstood=0,
        )
        acts: tuple[Act, ...] = (*decision.acts, *outcome.acts)
        if outcome.gives_up:
            acts = (*acts, *self._decider.words.hand_over(self._language))
        if outcome.transfer:
            acts = (*acts, *self._decider.words.transfer(outcome.transfer, self._language))
        return Settled(decision.kind, acts, change, outcome.asks_model, outcome.after)

    def _local_time(self) -> datetime:
        hours = self._decider.flow.hours
        now = self._clock()
        return now.astimezone(ZoneInfo(hours.zone)) if hours is not None else now
