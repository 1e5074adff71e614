"""A recording in a scripted conversation goes through the real recogniser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parley.cli.app import app
from parley.demo.speech import rendered_questions
from parley.models import ModelStore

pytestmark = pytest.mark.live

FLOW = Path(__file__).parents[2] / "dialplans" / "shop-en.yaml"


def test_a_recorded_question_is_heard_and_answered(tmp_path: Path) -> None:
    question = asyncio.run(rendered_questions("en", ModelStore(), tmp_path))[0]
    script = tmp_path / "script.yaml"
    script.write_text(
        f"flow: {FLOW}\n"
        "conversations:\n"
        f"  - {{name: by voice, turns: [{{audio: {question.file.name}, answer: delivery-time}}]}}\n",
        "utf-8",
    )
    result = CliRunner().invoke(app, ["test-flow", str(script), "--json"])
    assert result.exit_code == 0, result.output
    heard = json.loads(result.stdout)["outcomes"][0]["turns"][1]
    assert "delivery" in heard["caller"].casefold()
    assert "two to four working days" in heard["reply"]
