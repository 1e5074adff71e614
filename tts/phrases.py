"""Cuts text into phrases that can be spoken one after the other.

The first phrase is kept short where punctuation allows, because nothing is heard before
it has been rendered. Cuts never fall inside numbers, times, e-mail or web addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSERS = "\"'”’»)]）】」』》"
_CLOSING = f"[{re.escape(_CLOSERS)}]*"
_SENTENCE = re.compile(rf"(?:[.!?…]+{_CLOSING}(?=\s|$)|[。！？…]+{_CLOSING}|\n+)")
_CLAUSE = re.compile(rf"(?:[,;:]+{_CLOSING}(?=\s|$)|[，、；：]+{_CLOSING}|\s+[-–—]+(?=\s)|—+|(?<=[^\d\s])——)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|vs|etc|approx|ext|Jr|Sr|Mt|Ave|Blvd|Rd|Apt)"
    r"|\b[A-Za-z]\.[A-Za-z]|\b[ap]\.m|\b[A-Z]|^\s*\d{1,2})\.$"
)
_NUMBER_SIGN = re.compile(r"\bNos?\.$")
_LEADING_MARKS = re.compile(r"^(?:[\s,;:!?…。，、；：！？]|[.\-–—]+(?!\w))+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’.\-@:/,][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence after a phrase, by the mark that ends it."""

    clause: float = 0.12
    sentence: float = 0.28
    none: float = 0.03

    def after(self, phrase: str) -> float:
        """The pause that belongs behind `phrase`."""
        mark = phrase.rstrip().rstrip(_CLOSERS)[-1:]
        if mark and mark in ".!?…。！？":
            return self.sentence
        if mark and mark in ",;:，、；：—–-":
            return self.clause
        return self.none


def words(text: str) -> int:
    """How many words a text has; a Chinese character counts as one."""
    return len(_WORD.findall(text))


def phrases(text: str, *, first: int = 3, shortest: int = 5, longest: int = 24) -> list[str]:
    """Cut `text` into phrases, in order; only outer white space and pieces without any word are left out.

    Sentences are always cut apart. Within a sentence a clause ends a phrase when it has
    at least `shortest` words (`first` for the very first phrase); a phrase that would pass
    `longest` words is cut at the last white space or character before that.

    Args:
        text: English, Chinese or mixed.
        first: fewest words of the first phrase.
        shortest: fewest words of the others.
        longest: most words of any phrase (Chinese characters count as words).

    Returns:
        Phrases with at least one word or number each; empty for text without any.
    """
    found: list[str] = []
    for sentence in _split(text, _SENTENCE):
        pending = ""
        for clause in _split(sentence, _CLAUSE):
            pending += clause
            enough = first if not found else shortest
            if words(pending) >= enough:
                found.extend(_bounded(pending, longest))
                pending = ""
        if words(pending):
            found.extend(_bounded(pending, longest))
    return found


def _split(text: str, mark: re.Pattern[str]) -> list[str]:
    """Pieces of `text`, each ending behind a mark; marks that belong to words are passed over."""
    pieces: list[str] = []
    start = 0
    for match in mark.finditer(text):
        piece = text[start : match.end()]
        if _goes_on(text, piece, match.end()):
            continue
        pieces.append(piece)
        start = match.end()
    if text[start:].strip():
        pieces.append(text[start:])
    return pieces


def _goes_on(text: str, piece: str, end: int) -> bool:
    """Whether the mark that ends `piece` belongs to a word, a number or a remark in brackets."""
    following = text[end : end + 8].lstrip()
    if not following or piece.endswith("\n"):
        return False
    if piece[-1] in ",，" and len(piece) > 1:
        return piece[-2].isdigit() and text[end].isdigit()
    if piece[-1] in ".!?…" or piece[-1] in _CLOSERS:
        abbreviated = _ABBREVIATION.search(piece) or (_NUMBER_SIGN.search(piece) and following[0].isdigit())
        return bool(abbreviated) or ("a" <= following[0] <= "z" and piece[-1] in ".!?…)]")
    return False


def _bounded(phrase: str, longest: int) -> list[str]:
    """`phrase` in pieces of at most `longest` words, without empty or wordless ones."""
    pieces: list[str] = []
    rest = _LEADING_MARKS.sub("", phrase).strip() if words(phrase) else ""
    while words(rest) > longest:
        at = _place_to_cut(rest, longest)
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    if words(rest):
        pieces.append(rest)
    return pieces


def _place_to_cut(text: str, longest: int) -> int:
    """Where to cut a text that is too long: the last word boundary within `longest` words."""
    matches = list(_WORD.finditer(text))
    at = matches[longest].start()
    # A run such as "A1B2C3" or a Latin word next to hanzi is better kept whole.
    for match in reversed(matches[longest // 2 : longest + 1]):
        before, here = text[match.start() - 1], text[match.start()]
        if before.isspace() or (_HAN.match(before) and _HAN.match(here)):
            return match.start()
    return at
