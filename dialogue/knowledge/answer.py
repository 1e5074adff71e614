"""What the knowledge graph answers with, and where it has that from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

SourceKind: TypeAlias = Literal["product", "variant", "passage"]


@dataclass(frozen=True, slots=True)
class Source:
    """A record or a place in a document.

    Attributes:
        kind: what it is.
        id: the product's, variant's (item's) or passage's id.
        title: the product's name, or the headings above the passage.
        file: of the document, "" for a record.
        line: in the document, from 1; 0 for a record.
    """

    kind: SourceKind
    id: str
    title: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line} ({self.title})"
            if self.file
            else f"{self.kind} {self.id} ({self.title})"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence to say, and the facts behind it.

    Attributes:
        text: one or two sentences in the asked language, numbers as written.
        kind: what was asked: `which`, `whether`, `how many`, `price`, `cheapest`, `dearest`, `compare`,
            `assortment` or `policy`.
        sources: never empty.
        language: `en` or `zh`.
    """

    text: str
    kind: str
    sources: tuple[Source, ...]
    language: str

    def as_json(self) -> dict[str, Any]:
        """For `json.dumps`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document under one heading.

    Attributes:
        id: of the file, the heading and the number under it; stays while these do.
        title: the headings above it, the outermost first, with ` › ` between.
        text: without Markdown's marks.
        file: name of the document's file.
        line: the first one, from 1.
        language: `en` or `zh`.
    """

    id: str
    title: str
    text: str
    file: str
    line: int
    language: str

    def source(self) -> Source:
        """Where it stands."""
        return Source("passage", self.id, self.title, self.file, self.line)
