"""Which of the options that were read out is meant: by its place in the list, or by a word of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.completeness import is_question
from dialogue.words import word_set

_MOST_WORDS, _MOST_SIGNS = 6, 10
"""A choice is short: "first tell me how long it takes" is none."""

_SURELY = 2
"""So many words (or pairs of signs) of one option alone choose it in a longer text."""

_ORDINALS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:first|1st|(?:number |option )one|number 1|1)\b|第一|头一|^一[号个]?$|前一个|前面那个",
        r"\b(?:second|2nd|(?:number |option )two|number 2|2|latter)\b|第二|^二号?$|后一个|后面那个",
        r"\b(?:third|3rd|(?:number |option )three|number 3|3)\b|第三|^三号?$",
        r"\b(?:fourth|4th|(?:number |option )four|number 4|4)\b|第四|^四号?$",
        r"\b(?:fifth|5th|(?:number |option )five|number 5|5)\b|第五|^五号?$",
    )
)
_WORD = re.compile(r"[a-z]{2,}|\d+")
_SIGNS = re.compile(r"[一-鿿]+")
_LIGHT = word_set("the an and with in of your one order more ending no yes it is 订单 商品 等商 品的 的订")
"""What tells no option from another though only one has it."""


def chosen(text: str, options: Sequence[str], said: Sequence[str]) -> str | None:
    """The option that a short text means; None if it means none of them, or more than one.

    Args:
        text: the caller's words.
        options: the values.
        said: how they were read out, in the same order.
    """
    plain = text.casefold().strip(" .,!?。，！？")
    if len(plain.split()) > _MOST_WORDS or sum("一" <= char <= "鿿" for char in plain) > _MOST_SIGNS:
        place = None if is_question(text) else by_words(plain, said, least=_SURELY)
    else:
        by_word = by_words(plain, said)
        place = by_word if by_word is not None else _by_place(plain, len(options))
    return options[place] if place is not None else None


def by_words(text: str, said: Sequence[str], *, least: int = 1) -> int | None:
    """The place of the one option that has `least` words in a text which no other option has."""
    own = [_units(one) for one in said]
    heard = _units(text)
    hits = [
        place
        for place, units in enumerate(own)
        if len(heard & units - set().union(*(other for at, other in enumerate(own) if at != place))) >= least
    ]
    return hits[0] if len(hits) == 1 else None


def _by_place(text: str, count: int) -> int | None:
    """The place that was said: "the second one", 第二个."""
    if re.search(r"\blast\b|最后一?[个单]?", text):
        return count - 1
    for place, pattern in enumerate(_ORDINALS[:count]):
        if pattern.search(text):
            return place
    return None


def _units(text: str) -> set[str]:
    """Words without their plural, numbers, and pairs of Chinese signs."""
    plain = text.casefold()
    words = {word.removesuffix("s") for word in _WORD.findall(plain)}
    pairs = {run[at : at + 2] for run in _SIGNS.findall(plain) for at in range(len(run) - 1)}
    return (words | pairs) - _LIGHT
