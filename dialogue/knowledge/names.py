"""Names that were misheard or misspelt: which known one comes nearest.

`nearest` is the only place that compares sounds and letters; a better ear replaces it.
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


def spelt(name: Terms) -> str:
    """A name as it is compared: letters without spaces, Chinese by its toneless sound."""
    joined = "".join(name)
    return " ".join(pinyin(joined)) if is_chinese(joined) else joined


def nearest(heard: Terms, known: Iterable[Terms]) -> Terms | None:
    """The known name that what was heard comes nearest to, None if none is near.

    Args:
        heard: some neighbouring terms of a question.
        known: names to choose from.
    """
    chinese = is_chinese("".join(heard))
    asked = spelt(heard)
    if len(asked) < LEAST_LETTERS:
        return None
    choices = {name: spelt(name) for name in known if is_chinese("".join(name)) == chinese}
    found = process.extractOne(
        asked, choices, scorer=fuzz.ratio, score_cutoff=ALIKE_SOUND if chinese else ALIKE
    )
    return found[2] if found is not None else None
