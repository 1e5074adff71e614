"""Whether a sentence speaks well or ill: a linear classifier over hashed words, characters and lexicon.

Naive-Bayes weighted logistic regression over n-grams (Wang and Manning 2012) whose features are hashed
(Weinberger et al. 2009), so the file holds numbers and nobody's sentences. `dialogue.emotions.learning`
makes it; docs/emotion.md says from what.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from dialogue.emotions.hits import hits
from dialogue.emotions.lexicon import Lexicon
from dialogue.emotions.tokens import NEGATIONS_EN, chinese_characters, english_tokens

BUCKETS: Final = 1 << 17
VERSION: Final = 1
_AMOUNTS: Final = (0.1, 0.4, 0.8, 1.3, 2.0)
_BALANCES: Final = (-1.0, -0.5, -0.1, 0.1, 0.5, 1.0)
_REACH: Final = 3
_PHRASES: Final = 0.7
"""What phrases of the shop add to what was learnt: on kinds of goods that were not learnt it was right more
often (books 0.72 to 0.78, computers 0.87 to 0.88, hotels and others the same)."""
_MOST: Final = 2.5

Weights = npt.NDArray[np.float32]


class PolarityError(Exception):
    """A classifier's file can't be used; says what was expected and what came."""


def features(text: str, language: str, lexicon: Lexicon) -> set[str]:
    """What the classifier sees of a sentence."""
    grams = _chinese(text) if language == "zh" else _english(text)
    polarities = [hit.polarity for hit in hits(text, language, lexicon)]
    good = sum(p for p in polarities if p > 0)
    bad = -sum(p for p in polarities if p < 0)
    for name, amount in (("good", good), ("bad", bad)):
        grams.update(f"<{name}>{limit}" for limit in _AMOUNTS if amount >= limit)
    grams.update(f"<balance>{limit}" for limit in _BALANCES if good - bad > limit)
    if polarities:
        grams.add("<ends well>" if polarities[-1] > 0 else "<ends ill>")
    return grams


def phrase_balance(text: str, language: str, lexicon: Lexicon) -> float:
    """Good less bad in a text by Parley's own phrases alone, within `_MOST` either way."""
    own = sum(hit.polarity for hit in hits(text, language, lexicon) if hit.entry.emotion is not None)
    return max(-_MOST, min(_MOST, own))


def _english(text: str) -> set[str]:
    words = english_tokens(text)
    grams = {" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}
    for place, word in enumerate(words):
        if word in NEGATIONS_EN:
            grams.update(f"~{after}" for after in words[place + 1 : place + 1 + _REACH])
    return grams


def _chinese(text: str) -> set[str]:
    line = chinese_characters(text)
    return {line[i : i + n] for n in (1, 2, 3) for i in range(len(line) - n + 1)}


def buckets(grams: set[str]) -> npt.NDArray[np.int64]:
    """Where features lie in the table of weights, each place once."""
    return np.unique(np.fromiter((crc32(g.encode()) % BUCKETS for g in grams), np.int64, len(grams)))


@dataclass(frozen=True, slots=True)
class Polarity:
    """A classifier for both languages.

    Attributes:
        weights: float32 of (BUCKETS,) for each language.
        bias: for each language.
        about: what it was trained on, licences, and figures.
    """

    weights: Mapping[str, Weights]
    bias: Mapping[str, float]
    about: Mapping[str, Any]

    def positive(self, text: str, language: str, lexicon: Lexicon) -> float:
        """Probability, 0 to 1, that a text of this language (`en`, `zh`) speaks well."""
        seen = buckets(features(text, language, lexicon))
        if not len(seen):
            return 0.5
        score = float(self.weights[language][seen].sum()) / len(seen) ** 0.5 + self.bias[language]
        score += _PHRASES * phrase_balance(text, language, lexicon)
        return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))

    def save(self, path: Path) -> None:
        """Write it as `.npz` without pickles; weights are rounded to a byte each."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for language, weights in self.weights.items():
            step = float(np.abs(weights).max()) / 127 or 1.0
            arrays[f"{language}_weights"] = np.rint(weights / step).astype(np.int8)
            arrays[f"{language}_step_bias"] = np.array([step, self.bias[language]], dtype=np.float64)
        about = json.dumps({**self.about, "version": VERSION}, ensure_ascii=False)
        arrays["about"] = np.frombuffer(about.encode(), dtype=np.uint8)
        with path.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)


def load_polarity(path: Path) -> Polarity:
    """Read a classifier.

    Raises:
        PolarityError: the file is missing, broken, or of another version.
    """
    weights: dict[str, Weights] = {}
    bias: dict[str, float] = {}
    try:
        with np.load(path, allow_pickle=False) as data:
            about = json.loads(data["about"].tobytes().decode())
            for language in ("en", "zh"):
                step, bias[language] = (float(x) for x in data[f"{language}_step_bias"])
                weights[language] = data[f"{language}_weights"].astype(np.float32) * np.float32(step)
    except FileNotFoundError as error:
        raise PolarityError(f"{path}: there is no such file") from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise PolarityError(f"{path}: expected a polarity classifier (.npz): {error}") from error
    if about.get("version") != VERSION or any(len(one) != BUCKETS for one in weights.values()):
        raise PolarityError(f"{path}: expected version {VERSION}, found {about.get('version')}")
    return Polarity(weights, bias, about)
