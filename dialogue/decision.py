"""What is decided about one input, before it is said."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.mind import Act
from dialogue.state import Change, DialogueState
from dialogue.tasks.moves import Move


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one input.

    Attributes:
        kind: see `Thought.kind`.
        acts: what to say and do; for `model` empty, the language model writes it.
        change: what it changes in the state once it took place.
        match: how well the words fitted the known answer or courtesy, 0 where nothing was matched.
        source: what the answer rests on, where the flow itself does not say it.
        move: what is to be worked out for a task, said behind `acts`.
        otherwise: what is decided where a key means nothing to the task.
        call_back: the number that a colleague shall call back; what is said follows when that is noted.
    """

    kind: str
    acts: tuple[Act, ...]
    change: Change
    match: float = 0.0
    source: str = ""
    move: Move | None = None
    otherwise: Decision | None = None
    call_back: str | None = None

    @property
    def asks_model(self) -> bool:
        """Whether the language model is to answer."""
        return self.kind == "model"


def unchanged(state: DialogueState) -> Change:
    """What leaves the dialogue where it is: what was offered stays offered."""
    return Change(
        leaning=state.leaning,
        misunderstood=state.misunderstood,
        offer=state.offer,
        anything_else=state.anything_else,
        expects=state.expects,
        callback=state.callback,
        begins=state.begins,
        hint=state.hint,
    )
