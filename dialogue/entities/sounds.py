"""How words sound, so that "Youssef" meets "Yusuf" and 章伟 meets 张伟."""

from __future__ import annotations

import re
from functools import lru_cache

from jellyfish import metaphone
from rapidfuzz import fuzz

from dialogue.words import pinyin

_WORD = re.compile(r"[A-Za-z]+|\d|[一-鿿]+")
_WRITTEN = 0.5
"""Of two English words' likeness this much is their spelling's, the rest their sound's."""


@lru_cache(maxsize=8192)
def sound(text: str) -> str:
    """A text's sound: metaphone of Latin words (L. Philips, 1990), folded pinyin of Chinese ones."""
    parts = []
    for word in _WORD.findall(text):
        if word.isascii():
            parts.append(word if word.isdigit() else metaphone(word) or word)
        else:
            parts.append(" ".join(pinyin(word)))
    return " ".join(parts)


@lru_cache(maxsize=16384)
def likeness(heard: str, meant: str) -> float:
    """How alike two texts are, 0 to 1, by their letters and their sound; word by word, in their order."""
    heard, meant = heard.casefold(), meant.casefold()
    if heard == meant:
        return 1.0
    sounds = sound(heard), sound(meant)
    if not meant.isascii():
        return _chinese(sounds[0], sounds[1], heard, meant)
    spelled = fuzz.ratio(heard.replace(" ", ""), meant.replace(" ", "")) / 100
    spoken = fuzz.ratio(sounds[0].replace(" ", ""), sounds[1].replace(" ", "")) / 100
    return _WRITTEN * spelled + (1 - _WRITTEN) * spoken


def _chinese(heard: str, meant: str, written: str, wanted: str) -> float:
    """Syllable by syllable: one that differs in its beginning or its end only counts a part."""
    left, right = heard.split(), meant.split()
    if not left or not right:
        return 0.0
    rows = [[float(k) for k in range(len(right) + 1)]]
    for i, one in enumerate(left, start=1):
        row = [float(i)]
        for j, other in enumerate(right, start=1):
            change = 0.0 if one == other else 1.0 - 0.6 * fuzz.ratio(one, other) / 100
            row.append(min(rows[i - 1][j - 1] + change, rows[i - 1][j] + 1, row[j - 1] + 1))
        rows.append(row)
    by_sound = 1 - rows[-1][-1] / max(len(left), len(right))
    # Homophones are the rule among recognition errors, so signs only break ties.
    return 0.95 * by_sound + 0.05 * fuzz.ratio(written, wanted) / 100
