"""Coqui for real: the package in an environment of its own, speaking with a model built here.

The environment is made once for each state of `requirements-coqui.lock` and kept beside the models;
it holds torch, which is no business of Parley's own environment.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# The first run installs 1.8 GB.
pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-coqui.lock"

BUILD = """
import sys
from pathlib import Path
import torch
from TTS.tts.configs.shared_configs import CharactersConfig
from TTS.tts.configs.vits_config import VitsConfig
from TTS.tts.models.vits import Vits, VitsArgs

folder = Path(sys.argv[1])
torch.manual_seed(3)
small = VitsArgs(
    hidden_channels=32, hidden_channels_ffn_text_encoder=64, num_layers_text_encoder=1,
    num_layers_flow=2, num_layers_posterior_encoder=2, use_sdp=False, init_discriminator=False,
    upsample_initial_channel_decoder=32, resblock_kernel_sizes_decoder=[3],
    resblock_dilation_sizes_decoder=[[1, 3, 5]],
)
letters = CharactersConfig(
    characters_class="TTS.tts.models.vits.VitsCharacters", pad="_", eos="", bos="", blank="<BLNK>",
    characters="abcdefghijklmnopqrstuvwxyz", punctuations=" .,!?'", phonemes="",
)
config = VitsConfig(
    model_args=small, use_phonemes=False, text_cleaner="basic_cleaners", characters=letters, add_blank=True,
)
voice = Vits(config)
# As loud as a trained voice.
with torch.no_grad():
    for weight in voice.waveform_decoder.conv_post.parameters():
        weight.mul_(8)
torch.save({"model": voice.state_dict(), "config": {}}, folder / "model.pth")
config.save_json(str(folder / "config.json"))
"""
"""A voice of random weights: nonsense to listen to, but every step of loading and speaking is real."""

SPEAK = """
import asyncio, json, sys, threading, time
from pathlib import Path
import numpy as np
from tts import level
from tts.coqui import CoquiVoice
from tts.voice import VoiceError

async def say(voice, text, rate):
    began = time.perf_counter()
    said = []
    try:
        async for speech in voice.speak(text, rate):
            samples = np.frombuffer(speech.pcm, "<i2").astype(np.float32) / 32768
            loud = np.flatnonzero(np.abs(samples) > 0.01)
            said.append({
                "text": speech.text, "rate": speech.rate, "seconds": speech.seconds,
                "after": time.perf_counter() - began, "peak": float(np.abs(samples).max()),
                "level": level.active_level(samples, rate), "silent_tail": 1 - (loud[-1] + 1) / len(samples),
            })
    except VoiceError as error:
        return str(error)
    return said

async def main(folder):
    files = folder / "model.pth", folder / "config.json"
    voice = CoquiVoice("en", *files)
    (folder / "broken.pth").write_bytes(b"no model")
    broken = CoquiVoice("en", folder / "broken.pth", files[1])
    await voice.warm()
    report = {
        "telephone": await say(voice, "Hello. Your order 4471 has been shipped today.", 8000),
        "browser": await say(voice, "Hello. Your order 4471 has been shipped today.", 16000),
        "broken": await say(broken, "Hello.", 8000),
        "nothing": await say(voice, " ... ", 8000),
        "two at once": await asyncio.gather(say(voice, "One.", 8000), say(voice, "Two.", 8000)),
    }
    await voice.close()
    await broken.close()
    for thread in threading.enumerate():
        if thread.name.startswith("coqui"):
            thread.join(5)
    report["threads"] = [t.name for t in threading.enumerate() if t.name.startswith("coqui")]
    print(json.dumps(report))

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment with Coqui in it; the first time takes minutes."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "parley" / "envs" / f"coqui-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").is_file():
            run(ROOT / "scripts" / "coqui-env", folder, PYTHON=sys.executable)
            (folder / "whole").touch()
    return folder / "bin" / "python"


def run(*command: str | Path, **environment: str) -> str:
    """Run to the end and return standard output; a failure shows both outputs."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=1100, env={**os.environ, **environment}
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def report(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a voice of Coqui's said, measured in its environment."""
    folder = tmp_path_factory.mktemp("vits")
    run(python, "-c", BUILD, folder)
    output = run(python, "-c", SPEAK, folder, PYTHONPATH=str(ROOT))
    measured: dict[str, Any] = json.loads(output.splitlines()[-1])
    return measured


@pytest.mark.parametrize(("line", "rate"), [("telephone", 8_000), ("browser", 16_000)])
def test_it_speaks_phrase_by_phrase_at_the_lines_rate_and_level(
    report: dict[str, Any], line: str, rate: int
) -> None:
    said = report[line]
    assert [speech["text"] for speech in said] == ["Hello.", "Your order 4471 has been shipped today."]
    assert {speech["rate"] for speech in said} == {rate}
    assert all(speech["level"] == pytest.approx(-20, abs=1) for speech in said)
    assert all(speech["peak"] < 0.9 for speech in said)
    # The first phrase is there before the second is made.
    assert said[0]["after"] < said[1]["after"]


def test_the_silence_that_coqui_adds_is_cut(report: dict[str, Any]) -> None:
    last = report["telephone"][-1]
    assert last["silent_tail"] * last["seconds"] < 0.15


def test_a_damaged_model_is_named_and_others_speak_on(report: dict[str, Any]) -> None:
    assert "broken.pth cannot be loaded" in report["broken"]
    assert report["nothing"] == []
    assert [[speech["text"] for speech in said] for said in report["two at once"]] == [["One."], ["Two."]]


def test_closing_leaves_no_threads(report: dict[str, Any]) -> None:
    assert report["threads"] == []
