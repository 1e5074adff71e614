"""Which texts of a flow are worth rendering ahead, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.flow import Flow
from dialogue.tasks.wording import PARTS, PROMPTS, Wording
from dialogue.texts import TextByLanguage

_OFTEN = (
    "looking",
    "identity",
    "taken",
    "found",
    "anything",
    "again",
    "postcode",
    "shall",
    "declined",
    "abandoned",
    "keys_yes_no",
    "following",
    "full_name",
)
"""What almost every task says, the most frequent first."""


def texts_ahead(flow: Flow, *, has_shop: bool) -> Iterator[TextByLanguage]:
    """Every text that may be said: greeting, what tasks say first, then the rest; some come twice."""
    yield flow.greeting
    works = has_shop and bool(flow.tasks)
    if works:
        yield from (getattr(flow.wording, name) for name in _OFTEN)
        yield from _questions(flow)
        yield from (getattr(flow.wording, name) for name in Wording.model_fields)
    for loc, text in flow.texts():
        if works or loc[0] not in ("tasks", "wording"):
            yield text


def _questions(flow: Flow) -> Iterator[TextByLanguage]:
    """What slots are asked for with, where their author wrote nothing."""
    for task in flow.tasks:
        for slot in task.slots.values():
            if slot.prompt is None:
                yield PROMPTS[slot.type]
            if slot.type == "address":
                yield from PARTS.values()


def is_fixed(text: TextByLanguage, language: str) -> bool:
    """Whether a text is said in a language as it stands, with nothing to fill in."""
    return text.has(language) and "{" not in text.best(language)[0]
