"""What is true of a shop besides its flow: the protocol behind which `dialogue.knowledge` answers calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known, and from where.

    Attributes:
        text: an answer, or a passage of the shop's documents without Markdown's marks.
        source: records of the catalogue, or file, line and headings.
    """

    text: str
    source: str


class Facts(Protocol):
    """Answers from the shop's catalogue and documents."""

    def told(self, question: str, language: str) -> Evidence | None:
        """The answer as sentences in `language`, None if nothing that is known fits all of the question.

        Takes a millisecond or two, and never fails.
        """

    def passages(self, question: str, language: str, limit: int) -> Sequence[Evidence]:
        """At most `limit` passages that may answer a question, for a language model that may say no more.

        Nothing where nothing is near enough: each costs time to read. Takes a millisecond, and never fails.
        """
