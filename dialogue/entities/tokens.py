"""A text with its numbers in figures, cut into words, runs of digits, Chinese characters and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dialogue.numerals import Figures, figures

_TOKEN = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+(?:st|nd|rd|th)\b|\d+|[一-鿿]|\S")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text.

    Attributes:
        text: lower case.
        raw: as written.
        start, end: its place in the text with figures.
        close: nothing stands between it and the one before.
    """

    text: str
    raw: str
    start: int
    end: int
    close: bool

    @property
    def is_digits(self) -> bool:
        """Whether it is a run of digits."""
        return self.text.isdigit()

    @property
    def is_word(self) -> bool:
        """Whether it is made of Latin letters."""
        return self.text[0].isascii() and self.text[0].isalpha()

    @property
    def is_han(self) -> bool:
        """Whether it is a Chinese character."""
        return "一" <= self.text <= "鿿"


@dataclass(frozen=True, slots=True)
class Words:
    """A text ready to be read.

    Attributes:
        figures: the text with numbers in figures.
        tokens: its pieces.
    """

    figures: Figures
    tokens: tuple[Token, ...]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where in the original the tokens from `first` to `last` (included) stand."""
        return self.figures.span(self.tokens[first].start, self.tokens[last].end)

    def before(self, index: int, count: int) -> str:
        """The text of the `count` tokens before one, in figures and lower case."""
        first = max(0, index - count)
        if first >= index:
            return ""
        return self.figures.text[self.tokens[first].start : self.tokens[index].start].casefold()


@lru_cache(maxsize=256)
def read(text: str) -> Words:
    """Cut a text."""
    made = figures(text)
    tokens = []
    end = -1
    for match in _TOKEN.finditer(made.text):
        tokens.append(Token(match[0].casefold(), match[0], match.start(), match.end(), match.start() == end))
        end = match.end()
    return Words(made, tuple(tokens))
