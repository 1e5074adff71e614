from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from parley.cli.app import app

runner = CliRunner()


def test_ask_prints_the_answer_and_its_source() -> None:
    result = runner.invoke(app, ["knowledge", "ask", "is the keyboard backlit?", "--shop", "sample"])
    assert result.exit_code == 0
    assert "Yes" in result.stdout
    assert "Mechanical Keyboard" in result.stdout


def test_ask_as_json_is_one_document_with_the_place_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "rules.md").write_text("# Returns\n\nYou can return goods within 14 days.\n")
    command = ["knowledge", "ask", "can I return goods?", "--shop", "sample", "--documents", str(tmp_path)]
    result = runner.invoke(app, [*command, "--json"])
    source = json.loads(result.stdout)["answer"]["sources"][0]
    assert (source["file"], source["line"]) == ("rules.md", 3)


def test_ask_without_an_answer_says_so_and_shows_what_is_near() -> None:
    command = ["knowledge", "ask", "do you ship to the moon?", "--shop", "sample", "--json"]
    result = runner.invoke(app, command)
    found = json.loads(result.stdout)
    assert result.exit_code == 3
    assert found["answer"] is None
    assert found["passages"]


def test_types_lists_both_languages() -> None:
    result = runner.invoke(app, ["knowledge", "types"])
    assert "MechanicalKeyboard  mechanical keyboard · 机械键盘" in result.stdout
    types = json.loads(runner.invoke(app, ["knowledge", "types", "--json"]).stdout)
    assert len(types) >= 200


def test_check_counts_what_is_there() -> None:
    found = json.loads(runner.invoke(app, ["knowledge", "check", "--shop", "sample", "--json"]).stdout)
    assert found["counts"]["products"] == 24
    assert found["products_by_type"]["OfficeChair"] == 1
    assert found["problems"] == found["lacking"] == []
