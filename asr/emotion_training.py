"""Makes emotion heads from labelled speech: augmentation, fitting, and validation by speaker.

Four linear discriminants with shrunken covariance, each on other features, add up their scores: that is
again one matrix. On speakers that were not trained on, the sum was measured to be right more often than
any of the four, and than logistic regression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from asr.audio import Floats, decode_mu_law, encode_mu_law, resample, to_float, to_pcm16
from asr.emotion import LABELS, EmotionHead
from asr.prosody import PROSODY

Ints = npt.NDArray[np.intp]

_TELEPHONE = 8000
_PROSODY_WEIGHT = 3.0
_MEAN, _DEVIATION, _STEP, _THIRDS = (0,), (1,), (2,), (3, 4, 5)
# Blocks of the encoding, whether prosody counts, and how far the covariance is shrunk towards a ball.
_DISCRIMINANTS: Final = (
    (_MEAN, True, 0.1),
    (_THIRDS, False, 0.3),
    ((*_MEAN, *_DEVIATION), True, 0.3),
    ((*_MEAN, *_STEP), True, 0.3),
)
_TEMPERATURES = np.geomspace(0.05, 4.0, 40)


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled features.

    Attributes:
        features: float32 of (copies, examples, features); the first copy is the recording over a plain
            telephone line, the others are disturbed.
        labels: index into `LABELS` of each example.
        speakers: who speaks in each example.
        width: of the encoding.
    """

    features: Floats
    labels: Ints
    speakers: tuple[str, ...]
    width: int

    def of(self, chosen: npt.NDArray[np.bool_]) -> Examples:
        """Some of the examples."""
        speakers = tuple(s for s, wanted in zip(self.speakers, chosen, strict=True) if wanted)
        return Examples(self.features[:, chosen], self.labels[chosen], speakers, self.width)


@dataclass(frozen=True, slots=True)
class Validation:
    """How heads do on speakers that they were not trained on.

    Attributes:
        uar: mean recall over the classes that are there, of each fold.
        confusion: of all folds together; rows are what was said, columns what was heard.
        temperature: what the scores are divided by, so that probabilities mean what they say.
    """

    uar: tuple[float, ...]
    confusion: npt.NDArray[np.int64]
    temperature: float


def over_telephone(samples: Floats, rate: int) -> Floats:
    """A recording as a telephone carries it: 8 kHz, G.711 µ-law, then 16 kHz."""
    narrow = to_pcm16(resample(samples, rate, _TELEPHONE))
    return resample(to_float(decode_mu_law(encode_mu_law(narrow))), _TELEPHONE, 16_000)


def disturbed(
    samples: Floats, rate: int, others: Callable[[], Floats], random: np.random.Generator
) -> Floats:
    """A recording at 8 kHz as other lines and rooms would give it: gain, tilt, pace, noise or voices.

    Args:
        samples: float32 at `rate`.
        rate: samples per second.
        others: gives another recording at 8 kHz, for voices in the background.
        random: makes it the same every time.
    """
    narrow = resample(samples, rate, _TELEPHONE)
    narrow = resample(narrow, _TELEPHONE, int(_TELEPHONE * random.uniform(0.92, 1.08)))
    narrow = narrow * np.float32(10 ** (random.uniform(-12, 9) / 20))
    if random.random() < 0.5:
        noise = random.standard_normal(len(narrow)).astype(np.float32)
    else:
        noise = np.sum([np.resize(others()[::-1], len(narrow)) for _ in range(3)], axis=0)
    level = float(np.sqrt(np.mean(narrow**2)) / (np.sqrt(np.mean(noise**2)) + 1e-9))
    narrow = narrow + noise * np.float32(level * 10 ** (-random.uniform(12, 35) / 20))
    if random.random() < 0.5:
        narrow[1:] -= np.float32(random.uniform(-0.3, 0.3)) * narrow[:-1]
    return narrow.astype(np.float32)


def fit(examples: Examples, about: dict[str, Any], temperature: float = 1.0) -> EmotionHead:
    """Train a head on all copies of all examples.

    Raises:
        ValueError: fewer than two examples of one of the classes that are there, or only one class.
    """
    rows = examples.features.reshape(-1, examples.features.shape[-1])
    labels = np.tile(examples.labels, len(examples.features))
    counts = np.bincount(examples.labels, minlength=len(LABELS))
    present = np.flatnonzero(counts)
    if len(present) < 2 or counts[present].min() < 2:
        told = ", ".join(f"{LABELS[k]} {counts[k]}" for k in present) or "none"
        raise ValueError(f"expected at least two classes with two examples each, found {told}")
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-6)
    flat = (rows - mean) / scale
    weights = np.zeros((flat.shape[1], len(LABELS)))
    bias = np.zeros(len(LABELS))
    for columns, factors, shrink in _views(examples.width):
        seen = flat[:, columns] * factors
        slope, offset = _discriminant(seen, labels, present, shrink)
        size = float((seen @ slope + offset).std())
        weights[np.ix_(columns, present)] += factors[:, None] * slope / size
        bias[present] += offset / size
    absent = np.setdiff1d(np.arange(len(LABELS)), present)
    bias[absent] = -1e3
    return EmotionHead(
        mean,
        scale,
        (weights / temperature).astype(np.float32),
        (bias / temperature).astype(np.float32),
        {**about, "width": examples.width},
    )


def _views(width: int) -> Iterator[tuple[Ints, Floats, float]]:
    """For each discriminant its columns, what they are multiplied by, and its shrinkage."""
    for blocks, with_prosody, shrink in _DISCRIMINANTS:
        columns = np.concatenate([np.arange(block * width, (block + 1) * width) for block in blocks])
        factors = np.ones(len(columns), dtype=np.float32)
        if with_prosody:
            columns = np.concatenate((columns, 6 * width + np.arange(PROSODY)))
            factors = np.concatenate((factors, np.full(PROSODY, _PROSODY_WEIGHT, dtype=np.float32)))
        yield columns, factors, shrink


def _discriminant(
    rows: Floats, labels: Ints, present: Ints, shrink: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Fisher's linear discriminant with equal priors; covariance shrunk as in Ledoit and Wolf (2004)."""
    means = np.stack([rows[labels == k].mean(axis=0) for k in present])
    apart = rows - means[np.searchsorted(present, labels)]
    spread = (apart.T @ apart / len(apart)).astype(np.float64)
    ball = np.trace(spread) / len(spread)
    spread = (1 - shrink) * spread + shrink * ball * np.eye(len(spread))
    slope = np.linalg.solve(spread, means.T.astype(np.float64))
    return slope, -0.5 * np.sum(means.T * slope, axis=0)


def validate(
    examples: Examples, folds: int = 6, progress: Callable[[], None] = lambda: None, seed: int = 0
) -> Validation:
    """Train on some speakers and listen to the others, in turn.

    Raises:
        ValueError: fewer than two speakers.
    """
    parts = speaker_folds(examples.speakers, folds, seed)
    scores = np.zeros((len(examples.labels), len(LABELS)))
    for held in parts:
        head = fit(examples.of(~held), {})
        flat = (examples.features[0][held] - head.mean) / head.scale
        scores[held] = flat @ head.weights + head.bias
        progress()
    heard = scores.argmax(axis=1)
    uars = tuple(uar(examples.labels[held], heard[held]) for held in parts)
    return Validation(uars, confusion(examples.labels, heard), _temperature(scores, examples.labels))


def speaker_folds(speakers: Sequence[str], folds: int, seed: int = 0) -> list[npt.NDArray[np.bool_]]:
    """Which examples each fold holds back: all of some speakers', each speaker once."""
    names = sorted(set(speakers))
    if len(names) < 2:
        raise ValueError(f"validation by speaker needs two speakers or more, found {len(names)}")
    shuffled = np.random.default_rng(seed).permutation(names)
    column = np.array(speakers)
    return [np.isin(column, part) for part in np.array_split(shuffled, min(folds, len(names)))]


def _temperature(scores: npt.NDArray[np.float64], labels: Ints) -> float:
    """What makes the held-out scores' probabilities as likely as possible (Guo et al. 2017)."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(logs[np.arange(len(labels)), labels].mean())

    return float(min(_TEMPERATURES, key=loss))


def confusion(said: Ints, heard: Ints) -> npt.NDArray[np.int64]:
    """Counts by what was said (rows) and what was heard (columns), in the order of `LABELS`."""
    table = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(table, (said, heard), 1)
    return table


def uar(said: Ints, heard: Ints) -> float:
    """Unweighted average recall: the mean of the recalls of the classes that are there."""
    return float(np.mean([(heard[said == k] == k).mean() for k in np.unique(said)]))
