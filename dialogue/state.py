"""What one call's dialogue remembers. Immutable: a turn that took place makes the next state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dialogue.emotions.memory import FeelingMemory
from dialogue.expected import Expected
from dialogue.mind import Say
from dialogue.tasks.state import TaskMemory


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the caller said (or keyed), and how much of the answer was heard.

    Attributes:
        caller: the words, empty when nothing was said or understood.
        agent: the part of the answer that the caller heard.
        kind: where the answer came from, see `Thought.kind`.
        language: the language of the answer.
        covered: the beginning of `agent` that only covered the wait for a language model.
    """

    caller: str
    agent: str
    kind: str
    language: str
    covered: str = ""

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


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The dialogue so far.

    Attributes:
        language: `en` or `zh`.
        exchanges: the turns, oldest first, as they were heard.
        said: the phrases of the last answer, for "say that again".
        answers: known answers given so far, oldest first.
        unreached: how many transfers have failed in this call.
        leaning, misunderstood, offer, anything_else, expects, hint: see `Change`.
        tasks: what the caller wants done, and how far that is.
        feelings: how he has felt, and what was done about it.
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

    def after(self, change: Change, exchange: Exchange, said: tuple[Say, ...]) -> DialogueState:
        """The state after a turn that took place."""
        return replace(
            self,
            language=change.language or self.language,
            exchanges=(*self.exchanges, exchange),
            said=said or self.said,
            answers=(*self.answers, change.answered) if change.answered else self.answers,
            unreached=self.unreached + change.unreached,
            leaning=change.leaning,
            misunderstood=change.misunderstood,
            offer=change.offer,
            anything_else=change.anything_else,
            expects=change.expects,
            hint=change.hint,
            tasks=self.tasks if change.tasks is None else change.tasks,
            feelings=change.feelings or self.feelings,
        )
