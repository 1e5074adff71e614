"""Sentences as what lexicon and classifier look at: words in English, characters in Chinese."""

from __future__ import annotations

import re
from typing import Final

_NEGATIONS = """
    not no never neither nor nobody nothing without hardly barely cannot lack lacks lacked lacking
"""
NEGATIONS_EN: Final = frozenset(_NEGATIONS.split())
"""Words that turn round what follows."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[!?]")
_SPELLED = ((re.compile(r"\bcan'?t\b"), "can not"), (re.compile(r"\bwon'?t\b"), "will not"))
_SHORT = re.compile(r"n't\b|(?<=\bdo)nt\b|(?<=\bdoes)nt\b|(?<=\bdid)nt\b")
_HAN_ONLY = re.compile(r"[^一-鿿a-z0-9!?！？]")


def english_tokens(text: str) -> list[str]:
    """The words of a sentence, `n't` as a word `not`; exclamation and question marks count as words."""
    plain = text.lower().replace("’", "'")
    for pattern, spelled in _SPELLED:
        plain = pattern.sub(spelled, plain)
    return _WORD.findall(_SHORT.sub(" not", plain))


def chinese_characters(text: str) -> str:
    """The characters of a sentence that carry something: Chinese, Latin, digits, `!` and `?`."""
    return _HAN_ONLY.sub("", text.lower()).replace("！", "!").replace("？", "?")
