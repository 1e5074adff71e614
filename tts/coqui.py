"""Coqui TTS (idiap's `coqui-tts`), for sites with a model of their own or a GPU.

It brings torch (1.8 GB), so it is an extra in an environment of its own and imported only
when such a voice is configured; `docs/voices.md` has the commands.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np

from tts import level
from tts.fingerprint import fingerprint
from tts.inference import Inference
from tts.phrases import phrases
from tts.pieces import Part, speak_whole
from tts.spoken import spoken as spoken_form
from tts.timing import tokens
from tts.voice import Speech, VoiceError, WordTime

INSTALL = "pip install --require-hashes -r requirements-coqui.lock"


class CoquiVoice:
    """A voice of Coqui TTS; word times are not known.

    Args:
        language: `en` or `zh`.
        model: a model file (`.pth`) with its configuration, or the name of a published model
            (`tts_models/en/ljspeech/vits`), which Coqui downloads at first use.
        config: the model's `config.json`, needed with a file.
        name: as in the configuration.
        speaker: which one, in models with several.
        threads: of torch. More than one makes it slower on shared cores (measured: 2.5 times).
        gpu: run on CUDA.
        spoken: puts written text into spoken form.

    Raises:
        VoiceError: a file is missing.
    """

    def __init__(
        self,
        language: str,
        model: str | Path,
        config: Path | None = None,
        name: str = "coqui",
        *,
        speaker: str | None = None,
        threads: int = 1,
        gpu: bool = False,
        spoken: Callable[[str, str], str] = spoken_form,
    ) -> None:
        for file in (Path(model), config) if config is not None else ():
            if not file.is_file():
                raise VoiceError(f"{name}: {file} is missing")
        self._language = language
        self._model = str(model)
        self._config = config
        self._name = name
        self._speaker = speaker
        self._threads = threads
        self._gpu = gpu
        self._spoken = spoken
        self._inference = Inference(name)
        self._tts: Any = None
        self._loading = asyncio.Lock()
        files = (Path(model), config) if config is not None else (str(model),)
        self._version = fingerprint(*files, speaker)

    @property
    def name(self) -> str:
        """Name as in the configuration."""
        return self._name

    @property
    def language(self) -> str:
        """`en` or `zh`."""
        return self._language

    @property
    def version(self) -> str:
        """Changes when the same text would sound different; part of the cache's key."""
        return self._version

    async def warm(self) -> None:
        """Load torch and the model, and render a word.

        Raises:
            VoiceError: Coqui is not installed (says how), or the model cannot be loaded.
        """
        async with self._loading:
            if self._tts is not None:
                return
            tts = await self._inference.run(self._load)
            words = "Hello." if self._language == "en" else "你好。"
            try:
                await self._inference.run(lambda: self._run(tts, words))
            except Exception as error:
                # A foreign model's own errors, as in `_load`.
                raise VoiceError(f"{self._name}: {self._model} cannot speak {words!r}: {error!r}") from error
            self._tts = tts

    async def close(self) -> None:
        """End the voice's threads."""
        self._inference.close()

    async def speak(self, text: str, rate: int) -> AsyncIterator[Speech]:
        """Speak `text`; see `Voice.speak`. A phrase comes whole."""
        parts = phrases(text, first=3, shortest=8, longest=32)
        if parts:
            await self.warm()
            async for speech in speak_whole(self._name, parts, rate, self._rate(), self._render):
                yield speech

    async def _render(self, part: Part) -> tuple[level.Samples, tuple[WordTime, ...]]:
        words = self._spoken(part.text, self._language)
        if not tokens(words):
            return np.zeros(0, dtype=np.float32), ()
        return await self._inference.run(lambda: self._run(self._tts, words), slack=part.slack), ()

    def _rate(self) -> int:
        return int(self._tts.synthesizer.output_sample_rate)

    def _load(self) -> Any:
        # Read by OpenMP when torch is first imported.
        os.environ.setdefault("OMP_NUM_THREADS", str(self._threads))
        try:
            torch = importlib.import_module("torch")
            api = importlib.import_module("TTS.api")
        except ImportError as error:
            raise VoiceError(
                f"{self._name}: Coqui TTS cannot be imported ({error}); "
                f"install it with: {INSTALL} (docs/voices.md, 1.8 GB with torch)"
            ) from error
        torch.set_num_threads(self._threads)
        try:
            if self._config is None:
                tts = api.TTS(model_name=self._model, progress_bar=False)
            else:
                tts = api.TTS(model_path=self._model, config_path=str(self._config), progress_bar=False)
            return tts.to("cuda") if self._gpu else tts
        except Exception as error:
            # Whatever a foreign model's loader raises (it knows no common class) becomes one error.
            raise VoiceError(f"{self._name}: {self._model} cannot be loaded: {error!r}") from error

    def _run(self, tts: Any, words: str) -> level.Samples:
        options: dict[str, str] = {"speaker": self._speaker} if self._speaker else {}
        if getattr(tts, "is_multi_lingual", False):
            options["language"] = "zh-cn" if self._language == "zh" else self._language
        samples = tts.tts(words, split_sentences=False, **options)
        # 10,000 zeros follow every sentence; `speak_whole` trims them with the other silence.
        return np.asarray(samples, dtype=np.float32).reshape(-1)
