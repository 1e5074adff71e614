"""Documents in Markdown, cut into passages and statements that know their line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogue.knowledge.answer import Passage

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$")
_MARKS = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(\*\*|__|`)(.+?)\1"), r"\2"),
    (re.compile(r"(?<!\w)[*_](\S(?:.*?\S)?)[*_](?!\w)"), r"\1"),
    (re.compile(r"<!--.*?-->|</?[a-z][^>]*>"), ""),
)
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=[\"'A-Z0-9])|(?<=[。！？])\s*")


class DocumentError(Exception):
    """A document that cannot be read: names the file, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a passage: `line` is the one that it begins in."""

    text: str
    line: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Document:
    """A document: `name` of its file, and its text."""

    name: str
    text: str


def read_documents(folder: Path) -> list[Document]:
    """The Markdown files in a folder and those below it, or one file, in order of their names.

    Raises:
        DocumentError: there is none, or one that is not UTF-8.
    """
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*.md"))
    if not paths:
        raise DocumentError(f"{folder}: expected Markdown files (*.md), found none")
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise DocumentError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise DocumentError(
                f"{path}:{line}: expected UTF-8, found byte {error.object[error.start]:#x}"
            ) from error
        found.append(Document(path.name if folder.is_file() else str(path.relative_to(folder)), text))
    return found


def language_of(document: Document) -> str:
    """`en` or `zh`: from the name (`policy.zh.md`), or by what most letters are."""
    parts = document.name.lower().split(".")
    for language in ("en", "zh"):
        if language in parts[1:-1]:
            return language
    chinese = len(re.findall(r"[一-鿿]", document.text))
    return "zh" if chinese * 2 > len(re.findall(r"[A-Za-z]", document.text)) else "en"


def cut(document: Document) -> Iterator[Statement]:
    """The statements of a document, in its order; their passages are those of the whole block."""
    language, stem = language_of(document), document.name.removesuffix(".md")
    counts: dict[str, int] = {}
    for title, block in _blocks(document.text):
        slug = re.sub(r"[^\w]+", "-", title.rpartition(" › ")[2].casefold()).strip("-")
        key = f"{stem}#{slug}"
        counts[key] = counts.get(key, 0) + 1
        space = "" if language == "zh" else " "
        text = space.join(line for _, line in block)
        passage = Passage(f"{key}/{counts[key]}", title, text, document.name, block[0][0], language)
        for line, sentence in _sentences(block, space):
            yield Statement(sentence, line, passage)


def _blocks(text: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Blocks with the headings above them: lines with their number, without marks."""
    headings: list[tuple[int, str]] = []
    block: list[tuple[int, str]] = []
    fenced = False

    def title() -> str:
        return " › ".join(name for _, name in headings)

    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        # An item of a list and a row of a table are statements of their own.
        if heading or not line.strip() or _ITEM.match(line) or line.lstrip().startswith("|"):
            if block:
                yield title(), block
            block = []
        if heading:
            level = len(heading[1])
            headings = [(one, name) for one, name in headings if one < level]
            headings.append((level, _plain(heading[2])))
        elif line.strip() and not _RULE.match(line):
            block.append((number, _plain(_ITEM.sub("", line))))
    if block:
        yield title(), block


def _plain(line: str) -> str:
    for pattern, instead in _MARKS:
        line = pattern.sub(instead, line)
    line = line.strip().lstrip("> ")
    if line.startswith("|"):
        line = ": ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    return line


def _sentences(block: list[tuple[int, str]], space: str) -> Iterator[tuple[int, str]]:
    text, starts = "", list[tuple[int, int]]()
    for number, line in block:
        text += space if text else ""
        starts.append((len(text), number))
        text += line
    position = 0
    for sentence in _SENTENCE_END.split(text):
        if not sentence:
            continue
        position = text.index(sentence, position)
        yield max(number for start, number in starts if start <= position), sentence
        position += len(sentence)


def passages_of(statements: Iterable[Statement]) -> list[Passage]:
    """The passages of statements, each once, in their order."""
    return list({one.passage.id: one.passage for one in statements}.values())
