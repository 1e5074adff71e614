"""How a caller sounds: a small linear head on what Whisper's encoder gave for recognition anyway.

Pooled statistics of the encoding over what is voiced, and a little prosody (`asr.prosody`), go through one
matrix: a millisecond or two on top of a recognition. `asr.emotion_training` makes heads, `docs/emotion.md`
says what the one that Parley ships was trained on. A head knows acted or recorded emotion of its training
data and nothing else: it is one hint of several, see `dialogue.emotions`.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from asr.audio import Floats
from asr.prosody import BELOW_PEAK, PROSODY, prosody
from asr.windows import levels

LABELS: Final = ("neutral", "happy", "angry", "anxious", "sad", "surprised", "disgusted")
"""The classes, in the order of every score, matrix and table."""

CANONICAL: Final[Mapping[str, str]] = {
    **{label: label for label in LABELS},
    "calm": "neutral",
    "boredom": "neutral",
    "bored": "neutral",
    "happiness": "happy",
    "joy": "happy",
    "anger": "angry",
    "fear": "anxious",
    "fearful": "anxious",
    "anxiety": "anxious",
    "afraid": "anxious",
    "sadness": "sad",
    "surprise": "surprised",
    "pleasant_surprise": "surprised",
    "disgust": "disgusted",
}
"""How the labels of data sets are counted: RAVDESS's calm is neutral, its fear is anxious."""

VALENCE: Final[Mapping[str, float]] = {
    "neutral": 0.0,
    "happy": 0.8,
    "angry": -0.7,
    "anxious": -0.6,
    "sad": -0.7,
    "surprised": 0.2,
    "disgusted": -0.7,
}
"""Where each class lies from unpleasant (-1) to pleasant (1), after Russell's circumplex (1980)."""

AROUSAL: Final[Mapping[str, float]] = {
    "neutral": 0.1,
    "happy": 0.6,
    "angry": 0.8,
    "anxious": 0.7,
    "sad": 0.2,
    "surprised": 0.8,
    "disgusted": 0.5,
}
"""How lively each class is, 0 (calm) to 1 (excited), after the same."""

VERSION: Final = 1

_LEAST_VOICED = 15
"""Frames of voice (0.3 s) below which nobody can tell."""


class HeadError(Exception):
    """A head's file is not one that can be used here; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class VoiceEmotion:
    """How an utterance sounded.

    Attributes:
        scores: probability of each of `LABELS`, in their order; they add up to 1.
    """

    scores: tuple[float, ...]

    @property
    def label(self) -> str:
        """The likeliest class."""
        return LABELS[int(np.argmax(self.scores))]

    @property
    def confidence(self) -> float:
        """Probability of the likeliest class, 0 to 1."""
        return max(self.scores)

    @property
    def valence(self) -> float:
        """Unpleasant (-1) to pleasant (1): the classes' by their probability."""
        return sum(p * VALENCE[label] for p, label in zip(self.scores, LABELS, strict=True))

    @property
    def arousal(self) -> float:
        """Calm (0) to excited (1): the classes' by their probability."""
        return sum(p * AROUSAL[label] for p, label in zip(self.scores, LABELS, strict=True))


def blended(parts: Sequence[tuple[VoiceEmotion | None, float]]) -> VoiceEmotion | None:
    """One emotion of several stretches of speech, each with its weight (such as its seconds)."""
    known = [(part.scores, weight) for part, weight in parts if part is not None and weight > 0]
    if not known:
        return None
    total = sum(weight for _, weight in known)
    mixed = np.sum([np.asarray(scores) * weight for scores, weight in known], axis=0) / total
    return VoiceEmotion(tuple(float(p) for p in mixed))


def pooled(encoding: Floats, samples: Floats) -> Floats | None:
    """What a head looks at, or None where too little is voiced.

    Over the frames within 25 dB of the loud ones (silence and the padding say nothing): the mean of the
    encoding, its deviation, the mean step between neighbours, and the means of the first, the second and
    the last third; then `PROSODY` figures.

    Args:
        encoding: float32 of (frames, width), 50 frames a second; what goes beyond the samples is ignored.
        samples: float32 at 16 kHz.

    Returns:
        float32 of (6 * width + PROSODY,).
    """
    loudness = levels(samples)[: len(encoding)]
    if not loudness.size:
        return None
    frames = encoding[: len(loudness)].astype(np.float32, copy=False)
    peak = float(np.percentile(loudness, 95))
    voiced = loudness > peak - BELOW_PEAK
    if int(voiced.sum()) < _LEAST_VOICED:
        return None
    heard = frames[voiced]
    steps = np.abs(np.diff(frames, axis=0))[voiced[1:]]
    thirds = [part.mean(axis=0) for part in np.array_split(heard, 3)]
    parts = (heard.mean(axis=0), heard.std(axis=0), steps.mean(axis=0), *thirds)
    return np.concatenate((*parts, prosody(samples, loudness)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class EmotionHead:
    """A trained head.

    Attributes:
        mean, scale: of each feature in the training data.
        weights: float32 of (features, 7).
        bias: float32 of (7,).
        about: `encoder`, `width`, `licence`, `trained_on`, `validation` and what else its maker wrote down.
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    about: Mapping[str, Any]

    def read(self, encoding: Floats, samples: Floats) -> VoiceEmotion | None:
        """How up to 30 s of speech sound; None where too little is voiced.

        Args:
            encoding: of (frames, width), what the encoder gave for the samples.
            samples: float32 at 16 kHz.
        """
        features = pooled(encoding, samples)
        return None if features is None else self.judge(features)

    def judge(self, features: Floats) -> VoiceEmotion:
        """The emotion of features that `pooled` gave."""
        scores = ((features - self.mean) / self.scale) @ self.weights + self.bias
        likely = np.exp(scores - scores.max())
        return VoiceEmotion(tuple(float(p) for p in likely / likely.sum()))

    def save(self, path: Path) -> None:
        """Write the head as `.npz` without pickles. The same head gives the same bytes."""
        about = json.dumps({**self.about, "version": VERSION, "labels": LABELS}, ensure_ascii=False)
        arrays: dict[str, npt.NDArray[Any]] = {
            "mean": self.mean.astype(np.float32),
            "scale": self.scale.astype(np.float32),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "about": np.frombuffer(about.encode(), dtype=np.uint8),
        }
        with path.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)


def load_head(path: Path, *, encoder: str | None = None) -> EmotionHead:
    """Read a head.

    Args:
        path: `.npz` as `EmotionHead.save` writes it.
        encoder: name of the recognition model that it is to hang on; None does not ask.

    Raises:
        HeadError: the file is missing, broken, of another version, or made for another encoder.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in ("mean", "scale", "weights", "bias", "about")}
        about = json.loads(arrays["about"].tobytes().decode())
    except FileNotFoundError as error:
        raise HeadError(f"{path}: there is no such file") from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise HeadError(f"{path}: expected an emotion head (.npz), found something else: {error}") from error
    mean, scale, weights, bias = (arrays[n].astype(np.float32) for n in ("mean", "scale", "weights", "bias"))
    head = EmotionHead(mean, scale, weights, bias, about)
    _check(path, head, encoder)
    return head


def _check(path: Path, head: EmotionHead, encoder: str | None) -> None:
    about = head.about
    if about.get("version") != VERSION or about.get("labels") != list(LABELS):
        raise HeadError(
            f"{path}: expected a head of version {VERSION} for {', '.join(LABELS)}, found version "
            f"{about.get('version')} for {about.get('labels')}: train it again (parley emotion train)"
        )
    wanted = 6 * int(about.get("width", 0)) + PROSODY
    if head.weights.shape != (wanted, len(LABELS)) or head.mean.shape != (wanted,):
        raise HeadError(
            f"{path}: expected weights of ({wanted}, {len(LABELS)}), found {head.weights.shape}: "
            "the file is damaged"
        )
    if encoder is not None and about.get("encoder") != encoder:
        raise HeadError(
            f"{path}: the head was made for {about.get('encoder')}, but recognition uses {encoder}: "
            "train one for it (parley emotion train) or set asr.emotion to null"
        )
