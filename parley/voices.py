"""The voices, made from the configuration and the model store."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

from parley.models import ModelStore
from parley.settings import Config
from parley.together import together
from tts.cache import CachedVoice
from tts.coqui import CoquiVoice
from tts.espeak import Espeak
from tts.fastspeech import FastSpeechVoice
from tts.kokoro import KokoroVoice
from tts.piper import PiperVoice
from tts.voice import VoiceError

RATES = (8000, 16000)
"""Sample rates of lines: the telephone's, and the browser's."""

Engine = PiperVoice | FastSpeechVoice | KokoroVoice | CoquiVoice


def models_of(voice: str) -> tuple[str, ...]:
    """Names in the model store that a voice of the configuration needs.

    Raises VoiceError naming what is possible when the voice is unknown.
    """
    engine, _, which = voice.partition(":")
    match engine:
        case "piper" if _is_folder(which):
            return ("espeak-ng",)
        case "piper" if which:
            return (f"piper-{which}", "espeak-ng")
        case "fastspeech2":
            return ("zh-fastspeech2", "zh-mb-melgan")
        case "kokoro" if which:
            return ("kokoro-82m", "espeak-ng")
        case "coqui" if which:
            return ()
    raise VoiceError(
        f"voice {voice!r}: expected piper:NAME or piper:FOLDER, fastspeech2, kokoro:NAME or coqui:FOLDER, "
        "see docs/voices.md"
    )


def _is_folder(which: str) -> bool:
    """Whether a site brings the voice itself: names of the model store have no slash."""
    return "/" in which


@contextlib.asynccontextmanager
async def open_voices(config: Config, store: ModelStore) -> AsyncGenerator[Mapping[str, CachedVoice]]:
    """The configured voices by language, loaded and warm; closed at the end.

    Raises VoiceError or ModelError for a voice that can't be had.
    """
    async with contextlib.AsyncExitStack() as stack:
        espeak = _espeak(config, store)
        if espeak is not None:
            stack.push_async_callback(espeak.close)
        engines: dict[str, Engine] = {}
        for language, name in config.tts.voices.items():
            engines[language] = make_voice(name, language, store, espeak, config.tts.threads)
            stack.push_async_callback(engines[language].close)
        await together(*(asyncio.create_task(engine.warm()) for engine in engines.values()))
        cache = config.tts.cache
        yield {lang: CachedVoice(engine, cache.folder, cache.limit) for lang, engine in engines.items()}


def _espeak(config: Config, store: ModelStore) -> Espeak | None:
    if any("espeak-ng" in models_of(name) for name in config.tts.voices.values()):
        return Espeak(store.path("espeak-ng"))
    return None


def make_voice(name: str, language: str, store: ModelStore, espeak: Espeak | None, threads: int) -> Engine:
    """One voice, not yet loaded. Raises VoiceError or ModelError."""
    folders = [store.path(model) for model in models_of(name)]
    engine, _, which = name.partition(":")
    if engine == "piper" and espeak is not None:
        folder = Path(which).expanduser() if _is_folder(which) else folders[0]
        return PiperVoice(folder, espeak, name, threads=threads)
    if engine == "fastspeech2":
        return FastSpeechVoice(folders[0], folders[1], name, threads=threads)
    if engine == "kokoro" and espeak is not None:
        return KokoroVoice(folders[0], espeak, which, name, threads=threads)
    return coqui(which, language, name)


def coqui(which: str, language: str, name: str) -> CoquiVoice:
    """A Coqui voice: the name of a published model, or a folder with a `.pth` and its `config.json`."""
    folder = Path(which).expanduser()
    if not folder.is_dir():
        return CoquiVoice(language, which, name=name)
    weights = sorted(folder.glob("*.pth"))
    if not weights:
        raise VoiceError(f"{name}: expected a .pth file in {folder}, found none")
    return CoquiVoice(language, weights[0], folder / "config.json", name)
