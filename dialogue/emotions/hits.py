"""Finds a lexicon's entries in a sentence, and which of them are negated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    english, chinese = lexicon.longest
    if language == "zh":
        return _hits(list(chinese_characters(text)), "", lexicon.zh, chinese, _REACH_ZH, _NEGATIONS_ZH)
    return _hits(english_tokens(text), " ", lexicon.en, english, _REACH_EN, NEGATIONS_EN)


def _hits(
    units: Sequence[str],
    glue: str,
    entries: Mapping[str, Entry],
    longest: int,
    reach: int,
    negations: frozenset[str],
) -> list[Hit]:
    """Entries of up to `longest` units, joined by `glue`; a negation counts up to `reach` units before."""
    found: list[Hit] = []
    place = 0
    while place < len(units):
        for length in range(min(longest, len(units) - place), 0, -1):
            entry = entries.get(glue.join(units[place : place + length]))
            if entry is not None:
                negated = not negations.isdisjoint(units[max(0, place - reach) : place])
                found.append(Hit(entry, entry.polarity * (_NEGATED if negated else 1)))
                place += length
                break
        else:
            place += 1
    return found
