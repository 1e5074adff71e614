"""What a flow says where the caller said nothing: he arrives, is silent, comes back, or his time is up."""

from __future__ import annotations

from dataclasses import replace

from dialogue.decision import Decision, unchanged
from dialogue.flow import Flow
from dialogue.flowwords import FlowWords
from dialogue.interrupted import Interruptions, called_back
from dialogue.mind import Act, End, Record
from dialogue.saying import says
from dialogue.state import Change, DialogueState


class Occasions:
    """One flow's, in one wording.

    Args:
        flow: what the admin wrote.
        words: how it is said.
        interruptions: what becomes of calls that were cut off, or that nobody took.
    """

    def __init__(self, flow: Flow, words: FlowWords, interruptions: Interruptions) -> None:
        self._flow = flow
        self._words = words
        self._interruptions = interruptions

    def greet(self, state: DialogueState) -> Decision:
        """A call that begins: notices, recording, and the greeting; or where an earlier call was left."""
        flow, language = self._flow, state.language
        acts: list[Act] = [Record(flow.recording.mode != "off")]
        if state.begins == "returned":
            told = self.unreached(state.handed_to, state)
            return replace(told, acts=(*acts, *told.acts))
        for notice in flow.notices:
            acts += says(notice.text, language, interruptible=not notice.uninterruptible)
        if flow.recording.mode == "announce" and flow.recording.text is not None:
            acts += says(flow.recording.text, language, interruptible=False)
        if state.begins == "resuming":
            acts += self._interruptions.welcome_back(state)
            return Decision("greeting", tuple(acts), replace(unchanged(state), expects="yes-no"))
        acts += says(flow.greeting, language)
        if flow.closed is not None and not self._words.is_open():
            acts += says(flow.closed.text, language)
        return Decision("greeting", tuple(acts), Change())

    def silence(self, count: int, state: DialogueState) -> Decision:
        """A caller who says nothing, for the `count`th time in a row."""
        if (answer := self._interruptions.silent(state)) is not None:
            return called_back(answer, state)
        prompts, same = self._flow.silence.prompts, unchanged(state)
        if count <= len(prompts):
            return Decision("silence", says(prompts[max(count, 1) - 1], state.language), same)
        then = self._flow.silence.then
        if then.menu and count > len(prompts) + 2:
            # Nobody is there to hear the menu again and again.
            return Decision("silence", self._words.farewell(state.language), Change())
        if then.transfer is None:
            return Decision("silence", self._words.then(then, state.language), same)
        # A caller who does not speak is not transferred again and again, and is not held in silence.
        if state.unreached:
            return Decision("silence", self._words.farewell(state.language), same)
        acts = self._words.transfer(then.transfer, state.language)
        return Decision("silence", acts if self._words.can_transfer(then.transfer) else (*acts, End()), same)

    def unreached(self, target: str, state: DialogueState) -> Decision:
        """Tell the caller that nobody was reached, and go on; whoever has no other question takes leave."""
        answer = self._interruptions.unreached(target, state)
        return Decision("unreachable", answer.says, answer.change)

    def time_is_up(self, state: DialogueState) -> Decision:
        """The call has reached its longest duration."""
        text = self._flow.limit.text if self._flow.limit else self._flow.goodbye.text
        return Decision("limit", (*says(text, state.language, interruptible=False), End()), Change())
