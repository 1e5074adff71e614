"""Feelings of a caller as a test wants them."""

from __future__ import annotations

from dialogue.emotions.fusion import Felt
from dialogue.emotions.values import LABELS, emotion_of


def felt(mood: str = "neutral", in_a_row: int = 0) -> Felt:
    """A turn in which the caller feels so, and which is the so-manieth angry one in a row."""
    label = "angry" if in_a_row else mood
    turn = emotion_of([0.94 if one == label else 0.01 for one in LABELS])
    return Felt(turn, turn, mood, in_a_row > 0, in_a_row, loud_only=False)


def angry(in_a_row: int) -> Felt:
    """The so-manieth angry turn in a row."""
    return felt("angry", in_a_row)
