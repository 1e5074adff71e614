"""What Parley does about feelings: every reaction is the flow's to define, in YAML.

```yaml
emotions:
  - when: angry
    style: calm
    apology: {en: I am sorry about this., zh: 很抱歉给您带来不便。}
    priority: 1
  - when: angry
    turns: 2
    offer: desk
    flag: true
  - when: anxious
    style: reassuring
```
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from dialogue.emotions.fusion import Felt
from dialogue.emotions.memory import FeelingMemory
from dialogue.texts import Style, Text, TextByLanguage
from dialogue.yamlfile import Strict, expected

Feeling: TypeAlias = Literal["happy", "angry", "anxious", "sad", "surprised", "disgusted"]

PERSON = "person"
"""Stands in `offer` for the transfer that asking for a person leads to."""

_EFFECTS = {"style", "apology", "priority", "offer", "flag"}


class Reaction(Strict):
    """One line of the table.

    Attributes:
        when: the feeling. `angry` counts angry turns; the others count turns in which the mood holds.
        turns: how many in a row it takes.
        style: how replies are worded from the next one on, as long as the feeling lasts; told to the
            language model.
        apology: said before this turn's reply; one a call is enough, whichever line it stands in.
        priority: added to the call's place in a queue when it is handed over.
        offer: name of a transfer that is offered behind the reply, once a call.
        question: offers it, where the reply asks nothing; a "yes" then leads there.
        aside: offers it, where the reply asks for something else.
        flag: supervisors see the call from then on.
    """

    when: Feeling
    turns: int = Field(default=1, ge=1, le=20)
    style: Style | None = None
    apology: Text | None = None
    priority: int = Field(default=0, ge=0, le=10)
    offer: str | None = Field(default=None, min_length=1)
    question: Text = TextByLanguage(en="Shall I put you through to a colleague?", zh="需要我帮您转接同事吗？")
    aside: Text = TextByLanguage(
        en="If you would rather speak to a colleague, just say so.", zh="如果您想找人工客服，直接告诉我就行。"
    )
    flag: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.model_fields_set & _EFFECTS:
            raise expected(f"something to do ({', '.join(sorted(_EFFECTS))})")
        if self.offer is None and self.model_fields_set & {"question", "aside"}:
            raise expected("an 'offer' beside the words that make it")
        return self


DEFAULT: tuple[Reaction, ...] = (
    Reaction(
        when="angry",
        style="calm",
        apology=TextByLanguage(en="I am sorry about this.", zh="很抱歉给您带来不便。"),
        priority=1,
    ),
    Reaction(when="angry", turns=2, style="short", offer=PERSON, priority=2, flag=True),
    Reaction(when="anxious", style="reassuring"),
    Reaction(when="sad", style="warm"),
)
"""The table of a flow that has none."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be done in this turn.

    Attributes:
        memory: what the call remembers once the turn took place, before it is known what was heard of it:
            nothing is taken for said.
        apology: to be said first.
    """

    memory: FeelingMemory
    apology: TextByLanguage | None


def respond(table: tuple[Reaction, ...], before: FeelingMemory, felt: Felt) -> Response:
    """What to do about the feeling after a turn; where several lines apply, the later one's style counts."""
    memory = replace(
        before,
        mood=felt.mood,
        lasting=before.lasting + 1 if felt.mood == before.mood else 1,
        angry_in_a_row=felt.angry_in_a_row,
        angry_turns=before.angry_turns + felt.angry_turn,
        history=(*before.history, felt.turn.label),
        style=None,
    )
    apology: TextByLanguage | None = None
    for line in table:
        if _count(line.when, memory) < line.turns:
            continue
        memory = replace(
            memory,
            style=line.style or memory.style,
            priority=max(memory.priority, line.priority),
            flagged=memory.flagged or line.flag,
        )
        if line.offer is not None and line.offer not in memory.offered:
            memory = replace(memory, owed=line.offer)
        if not memory.apologised:
            apology = apology or line.apology
    if memory.style is None and memory.mood == before.mood != "neutral":
        # One calm turn of somebody who is still in that mood changes no tone.
        memory = replace(memory, style=before.style)
    return Response(memory, apology)


def _count(feeling: str, memory: FeelingMemory) -> int:
    if feeling == "angry":
        return memory.angry_in_a_row
    return memory.lasting if memory.mood == feeling else 0
