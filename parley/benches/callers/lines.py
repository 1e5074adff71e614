"""What callers say, in voices that are not Parley's; rendered once and kept."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]  # ships no annotations

from parley.benches.callers.scenario import Scenario
from parley.models import ModelStore
from tts.espeak import Espeak
from tts.kokoro import KokoroVoice

RATE = 16000

VOICES = {
    "en": {"a": "af_heart", "b": "am_michael"},
    "zh": {"a": "zm_yunxi", "b": "zf_xiaoxiao"},
}
"""The callers' voices by language."""


def file_of(text: str, language: str, voice: str, folder: Path) -> Path:
    """Where a line is kept."""
    name = hashlib.sha256(f"{VOICES[language][voice]} {text}".encode()).hexdigest()[:20]
    return folder / f"{name}.wav"


def wanted(scenarios: Iterable[Scenario], folder: Path) -> dict[Path, tuple[str, str]]:
    """The files that are not there yet, with voice and text of each."""
    missing = {}
    for one in scenarios:
        for rule in one.all_rules:
            language = rule.language or one.language
            path = file_of(rule.say, language, one.voice, folder)
            if rule.say and not path.is_file():
                missing[path] = (VOICES[language][one.voice], rule.say)
    return missing


async def render(missing: dict[Path, tuple[str, str]], store: ModelStore) -> None:
    """Render lines. Raises ModelError or VoiceError when a voice can't be had."""
    async with contextlib.AsyncExitStack() as stack:
        espeak = Espeak(store.path("espeak-ng"))
        stack.push_async_callback(espeak.close)
        voices: dict[str, KokoroVoice] = {}
        for path, (name, text) in missing.items():
            if name not in voices:
                voices[name] = KokoroVoice(store.path("kokoro-82m"), espeak, name)
                stack.push_async_callback(voices[name].close)
            path.parent.mkdir(parents=True, exist_ok=True)
            pcm = b"".join([speech.pcm async for speech in voices[name].speak(text, RATE)])
            partial = path.with_suffix(".partial")
            soundfile.write(partial, np.frombuffer(pcm, dtype="<i2"), RATE, format="WAV")
            partial.replace(path)
