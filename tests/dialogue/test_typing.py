"""Trying a flow from a terminal."""

import subprocess
import sys
from pathlib import Path

from tests.dialogue.flows import SMALL

ROOT = Path(__file__).parents[2]


def typed(flow: Path, text: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "dialogue", str(flow)]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )


def test_a_conversation_shows_where_answers_come_from(tmp_path: Path) -> None:
    flow = tmp_path / "small.yaml"
    flow.write_text(SMALL, "utf-8")
    done = typed(
        flow, "How long does delivery take?\n\n#1\n#7\nmumble mumble mumble\nbye\nnot heard any more\n"
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0] == "[greeting] (recording on) Hello, lamp shop."
    assert lines[1].startswith("  delivery 1.00")
    assert lines[2] == "[known delivery 1.00] Two days."
    assert lines[3] == "[menu delivery] Two days."
    assert lines[4].startswith("[menu] That key does nothing.")
    assert lines[6] == "[fallback] Sorry?"
    assert lines[-1].startswith("[goodbye")
    assert lines[-1].endswith("Goodbye! (hangs up)")


def test_a_wrong_flow_is_told(tmp_path: Path) -> None:
    flow = tmp_path / "small.yaml"
    flow.write_text(SMALL.replace("greeting:", "greting:"), "utf-8")
    done = typed(flow, "hello\n")
    assert done.returncode == 2
    assert f"{flow}:4: greting: expected the key 'greeting'" in done.stderr
