from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf  # type: ignore[import-untyped]  # ships no annotations
from typer.testing import CliRunner

from parley.cli.app import app
from telephony import caller_script
from telephony.caller import CallReport, Said
from telephony.caller_mouth import Echo
from telephony.caller_script import Dtmf, Play, Step, WaitReply
from telephony.tape import Span


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Step], dict[str, Any]]]:
    """The calls that were placed, instead of placing them."""
    calls: list[tuple[str, list[Step], dict[str, Any]]] = []

    async def run_script(uri: str, steps: list[Step], **options: Any) -> CallReport:
        calls.append((uri, steps, options))
        said = (Said("a.wav", 2.0, 4.0, (Span(2.1, 3.5),)),)
        heard = (Span(0.2, 1.5), Span(3.91, 5.0), Span(6.0, 7.0))
        return CallReport(uri, 0.1, 9.0, "callee", said=said, heard=heard)

    monkeypatch.setattr(caller_script, "run_script", run_script)
    return calls


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["call", *arguments])
    return result.exit_code, " ".join(result.output.split())


def test_say_and_press_wait_for_the_greeting_and_each_reply(
    placed: list[tuple[str, list[Step], dict[str, Any]]], tmp_path: Path
) -> None:
    file = tmp_path / "a.wav"
    file.touch()
    code, text = call("sip:shop@127.0.0.1", "--say", str(file), "--press", "12#", "--user", "4930555")
    assert code == 0
    uri, steps, options = placed[0]
    assert uri == "sip:shop@127.0.0.1"
    assert steps == [WaitReply(), Play(file), WaitReply(), Dtmf("12#"), WaitReply()]
    assert options["user"] == "4930555"
    # The delay that the caller felt is beside the reply, and beside no other sound.
    assert "3.91 heard 1.09 s, 410 ms after the last word" in text
    assert text.count("after the last word") == 1


def test_a_call_without_steps_hears_the_greeting(
    placed: list[tuple[str, list[Step], dict[str, Any]]],
) -> None:
    assert call("http://127.0.0.1:8080")[0] == 0
    assert placed[0][1] == [WaitReply()]
    assert "user" not in placed[0][2]


def test_noise_and_echo_are_the_phones(
    placed: list[tuple[str, list[Step], dict[str, Any]]], tmp_path: Path
) -> None:
    sf.write(tmp_path / "hum.wav", np.full(800, 500, "<i2"), 8000)
    assert call("sip:x@127.0.0.1", "--noise", str(tmp_path / "hum.wav"), "--echo=-20@0.12")[0] == 0
    assert placed[0][2]["echo"] == Echo(-20, 0.12)
    assert len(placed[0][2]["noise"]) == 1600


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["sip:x@127.0.0.1", "--echo=20"], "echo '20': expected decibels and seconds"),
        (["http://127.0.0.1:8080", "--echo=-20@0.12"], "expected an address that starts with sip:"),
    ],
)
def test_an_echo_that_cannot_be_made_is_said_before_anybody_is_called(
    arguments: list[str], complaint: str, placed: list[tuple[str, list[Step], dict[str, Any]]]
) -> None:
    code, text = call(*arguments)
    assert (code, placed) == (2, [])
    assert complaint in text.replace("│ ", "")


def test_steps_and_say_do_not_go_together(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.touch()
    code, text = call("sip:x@127.0.0.1", "silence=1", "--say", str(file))
    assert code == 2
    assert "either steps or --say and --press" in text


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["sip:x@127.0.0.1", "sing=la"], 2, "step 'sing=la': expected play=FILE"),
        (["sip:x@127.0.0.1", "--press", "12x"], 2, "step 'dtmf=12x'"),
        (["sip:x@127.0.0.1", "--say", "missing.wav"], 2, "missing.wav"),
        (["sip:x@127.0.0.1", "silence=1", "--limit", "0"], 2, "limit"),
    ],
)
def test_what_cannot_be_done_is_said_before_anybody_is_called(
    arguments: list[str], code: int, complaint: str
) -> None:
    exit_code, text = call(*arguments)
    assert exit_code == code
    assert complaint in text.replace("│ ", "")


def test_an_audio_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "noise.wav"
    file.write_bytes(b"not audio")
    code, text = call("sip:x@127.0.0.1:9", f"play={file}")
    assert code == 1
    assert "noise.wav: expected a WAV or FLAC file" in text.replace("\n", "")
