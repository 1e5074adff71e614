"""The `Mind`: what to say and do next, given what the caller said.

A mind belongs to one call. Thinking has no effect: a `Thought` may be started
while the caller is still pausing and thrown away if he goes on. Only `commit`
changes the dialogue's state.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory


@dataclass(frozen=True, slots=True)
class Said:
    """The caller's turn as words.

    Attributes:
        text: empty when something was heard but not understood.
        language: `en` or `zh`, as detected.
        confidence: the recogniser's, 0 to 1.
        readings: asks the recogniser for what else it may have been, the likeliest first.
    """

    text: str
    language: str
    confidence: float = 1.0
    readings: Callable[[], Awaitable[Sequence[str]]] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Keyed:
    """The caller pressed one key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller has said nothing for as long as the flow allows; `count` times in a row, from 1."""

    count: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """The call was answered; the reply is the greeting."""


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """The line could not hand the caller to `target`, as the mind had asked."""

    target: str


@dataclass(frozen=True, slots=True)
class TimeIsUp:
    """The call has lasted for as long as the flow allows; the reply ends it."""


Input: TypeAlias = Arrived | Said | Keyed | Silence | TransferFailed | TimeIsUp


@dataclass(frozen=True, slots=True)
class Say:
    """Speak one phrase.

    Attributes:
        text: as written; the voice puts it into spoken form.
        language: `en` or `zh`, chooses the voice.
        fixed: true for a text of the flow, which is worth rendering and keeping.
        interruptible: false for a phrase that the caller must hear to its end.
    """

    text: str
    language: str
    fixed: bool = False
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Handover:
    """What a colleague should know of a caller whom he is handed; built by `dialogue.handover`.

    Attributes:
        who: the caller, as far as he is known.
        wants: what he asked for, in his words, and what is being done about it.
        tried: what was done so far.
        mood: how he feels, one of `dialogue.emotions.values.LABELS`; empty where nobody looked.
        language: that he speaks.
        priority: 0 (as everybody) to 10, who waits goes by.
        summary: all of it in a few sentences of the shop's main language.
    """

    who: str
    wants: str = ""
    tried: str = ""
    mood: str = ""
    language: str = "en"
    priority: int = 0
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to somebody else after everything said before was heard.

    Attributes:
        target: extension or SIP address.
        queue: name of the queue to wait in, empty for none; goes before `target` where the line knows queues.
        about: what the one who takes the call should know.
    """

    target: str
    queue: str = ""
    about: Handover | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class End:
    """Hang up after everything said before was heard."""


@dataclass(frozen=True, slots=True)
class Record:
    """Switch the recording of this call on or off from here on."""

    on: bool


Act: TypeAlias = Say | Transfer | End | Record


class Completeness(enum.Enum):
    """What the words of a turn say about whether it is over."""

    EXPECTED = "expected"
    """Just what was asked for, or a question that is known in full."""
    PLAUSIBLE = "plausible"
    """Probably a question that is known."""
    QUESTION = "question"
    """Something is asked that is not known: whoever has asked waits for an answer."""
    UNKNOWN = "unknown"
    """The words do not tell: whoever tells something often goes on."""
    UNMARKED = "unmarked"
    """The same, and the recogniser, which knows sentences, set no stop behind them."""
    UNFINISHED = "unfinished"
    """The sentence breaks off, or is the beginning of one that is known."""
    DICTATING = "dictating"
    """A number, an e-mail address or a postal address is being said, piece by piece."""
    LISTENING = "listening"
    """Said over a reply to show that one listens: no turn at all."""
    MUMBLED = "mumbled"
    """Hardly recognised in a sound over a reply that still goes on: a hum, or the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a mind makes of words before it is asked to answer them.

    Attributes:
        completeness: whether they look like a whole turn.
        costly: whether thinking about them would keep a language model busy.
    """

    completeness: Completeness
    costly: bool = False


class Thought(Protocol):
    """One possible answer to one input."""

    @property
    def kind(self) -> str:
        """Where the answer comes from: `greeting`, `known`, `knowledge`, `menu`, `model`, `error`, and so on.

        Known at the latest when the first act has been yielded.
        """

    @property
    def source(self) -> str:
        """What the answer rests on: records or documents of the shop; empty where the flow itself says it."""

    def acts(self) -> AsyncIterator[Act]:
        """What to say and do, in order, as soon as it is known. May be iterated once.

        Does not raise on a failing language model: that becomes a spoken apology and a transfer.
        """

    def release(self) -> None:
        """The turn took place: what it does may have effects from now on. Safe to call twice."""

    async def close(self) -> None:
        """Stop thinking (cancels a running language model request). Safe to call twice."""


class Mind(Protocol):
    """One call's dialogue."""

    @property
    def flow_name(self) -> str:
        """The name of the flow, as the configuration and dialplans call it."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the dialogue understands, the likeliest first."""

    @property
    def language(self) -> str:
        """The language that the dialogue is in now: `en` or `zh`."""

    @property
    def hint(self) -> str:
        """Words that the caller is likely to say next, for the recogniser; empty for none."""

    @property
    def silence_after(self) -> float:
        """Seconds for which nobody may speak before the mind is told of a `Silence`."""

    @property
    def time_limit(self) -> float | None:
        """Seconds after the answer at which the mind is told that `TimeIsUp`, None for never."""

    @property
    def feelings(self) -> FeelingMemory:
        """How the caller has felt so far, and what was done about it."""

    def think(self, heard: Input) -> Thought:
        """Begin to answer `heard` from the present state. Has no effect on the state."""

    def weigh(self, said: Said, heard: str | None = None, *, sounding: bool = False) -> Weighed:
        """Judge words that may be a turn. Cheap, and without effect.

        Args:
            said: the words so far.
            heard: what the caller has heard of the reply that he speaks over, `None` when nobody spoke.
            sounding: he still speaks, and may be in the middle of a word.
        """

    def acknowledgement(self, said: Said, *, again: bool = False) -> Say | None:
        """Something short to say while an answer to `said` is being written, another one each time.

        `None` where the flow wants none.

        Args:
            said: what is being answered.
            again: something of the kind was said already, and there is still no answer.
        """

    def feel(self, thought: Thought, felt: Felt) -> tuple[Say, ...]:
        """How the caller feels in the turn that `thought` answers, told before that is spoken.

        Returns what is said before the answer, such as an apology. Has no effect on the state until the
        thought is committed.
        """

    def ended(self) -> None:
        """The call is over: nothing more is asked of this mind."""

    def commit(self, thought: Thought, spoken: str) -> None:
        """The turn took place: the caller heard `spoken` (perhaps cut short) of the answer."""

    def snapshot(self) -> Mapping[str, object]:
        """The whole state now, ready for JSON: what `Earlier` brings back. Holds what was said."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier call of the same caller, whose dialogue may go on in this one.

    Attributes:
        snapshot: the last `Mind.snapshot` of it, `None` if it was lost.
        returned: why the transfer that ended it brought the caller back (`NOANSWER`, `BUSY` ...), empty if
            he has called again himself.
    """

    snapshot: Mapping[str, object] | None
    returned: str = ""


class MindMaker(Protocol):
    """Makes minds for calls."""

    def mind(
        self,
        *,
        flow: str | None,
        dialled: str,
        caller: str,
        call_id: str = "",
        earlier: Earlier | None = None,
    ) -> Mind:
        """Make the mind for one call: by flow name, or by the number dialled.

        Args:
            flow: the flow's name, None to choose by number.
            dialled: the number that was called.
            caller: the number that calls, empty where it is not known.
            call_id: the call's id: what it changes in the shop is written down under it, and it decides
                whether the call goes to a language model on trial.
            earlier: the same caller's call before, if it was cut off or handed to nobody.

        Raises KeyError naming the flow, and those that exist, when `flow` is unknown.
        """
