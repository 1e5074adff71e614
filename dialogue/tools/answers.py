"""What a tool call gives: the result, a proposal that waits for a yes, or a `Refusal`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dialogue.tools.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Done:
    """The tool has done it.

    Attributes:
        tool: which one.
        data: the answer as JSON.
        says: what an agent can say, by language; empty where the data speak for themselves.
        repeated: the same write was made before; this is its result, and nothing happened now.
    """

    tool: str
    data: Any
    says: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False

    def sentence(self, language: str) -> str:
        """What an agent can say, in `en` or `zh`."""
        return self.says.get(language, "")

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The result for a language model or a log."""
        said = {"say": self.sentence(language)} if self.says else {}
        return {"done": self.tool, "data": self.data, **said}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A write that would be made: nothing is changed until `token` is confirmed.

    Attributes:
        token: confirms this proposal and no other.
        tool, arguments: what was asked for.
        details: what would happen, as data.
        says: the same in words, ending with the question for a yes, by language.
    """

    token: str
    tool: str
    arguments: Mapping[str, Any]
    details: Mapping[str, Any]
    says: Mapping[str, str]

    def sentence(self, language: str) -> str:
        """What an agent says and asks, in `en` or `zh`."""
        return self.says[language]

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The proposal for a language model or a log."""
        return {
            "proposed": self.tool,
            "confirm_with": self.token,
            "details": dict(self.details),
            "say": self.sentence(language),
        }


Answer: TypeAlias = Done | Proposal | Refusal
