"""`parley chat` as a script uses it: lines in, turns out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from parley.cli.app import app
from parley.rehearsal import stage
from tests.dialogue.flows import SMALL
from tests.parley.rehearsal.untrained import Untrained

HOURS = """\
hours: {zone: Asia/Shanghai, open: {daily: 09:00-21:00}}
closed: {text: We are closed., no_transfer: No.}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shop, and intents that were not trained: no model is needed."""
    monkeypatch.setenv("PARLEY__SERVER__DATA", str(tmp_path))
    monkeypatch.setattr(stage, "trainer", lambda _: Untrained)


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


def chat(*arguments: object, lines: str) -> Result:
    return CliRunner().invoke(app, ["chat", *map(str, arguments)], input=lines, catch_exceptions=False)


def turns(*arguments: object, lines: str) -> list[dict[str, Any]]:
    result = chat(*arguments, "--json", lines=lines)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_conversation_shows_where_answers_come_from(flow: Path) -> None:
    lines = "How long does delivery take?\n\n#1\n/key 7\nmumble\nwhy is the sky blue\nbye\n"
    output = chat(flow, lines=f"{lines}/quit\nnot read any more\n").stdout
    assert "parley   Hello, lamp shop. (recording on)\n         greeting" in output
    assert (
        "caller   How long does delivery take?\nparley   Two days.\n         known delivery 1.00 · " in output
    )
    assert "by words: delivery 1.00" in output
    assert 'now: answers ["delivery"]\n' in output
    assert "caller   (presses 1)\nparley   Two days.\n         menu delivery" in output
    assert "caller   (presses 7)\nparley   That key does nothing. Press 1" in output
    assert "caller   mumble\nparley   Sorry?\n         fallback" in output
    assert "caller   why is the sky blue\nparley   I would ask the language model.\n         model" in output
    assert "parley   Goodbye! (hangs up)\n         goodbye" in output
    assert "not read" not in output


def test_the_state_is_shown_after_each_turn_and_whole_when_asked_for(flow: Path) -> None:
    output = chat(flow, "--state", lines="how long does delivery take\n/state\n").stdout
    assert re.search(r"── answers\n\W+0: delivery\n", output)
    assert json.loads(output[output.index("{\n") :])["exchanges"][1]["agent"] == "Two days."


def test_silence_a_transfer_that_fails_and_another_call(flow: Path) -> None:
    done = turns(flow, lines="/silence\n/silence\n/again\n#0\nhello?\n/unreached\n")
    assert [turn["kind"] for turn in done] == [
        *("greeting", "silence", "silence"),
        *("greeting", "menu", "unreachable"),
    ]
    assert done[2]["acts"] == ["end"]
    assert done[4]["acts"] == ["transfer:600"]
    assert done[5]["state"]["unreached"] == 1


def test_what_cannot_be_typed_is_told_and_the_call_goes_on(flow: Path) -> None:
    result = chat(flow, lines="/nonsense\n/unreached\n/key x\nhow long does delivery take\n")
    assert "/nonsense: expected one of /key, /silence" in result.stderr
    assert "nobody was to be reached" in result.stderr
    assert "found 'X'" in result.stderr
    assert "Two days." in result.stdout


def test_the_time_is_that_of_the_shop(flow: Path) -> None:
    flow.write_text(HOURS + SMALL, "utf-8")
    assert "We are closed." in chat(flow, "--time", "2026-06-10T08:59:00", lines="").stdout
    assert "We are closed." not in chat(flow, "--time", "2026-06-10T09:00:00", lines="").stdout


def test_a_language_chooses_the_flow_that_answers_in_it() -> None:
    assert turns("--language", "zh", lines="")[0]["state"]["language"] == "zh"
    asked = turns("en", "--language", "zh", lines="配送要多久\n")
    assert [turn["kind"] for turn in asked] == ["greeting", "language", "known"]
    assert asked[1]["state"]["language"] == "zh"


def test_the_shop_that_is_named_is_asked() -> None:
    asked = turns("en", "--shop", "sample", lines="is the keyboard backlit?\n")
    assert asked[1]["kind"] == "knowledge"
    assert "backlight" in asked[1]["reply"]


def test_a_flow_that_does_not_exist_is_told() -> None:
    result = chat("shop-eng", lines="")
    assert result.exit_code == 2
    assert "shop-en" in result.stderr
