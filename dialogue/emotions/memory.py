"""What a call remembers of the caller's feelings. Immutable: a turn that took place makes the next one."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.texts import Style


@dataclass(frozen=True, slots=True)
class FeelingMemory:
    """How the caller has felt, and what was done about it.

    Attributes:
        mood: the class that is announced, see `dialogue.emotions.fusion.Felt`; empty where nobody looked.
        lasting: turns in a row for which it has held.
        angry_in_a_row: angry turns one after another, the last turn included.
        history: the likeliest class of each turn, oldest first.
        style: how replies are worded, None as always.
        priority: added to the call's place in a queue, 0 to 10; it does not fall again.
        flagged: supervisors should see the call; stays so.
        apologised: the caller has heard an apology.
        owed: a transfer that has to be offered yet, as the table names it; empty for none.
        offered: those that were, as the table names them.
        angry_turns: how many there were in the call.
    """

    mood: str = ""
    lasting: int = 0
    angry_in_a_row: int = 0
    history: tuple[str, ...] = ()
    style: Style | None = None
    priority: int = 0
    flagged: bool = False
    apologised: bool = False
    owed: str = ""
    offered: tuple[str, ...] = ()
    angry_turns: int = 0

    @property
    def told(self) -> str:
        """The mood as a colleague or supervisor is told it; empty where nobody looked.

        Who was angry twice is told as angry, even if he was calm again when he was handed over.
        """
        return "angry" if self.mood == "neutral" and self.angry_turns > 1 else self.mood
