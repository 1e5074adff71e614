"""Universal Sentence Encoder, multilingual v3 (Yang et al., ACL 2020), in numpy: two milliseconds.

Averaged word vectors and three branches of convolutions over neighbours (2, 3 and 5 tokens) pass a
small residual network. The weights come from a package that quantised Google's to 6 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from dialogue.intent.encoder import LONGEST, Floats, unit

_ORDERS = ((2, 0), (3, 1), (5, 2))
"""Tokens that a branch looks at, and how many of them stand before."""

_UNKNOWN, _BEGIN, _END = 0, 1, 2
_CHUNKS = 17
_WIDTH = 256

Matrix = NDArray[np.float32]


class UniversalEncoder:
    """The encoder for any language.

    Args:
        folder: holds `weights.npz` and `sp.model`.

    Raises:
        OSError, ValueError, KeyError: the files are not the encoder's.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / "weights.npz", allow_pickle=False) as weights:
            self._weights = {name: weights[name] for name in weights.files}
        self._epsilon = float(self._weights["eps"])
        self._projection = self._joined("proj", axis=1)
        self._offset = self._joined("proj_b")
        self._gains = self._joined("ln_g"), self._joined("ln_b")
        self._tokenizer = read_sentencepiece(folder / "sp.model")

    @property
    def name(self) -> str:
        """See `Encoder.name`."""
        return "use-multilingual-v3"

    def knows(self, word: str) -> bool:
        """See `Encoder.knows`."""
        return self._tokenizer.token_to_id(f"▁{word}") is not None

    def encode(self, sentence: str) -> Floats:
        """See `Encoder.encode`; shape (512,)."""
        ids = [_BEGIN, *(self._tokenizer.encode(sentence).ids[:LONGEST] or [_UNKNOWN]), _END]
        words = np.stack([self._word(one) for one in ids])
        # The projections of the three branches are normalised as one.
        seen = self._normed(words @ self._projection + self._offset, self._gains)
        branches = [
            self._convolved(seen[:, place * _WIDTH : (place + 1) * _WIDTH], order, before)
            for place, (order, before) in enumerate(_ORDERS)
        ]
        gains = self._weights["ln_g"], self._weights["ln_b"]
        features = self._normed(np.concatenate([words, *branches], axis=1), gains)
        # A sum over tokens by the root of their number: longer sentences weigh more, but not by much.
        summed = features.sum(axis=0) @ self._weights["cnn_W"] + len(ids) * self._weights["cnn_b"]
        return unit(self._head(summed / np.sqrt(len(ids))).astype(np.float64))

    def encode_many(self, sentences: Sequence[str]) -> Floats:
        """See `Encoder.encode_many`."""
        return np.stack([self.encode(sentence) for sentence in sentences])

    def _joined(self, name: str, axis: int = 0) -> Matrix:
        """A weight of the three branches, side by side."""
        return np.concatenate([self._weights[f"{name}{order}"] for order, _ in _ORDERS], axis=axis)

    def _word(self, piece: int) -> Matrix:
        row, chunk = divmod(piece, _CHUNKS)
        steps = self._weights[f"q{chunk + 1}"][row].astype(np.float32)
        word: Matrix = steps * self._weights["scale"][chunk] + self._weights["lo"][chunk]
        return word

    def _convolved(self, seen: Matrix, order: int, before: int) -> Matrix:
        """Two layers over windows of `order` tokens, each adding to what it was given."""
        for layer in ("1", "2"):
            padded = np.zeros((len(seen) + order - 1, _WIDTH), dtype=np.float32)
            padded[before : before + len(seen)] = seen
            windows = np.concatenate([padded[i : i + len(seen)] for i in range(order)], axis=1)
            linear = windows @ self._weights[f"w{layer}_{order}"] + self._weights[f"b{layer}_{order}"]
            seen = np.maximum(linear, 0) + seen
        return seen

    def _normed(self, rows: Matrix, gains: tuple[Matrix, Matrix]) -> Matrix:
        centred = rows - rows.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + self._epsilon)
        scaled: Matrix = centred / spread * gains[0] + gains[1]
        return scaled

    def _head(self, summed: Matrix) -> Matrix:
        weights = self._weights
        first = np.maximum(summed @ weights["d0"], 0)
        second = np.maximum(summed @ weights["p1"] + first @ weights["d1"], 0)
        third = np.maximum(second @ weights["d2"], 0)
        bounded: Matrix = np.tanh(second @ weights["p3"] + third @ weights["d3"])
        return bounded


def read_sentencepiece(path: Path) -> Tokenizer:
    """A SentencePiece unigram model as a tokenizer.

    Reads the three fields it needs of the file's protocol buffer (sentencepiece_model.proto):
    pieces with their scores, and the table that characters are normalised by.

    Raises:
        OSError, ValueError: the file can't be read, or is no such model.
    """
    pieces: list[tuple[str, float]] = []
    table = b""
    for field, value in _fields(path.read_bytes()):
        if field == 1:
            parts = dict(_fields(value))
            score = np.frombuffer(parts.get(2, b"\0\0\0\0"), dtype="<f4")[0]
            pieces.append((parts[1].decode(), float(score)))
        elif field == 3:
            table = dict(_fields(value)).get(2, b"")
    if not pieces or not table:
        raise ValueError(
            f"{path}: expected a SentencePiece unigram model, found neither pieces nor characters"
        )
    tokenizer = Tokenizer(models.Unigram(pieces, 0))
    tokenizer.normalizer = normalizers.Precompiled(table)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return tokenizer


def _fields(data: bytes) -> list[tuple[int, bytes]]:
    """The fields of a protocol buffer that hold bytes or a fixed 32-bit number, by their numbers."""
    found, place = [], 0
    while place < len(data):
        tag, place = _varint(data, place)
        field, kind = tag >> 3, tag & 7
        if kind == 0:
            _, place = _varint(data, place)
            continue
        if kind not in (1, 2, 5):
            raise ValueError(f"expected a protocol buffer, found a field of kind {kind} at byte {place}")
        length, place = _varint(data, place) if kind == 2 else ({1: 8, 5: 4}[kind], place)
        found.append((field, data[place : place + length]))
        place += length
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    number = shift = 0
    while True:
        if place >= len(data):
            raise ValueError("expected a protocol buffer, found its middle missing")
        byte = data[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place
