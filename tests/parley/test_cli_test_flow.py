"""`parley test-flow`: what it prints, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

import parley.intents
from dialogue.yamlfile import YamlError
from parley.cli.app import app
from parley.intents import ENGLISH, MANDARIN
from parley.models import ModelError, ModelStore
from tests.dialogue.flows import SMALL
from tests.parley.rehearsal.untrained import Untrained

DIALPLANS = Path(__file__).parents[2] / "dialplans"

SCRIPT = """\
flow: small.yaml
conversations:
  - name: delivery time
    turns: [{caller: how long does delivery take, reply: two days}]
  - name: a key
    turns:
      - {key: "7", reply: does nothing}
      - {key: "1", reply: three days}
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script of which one conversation fails; intents that were not trained, so that no model is needed."""
    monkeypatch.setattr(parley.intents, "trainer", lambda _: Untrained)
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT, "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["test-flow", *map(str, arguments)])


def test_what_fails_is_shown_with_its_line_and_the_state(script: Path) -> None:
    result = run(script)
    assert result.exit_code == 1
    assert "✓ delivery time" in result.stdout
    assert "✗ a key" in result.stdout
    assert "caller   (presses 7)\nparley   That key does nothing. Press 1" in result.stdout
    assert '✗ script.yaml:8: reply: expected "three days", found "Two days."' in result.stdout
    assert 'state: {"language": "en", "answers": ["delivery"]' in result.stdout
    assert "how long" not in result.stdout
    assert "1 of 2 conversations came as expected" in result.stdout


def test_a_name_chooses_and_verbose_shows_what_passes(script: Path) -> None:
    result = run(script, "-k", "DELIVERY", "-v")
    assert result.exit_code == 0
    assert "caller   how long does delivery take\nparley   Two days." in result.stdout
    assert "1 of 1 conversations" in result.stdout
    assert run(script, "-k", "nothing like it").exit_code == 2


def test_json_and_junit(script: Path, tmp_path: Path) -> None:
    told = json.loads(run(script, "--json", "--junit", tmp_path / "report.xml").stdout)
    assert (told["conversations"], told["passed"], told["failed"]) == (2, 1, 1)
    last = told["outcomes"][1]["turns"][-1]
    assert (last["line"], last["input"], last["caller"], last["reply"]) == (8, "keyed", "1", "Two days.")
    assert last["wrong"][0]["what"] == "reply"
    assert last["state"]["answers"] == ["delivery"]
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "script.yaml:8: reply: expected" in str(suite[1][0].text)


def test_a_report_that_cannot_be_written_is_told(script: Path, tmp_path: Path) -> None:
    result = run(script, "-k", "delivery", "--junit", tmp_path / "nowhere" / "report.xml")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


def test_the_problems_of_all_files_are_told(script: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("flow: small.yaml\nconversation: []\n", "utf-8")
    error = run(other, tmp_path / "missing.yaml").exception
    assert isinstance(error, YamlError)
    assert f"{other}:2: conversation: expected the key 'conversations'" in str(error)
    assert "missing.yaml: expected a readable file" in str(error)


def test_the_shipped_flows_do_what_their_scripts_say() -> None:
    try:
        for model in (ENGLISH, MANDARIN):
            ModelStore().path(model)
    except ModelError as error:
        pytest.skip(str(error))
    files = sorted((DIALPLANS / "tests").glob("*.yaml"))
    assert [file.name for file in files] == ["shop-en.yaml", "shop-zh.yaml"]
    result = run(*files)
    assert result.exit_code == 0, result.stdout
