"""Names that were misheard or misspelt: which known one comes nearest.

`NearNames` is the only place that compares sounds and letters; a better ear replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from dialogue.knowledge.terms import Terms, is_chinese
from dialogue.words import pinyin

LEAST_LETTERS = 5
"""Shorter words have too many neighbours."""

ALIKE = 85.0
"""Letters in common, in percent, from which on two names are taken for one."""

ALIKE_SOUND = 92.0
"""The same for the syllables of Chinese names: nearly all of them, but for one sound."""


class NearNames:
    """Known names, compared by letters without spaces, Chinese ones by their toneless sound.

    Args:
        names: to choose from.
    """

    def __init__(self, names: Iterable[Terms]) -> None:
        self._spelt: dict[bool, dict[Terms, str]] = {True: {}, False: {}}
        for name in names:
            self._spelt[is_chinese("".join(name))][name] = _spelt(name)

    def nearest(self, heard: Terms) -> Terms | None:
        """The name that some neighbouring terms of a question come nearest to, None if none is near."""
        chinese, asked = is_chinese("".join(heard)), _spelt(heard)
        if len(asked) < LEAST_LETTERS:
            return None
        least = ALIKE_SOUND if chinese else ALIKE
        found = process.extractOne(asked, self._spelt[chinese], scorer=fuzz.ratio, score_cutoff=least)
        return found[2] if found is not None else None


def _spelt(name: Terms) -> str:
    joined = "".join(name)
    # Character by character: the few with several readings matter less than the time.
    return " ".join(sound for char in joined for sound in pinyin(char)) if is_chinese(joined) else joined
