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

from typing import Literal, TypeAlias

from pydantic import Field

from dialogue.emotions.fusion import Felt
from dialogue.texts import Text, TextByLanguage
from dialogue.yamlfile import Strict

Feeling: TypeAlias = Literal["happy", "angry", "anxious", "sad", "surprised", "disgusted"]
Style: TypeAlias = Literal["calm", "short", "reassuring", "warm"]


class Reaction(Strict):
    """One line of the table.

    Attributes:
        when: the feeling. `angry` counts angry turns; the others count turns in which the mood holds.
        turns: how many in a row it takes.
        style: how replies are worded from then on, as long as the feeling lasts; told to the language model.
        apology: said before the next reply, once a call.
        priority: added to the call's place in a queue when it is handed over.
        offer: name of a transfer that is offered, once a call.
        flag: supervisors see the call from then on.
    """

    when: Feeling
    turns: int = Field(default=1, ge=1, le=20)
    style: Style | None = None
    apology: Text | None = None
    priority: int = Field(default=0, ge=0, le=10)
    offer: str | None = Field(default=None, min_length=1)
    flag: bool = False


class Response(Strict):
    """What is to be done in this turn.

    Attributes:
        style: how to word the reply, None as always.
        apology: to be said first.
        offer: the transfer to offer.
        priority: of the call from now on.
        flagged: whether supervisors should see the call.
    """

    style: Style | None = None
    apology: TextByLanguage | None = None
    offer: str | None = None
    priority: int = 0
    flagged: bool = False


DEFAULT: tuple[Reaction, ...] = (
    Reaction(
        when="angry",
        style="calm",
        apology=TextByLanguage(en="I am sorry about this.", zh="很抱歉给您带来不便。"),
        priority=1,
    ),
    Reaction(when="angry", turns=2, style="short", offer="person", priority=2, flag=True),
    Reaction(when="anxious", style="reassuring"),
    Reaction(when="sad", style="warm"),
)
"""A table to begin with; `person` stands for the transfer that asking for a person leads to."""


class Reactions:
    """The table's state in one call: what was done already, and how long feelings have lasted."""

    def __init__(self, table: tuple[Reaction, ...] = DEFAULT) -> None:
        """React by this table; where several lines apply, the later one's style counts."""
        self._table = table
        self._lasting: tuple[str, int] = ("neutral", 0)
        self._apologised = False
        self._offered: set[str] = set()
        self._priority = 0
        self._flagged = False

    def respond(self, felt: Felt) -> Response:
        """What to do about the feeling after a turn."""
        mood, turns = self._lasting
        self._lasting = (felt.mood, turns + 1) if felt.mood == mood else (felt.mood, 1)
        style: Style | None = None
        apology: TextByLanguage | None = None
        offer: str | None = None
        for line in self._table:
            if self._count(line.when, felt) < line.turns:
                continue
            style = line.style or style
            self._priority = max(self._priority, line.priority)
            self._flagged = self._flagged or line.flag
            if line.apology is not None and not self._apologised:
                apology, self._apologised = line.apology, True
            if line.offer is not None and line.offer not in self._offered:
                offer = line.offer
                self._offered.add(line.offer)
        return Response(
            style=style, apology=apology, offer=offer, priority=self._priority, flagged=self._flagged
        )

    def _count(self, feeling: str, felt: Felt) -> int:
        if feeling == "angry":
            return felt.angry_in_a_row
        return self._lasting[1] if felt.mood == feeling else 0
