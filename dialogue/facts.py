"""What is true of a shop besides its flow: the protocol behind which `dialogue.knowledge` answers calls."""

from __future__ import annotations

from typing import Protocol


class Facts(Protocol):
    """Answers from the shop's catalogue and documents."""

    def told(self, question: str, language: str) -> str | None:
        """The answer as sentences in `language`, None if nothing that is known fits all of the question.

        Takes a millisecond or two, and never fails.
        """
