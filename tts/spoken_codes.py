"""Identifiers as they are read out: letter by letter, digit by digit, in groups one can follow."""

from __future__ import annotations

import re

_RUN = re.compile(r"\d+|[^\d]+")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
# A listener keeps about four symbols in mind before a pause.
_GROUP = 4


def groups(digits: str) -> list[str]:
    """Cut a run of digits into groups of three or four, the longer ones last (3-4, 3-3-4, 3-4-4).

    Five stay together, as zip codes and short numbers are said.
    """
    count = -(-len(digits) // _GROUP)
    if len(digits) <= _GROUP + 1:
        return [digits] if digits else []
    short, longer = divmod(len(digits), count)
    cuts = [short] * (count - longer) + [short + 1] * longer
    parts, start = [], 0
    for size in cuts:
        parts.append(digits[start : start + size])
        start += size
    return parts


def is_word(letters: str, shortest: int) -> bool:
    """Whether letters inside an identifier are said as a word rather than spelled."""
    cased = letters.islower() or letters.istitle()
    return cased and len(letters) >= shortest and bool(_VOWEL.search(letters))


def chunks(code: str, shortest_word: int = 4) -> list[list[str]]:
    """Cut an identifier into the chunks between which a speaker pauses.

    Args:
        code: letters and digits, no separators.
        shortest_word: a lower-case run at least this long, with a vowel, is kept as a word.

    Returns:
        Chunks, each a list of symbols: a digit, an upper-case letter or a whole word.
    """
    pieces: list[list[str]] = []
    for run in _RUN.findall(code):
        if run.isdigit():
            pieces += [list(group) for group in groups(run)]
        elif is_word(run, shortest_word):
            pieces.append([run])
        else:
            pieces.append(list(run.upper()))
    merged: list[list[str]] = []
    for piece in pieces:
        if merged and len(merged[-1]) + len(piece) <= _GROUP:
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged
