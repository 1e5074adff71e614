"""What a colleague is told of a call, as Asterisk carries it: channel variables and an event. Pure, no I/O.

`about` comes from above as texts by name (`who`, `wants`, `tried`, `mood`, `language`, `priority`,
`summary`, `queue`, `call_id`). A dialplan puts such values into `Set`, `Queue` and expressions, so nothing
may be in them that it reads as syntax; who calls, and what he says, comes from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = ("who", "wants", "tried", "mood", "language", "priority", "summary", "queue", "call_id")
"""In the order in which they are set; all of them each time, so that none is left from a transfer before."""

LONGEST = 200
"""Characters of a value: at most 800 bytes, below what AGI (2048) and the manager (1024) take in a line."""

SCREEN = 40
"""Characters of what a telephone shows as the caller's name."""

EVENT = "ParleyHandover"
"""The manager's `UserEvent` for agents' screens."""

_REPLACED = str.maketrans({",": ";", '"': "'", "\\": "/", "|": "/"})
_SYNTAX = re.compile(r"[${}\[\]()<>&?]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def clean(text: str, longest: int = LONGEST) -> str:
    """A text that a dialplan may use anywhere: on one line, without its syntax, cut between words."""
    text = text.encode("utf-8", "replace").decode()  # a recogniser may write half a surrogate pair
    text = " ".join(_SYNTAX.sub(" ", _CONTROL.sub(" ", text).translate(_REPLACED)).split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > longest // 2 else cut).rstrip(" ;.") + "…"


def channel_variables(about: Mapping[str, str]) -> dict[str, str]:
    """The channel variables, by name: `PARLEY_WHO` and its like, empty where nothing is known.

    Two underscores make the channels of the telephones that ring inherit them (`main/pbx_variables.c`).
    """
    values = {name: clean(about.get(name, "")) for name in NAMES}
    mood = "" if values["mood"] == "neutral" else values["mood"]
    screen = ": ".join(filter(None, (mood, values["wants"])))
    values["screen"] = clean(screen, SCREEN)
    return {f"__PARLEY_{name.upper()}": value for name, value in values.items()}


def event_fields(about: Mapping[str, str], target: str, channel: str) -> dict[str, str]:
    """The lines of the event: `Who`, `Wants` ..., with the caller's channel and where he is sent."""
    values = {name.title().replace("_", ""): clean(about.get(name, "")) for name in NAMES}
    return {"UserEvent": EVENT, "Channel": clean(channel), "Target": clean(target), **values}
