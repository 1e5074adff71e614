"""Names in a sentence: the longest known ones, from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from dialogue.knowledge.terms import Terms

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """What a name at terms `start` to `end` (exclusive) may mean."""

    start: int
    end: int
    meanings: tuple[T, ...]


class Lexicon(Generic[T]):
    """Names, each with what it may mean."""

    def __init__(self) -> None:
        self._meanings: dict[Terms, list[T]] = {}
        self._longest: dict[str, int] = {}

    def add(self, name: Terms, meaning: T) -> None:
        """Make a name known; it may have other meanings already."""
        if not name:
            return
        meanings = self._meanings.setdefault(name, [])
        if meaning not in meanings:
            meanings.append(meaning)
        self._longest[name[0]] = max(self._longest.get(name[0], 0), len(name))

    def get(self, name: Terms) -> tuple[T, ...]:
        """What a name may mean."""
        return tuple(self._meanings.get(name, ()))

    def names(self) -> Iterable[Terms]:
        """All names."""
        return self._meanings.keys()

    def at(self, sentence: Terms, start: int) -> Span[T] | None:
        """The longest name that begins at a term."""
        longest = min(self._longest.get(sentence[start], 0), len(sentence) - start)
        for length in range(longest, 0, -1):
            meanings = self._meanings.get(sentence[start : start + length])
            if meanings:
                return Span(start, start + length, tuple(meanings))
        return None

    def all_in(self, sentence: Terms) -> Iterator[Span[T]]:
        """The names in a sentence; they do not overlap."""
        start = 0
        while start < len(sentence):
            span = self.at(sentence, start)
            if span is not None:
                yield span
            start = span.end if span is not None else start + 1
