"""Recordings as callers: through the telephone band and the real recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import soundfile  # type: ignore[import-untyped]  # ships no annotations

from asr.audio import WHISPER_RATE, Floats, decode_mu_law, encode_mu_law, resample, to_float, to_pcm16
from asr.whisper import Recogniser
from dialogue.mind import Said
from parley.config import Config
from parley.models import ModelStore

_TELEPHONE_RATE = 8000


class AudioError(Exception):
    """A recording cannot be read; names the file, what was expected and what came."""


class Listener(Protocol):
    """Makes words of a recording."""

    async def heard(self, path: Path, languages: Sequence[str], *, likely: str) -> Said:
        """What is said in a file, in one of `languages`; the dialogue is held in the `likely` one.

        Raises AudioError, ModelError.
        """


class RecogniserListener:
    """Hears as a call does: 8 kHz, G.711 µ-law, then Whisper. The model is loaded for the first recording.

    Args:
        config: names the recogniser.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._recogniser: Recogniser | None = None

    async def heard(self, path: Path, languages: Sequence[str], *, likely: str) -> Said:
        """See `Listener.heard`."""
        samples = over_telephone(path)
        known = [language for language in languages if language in self._config.asr.languages]
        found = await self._loaded().recognise(samples, languages=known or languages, likely=likely)
        return Said(found.text, found.language, found.confidence)

    def close(self) -> None:
        """Let the recogniser go. Safe to call twice."""
        if self._recogniser is not None:
            self._recogniser.close()
            self._recogniser = None

    def _loaded(self) -> Recogniser:
        if self._recogniser is None:
            asr = self._config.asr
            models = ModelStore(self._config.models.folder, self._config.models.local)
            self._recogniser = Recogniser(models.path(asr.model), threads=asr.threads)
        return self._recogniser


def over_telephone(path: Path) -> Floats:
    """A recording (channels mixed) as a telephone carries it, at 16 kHz.

    Raises:
        AudioError: it is no audio that can be read, or there is none in it.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"{path}: expected a recording, found none: {error}") from error
    if not samples.size:
        raise AudioError(f"{path}: expected a recording, found no samples")
    narrow = to_pcm16(resample(samples.mean(axis=1), int(rate), _TELEPHONE_RATE))
    return resample(to_float(decode_mu_law(encode_mu_law(narrow))), _TELEPHONE_RATE, WHISPER_RATE)
