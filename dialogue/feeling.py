"""What a feeling adds to an answer: an apology before it, the offer of a person behind it. Pure logic.

Nothing counts as said before it is known what the caller heard; so an answer that is dropped or cut leaves
it to the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.emotions.reactions import PERSON, respond
from dialogue.flow import Flow
from dialogue.mind import Say
from dialogue.phrases import sentences
from dialogue.prompt import OFFER
from dialogue.state import Change, DialogueState
from dialogue.tasks.state import YES_NO, TaskMemory
from dialogue.texts import TextByLanguage


@dataclass(frozen=True, slots=True)
class Offer:
    """A transfer that is due to be offered.

    Attributes:
        transfer: its name.
        question: offers it; a yes or no answers that.
        aside: offers it beside another question.
    """

    transfer: str
    question: tuple[Say, ...]
    aside: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Reacting:
    """What one turn makes of a feeling.

    Attributes:
        memory: what the call remembers afterwards, besides what is found to have been heard.
        apology: said before the answer.
        offer: made behind the answer, where that leaves room for it.
        tasks: the call's tasks before the turn.
    """

    memory: FeelingMemory
    apology: tuple[Say, ...]
    offer: Offer | None
    tasks: TaskMemory

    def behind(self, change: Change, said: Sequence[Say]) -> tuple[Say, ...]:
        """What is said behind an answer.

        Args:
            change: the answer's.
            said: its phrases; a language model may have offered the same.
        """
        if OFFER.search(" ".join(say.text for say in said)):
            return ()
        return self._offering(change)

    def settled(self, change: Change, spoken: str) -> Change:
        """The change with all that the caller heard of it."""
        memory = self.memory
        if self.apology and _was_heard(self.apology, spoken):
            memory = replace(memory, apologised=True)
        phrases = self._offering(change)
        if self.offer is not None and phrases and _was_heard(phrases, spoken):
            asks = phrases == self.offer.question
            change = replace(
                change,
                offer=self.offer.transfer,
                anything_else=False,
                expects="yes-no" if asks else change.expects,
            )
        if self.offer is not None and change.offer == self.offer.transfer:
            memory = replace(memory, owed="", offered=(*memory.offered, memory.owed))
        return replace(change, feelings=memory)

    def _offering(self, change: Change) -> tuple[Say, ...]:
        """The offer as it goes behind an answer; none where a yes or no would not be clear."""
        if self.offer is None or change.offer:
            return ()
        tasks = self.tasks if change.tasks is None else change.tasks
        asked = tasks.current.asked if tasks.current is not None else None
        if asked is not None:
            return () if asked.about in YES_NO else self.offer.aside
        if change.anything_else or change.expects is None:
            return self.offer.question
        return () if change.expects == "yes-no" else self.offer.aside


def react(
    flow: Flow, state: DialogueState, felt: Felt, language: str, can_transfer: Callable[[str], bool]
) -> Reacting:
    """What to make of how the caller feels.

    Args:
        flow: worded as the state's style has it.
        state: the dialogue before the turn.
        felt: in this turn.
        language: of the answer.
        can_transfer: whether somebody is there for a transfer.
    """
    response = respond(flow.emotions, state.feelings, felt)
    apology = _says(response.apology, language) if response.apology is not None else ()
    return Reacting(
        response.memory, apology, _offer(flow, response.memory.owed, language, can_transfer), state.tasks
    )


def transfer_named(flow: Flow, name: str) -> str | None:
    """The transfer that an `offer` means; None for `person` in a flow that knows of no person."""
    if name in flow.transfers:
        return name
    return flow.person.transfer if name == PERSON and flow.person is not None else None


def _offer(flow: Flow, owed: str, language: str, can_transfer: Callable[[str], bool]) -> Offer | None:
    line = next((line for line in flow.emotions if owed and line.offer == owed), None)
    transfer = transfer_named(flow, owed) if line is not None else None
    if line is None or transfer is None or not can_transfer(transfer):
        return None
    return Offer(transfer, _says(line.question, language), _says(line.aside, language))


def _says(text: TextByLanguage, language: str) -> tuple[Say, ...]:
    words, own = text.best(language)
    return tuple(Say(sentence, own, fixed=True) for sentence in sentences(words))


def _was_heard(phrases: Sequence[Say], spoken: str) -> bool:
    """Whether enough was heard of the first phrase to know what it says: half of it."""
    text = phrases[0].text
    half = text[: (len(text) + 1) // 2]
    # A word that is cut in the middle was not heard.
    return (half if not text.isascii() else half.rpartition(" ")[0] or text) in spoken
