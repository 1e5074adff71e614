from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dialogue.shop import canonical_json
from dialogue.tools import TicketOffice
from parley.cli.app import app, expected_errors
from tests.dialogue.shop.world import SHOP


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command line keeps what it keeps."""
    monkeypatch.setenv("PARLEY__SERVER__DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SHOP), "utf-8")
    return path


def shop(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["shop", *map(str, arguments)], input=stdin)


def exported(*arguments: str | Path) -> dict[str, Any]:
    result = shop("export", *arguments)
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def test_a_shop_goes_in_and_comes_out(file: Path, tmp_path: Path) -> None:
    result = shop("import", file)
    assert result.stdout == "2 products, 2 users and 4 orders are in.\n"
    assert (tmp_path / "shop.db").exists()
    assert canonical_json(exported()) == canonical_json(SHOP)
    shop("export", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == SHOP


def test_a_sample_is_made_and_brought_in_by_pipe_or_at_once(tmp_path: Path) -> None:
    sample = shop("sample", "--seed", "5").stdout
    assert shop("import", "-", stdin=sample).exit_code == 0
    other = f"sqlite:///{tmp_path}/other.db"
    assert shop("sample", "--seed", "5", "--database", other).exit_code == 0
    assert exported() == exported("--database", other) == json.loads(sample)


def test_a_bad_file_leaves_the_shop_as_it_was(file: Path) -> None:
    shop("import", file)
    bad = json.loads(file.read_text("utf-8"))
    bad["orders"]["#W1"]["status"] = None
    file.write_text(json.dumps(bad), "utf-8")
    result = shop("import", file)
    assert isinstance(result.exception, expected_errors())
    assert f'{file}: $.orders["#W1"].status: expected a text, found null' in str(result.exception)
    assert exported() == SHOP


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "expected an SQLAlchemy URL"),
        ("mysql://localhost/shop", "expected the URL of SQLite or PostgreSQL, found mysql"),
        ("sqlite:////nowhere/shop.db", "expected a shop's database, found no file"),
        ("postgresql://nobody@127.0.0.1:1/shop", "is down"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(url: str, told: str) -> None:
    result = shop("export", "--database", url)
    assert isinstance(result.exception, expected_errors())
    assert told in str(result.exception)


def test_tickets_are_listed_with_those_that_waited(file: Path, tmp_path: Path) -> None:
    shop("import", file)
    office = TicketOffice(None, tmp_path / "tickets.jsonl")
    receipt = office.open(office.ticket("call-1", "ann", subject="Call back", text="about the lamp"))
    listed = json.loads(shop("tickets", "--json").stdout)
    assert listed["brought_in"] == 1
    assert [(one["number"], one["subject"]) for one in listed["tickets"]] == [(receipt.number, "Call back")]
    assert receipt.number in shop("tickets").stdout
