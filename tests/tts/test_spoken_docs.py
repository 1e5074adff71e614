"""`docs/spoken.md` says what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.spoken import spoken


def rows() -> list[tuple[str, str, str]]:
    """Language, written, said: a cell may hold several, with a dot between them."""
    found: list[tuple[str, str, str]] = []
    language = ""
    for line in Path(__file__).parents[2].joinpath("docs/spoken.md").read_text().splitlines():
        language = {"## English": "en", "## Mandarin": "zh"}.get(line, language)
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or cells[1] == "written":
            continue
        pairs = zip(cells[1].split(" · "), cells[2].split(" · "), strict=True)
        found += [(language, written.removesuffix(" (month first)"), said) for written, said in pairs]
    return found


@pytest.mark.parametrize(("language", "written", "said"), rows())
def test_each_line_of_the_tables_is_true(language: str, written: str, said: str) -> None:
    actual = spoken(written, language)
    assert actual.endswith(said[1:].strip()) if said.startswith("…") else actual == said


def test_the_tables_are_read() -> None:
    assert len(rows()) > 60
