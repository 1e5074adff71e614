"""Simulated shops: what the judge of scope is fitted on, and an honest estimate of how good it is.

A sixth of a shop's intents is held out at a time, so that each intent is once unknown. Of the others a
fifth of the sentences is asked again. Beside them stand questions written for the purpose, in and
out of scope, and the other shop's questions about what only that shop has. Half of all is out of scope.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.intent import Encoder
from dialogue.intent.recogniser import DOUBT, THRESHOLD
from dialogue.intent.side import LATIN, Side
from dialogue.texts import Language
from parley.benches.intent.figures import calibration_error, figures
from parley.benches.intent.table import OUT_OF_SCOPE, Labelled

Floats = NDArray[np.float64]

HELD_OUT = 6
"""One intent in so many is unknown at a time."""

ASKED = 5
"""One sentence in so many is kept from training and asked."""

RIDGE = 10.0

SHARES: Mapping[str, float] = {
    "fold": 0.25,
    "written": 0.25,
    "held out": 0.17,
    "other shop": 0.08,
    "written, out of scope": 0.25,
}
"""How much each kind of question counts."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop to simulate.

    Attributes:
        name: as shown.
        examples: its training sentences.
        written: questions written for the purpose, in and out of scope.
        foreign: intents of the *other* shop that this one has nothing to do with.
    """

    name: str
    examples: Sequence[Labelled]
    written: Sequence[Labelled]
    foreign: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions put to a simulated shop: what was wanted, the likeliest intent, and the evidence."""

    wanted: NDArray[np.str_]
    likeliest: NDArray[np.str_]
    shares: Floats
    features: Floats
    kinds: NDArray[np.str_]
    weights: Floats


class Remembering:
    """An encoder that makes each vector once: the same sentences come in every turn."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Floats] = {}

    @property
    def name(self) -> str:
        """See `Encoder.name`."""
        return self._encoder.name

    def knows(self, word: str) -> bool:
        """See `Encoder.knows`."""
        return self._encoder.knows(word)

    def encode(self, sentence: str) -> Floats:
        """See `Encoder.encode`."""
        if sentence not in self._vectors:
            self._vectors[sentence] = self._encoder.encode(sentence)
        return self._vectors[sentence]

    def encode_many(self, sentences: Sequence[str]) -> Floats:
        """See `Encoder.encode_many`."""
        return np.stack([self.encode(sentence) for sentence in sentences])


def ask(shop: Shop, other: Shop, encoders: Mapping[Language, Encoder], seed: int = 0) -> Iterator[Judged]:
    """Train the shop with each sixth of its intents unknown, and ask it everything."""
    rng = random.Random(seed)  # noqa: S311 - nothing is secret here
    labels = sorted({row.label for row in shop.examples})
    rng.shuffle(labels)
    for turn in range(HELD_OUT):
        unknown = frozenset(labels[turn::HELD_OUT])
        known, questions = _split(shop, unknown, rng)
        questions += [
            ("other shop", row.sentence, OUT_OF_SCOPE) for row in other.examples if row.label in shop.foreign
        ]
        names = sorted({row.label for row in known})
        side = Side([(row.sentence, names.index(row.label)) for row in known], LATIN, encoders.get("en"))
        evidence = [side.weigh(sentence) for _, sentence, _ in questions]
        counts = Counter(kind for kind, _, _ in questions)
        yield Judged(
            np.asarray([label for _, _, label in questions]),
            np.asarray([names[side.intents[one.intents.argmax()]] for one in evidence]),
            np.asarray([one.intents.max() for one in evidence]),
            np.stack([one.features for one in evidence]),
            np.asarray([kind for kind, _, _ in questions]),
            np.asarray([SHARES[kind] / counts[kind] for kind, _, _ in questions]),
        )


def _split(
    shop: Shop, unknown: frozenset[str], rng: random.Random
) -> tuple[list[Labelled], list[tuple[str, str, str]]]:
    """What is trained on, and questions as (kind, sentence, label)."""
    by_label: dict[str, list[Labelled]] = {}
    for row in shop.examples:
        by_label.setdefault(row.label, []).append(row)
    known, questions = [], []
    for label in sorted(by_label):
        rows = by_label[label]
        if label in unknown:
            questions += [("held out", row.sentence, OUT_OF_SCOPE) for row in rows]
            continue
        rng.shuffle(rows)
        asked = max(1, len(rows) // ASKED)
        questions += [("fold", row.sentence, label) for row in rows[:asked]]
        known += rows[asked:]
    for row in shop.written:
        if row.label == OUT_OF_SCOPE:
            questions.append(("written, out of scope", row.sentence, OUT_OF_SCOPE))
        elif row.label not in unknown:
            questions.append(("written", row.sentence, row.label))
    return known, questions


def joined(parts: Sequence[Judged]) -> Judged:
    """All turns of a shop, or several shops, as one."""
    fields = ("wanted", "likeliest", "shares", "features", "kinds", "weights")
    return Judged(*(np.concatenate([getattr(part, field) for part in parts]) for field in fields))


def fit_scope(judged: Judged) -> tuple[Floats, float]:
    """Coefficients and intercept of `dialogue.intent.scope`, by ridge logistic regression.

    Questions whose likeliest intent is a wrong one say nothing: naming or refusing is as wrong.
    """
    inside = judged.wanted != OUT_OF_SCOPE
    telling = (judged.wanted == judged.likeliest) | ~inside
    features, wanted = judged.features[telling], inside[telling].astype(np.float64)
    weights = judged.weights[telling] * 1000 / judged.weights[telling].sum()
    centre, spread = features.mean(axis=0), features.std(axis=0)
    rows = np.column_stack([(features - centre) / spread, np.ones(len(features))])
    ridge = RIDGE * np.diag([*np.ones(features.shape[1]), 0.0])
    found = np.zeros(rows.shape[1])
    for _ in range(30):
        said = _logistic(rows @ found)
        gradient = rows.T @ (weights * (said - wanted)) + ridge @ found
        hessian = (rows.T * (weights * said * (1 - said))) @ rows + ridge
        found -= np.linalg.solve(hessian, gradient)
    coefficients = found[:-1] / spread
    return coefficients, float(found[-1] - coefficients @ centre)


def estimate(judged: Judged, coefficients: Floats, intercept: float) -> dict[str, float]:
    """The figures on judged questions, and the calibration errors of both probabilities."""
    scope = _logistic(judged.features @ coefficients + intercept)
    found = np.where(scope >= THRESHOLD, judged.likeliest, OUT_OF_SCOPE)
    right = found == judged.wanted
    by_kind = {
        kind: round(float(right[judged.kinds == kind].mean()), 4) for kind in SHARES if kind in judged.kinds
    }
    hit = judged.likeliest == judged.wanted
    inside = judged.wanted != OUT_OF_SCOPE
    return {
        **figures(list(judged.wanted), list(found), list(judged.weights)),
        "scope_calibration_error": calibration_error(list(scope), list(inside), list(judged.weights)),
        "intent_calibration_error": calibration_error(
            list(scope * judged.shares**DOUBT), list(hit), list(judged.weights)
        ),
        **by_kind,
    }


def _logistic(scores: Floats) -> Floats:
    said: Floats = 1 / (1 + np.exp(-scores))
    return said
