"""Two requests in one sentence: "cancel the lamp and where is my other order?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.completeness import is_question

_JOINT = re.compile(
    r"[,.;!?]?\s+\b(?:and (?:also|then)|and|also|then|plus|oh and)\b[,]?\s+|[.;!?]\s+|"
    r"[，。；！？]?(?:然后再?|另外|还有|还想|还要|同时|顺便|并且|再帮我|再)|[，。；！？]"
)
_STATES = re.compile(r"(?:i|we|he|she|it|they|this|that|there|my|our|the|some|one)\b|i(?:'m|'ve|t's)\b")
_WANTS = re.compile(
    r"\b(?:want|wanted|would like|wish|need (?:to|an?|the|my|your)|have to|must|can|could|please)\b|'d like\b"
    r"|\bcomplain|\bcomplaint"
)
_ASKS_ZH = re.compile(r"[要想帮请查退换改能]|取消|可以|投诉|[吗呢]|哪|什么|多[少久]|怎么|几")
_NEGATED_ZH = re.compile(r"不想要|不要了|不需要|不用|用不上|不喜欢")
_LEAST = 3
_MOST = 4


def divisions(text: str) -> Iterator[tuple[str, str]]:
    """The ways to read a sentence as two, each long enough to be a request."""
    found = 0
    for joint in _JOINT.finditer(text):
        first, second = text[: joint.start()].strip(), text[joint.end() :].strip()
        long_enough = _units(first) >= _LEAST and _units(second) >= _LEAST
        if long_enough and not is_reason(first) and not is_reason(second):
            yield first, second
            found += 1
            if found == _MOST:
                return


def is_reason(text: str) -> bool:
    """Whether a sentence only states something, which may be the reason for what is asked for beside it."""
    plain = text.casefold().strip()
    if any("一" <= char <= "鿿" for char in plain):
        return bool(_NEGATED_ZH.search(plain)) or not _ASKS_ZH.search(plain)
    return bool(_STATES.match(plain)) and not _WANTS.search(plain) and not is_question(plain)


def _units(text: str) -> float:
    signs = sum("一" <= char <= "鿿" for char in text)
    return len(re.findall(r"[A-Za-z0-9']+", text)) + signs * 0.7
