"""Cuts a reply into phrases that a voice can start on, while the reply is still being written.

The first phrase is given out early, at the first clause or after a few words; later ones end at
sentences. Nothing is cut inside a number, an e-mail address, a web address or an abbreviation.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

_HAN = re.compile(r"[一-鿿]")
_SENTENCE_ZH = "。！？"
_CLAUSE_ZH = "，；：、"
_CLOSERS = "”’」』）)\"'*_`"
_WITH_DOT = """mr mrs ms dr prof vs etc e.g i.e approx inc ltd co corp dept est jr sr a.m p.m u.s u.k tel"""
_ABBREVIATIONS = frozenset(_WITH_DOT.split())
_MARKDOWN = (
    (re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"(?m)^[ \t]*(?:#{1,6}|[-*+•]|>)[ \t]+"), ""),
    (re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)"), ""),
)
_CAPITAL_END = re.compile(r"(?:^|[\s(])[A-Z]\.$")


class _Stop(Enum):
    """What ends at a character."""

    NONE = auto()
    UNKNOWN = auto()  # the next characters decide, and have not come yet
    CLAUSE = auto()
    SENTENCE = auto()


def plain(text: str) -> str:
    """`text` without Markdown (emphasis, headings, bullets, links, code marks), on one line."""
    for pattern, instead in _MARKDOWN:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


# A flow says the same texts all day.
@lru_cache(maxsize=2048)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a finished text."""
    cutter = PhraseCutter(first=False)
    return (*cutter.feed(text), *cutter.finish())


def as_written(text: str) -> tuple[str, ...]:
    """The phrases in which a text is spoken that a language model writes."""
    cutter = PhraseCutter()
    return (*cutter.feed(text), *cutter.finish())


class PhraseCutter:
    """Takes a reply as it is written and gives out phrases.

    Args:
        first: cut the first phrase early.
        least: a clause shorter than this is not given out by itself (words; two Chinese
            characters count as one word).
        early: words after which the first phrase is given out even without punctuation.
        most: words after which any phrase ends, wherever that can be done.
    """

    def __init__(self, *, first: bool = True, least: int = 2, early: int = 8, most: int = 24) -> None:
        self._first = first
        self._least = least
        self._early = early
        self._most = most
        self._text = ""

    def feed(self, delta: str) -> list[str]:
        """Add what has been written since; returns the phrases that are complete now."""
        self._text += delta
        phrases = []
        while (end := self._end()) is not None:
            phrases += self._phrase(self._text[:end])
            self._text = self._text[end:]
        return phrases

    def finish(self) -> list[str]:
        """The reply is complete: what is left."""
        rest, self._text = self._text, ""
        return self._phrase(rest)

    def _phrase(self, piece: str) -> list[str]:
        phrase = plain(piece)
        if not any(char.isalnum() for char in phrase):
            return []
        self._first = False
        return [phrase]

    def _end(self) -> int | None:
        """Where the next phrase ends, None while that can't be told yet."""
        words = 0.0
        for index, char in enumerate(self._text):
            words += self._weight(index)
            stop, after = self._stop(index), self._behind_closers(index + 1)
            if stop is _Stop.UNKNOWN:
                return None
            if stop is _Stop.SENTENCE and any(one.isalnum() for one in self._text[:after]):
                return after
            if stop is _Stop.CLAUSE and words >= (self._least if self._first else self._most / 2):
                return after
            if self._is_too_long(words, index, char):
                return index + 1
        return None

    def _is_too_long(self, words: float, index: int, char: str) -> bool:
        if _HAN.match(char):
            return words >= 2 * self._most
        limit = self._early if self._first else self._most
        return char == " " and words >= limit and self._breakable(index)

    def _weight(self, index: int) -> float:
        """A Chinese character is half a word; any other word counts when it begins."""
        char = self._text[index]
        if _HAN.match(char):
            return 0.5
        begins = index == 0 or self._text[index - 1] == " "
        return 1.0 if begins and char != " " else 0.0

    def _stop(self, index: int) -> _Stop:
        char = self._text[index]
        if char == "\n" or char in _SENTENCE_ZH:
            return _Stop.SENTENCE
        if char in _CLAUSE_ZH:
            return _Stop.CLAUSE
        return self._ascii_stop(index) if char in ".!?…,;:" else _Stop.NONE

    def _ascii_stop(self, index: int) -> _Stop:
        """Latin punctuation ends something only before a space; within a number or address it does not."""
        char, after = self._text[index], self._behind_closers(index + 1)
        if after >= len(self._text):
            return _Stop.UNKNOWN
        if not (self._text[after].isspace() or _HAN.match(self._text[after])):
            return _Stop.NONE
        if char in ",;:":
            if not self._text[after:].strip():
                return _Stop.UNKNOWN
            return _Stop.CLAUSE if self._breakable(after) else _Stop.NONE
        return _Stop.NONE if char == "." and self._is_abbreviation(index) else _Stop.SENTENCE

    def _behind_closers(self, index: int) -> int:
        while index < len(self._text) and self._text[index] in _CLOSERS:
            index += 1
        return index

    def _is_abbreviation(self, index: int) -> bool:
        before = self._text[: index + 1]
        word = before.rsplit(None, 1)[-1].strip("(.").casefold()
        # "No. 5" and "1. Open the box" go on; "It is no." ends.
        if word in ("no", "nr", "st"):
            return self._digit_follows(index)
        if word.isdigit():
            return before.strip() == f"{word}."
        return word in _ABBREVIATIONS or bool(_CAPITAL_END.search(before))

    def _digit_follows(self, index: int) -> bool:
        return self._text[index + 1 :].lstrip()[:1].isdigit()

    def _breakable(self, index: int) -> bool:
        """Not between two digit groups: "020 7946 0958" and "W 1, 2, 3" stay whole."""
        before = self._text[:index].rstrip(" ,;:")[-1:]
        after = self._text[index:].lstrip()[:1]
        return not (before.isdigit() and after.isdigit()) and bool(after)
