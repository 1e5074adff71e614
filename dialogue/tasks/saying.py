"""Sentences of tasks as phrases for the voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialogue.mind import Say
from dialogue.phrases import PhraseCutter, sentences
from dialogue.texts import TextByLanguage


def spoken(text: TextByLanguage, language: str, fields: Mapping[str, str] | None = None) -> tuple[Say, ...]:
    """A text with its fields filled in.

    One that has fields is rendered when it is said, so its first clause is given out by itself.
    """
    words, own = text.best(language)
    if "{" not in words:
        return tuple(Say(sentence, own, fixed=True) for sentence in sentences(words))
    return cut(words.format_map(_Fields(fields or {})), own)


def cut(text: str, language: str) -> tuple[Say, ...]:
    """A text that is made as it is said: its first clause by itself."""
    cutter = PhraseCutter()
    return tuple(Say(phrase, language) for phrase in (*cutter.feed(text), *cutter.finish()))


class _Fields(dict[str, str]):
    """Fields of a sentence; one that is not known is left out rather than costing the caller the rest."""

    def __missing__(self, key: str) -> str:
        return ""


def choices(options: Sequence[str], language: str) -> str:
    """Options as a choice: "a, b or c"."""
    if len(options) < 2:
        return "".join(options)
    if language == "zh":
        return "、".join(options[:-1]) + "，还是" + options[-1]
    return ", ".join(options[:-1]) + " or " + options[-1]
