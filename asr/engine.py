"""Whisper in CTranslate2: features, one encoding, and what is read from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import ctranslate2  # type: ignore[import-untyped]  # ships no annotations
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer  # type: ignore[import-untyped]

from asr.audio import Floats
from asr.decoding import Decoding, Segment
from asr.features import LogMel

_PROMPT_TOKENS = 64
_TIMESTAMP_SECONDS = 0.02


def device() -> dict[str, str]:
    """Where CTranslate2 computes and in what precision: float16 on a GPU (not measured), else int8."""
    if ctranslate2.get_cuda_device_count() > 0:
        return {"device": "cuda", "compute_type": "float16"}
    return {"device": "cpu", "compute_type": "int8"}


class Engine(Protocol):
    """Encodes audio once, then reads languages and words from the encoding. Not thread-safe."""

    def encode(self, samples: Floats, context: float) -> Any:
        """Encode samples at 16 kHz, padded with silence (or cut) to `context` seconds."""

    def frames(self, encoded: Any) -> Floats:
        """The encoding itself: float32 of (frames, width), 50 frames a second."""

    def languages(self, encoded: Any) -> dict[str, float]:
        """Probability of every language the model knows."""

    def decode(
        self,
        encoded: Any,
        language: str,
        *,
        budget: int,
        prompt: str = "",
        beam: int = 1,
        penalty: float = 1.0,
    ) -> Decoding:
        """Read the words.

        Args:
            encoded: what `encode` gave.
            language: `en` or `zh`.
            budget: most tokens to produce.
            prompt: text that Whisper takes for what was said before.
            beam: readings that are followed at the same time; 1 is greedy.
            penalty: above 1, tokens that were said already become less likely.
        """

    def readings(
        self, encoded: Any, language: str, *, budget: int, prompt: str = "", count: int = 5
    ) -> list[Decoding]:
        """Read the words in several ways, the likeliest first; the arguments are those of `decode`.

        Args:
            encoded: what `encode` gave.
            language: `en` or `zh`.
            budget: most tokens to produce.
            prompt: text that Whisper takes for what was said before.
            count: how many ways, at most.
        """


class CTranslateWhisper:
    """A Whisper model in CTranslate2's format (github.com/OpenNMT/CTranslate2).

    Timestamps are decoded as well. They cost two tokens a sentence, and with a short context they are
    what tells the decoder that a sentence has ended: without them it was measured to say half of
    the short utterances twice or more.
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        """Load the model in `path`: int8 on the CPU, float16 on a GPU where there is one.

        Raises:
            FileNotFoundError: a file of the model is not there.
            RuntimeError: CTranslate2 can't read the model; says why.
        """
        for name in ("model.bin", "tokenizer.json"):
            if not (path / name).is_file():
                raise FileNotFoundError(f"{path / name}: expected a Whisper model in CTranslate2's format")
        self._model = ctranslate2.models.Whisper(str(path), **device(), intra_threads=threads)
        self._vocabulary = tokenizers.Tokenizer.from_file(str(path / "tokenizer.json"))
        multilingual = self._model.is_multilingual
        self._tokenizer = Tokenizer(
            self._vocabulary,
            multilingual,
            task="transcribe" if multilingual else None,
            language="en" if multilingual else None,
        )
        self._features = LogMel(self._model.n_mels)

    def encode(self, samples: Floats, context: float) -> Any:
        """Encode samples at 16 kHz, padded with silence (or cut) to `context` seconds."""
        view = ctranslate2.StorageView.from_array(self._features(samples, context))
        return self._model.encode(view)

    def frames(self, encoded: Any) -> Floats:
        """The encoding itself, on the CPU."""
        on_gpu = encoded.device != "cpu"
        view = encoded.to_device(ctranslate2.Device.cpu) if on_gpu else encoded
        frames: Floats = np.asarray(view, dtype=np.float32)[0]
        return frames

    def languages(self, encoded: Any) -> dict[str, float]:
        """Probability of every language the model knows."""
        if not self._model.is_multilingual:
            return {"en": 1.0}
        return {token[2:-2]: p for token, p in self._model.detect_language(encoded)[0]}

    def decode(
        self,
        encoded: Any,
        language: str,
        *,
        budget: int,
        prompt: str = "",
        beam: int = 1,
        penalty: float = 1.0,
    ) -> Decoding:
        """Read the words."""
        return self._generate(encoded, language, prompt, budget, beam_size=beam, repetition_penalty=penalty)[
            0
        ]

    def readings(
        self, encoded: Any, language: str, *, budget: int, prompt: str = "", count: int = 5
    ) -> list[Decoding]:
        """Read the words in several ways, the likeliest first."""
        return self._generate(encoded, language, prompt, budget, beam_size=count, num_hypotheses=count)

    def _generate(
        self, encoded: Any, language: str, prompt: str, budget: int, **options: float
    ) -> list[Decoding]:
        tokens = self._prompt(language, prompt)
        result = self._model.generate(
            encoded,
            [tokens],
            # CTranslate2 ends after half of it, or where it is used up together with the prompt.
            max_length=budget + max(budget, len(tokens)),
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )[0]
        # CTranslate2 divides the score by the length without the end token, Whisper by the length with it.
        return [
            Decoding(
                segments=self._segments(ids),
                finished=len(ids) < budget,
                log_probability=score * len(ids) / (len(ids) + 1),
                no_speech=result.no_speech_prob,
            )
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]

    def _prompt(self, language: str, prompt: str) -> list[int]:
        tokens = []
        if prompt:
            words = self._tokenizer.encode(" " + prompt.strip())
            tokens = [self._tokenizer.sot_prev, *words[-_PROMPT_TOKENS:]]
        tokens.append(self._tokenizer.sot)
        if self._model.is_multilingual:
            tokens += [self._vocabulary.token_to_id(f"<|{language}|>"), self._tokenizer.transcribe]
        return tokens

    def _segments(self, ids: list[int]) -> tuple[Segment, ...]:
        first = self._tokenizer.timestamp_begin
        segments: list[Segment] = []
        words: list[int] = []
        start = 0.0
        for token in [*ids, first]:
            if token < first:
                words.append(token)
                continue
            if words:
                segments.append(Segment(start, self._tokenizer.decode(words), tuple(words)))
                words = []
            start = (token - first) * _TIMESTAMP_SECONDS
        return tuple(segments)
