"""The stages of a turn as bars of text, each beginning where the one before ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH = 40
"""Characters of the longest turn."""

_EIGHTHS = " ▏▎▍▌▋▊▉"

_REACHED = {
    "endpoint": "decision",
    "asr": "text",
    "first_phrase": "phrase",
    "first_pcm": "pcm",
    "first_sent": "sent",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage: its name, its name with what it reaches, its milliseconds, and its bar."""

    name: str
    title: str
    ms: float
    drawn: str


def bars(stages: Mapping[str, float], longest: float) -> list[Bar]:
    """Draw stages in their order.

    Args:
        stages: milliseconds by name.
        longest: milliseconds that `WIDTH` characters stand for; at least the sum of `stages`.
    """
    drawn: list[Bar] = []
    begun = 0.0
    for name, ms in stages.items():
        title = f"{name} → {_REACHED.get(name, name)}"
        drawn.append(Bar(name, title, ms, _bar(begun, begun + ms, max(longest, sum(stages.values())))))
        begun += ms
    return drawn


def _bar(begun: float, ended: float, longest: float) -> str:
    """Filled from `begun` to `ended` of `longest`, its end to an eighth of a character; empty for nothing."""
    if ended <= begun or longest <= 0:
        return ""
    first = int(begun / longest * WIDTH)
    eighths = max(1, round(ended / longest * WIDTH * 8) - first * 8)
    whole, rest = divmod(eighths, 8)
    return (" " * first + "█" * whole + _EIGHTHS[rest].strip())[:WIDTH]
