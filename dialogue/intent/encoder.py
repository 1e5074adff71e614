"""Sentence vectors: what makes "where is my parcel" and "track my package" alike.

`Encoder` is the protocol; `MiniLm` here is for English, `dialogue.intent.use` for Mandarin.
Vectors of sentences that were seen before are kept in files, since making them is what takes time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
from numpy.typing import NDArray
from tokenizers import Tokenizer

from dialogue.intent.keeping import kept

Floats = NDArray[np.float64]

_DIMENSIONS = 384
_BATCH = 32

LONGEST = 64
"""Tokens of a sentence that are looked at: some 15 s of speech, and the time stays bounded."""


class Encoder(Protocol):
    """Turns a sentence into a vector."""

    @property
    def name(self) -> str:
        """Tells vectors of one encoder from those of another."""

    def knows(self, word: str) -> bool:
        """Whether it learnt this word as one; what it does not know may be misspelt."""

    def encode(self, sentence: str) -> Floats:
        """The vector of a sentence, of length 1. Never fails, whatever the sentence."""

    def encode_many(self, sentences: Sequence[str]) -> Floats:
        """The vectors of many sentences, shape (n, dimensions)."""


class MiniLm:
    """all-MiniLM-L6-v2 (Wang et al., 2020; Reimers and Gurevych, 2019) as an int8 ONNX graph.

    Args:
        folder: holds `model.onnx` and `tokenizer.json`.

    Raises:
        Exception: what `onnxruntime` and `tokenizers` raise for files that are not theirs.
    """

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        # One sentence is too little work to share out, and the cores have calls to serve.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @property
    def name(self) -> str:
        """See `Encoder.name`."""
        return "minilm-int8"

    def knows(self, word: str) -> bool:
        """See `Encoder.knows`."""
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, sentence: str) -> Floats:
        """See `Encoder.encode`; shape (384,)."""
        vector: Floats = self._run([self._tokenizer.encode(sentence).ids])[0]
        return vector

    def encode_many(self, sentences: Sequence[str]) -> Floats:
        """See `Encoder.encode_many`; sentences of one length are run together."""
        tokens = [self._tokenizer.encode(sentence).ids for sentence in sentences]
        # They need no padding, which would change their vectors a little.
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        vectors = np.zeros((len(tokens), _DIMENSIONS))
        for _, same in groupby(order, key=lambda place: len(tokens[place])):
            places = list(same)
            for begin in range(0, len(places), _BATCH):
                batch = places[begin : begin + _BATCH]
                vectors[batch] = self._run([tokens[place] for place in batch])
        return vectors

    def _run(self, tokens: list[list[int]]) -> Floats:
        ids = np.asarray(tokens, dtype=np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: fed[name] for name in self._inputs})[0]
        # Some exports average the tokens themselves.
        pooled = np.asarray(hidden.mean(axis=1) if hidden.ndim == 3 else hidden, dtype=np.float64)
        return np.stack([unit(one) for one in pooled])


def unit(vector: Floats) -> Floats:
    """The vector at length 1; a zero vector stays what it is."""
    scaled: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return scaled


def encode_all(encoder: Encoder, sentences: Sequence[str], folder: Path | None = None) -> Floats:
    """The vectors of many sentences, shape (n, dimensions).

    Args:
        encoder: makes them.
        sentences: at least one.
        folder: where they are kept for the next time, by a hash of encoder and sentences.
    """
    count = len(sentences)
    return kept(
        folder,
        (encoder.name, *sentences),
        lambda: {"vectors": encoder.encode_many(sentences)},
        lambda arrays: (
            "vectors" in arrays and arrays["vectors"].ndim == 2 and len(arrays["vectors"]) == count
        ),
    )["vectors"].astype(np.float64)
