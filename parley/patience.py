"""How long a silence must last before it ends a turn: from sound, words and the caller's own pace.

Pure. The sound gives a probability that the turn is over (Smart Turn), the words shift its odds, and
the silence that is waited for follows from the result:

    probability   0.1         0.5          0.9
    silence       incomplete  end_of_turn  complete       (straight lines between, flat outside)

A statement that the flow does not know waits for `statement` at least: "I bought a lamp last week." is a
whole sentence, but hardly all that the caller has to say. Who tells a long story is given more, up to
`story`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp, log
from statistics import median

from dialogue.mind import Completeness

_ODDS = {
    Completeness.EXPECTED: 3.5,
    Completeness.PLAUSIBLE: 1.5,
    Completeness.QUESTION: 0.0,
    Completeness.UNKNOWN: 0.0,
    Completeness.UNMARKED: -1.6,
    Completeness.UNFINISHED: -5.0,
}
"""Natural logarithm of what words do to the odds that a turn is over.

Unmarked: Whisper base set no stop behind 7 of 33 beginnings of English sentences, and 1 of 23 whole ones.
"""

_STATEMENTS = (Completeness.UNKNOWN, Completeness.UNMARKED)

_STORY = (5.0, 10.0)
"""Seconds of speech in a turn that make a story, and a long one."""

_CLIP = 0.02
"""No sound is surer than this: melody alone must not outweigh what was said."""


@dataclass(frozen=True, slots=True)
class PatienceSettings:
    """Silences, in seconds.

    Attributes:
        complete: after a turn that is complete by sound and words.
        statement: at least, after one that asks for nothing and is not known.
        story: the same where the caller has spoken for 10 s or more; in proportion from 5 s on.
        end_of_turn: where neither tells.
        incomplete: after one that breaks off.
        dictation: between the pieces of a number, an e-mail or a postal address.
    """

    complete: float = 0.2
    statement: float = 0.4
    story: float = 0.8
    end_of_turn: float = 0.5
    incomplete: float = 1.0
    dictation: float = 1.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a pause, as it becomes known.

    Attributes:
        sound: probability that the turn is over, 0 to 1, `None` where nothing judged it (yet).
        words: what the words say, `None` while they are not known.
    """

    sound: float | None = None
    words: Completeness | None = None


def patience(settings: PatienceSettings, evidence: Evidence, pace: float = 1.0, spoken: float = 0.0) -> float:
    """Seconds of silence to wait for.

    Before the words are known it is `incomplete`: nothing can be answered without them, and a sentence
    that sounds complete may end with "and".

    Args:
        settings: see `PatienceSettings`.
        evidence: what is known of the pause.
        pace: the caller's own, see `Pace`; stretches all but the shortest silence.
        spoken: seconds for which he has spoken in this turn.
    """
    if evidence.words is Completeness.DICTATING:
        return settings.dictation * pace
    if evidence.words is None:
        return settings.incomplete * pace
    least = settings.complete
    if evidence.words in _STATEMENTS:
        least = settings.statement + _length(spoken) * (settings.story - settings.statement)
    over = probability(evidence)
    if over >= 0.5:
        share = min(1.0, (over - 0.5) / 0.4)
        silence = settings.end_of_turn + share * (settings.complete - settings.end_of_turn)
        return max(least, settings.complete + (silence - settings.complete) * pace)
    share = min(1.0, (0.5 - over) / 0.4)
    return max(least, (settings.end_of_turn + share * (settings.incomplete - settings.end_of_turn)) * pace)


def _length(spoken: float) -> float:
    """How long a story is, from 0 for none to 1."""
    begins, whole = _STORY
    return min(1.0, max(0.0, (spoken - begins) / (whole - begins)))


def probability(evidence: Evidence) -> float:
    """Probability that the turn is over, sound and words together."""
    sound = 0.5 if evidence.sound is None else min(1 - _CLIP, max(_CLIP, evidence.sound))
    words = _ODDS.get(evidence.words, 0.0) if evidence.words is not None else 0.0
    return 1 / (1 + exp(-(log(sound / (1 - sound)) + words)))


class Pace:
    """How long this caller pauses within his turns, against what is usual.

    `factor` is 1 until a few pauses were heard, then between 0.9 and 1.6.
    """

    USUAL = 0.35
    """Median of the pauses inside of telephone sentences, seconds; shorter gaps are none."""

    SHORTEST = 0.2

    _LEAST = 3

    def __init__(self) -> None:
        self._pauses: deque[float] = deque(maxlen=12)

    def paused(self, seconds: float) -> None:
        """He paused for so long and then went on with the same turn."""
        if seconds >= self.SHORTEST:
            self._pauses.append(seconds)

    @property
    def factor(self) -> float:
        """What to stretch silences by."""
        if len(self._pauses) < self._LEAST:
            return 1.0
        return min(1.6, max(0.9, median(self._pauses) / self.USUAL))
