"""`parley flow schema`: editors accept what Parley accepts, and mark what it refuses."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dialogue.yamlfile import parse_yaml, read_yaml
from parley.cli.app import app
from tests.dialogue.flows import SMALL

ROOT = Path(__file__).parents[2]
DIALPLANS = ROOT / "dialplans"
FLOWS = [*DIALPLANS.glob("*.yaml"), *ROOT.glob("parley/benches/*/flow.yaml")]
CONVERSATIONS = [*DIALPLANS.glob("tests/*.yaml"), *ROOT.glob("parley/benches/dialogue/*.yaml")]


@cache
def printed(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["flow", "schema", *arguments])
    assert result.exit_code == 0
    schema: dict[str, Any] = json.loads(result.stdout)
    return schema


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What a validator says, as an editor would."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: make setup-dev")
    jsonschema.Draft7Validator.check_schema(schema)
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(value)]


def changed(old: str, new: str) -> Any:
    assert old in SMALL
    return parse_yaml(SMALL.replace(old, new, 1), "small.yaml").data


@pytest.mark.parametrize(
    ("arguments", "file"),
    [((), "flow.schema.json"), (("--tests",), "tests/conversations.schema.json")],
)
def test_the_shipped_schemas_are_those_of_today(arguments: tuple[str, ...], file: str) -> None:
    command = f"parley flow schema {' '.join(arguments)} > dialplans/{file}"
    assert printed(*arguments) == json.loads((DIALPLANS / file).read_text("utf-8")), f"run: {command}"


def test_every_key_of_a_flow_is_described() -> None:
    """In its model's docstring, in that of what it holds, or in `dialogue.flowschema.KEYS`."""
    schema = printed()

    def is_described(entry: dict[str, Any]) -> bool:
        parts = [entry, *entry.get("anyOf", ())]
        names = [part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part]
        return "description" in entry or any(schema["$defs"][name].get("description") for name in names)

    assert [key for key, entry in schema["properties"].items() if not is_described(entry)] == []
    answer = schema["$defs"]["KnownAnswer"]
    assert (
        answer["description"] == "A question that callers ask and what is said to it, with no language model."
    )
    assert answer["properties"]["expects"]["description"].endswith("a plain yes or no is answered at once.")


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_shipped_flows_fit(file: Path) -> None:
    assert problems(printed(), read_yaml(file).data) == []


@pytest.mark.parametrize("file", CONVERSATIONS, ids=lambda file: file.stem)
def test_shipped_conversations_fit(file: Path) -> None:
    assert problems(printed("--tests"), read_yaml(file).data) == []


@pytest.mark.parametrize("file", [*DIALPLANS.glob("*.yaml"), *DIALPLANS.glob("tests/*.yaml")], ids=str)
def test_shipped_files_name_their_schema(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).is_file()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("greeting: Hello, lamp shop.", "greeting: {en: Hello., zh: 您好。}"),
        ("languages: [en]", "languages: en"),
        ('prompts: ["Are you there?"]', "prompts: Are you there"),
        ("examples: [how long does delivery take]", "examples: {en: [how long], zh: [多久]}"),
        ("after: 5s", "after: 1.5 m"),
        ("greeting:", "hours: {zone: UTC, open: {mon: [09:00-10:00], tue-fri: 9:00-17:00}}\ngreeting:"),
    ],
)
def test_short_forms_and_long_ones_fit(old: str, new: str) -> None:
    assert problems(printed(), changed(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("greeting:", "greting:"),
        ("languages: [en]", "languages: [fr]"),
        ("after: 5s", "after: 5"),
        ("after: 5s", "after: 5 minutes"),
        ("greeting:", "hours: {zone: UTC, open: {mon: nine to five}}\ngreeting:"),
        ("text: Two days.", "text: [Two days.]"),
        ("answers:", "answers: {}\nother:"),
    ],
)
def test_what_parley_refuses_is_marked(old: str, new: str) -> None:
    assert problems(printed(), changed(old, new)) != []
