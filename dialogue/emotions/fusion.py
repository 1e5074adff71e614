"""The feeling of a turn from voice and words, against how this caller sounds otherwise, over the call.

Pure logic: no clock, no I/O. A voice head errs often (one acted sentence in four), and some people always
sound angry; so the voice counts as far as it departs from the caller's own first sentences, the course of
the call is smoothed, and a class is only announced when it holds (hysteresis).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dialogue.emotions.values import CALM, LABELS, Emotion, emotion_of

Scores = npt.NDArray[np.float64]

_FLOOR = 1e-3
_COMMON: Final[Scores] = 0.7 * np.array(CALM) + 0.3 / len(LABELS) + _FLOOR
"""How most callers' voices sound at first: calm, with a trace of everything."""
_NEUTRAL: Final = LABELS.index("neutral")
_ANGRY: Final = LABELS.index("angry")


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the signals are weighed.

    Attributes:
        voice: weight of the voice against 1 for the words, where both speak.
        baseline_turns: first turns from which the caller's own way of sounding is learnt.
        baseline_share: how much of that way is taken out of later turns, 0 to 1.
        memory: share of the course so far in the smoothed feeling, 0 to 1.
        enter, leave: smoothed probability at which a feeling is announced, and below which it ends.
        angry: probability of anger, disgust counted half, from which a turn is an angry one.
        words_angry: the same by the words alone; words say it plainly.
    """

    voice: float = 0.8
    baseline_turns: int = 2
    baseline_share: float = 0.7
    memory: float = 0.55
    enter: float = 0.42
    leave: float = 0.25
    angry: float = 0.4
    words_angry: float = 0.5


@dataclass(frozen=True, slots=True)
class Felt:
    """How the caller feels after a turn.

    Attributes:
        turn: this utterance alone, voice (against the baseline) and words together.
        smoothed: the course of the call up to here.
        mood: the class that is announced; it changes late on purpose.
        angry_turn: whether this utterance was an angry one.
        angry_in_a_row: angry turns one after another, this one included.
        loud_only: the voice alone spoke of anger, once; nothing is made of it yet.
    """

    turn: Emotion
    smoothed: Emotion
    mood: str
    angry_turn: bool
    angry_in_a_row: int
    loud_only: bool


class Course:
    """The feelings of one call."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        """Begin a call: the caller is taken for calm until something else shows."""
        self._tuning = tuning or Tuning()
        self._baseline: list[Scores] = []
        self._smoothed: Scores = np.array(CALM)
        self._mood = LABELS[_NEUTRAL]
        self._in_a_row = 0
        self._suspected = False

    def copy(self) -> Course:
        """The same course, to go on by itself."""
        other = copy(self)
        other._baseline = list(self._baseline)
        return other

    def take(self, voice: Sequence[float] | None, words: Emotion | None) -> Felt:
        """The next utterance.

        Args:
            voice: the head's seven scores, None without a head or with too little voice.
            words: what the words told, None without words.

        Raises:
            ValueError: `voice` is no distribution over the seven classes.
        """
        heard = None if voice is None else self._against_baseline(np.array(emotion_of(voice).scores))
        turn = self._together(heard, words)
        tuning = self._tuning
        self._smoothed = tuning.memory * self._smoothed + (1 - tuning.memory) * np.array(turn.scores)
        self._settle()
        by_words = words is not None and _anger(np.array(words.scores)) >= tuning.words_angry
        by_both = _anger(np.array(turn.scores)) >= tuning.angry
        # One loud word is no anger: the voice alone must say so twice.
        loud_only = by_both and not by_words
        angry = by_words or (by_both and self._suspected)
        self._suspected = by_both or by_words
        self._in_a_row = self._in_a_row + 1 if angry else 0
        smoothed = emotion_of(self._smoothed)
        return Felt(turn, smoothed, self._mood, angry, self._in_a_row, loud_only and not angry)

    def _against_baseline(self, heard: Scores) -> Scores:
        """The voice, less what this caller's voice always sounds like."""
        tuning = self._tuning
        if len(self._baseline) < tuning.baseline_turns:
            self._baseline.append(heard)
            # Nothing to compare with yet: the voice counts half, the rest is calm.
            return 0.5 * heard + 0.5 * np.array(CALM)
        usual = np.mean(self._baseline, axis=0)
        # Divide by the usual odds, as one changes priors (Saerens et al. 2002), but not all the way.
        odds = (usual + _FLOOR) / _COMMON
        ratio = (heard + _FLOOR) / odds**tuning.baseline_share
        return np.asarray(ratio / ratio.sum())

    def _together(self, heard: Scores | None, words: Emotion | None) -> Emotion:
        if words is None:
            return emotion_of(CALM if heard is None else heard)
        spoken = np.array(words.scores)
        if heard is None:
            return words
        weight = self._tuning.voice * (0.5 + 0.5 * float(spoken[_NEUTRAL]))
        mixed = emotion_of((spoken + weight * heard) / (1 + weight))
        valence = (words.valence + weight * mixed.valence) / (1 + weight)
        return emotion_of(mixed.scores, valence)

    def _settle(self) -> None:
        """Announce a class when it is strong enough, and keep it until it is clearly over."""
        best = int(np.argmax(self._smoothed))
        held = float(self._smoothed[LABELS.index(self._mood)])
        if best not in (_NEUTRAL, LABELS.index(self._mood)) and self._smoothed[best] >= self._tuning.enter:
            self._mood = LABELS[best]
        elif self._mood != LABELS[_NEUTRAL] and held < self._tuning.leave:
            self._mood = LABELS[_NEUTRAL]


def _anger(scores: Scores) -> float:
    return float(scores[_ANGRY] + 0.5 * scores[LABELS.index("disgusted")])
