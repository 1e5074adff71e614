"""`parley bench dialogue`: its figures, and what it says of scripts that come otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialogue.intent.recogniser import NOTHING, Recognised
from parley.benches.dialogue import bench
from parley.cli.app import app
from parley.rehearsal.scriptfile import load_script
from tests.dialogue.flows import SMALL
from tests.parley.rehearsal.untrained import Untrained

ROOT = Path(__file__).parents[2]

SCRIPT = """\
flow: small.yaml
conversations:
  - name: delivery
    turns:
      - {caller: how long does delivery take, answer: delivery}
      - {key: "1", reply: two days}
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bench, "trainer", lambda _: Untrained)
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    path = tmp_path / "lamps.yaml"
    path.write_text(SCRIPT, "utf-8")
    return path


def test_the_figures_of_each_scenario(script: Path) -> None:
    result = CliRunner().invoke(app, ["bench", "dialogue", str(script), "--seconds", "0.2", "--json"])
    assert result.exit_code == 0, result.output
    scenario = json.loads(result.stdout)["scenarios"]["lamps"]
    assert (scenario["flow"], scenario["conversations"], scenario["wrong"]) == ("small", 1, [])
    assert scenario["turns"] % 2 == 0
    assert scenario["turns"] >= 2
    assert 0 < scenario["p50_ms"] <= scenario["p99_ms"] <= scenario["max_ms"]
    # The mean lies between the ends.
    assert 1000 / scenario["max_ms"] - 1 <= scenario["turns_per_second"]


def test_turns_that_come_otherwise_are_told(script: Path) -> None:
    script.write_text(SCRIPT.replace("two days", "three days"), "utf-8")
    result = CliRunner().invoke(app, ["bench", "dialogue", str(script), "--seconds", "0.1"])
    assert result.exit_code == 1
    assert "lamps" in result.stdout
    assert 'lamps.yaml:6: reply: expected "three days", found "Two days."' in result.stderr


def test_every_sentence_is_met_as_a_new_one() -> None:
    asked: list[str] = []

    class Asked(Untrained):
        def recognise(self, sentence: str) -> Recognised:
            asked.append(sentence)
            return NOTHING

    recogniser = bench.forgetful(Asked)({})
    for _ in range(300):
        recogniser.recognise("where is my order")
    assert len(set(asked)) == 300
    assert {one.strip() for one in asked} == {"where is my order"}


def test_the_built_in_scenarios_ask_for_answers_that_the_shipped_flows_have() -> None:
    flows = {name: ROOT / "dialplans" / f"{name}.yaml" for name in ("shop-en", "shop-zh")}
    files = sorted((ROOT / "parley" / "benches" / "dialogue").glob("*.yaml"))
    assert {"known-en", "known-zh"} <= {file.stem for file in files}
    for file in files:
        # Answers that a flow does not have are errors.
        assert load_script(file, flows).flow_name in flows
