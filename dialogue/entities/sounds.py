"""How words sound, so that "Youssef" meets "Yusuf" and 章伟 meets 张伟."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jellyfish import metaphone
from rapidfuzz import fuzz

from dialogue.words import pinyin

_WORD = re.compile(r"[A-Za-z]+|\d|[一-鿿]+")
_PLACE = re.compile(r"[A-Za-z'’]+|[一-鿿]|\d")
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


_INITIAL = re.compile(r"zh|ch|sh|[bpmfdtnlgkhjqxzcsryw]")
_FAMILIES = ("bpf", "dt", "gkh", "jqxzcsr", "mnlr", "fh", "yw", "th")
_ROUNDED = "jqxy"
"""Behind these consonants u is ü, which is written v here: 取 is heard as 起, never as 初."""

_BEGINNING, _RELATED_BEGINNING = 0.5, 0.2
_GLIDE = 0.15
_REST = 0.35
_ROUND_O = 0.15
"""What uo is from u: 错 is heard as 醋."""


@lru_cache(maxsize=8192)
def unlike(one: str, other: str) -> float:
    """How far two syllables of folded pinyin are apart, 0 to 1: half by beginning, half by end."""
    if one == other:
        return 0.0
    (begin, glide, rest), (begin_2, glide_2, rest_2) = _parted(one), _parted(other)
    far = 0.0
    if begin != begin_2:
        far += _RELATED_BEGINNING if _related(begin, begin_2) else _BEGINNING
    if glide != glide_2:
        far += _GLIDE
    if glide == glide_2 == "u" and {rest, rest_2} == {"", "o"}:
        far += _ROUND_O
    elif rest != rest_2:
        far += _REST * (1 - fuzz.ratio(rest, rest_2) / 100)
    return far


def _parted(syllable: str) -> tuple[str, str, str]:
    """A syllable's consonant, its i, u or ü, and the rest of its end."""
    match = _INITIAL.match(syllable)
    begin = match[0] if match else ""
    end = syllable[len(begin) :]
    if begin[:1] and begin in _ROUNDED and end.startswith("u"):
        end = f"v{end[1:]}"
    return (begin, end[0], end[1:]) if end[:1] in ("i", "u", "v") else (begin, "", end)


def _related(begin: str, other: str) -> bool:
    return bool(begin and other) and any(begin in family and other in family for family in _FAMILIES)


def heard_in(text: str, phrases: Sequence[str], *, least: float, ahead: float) -> tuple[str, int, int] | None:
    """The phrase that some words of a text sound like, and where they stand.

    Args:
        text: what was recognised.
        phrases: what it may be.
        least: likeness (0 to 1) that it must reach.
        ahead: by how much it must be more alike than the next one that is another.
    """
    words = list(_PLACE.finditer(text))
    best: list[tuple[float, str, int, int]] = []
    for phrase in phrases:
        size = len(phrase.split()) if phrase.isascii() else len(phrase)
        spans = [(words[k].start(), words[k + size - 1].end()) for k in range(len(words) - size + 1)]
        scores = [(likeness(text[start:end], phrase), phrase, start, end) for start, end in spans]
        if scores:
            best.append(max(scores))
    best.sort(reverse=True)
    if not best or best[0][0] < least or (len(best) > 1 and best[0][0] - best[1][0] < ahead):
        return None
    return best[0][1:]


def _chinese(heard: str, meant: str, written: str, wanted: str) -> float:
    """Syllable by syllable: one that differs in its beginning or its end only counts a part."""
    left, right = heard.split(), meant.split()
    if not left or not right:
        return 0.0
    rows = [[float(k) for k in range(len(right) + 1)]]
    for i, one in enumerate(left, start=1):
        row = [float(i)]
        for j, other in enumerate(right, start=1):
            row.append(min(rows[i - 1][j - 1] + unlike(one, other), rows[i - 1][j] + 1, row[j - 1] + 1))
        rows.append(row)
    by_sound = 1 - rows[-1][-1] / max(len(left), len(right))
    # Homophones are the rule among recognition errors, so signs only break ties.
    return 0.95 * by_sound + 0.05 * fuzz.ratio(written, wanted) / 100
