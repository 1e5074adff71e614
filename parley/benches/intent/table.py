"""Reads sentences with their intents from a CSV file."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

OUT_OF_SCOPE = "NO_NODES_DETECTED"
"""The label of what asks for none of the intents, as HINT3 names it."""

_COLUMNS = ("sentence", "label")


class TableError(Exception):
    """A file of sentences can't be used; the message names file and line, what was expected and found."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and its intent, or `OUT_OF_SCOPE`."""

    sentence: str
    label: str


def read_table(path: Path, known: Collection[str] | None = None) -> list[Labelled]:
    """Read the columns `sentence` and `label` of a UTF-8 CSV file; other columns are passed over.

    Args:
        path: the file, whose first line names the columns.
        known: labels that may occur, beside `OUT_OF_SCOPE`; None for any.

    Raises:
        TableError: the file can't be read, lacks a column or rows, or a row lacks a value or has an
            unknown label.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _rows(path, csv.DictReader(file, strict=True), known)
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: expected UTF-8, found other bytes at byte {error.start}") from error


def _rows(path: Path, reader: csv.DictReader[str], known: Collection[str] | None) -> list[Labelled]:
    try:
        found = reader.fieldnames or ()
        if missing := [name for name in _COLUMNS if name not in found]:
            there = f"the columns {', '.join(found)}" if found else "nothing"
            raise TableError(f"{path}:1: expected the column {missing[0]!r}, found {there}")
        rows = [_labelled(f"{path}:{reader.line_num}", row, known) for row in reader]
    except csv.Error as error:
        raise TableError(f"{path}:{reader.reader.line_num}: expected CSV: {error}") from error
    if not rows:
        raise TableError(f"{path}:2: expected at least one sentence, found none")
    return rows


def _labelled(where: str, row: dict[str, str], known: Collection[str] | None) -> Labelled:
    sentence, label = (row[name] for name in _COLUMNS)
    # A short row gives None for what it lacks.
    if not label or not label.strip():
        raise TableError(f"{where}: expected a label, found none")
    label = label.strip()
    if known is not None and label != OUT_OF_SCOPE and label not in known:
        close = difflib.get_close_matches(label, known, n=1)
        hint = f", perhaps {close[0]!r}" if close else ""
        raise TableError(
            f"{where}: expected a label of the training file or {OUT_OF_SCOPE}{hint}, found {label!r}"
        )
    return Labelled(sentence.strip(), label)
