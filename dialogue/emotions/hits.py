"""Finds a lexicon's entries in a sentence, and which of them are negated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dialogue.emotions.lexicon import Entry, Lexicon
from dialogue.emotions.tokens import NEGATIONS_EN, chinese_characters, english_tokens

_NEGATED: Final = -0.7
"""What negation makes of a polarity: "not good" is less bad than "bad"."""

_REACH_EN, _REACH_ZH = 3, 2
_NEGATIONS_ZH: Final = frozenset("不没无未别非")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry in a sentence, and its polarity there (turned round where it is negated)."""

    entry: Entry
    polarity: float

    @property
    def negated(self) -> bool:
        """Whether a negation stands before it."""
        return self.polarity * self.entry.polarity < 0


def hits(text: str, language: str, lexicon: Lexicon) -> list[Hit]:
    """The entries in a sentence, the longest at each place, from left to right."""
    if language == "zh":
        return _chinese(chinese_characters(text), lexicon)
    return _english(english_tokens(text), lexicon)


def _english(words: list[str], lexicon: Lexicon) -> list[Hit]:
    found: list[Hit] = []
    place = 0
    while place < len(words):
        for length in range(min(lexicon.longest[0], len(words) - place), 0, -1):
            entry = lexicon.en.get(" ".join(words[place : place + length]))
            if entry is not None:
                before = words[max(0, place - _REACH_EN) : place]
                negated = not NEGATIONS_EN.isdisjoint(before)
                found.append(Hit(entry, entry.polarity * (_NEGATED if negated else 1)))
                place += length
                break
        else:
            place += 1
    return found


def _chinese(characters: str, lexicon: Lexicon) -> list[Hit]:
    found: list[Hit] = []
    place = 0
    while place < len(characters):
        for length in range(min(lexicon.longest[1], len(characters) - place), 0, -1):
            entry = lexicon.zh.get(characters[place : place + length])
            if entry is not None:
                before = characters[max(0, place - _REACH_ZH) : place]
                negated = not _NEGATIONS_ZH.isdisjoint(before)
                found.append(Hit(entry, entry.polarity * (_NEGATED if negated else 1)))
                place += length
                break
        else:
            place += 1
    return found
