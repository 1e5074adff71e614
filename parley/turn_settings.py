"""The thresholds of turn-taking that are configured: see `parley.turns`."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.patience import PatienceSettings


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Thresholds, in seconds.

    Attributes:
        patience: silences that end a turn.
        barge_in: a sound shorter than this, while Parley speaks, is a cough and not an interruption.
        probe: a sound that holds Parley's speech for so long is recognised while it goes on.
        max_turn: a turn is ended here even if the sound goes on.
        acknowledge: after so long without the language model's first words something is said meanwhile.
        acknowledge_again: after so long a silence behind that, something else is.
        silence: how long the floor may stay open before the caller is prompted.
        budget: how long the caller should wait at most, from his last sound to the reply's first.
            Turns that take longer are marked, and the language model's own words are preferred to something
            short from then on, if they are near.
    """

    patience: PatienceSettings = field(default_factory=PatienceSettings)
    barge_in: float = 0.25
    probe: float = 0.7
    max_turn: float = 60.0
    acknowledge: float = 0.1
    acknowledge_again: float = 3.0
    silence: float = 8.0
    budget: float = 0.5
