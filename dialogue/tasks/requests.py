"""Two requests in one sentence: "cancel the lamp and where is my other order?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_JOINT = re.compile(
    r"[,.;!?]?\s+\b(?:and (?:also|then)|and|also|then|plus|oh and)\b[,]?\s+|[.;!?]\s+|"
    r"[，。；！？]?(?:然后再?|另外|还有|还想|还要|同时|顺便|并且|再帮我|再)|[，。；！？]"
)
_LEAST = 3
_MOST = 4


def divisions(text: str) -> Iterator[tuple[str, str]]:
    """The ways to read a sentence as two, each long enough to be a request."""
    found = 0
    for joint in _JOINT.finditer(text):
        first, second = text[: joint.start()].strip(), text[joint.end() :].strip()
        if _units(first) >= _LEAST and _units(second) >= _LEAST:
            yield first, second
            found += 1
            if found == _MOST:
                return


def _units(text: str) -> float:
    signs = sum("一" <= char <= "鿿" for char in text)
    return len(re.findall(r"[A-Za-z0-9']+", text)) + signs * 0.7
