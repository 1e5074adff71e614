"""The `Mind` of a flow: one call's dialogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from dialogue.callback_tickets import CallBackTickets
from dialogue.completeness import is_listening, is_mumbled
from dialogue.decide import Decider
from dialogue.decision import Decision
from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.errand import Errand
from dialogue.feeling import react
from dialogue.flow import Flow
from dialogue.grounding import Grounding
from dialogue.handover import handover_of
from dialogue.llm import CallModel, Message, Reply, ToolReply
from dialogue.mind import Act, Completeness, Handover, Input, Keyed, Said, Say, Thought, Weighed
from dialogue.prompt import OFFER, grounding_of, in_manner, messages
from dialogue.snapshots import snapshot_of
from dialogue.state import DialogueState, Exchange
from dialogue.tasks.counter import Counter
from dialogue.thought import FlowThought
from dialogue.tools.box import CallerToolbox

HISTORY_TURNS = 8
HISTORY_TOKENS = 900


def utc_now() -> datetime:
    """The time now, aware of its zone."""
    return datetime.now(UTC)


class FlowMind:
    """One call's dialogue by a flow. Implements `dialogue.mind.Mind`.

    Args:
        name: the flow's name in the configuration.
        decider: the flow's decisions.
        model: the language model, None to do without.
        turns, tokens: bounds of the history that the language model is sent.
        counter: where tasks are done, None where the shop's orders cannot be reached.
        call_id: for the audit.
        clock: tells the time.
        state: what the dialogue begins with, by default nothing.
        tickets: where a wish to be called back is kept, None to do without.
    """

    def __init__(
        self,
        name: str,
        decider: Decider,
        model: CallModel | None,
        *,
        turns: int = HISTORY_TURNS,
        tokens: int = HISTORY_TOKENS,
        counter: Counter | None = None,
        call_id: str = "",
        clock: Callable[[], datetime] = utc_now,
        state: DialogueState | None = None,
        tickets: CallBackTickets | None = None,
    ) -> None:
        self._name = name
        self._decider = decider
        self._model = model
        self._turns = turns
        self._tokens = tokens
        self._counter = counter
        self._call_id = call_id
        self._clock = clock
        self._state = state or DialogueState(decider.flow.main_language)
        self._tickets = tickets
        self._acknowledged = -1
        self._covering: list[str] = []

    @property
    def flow_name(self) -> str:
        """See `Mind.flow_name`."""
        return self._name

    @property
    def languages(self) -> Sequence[str]:
        """See `Mind.languages`."""
        return self.flow.languages

    @property
    def flow(self) -> Flow:
        """The flow; a change of its file does not reach a call that has begun."""
        return self._decider.flow

    @property
    def state(self) -> DialogueState:
        """What the dialogue remembers."""
        return self._state

    @property
    def language(self) -> str:
        """See `Mind.language`."""
        return self._state.language

    @property
    def hint(self) -> str:
        """See `Mind.hint`."""
        return self._state.hint

    @property
    def silence_after(self) -> float:
        """See `Mind.silence_after`."""
        return self.flow.silence.after

    @property
    def time_limit(self) -> float | None:
        """See `Mind.time_limit`."""
        return self.flow.limit.after if self.flow.limit else None

    @property
    def feelings(self) -> FeelingMemory:
        """See `Mind.feelings`."""
        return self._state.feelings

    @property
    def _worded(self) -> Decider:
        """The flow's decisions in the style that holds."""
        return self._decider.in_style(self._state.feelings.style)

    def think(self, heard: Input) -> FlowThought:
        """See `Mind.think`. Call it on the event loop: a language model is asked at once."""
        return self._thought(heard, self._worded.decide(heard, self._state))

    def weigh(self, said: Said, heard: str | None = None, *, sounding: bool = False) -> Weighed:
        """See `Mind.weigh`."""
        weighed = self._decider.weigh(said, self._state)
        if heard is None:
            return weighed
        if is_listening(said.text, heard):
            return Weighed(Completeness.LISTENING)
        untold = (Completeness.QUESTION, Completeness.UNKNOWN, Completeness.UNMARKED)
        if weighed.completeness in untold and is_mumbled(said.text, said.confidence):
            # Half a word is as unsure as a hum: only a sound that is over can be one.
            return Weighed(Completeness.MUMBLED if sounding else Completeness.LISTENING)
        return weighed

    def acknowledgement(self, said: Said, *, again: bool = False) -> Say | None:
        """See `Mind.acknowledgement`."""
        phrases = self._worded.words.acknowledgements(said, self._state, again=again)
        if not phrases:
            return None
        self._acknowledged += 1
        phrase = phrases[self._acknowledged % len(phrases)]
        self._covering.append(phrase.text)
        return phrase

    def feel(self, thought: Thought, felt: Felt) -> tuple[Say, ...]:
        """See `Mind.feel`. Raises TypeError for a thought of another kind of mind."""
        own, worded = _own(thought), self._worded
        own.reacting = react(worded.flow, self._state, felt, own.language, worded.words.can_transfer)
        self._covering += [say.text for say in own.reacting.apology]
        return own.reacting.apology

    def commit(self, thought: Thought, spoken: str) -> None:
        """See `Mind.commit`. Raises TypeError for a thought of another kind of mind."""
        thought = _own(thought)
        covered = _beginning(spoken, self._covering)
        self._covering.clear()
        off_record = self._state.off_record if thought.recording is None else not thought.recording
        exchange = Exchange(
            _words(thought.heard),
            spoken,
            thought.kind,
            thought.language,
            covered,
            off_record=off_record or self._state.off_record,
        )
        change = thought.change
        if thought.asked_model and self.flow.person is not None and OFFER.search(spoken):
            change = replace(change, offer=self.flow.person.transfer)
        if thought.reacting is not None:
            change = thought.reacting.settled(change, spoken)
        state = self._state.after(change, exchange, tuple(thought.said))
        self._state = replace(state, off_record=off_record, handed_to=thought.handed_to or state.handed_to)
        if self._model is not None:
            self._model.read_ahead(self._request(self._state.language, self._state.exchanges, ""))

    def ended(self) -> None:
        """See `Mind.ended`."""
        if self._model is not None:
            self._model.ended()

    def snapshot(self) -> Mapping[str, object]:
        """See `Mind.snapshot`."""
        return snapshot_of(self._name, self._state)

    def _thought(self, heard: Input, decision: Decision) -> FlowThought:
        state = self._state.anew if decision.change.afresh else self._state
        language = decision.change.language or state.language
        model, errand, worded = self._model, None, self._worded
        if decision.move is not None and self._counter is not None:
            said = heard if isinstance(heard, Said) else None
            errand = Errand(
                decision,
                state,
                said,
                language,
                decider=worded,
                counter=self._counter,
                call_id=self._call_id,
                clock=self._clock,
            )
        return FlowThought(
            heard,
            decision,
            language,
            ask=partial(self._ask, model, language, heard, state) if model is not None else None,
            errand=errand,
            failure=worded.words.failure,
            hand_over=worded.words.hand_over,
            about=partial(self._about, state),
            effect=self._effect(decision, state, language, heard),
            waiting=worded.words.waiting(language),
        )

    def _about(self, state: DialogueState, thought: FlowThought) -> Handover:
        """What a colleague should know who takes the caller over at the end of a thought."""
        feelings = thought.reacting.memory if thought.reacting is not None else state.feelings
        tasks = thought.change.tasks or state.tasks
        # A task that is given up because a person has to take over is what the person shall do.
        tasks = replace(tasks, stack=tasks.stack or state.tasks.stack)
        return handover_of(
            replace(state, feelings=feelings, tasks=tasks), self.flow, thought.heard, thought.kind
        )

    def _effect(
        self, decision: Decision, state: DialogueState, language: str, heard: Input
    ) -> Callable[[], Awaitable[tuple[Act, ...]]] | None:
        """What a decision does once its turn took place, and what to say then."""
        number, tickets = decision.call_back, self._tickets
        if number is None or tickets is None:
            return None

        async def call_back() -> tuple[Act, ...]:
            about = handover_of(state, self.flow, heard, decision.kind)
            return self._worded.interruptions.kept(language, number, await tickets.keep(number, about))

        return call_back

    def _ask(
        self,
        model: CallModel,
        language: str,
        heard: Input,
        state: DialogueState,
        ready: Callable[[], Awaitable[object]],
    ) -> tuple[Reply, Grounding | None]:
        """Ask the language model; its reply, and what it may state. Tools are used when it is `ready`."""
        said = _words(heard)
        passages = self._decider.evidence(said, language)
        grounding = grounding_of(self.flow, language, state.exchanges, said, passages)
        request = self._request(language, state.exchanges, said, passages)
        request = in_manner(request, state.feelings.style, language)
        if self._counter is None or not model.uses_tools:
            return model.reply(request, language), grounding if model.is_guarded else None
        # A copy of what the tasks know of the caller, dropped with the turn.
        toolbox = CallerToolbox(self._counter.caller(self._call_id, state.tasks.session), language)
        reply = ToolReply(model, request, language, toolbox, learn=grounding.learn, ready=ready)
        return reply, grounding if model.is_guarded else None

    def _request(
        self, language: str, exchanges: Sequence[Exchange], caller: str, passages: Sequence[str] = ()
    ) -> list[Message]:
        """The conversation so far, what the caller says now, and what may answer it."""
        turns, tokens = self._turns, self._tokens
        return messages(self.flow, language, exchanges, caller, turns=turns, tokens=tokens, passages=passages)


def _own(thought: Thought) -> FlowThought:
    if not isinstance(thought, FlowThought):
        raise TypeError(f"expected a thought of this mind, found {type(thought).__name__}")
    return thought


def _beginning(spoken: str, parts: Sequence[str]) -> str:
    """Those of `parts` that `spoken` begins with, in their order; a dropped answer's were not spoken."""
    rest = spoken
    for part in parts:
        if rest.startswith(part):
            rest = rest.removeprefix(part).lstrip()
    return spoken.removesuffix(rest)


def _words(heard: Input) -> str:
    """What the caller did, for the history."""
    if isinstance(heard, Said):
        return heard.text
    return f"({heard.digit})" if isinstance(heard, Keyed) else ""
