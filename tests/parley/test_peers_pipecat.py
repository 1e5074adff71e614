"""How Pipecat is started beside Parley. That it answers calls is measured, not tested: see docs."""

import ast
import os
import sys
from pathlib import Path

import pytest

from parley.benches.latency.party import Answer, Place, Shop
from parley.benches.peers.pipecat_host import pipecat_host, versions
from parley.benches.peers.pipecat_serve import BOT, PeerError, Served, bot_command, bot_settings
from parley.config import load_config

SHOP = Shop("en", "Hello.", "You are a shop.", (Answer("delivery", ("How long?", "When?"), "Two days."),))


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment, as far as starting its Python goes, with nothing installed."""
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o755)
    return tmp_path / "env"


def served(environment: Path, folder: Path, shop: Shop = SHOP) -> Served:
    return Served(shop, environment, 8787, None, folder / "calls.jsonl")


def test_the_bot_runs_isolated_in_its_own_environment(environment: Path, tmp_path: Path) -> None:
    settings = tmp_path / "bot.json"
    assert bot_command(environment, settings) == [
        str(environment / "bin" / "python"),
        "-I",
        str(BOT),
        str(settings),
    ]


def test_the_bot_imports_nothing_of_parleys() -> None:
    tree = ast.parse(BOT.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or "parley"]  # `from . import` is Parley's too
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert "pipecat" in imported
    assert not imported & {"parley", "telephony", "asr", "dialogue", "tts", "tests"}


def test_a_missing_environment_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(PeerError) as error:
        bot_command(tmp_path / "none", tmp_path / "bot.json")
    assert str(error.value).endswith(f"scripts/pipecat-env {tmp_path / 'none'}")


def test_an_environment_without_pipecat_says_what_is_missing(environment: Path) -> None:
    with pytest.raises(PeerError, match=r"expected what scripts/pipecat-env installs.*pipecat-ai"):
        versions(environment)


def test_settings_survive_the_way_to_the_other_process(environment: Path, tmp_path: Path) -> None:
    before = served(environment, tmp_path)
    before.write(tmp_path / "served.json")
    assert Served.read(tmp_path / "served.json") == before


def test_a_voice_that_pipecat_cannot_speak_with_is_named(environment: Path, tmp_path: Path) -> None:
    voices = '{"en": "piper:joe", "zh": "fastspeech2"}'
    config = load_config(None, {**os.environ, "PARLEY__TTS__VOICES": voices})
    chinese = Shop("zh", "您好。", "你是一家店。", ())
    with pytest.raises(PeerError, match=r"Piper voice in tts.voices.zh, got fastspeech2"):
        bot_settings(served(environment, tmp_path, chinese), config, "http://127.0.0.1:1/v1")


async def test_a_way_that_pipecat_cannot_be_called_by_is_refused(environment: Path, tmp_path: Path) -> None:
    host = pipecat_host(environment)
    with pytest.raises(PeerError, match="--via asterisk-websocket only, got --via sip"):
        async with host(SHOP, Place(tmp_path, via="sip")):
            raise AssertionError("it was started")
