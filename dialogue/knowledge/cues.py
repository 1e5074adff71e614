"""How questions are put: the words that say what is asked for, and those that say nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, cast, get_args

import yaml

from dialogue.knowledge.terms import terms

Cue: TypeAlias = Literal[
    "which",
    "how_many",
    "price",
    "cheapest",
    "dearest",
    "compare",
    "stock",
    "whether",
    "without",
    "all",
    "how_long",
    "filler",
]


@cache
def cues() -> tuple[tuple[tuple[str, ...], Cue], ...]:
    """Pairs of a phrase's terms and what it says, from `data/cues.yaml`."""
    text = files("dialogue.knowledge").joinpath("data", "cues.yaml").read_text(encoding="utf-8")
    found: list[tuple[tuple[str, ...], Cue]] = []
    for name, languages in yaml.safe_load(text).items():
        if name not in get_args(Cue):
            raise ValueError(f"cues.yaml: expected one of {', '.join(get_args(Cue))}, found {name}")
        for phrases in languages.values():
            found.extend((terms(str(phrase)), cast(Cue, name)) for phrase in phrases)
    return tuple(found)
