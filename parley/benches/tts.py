"""Measures the configured voices, read back by the configured recogniser over a telephone line."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from asr.audio import WHISPER_RATE, Floats, decode_mu_law, encode_mu_law, resample, to_float
from asr.whisper import Recogniser
from parley.models import ModelStore
from parley.settings import Config
from parley.voices import Engine, make_voice, models_of
from tts import bench
from tts.espeak import Espeak


class Progresses:
    """One bar a voice, counting its sentences. A context manager."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Progresses:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, voice: str, done: int, total: int) -> None:
        """`done` of the `total` sentences of `voice` are measured."""
        if voice not in self._tasks:
            self._tasks[voice] = self._progress.add_task(voice, total=total)
        self._progress.update(self._tasks[voice], completed=done, total=total)


def bench_tts(
    config: Config,
    console: Console,
    *,
    also: Sequence[str] = (),
    sentences: dict[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Measure each configured voice on sixty shop sentences of its language; see `tts.bench.bench`.

    Args:
        config: says which voices, with how many threads, and which recogniser reads them back.
        console: shows a progress bar.
        also: further voices to measure, such as `kokoro:af_heart`.
        sentences: by language, instead of the sixty built in.

    Returns:
        `voices`, one table each; `recogniser`, the model that the errors are measured with; `load`,
        how many processes wanted a processor when it began, per processor: with anything above
        zero `rtf` and `first_pcm_ms` are too high, and `rtf_cpu` is the figure to compare.

    Raises:
        ModelError: a model is missing.
        VoiceError: a voice cannot be loaded or fails.
    """
    return asyncio.run(_bench(config, console, also, sentences))


async def _bench(
    config: Config, console: Console, also: Sequence[str], sentences: dict[str, Sequence[str]] | None
) -> dict[str, Any]:
    store = ModelStore(config.models.folder, config.models.local)
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    wanted: list[tuple[str, str]] = [(name, language) for language, name in config.tts.voices.items()]
    wanted += [(name, _language_of(name)) for name in also]
    async with contextlib.AsyncExitStack() as stack:
        recogniser = Recogniser(store.path(config.asr.model), threads=config.asr.threads)
        stack.callback(recogniser.close)
        espeak = None
        if any("espeak-ng" in models_of(name) for name, _ in wanted):
            espeak = Espeak(store.path("espeak-ng"))
            stack.push_async_callback(espeak.close)
        voices: list[Engine] = []
        for name, language in wanted:
            voices.append(make_voice(name, language, store, espeak, config.tts.threads))
            stack.push_async_callback(voices[-1].close)
        with console.status("loading …"):
            await recogniser.warm()

        async def recognise(pcm: bytes, language: str) -> str:
            return await heard_on_the_phone(recogniser, pcm, language)

        bars = stack.enter_context(Progresses(console))
        result = await bench.bench(voices, recognise, bars.update, sentences=sentences)
    return {"recogniser": config.asr.model, "load": round(load, 2), **result}


async def heard_on_the_phone(recogniser: Recogniser, pcm: bytes, language: str) -> str:
    """What `recogniser` understands of 8 kHz PCM behind G.711 µ-law."""
    return (await recogniser.recognise(on_the_phone(pcm), languages=[language])).text


def on_the_phone(pcm: bytes) -> Floats:
    """8 kHz PCM behind G.711 µ-law, as the recogniser takes it (16 kHz)."""
    line = decode_mu_law(encode_mu_law(np.frombuffer(pcm, dtype=np.int16)))
    return resample(to_float(line), bench.LINE_RATE, WHISPER_RATE)


def _language_of(voice: str) -> str:
    """The language of a voice that is not configured: Kokoro's and Coqui's names say it."""
    _, _, which = voice.partition(":")
    return "zh" if voice == "fastspeech2" or which.startswith("z") or "/zh" in which else "en"
