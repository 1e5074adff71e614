"""A flow's texts as phrases to say."""

from __future__ import annotations

from dialogue.mind import Say
from dialogue.phrases import sentences
from dialogue.texts import TextByLanguage


def says(
    text: TextByLanguage, language: str, *, interruptible: bool = True, **values: str
) -> tuple[Say, ...]:
    """A text of the flow as phrases, in `language` if it has it; `{name}` becomes the value of that name."""
    words, spoken = text.best(language)
    fixed = not values or not has_places(text, language)
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", value)
    return tuple(
        Say(sentence, spoken, fixed=fixed, interruptible=interruptible) for sentence in sentences(words)
    )


def has_places(text: TextByLanguage, language: str) -> bool:
    """Whether something has to be filled in before a text can be said."""
    return "{" in text.best(language)[0]
