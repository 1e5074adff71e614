"""A flow's texts as phrases to say."""

from __future__ import annotations

from dialogue.mind import Say
from dialogue.phrases import sentences
from dialogue.texts import TextByLanguage


def says(text: TextByLanguage, language: str, *, interruptible: bool = True) -> tuple[Say, ...]:
    """A text of the flow as phrases, in `language` if it has it."""
    words, spoken = text.best(language)
    return tuple(
        Say(sentence, spoken, fixed=True, interruptible=interruptible) for sentence in sentences(words)
    )
