"""What a flow says to callers whom nobody could take, and to those who were cut off before. Pure logic."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue import callback as offers
from dialogue.callback import CallBack, CallBackTexts, Step
from dialogue.decision import Decision
from dialogue.expected import Expected
from dialogue.flow import Flow
from dialogue.mind import Say
from dialogue.phrases import sentences
from dialogue.resuming import open_matter
from dialogue.saying import says
from dialogue.state import Change, DialogueState
from dialogue.tasks.saying import spoken
from dialogue.tools.tickets import Receipt

_EXPECTS: dict[str, Expected] = {
    "offer": "yes-no",
    "confirm": "yes-no",
    "more": "yes-no",
    "number": "digits",
    "told": "digits",
    "": "digits",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, what it changes, and the number that a colleague shall call back, if it is settled."""

    says: tuple[Say, ...]
    change: Change
    number: str | None = None


class Interruptions:
    """One flow's answers, for any number of calls.

    Args:
        flow: what the admin wrote.
        callbacks: whether a wish to be called back can be kept.
    """

    def __init__(self, flow: Flow, *, callbacks: bool) -> None:
        self._flow = flow
        self._texts = flow.callback if callbacks else None

    def unreached(self, target: str, state: DialogueState) -> Answer:
        """Nobody took the transfer to `target`: an apology, and what can be done instead."""
        told = self._flow.unreachable
        own = next((one.failed for one in self._flow.transfers.values() if one.leads_to == target), None)
        apology = says(told.again if state.unreached else (own or told.text), state.language)
        if self._texts is None or (state.callback is not None and state.callback.stage == "kept"):
            change = Change(anything_else=True, unreached=True, expects="yes-no")
            return Answer((*apology, *says(told.more, state.language)), change)
        if offers.number_of(state.caller):
            change = Change(unreached=True, callback=CallBack(), expects="yes-no")
            return Answer((*apology, *says(self._texts.offer, state.language)), change)
        change = Change(unreached=True, callback=CallBack("number", tries=1), expects="digits")
        return Answer((*apology, *says(self._texts.number, state.language)), change)

    def said(self, text: str, language: str, state: DialogueState) -> Answer | None:
        """The caller's words after the offer to call back; `None` if they are about something else."""
        if (texts := self._open(state)) is None or state.callback is None:
            return None
        return self._answer(offers.spoken(state.callback, text, language, state.caller), texts, language)

    def not_understood(self, language: str, state: DialogueState) -> Answer | None:
        """Nothing that the flow knows fits: while a number is dictated, it is asked for again."""
        texts = self._open(state)
        if texts is None or state.callback is None or state.callback.stage == "offered":
            return None
        return self._answer(offers.unknown(state.callback), texts, language)

    def keyed(self, key: str, state: DialogueState) -> Answer | None:
        """A key of a number that is dictated; `None` if the key means what it means in the menu."""
        if (texts := self._open(state)) is None or state.callback is None:
            return None
        return self._answer(offers.keyed(state.callback, key, state.caller), texts, state.language)

    def silent(self, state: DialogueState) -> Answer | None:
        """Nothing more comes: a number may have ended."""
        if (texts := self._open(state)) is None or state.callback is None:
            return None
        return self._answer(offers.silent(state.callback, state.language), texts, state.language)

    def welcome_back(self, state: DialogueState) -> tuple[Say, ...]:
        """The offer to go on where the earlier call was cut off; none where nothing was under way."""
        matter = open_matter(state, self._flow)
        if self._flow.resume is None or matter is None:
            return ()
        return spoken(self._flow.resume.text, state.language, {"matter": matter.best(state.language)[0]})

    def taken_up(self, language: str, state: DialogueState) -> Answer | None:
        """The caller wants to go on with being called back: what was asked last is asked again."""
        if self._texts is None or state.callback is None:
            return None
        return self._answer(offers.prompted(state.callback), self._texts, language)

    def kept(self, language: str, number: str, receipt: Receipt | None) -> tuple[Say, ...]:
        """A colleague will call back, or `None`: the wish could not be kept."""
        texts = self._texts or CallBackTexts()
        if receipt is None:
            return says(texts.failed, language)
        return spoken(texts.done, language, {"number": number, "ticket": receipt.number})

    def is_open(self, state: DialogueState) -> bool:
        """Whether an answer to the offer to call back is waited for."""
        return self._open(state) is not None

    def _open(self, state: DialogueState) -> CallBackTexts | None:
        """The texts, if an offer to call back is open, in this call."""
        is_open = state.callback is not None and state.callback.stage != "kept" and not state.begins
        return self._texts if is_open else None

    def _answer(self, step: Step | None, texts: CallBackTexts, language: str) -> Answer | None:
        if step is None:
            return None
        if step.number is not None:
            change = Change(callback=CallBack("kept"), anything_else=True, expects="yes-no")
            return Answer((), change, step.number)
        change = Change(callback=step.after, anything_else=step.says == "more", expects=_EXPECTS[step.says])
        return Answer(self._words(step, texts, language), change)

    def _words(self, step: Step, texts: CallBackTexts, language: str) -> tuple[Say, ...]:
        digits = step.after.digits if step.after is not None else ""
        match step.says:
            case "offer":
                return says(texts.offer, language)
            case "number":
                return says(texts.number, language)
            case "confirm":
                return spoken(texts.confirm, language, {"number": digits})
            case "more":
                return says(self._flow.more, language)
            case _:
                return tuple(Say(sentence, language) for sentence in sentences(step.told))


def called_back(answer: Answer, state: DialogueState) -> Decision:
    """What was decided on a call back."""
    change = answer.change
    if change.anything_else:
        # Whatever was under way is a colleague's now, or was given up.
        change = replace(change, tasks=replace(state.tasks, stack=(), waiting=()))
    return Decision("callback", answer.says, change, call_back=answer.number)
