"""What one call's dialogue remembers. Immutable: a turn that took place makes the next state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from dialogue.callback import CallBack
from dialogue.emotions.memory import FeelingMemory
from dialogue.expected import Expected
from dialogue.mind import Say
from dialogue.tasks.state import TaskMemory

Begins: TypeAlias = Literal["", "resuming", "returned"]
"""How a call begins: empty with nothing before; with an offer to go on where an earlier call was cut off,
until that is answered; or with a caller whom a transfer brought back, until he has been told so."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the caller said (or keyed), and how much of the answer was heard.

    Attributes:
        caller: the words, empty when nothing was said or understood.
        agent: the part of the answer that the caller heard.
        kind: where the answer came from, see `Thought.kind`.
        language: the language of the answer.
        covered: the beginning of `agent` that only covered the wait for a language model.
        off_record: the flow had switched recording off, so its words are written down nowhere.
    """

    caller: str
    agent: str
    kind: str
    language: str
    covered: str = ""
    off_record: bool = False

    @property
    def content(self) -> str:
        """What the caller heard of the answer itself."""
        return self.agent.removeprefix(self.covered).strip()


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer will change when it has been spoken. Fields that stay as they are, are left out.

    Attributes:
        language: the dialogue's language from here on.
        leaning: another language that one short utterance hinted at, empty for none.
        misunderstood: how many turns in a row were not understood.
        offer: name of a transfer that was offered, empty for none.
        anything_else: the answer asked whether there is anything else.
        answered: name of the known answer that was given, empty for none.
        unreached: a transfer had failed.
        expects: what the answer asks the caller for.
        hint: words that he is likely to say, for the recogniser.
        tasks: the call's tasks; None leaves them as they are.
        feelings: how the caller feels; None leaves it as it was.
        callback: how far an offer to call back has come, `None` where none is open.
        begins: see `Begins`; any answer settles it unless it says otherwise.
        afresh: what an earlier call had left open is dropped.
    """

    language: str | None = None
    leaning: str = ""
    misunderstood: int = 0
    offer: str = ""
    anything_else: bool = False
    answered: str = ""
    unreached: bool = False
    expects: Expected | None = None
    hint: str = ""
    tasks: TaskMemory | None = None
    feelings: FeelingMemory | None = None
    callback: CallBack | None = None
    begins: Begins = ""
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The dialogue so far.

    Attributes:
        language: `en` or `zh`.
        exchanges: the turns, oldest first, as they were heard.
        said: the phrases of the last answer, for "say that again".
        answers: known answers given so far, oldest first.
        unreached: how many transfers have failed in this call.
        leaning, misunderstood, offer, anything_else, expects, hint, callback, begins: see `Change`.
        tasks: what the caller wants done, and how far that is.
        feelings: how he has felt, and what was done about it.
        caller: the number that calls, empty if withheld.
        handed_to: the target of the last transfer.
        off_record: the flow has recording switched off now.
    """

    language: str
    exchanges: tuple[Exchange, ...] = ()
    said: tuple[Say, ...] = ()
    answers: tuple[str, ...] = ()
    unreached: int = 0
    leaning: str = ""
    misunderstood: int = 0
    offer: str = ""
    anything_else: bool = False
    expects: Expected | None = None
    hint: str = ""
    tasks: TaskMemory = field(default_factory=TaskMemory)
    feelings: FeelingMemory = field(default_factory=FeelingMemory)
    callback: CallBack | None = None
    begins: Begins = ""
    caller: str = ""
    handed_to: str = ""
    off_record: bool = False

    @property
    def anew(self) -> DialogueState:
        """The same call with nothing known of what was before it."""
        return DialogueState(self.language, caller=self.caller, off_record=self.off_record)

    @property
    def heard(self) -> float:
        """How much of the last answer the caller has heard, 0 to 1; all of it before there was any."""
        if not self.exchanges:
            return 1.0
        said = sum(len(phrase.text) for phrase in self.said)
        return min(1.0, len(self.exchanges[-1].content) / said) if said else 1.0

    def after(self, change: Change, exchange: Exchange, said: tuple[Say, ...]) -> DialogueState:
        """The state after a turn that took place."""
        before = self.anew if change.afresh else self
        kept = before.callback if before.callback is not None and before.callback.stage == "kept" else None
        return replace(
            before,
            language=change.language or before.language,
            exchanges=(*before.exchanges, exchange),
            said=said or before.said,
            answers=(*before.answers, change.answered) if change.answered else before.answers,
            unreached=before.unreached + change.unreached,
            leaning=change.leaning,
            misunderstood=change.misunderstood,
            offer=change.offer,
            anything_else=change.anything_else,
            expects=change.expects,
            hint=change.hint,
            tasks=before.tasks if change.tasks is None else change.tasks,
            feelings=change.feelings or before.feelings,
            callback=change.callback or kept,
            begins=change.begins,
        )
