"""Telephone numbers and zip codes: digits of a known length, where a number of that kind is spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Protocol

from dialogue.entities.confusion import distance, rank
from dialogue.entities.corrections import resolved
from dialogue.entities.entity import Context, Entity, Kind
from dialogue.entities.symbols import Run, digit_behind, runs, text_of
from dialogue.entities.tokens import Words, read

_PHONE_CUE = re.compile(
    r"\b(?:phones?|call|calling|cell|cellphone|mobile|reach|telephone|callback|text|dial)\b|手机|电话|号码|联系|打给|回电|拨"
)
_POSTCODE_CUE = re.compile(
    r"\b(?:zip|zipcode|postal|postcode|post code|area code|sip|zip's)\b|邮编|邮政|邮边|邮变"
)
_MONEY = re.compile(r"[$€£¥]\s*$")

_AMERICAN = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_LOCAL = re.compile(r"[2-9]\d{6}")
_MAINLAND = re.compile(r"(?:86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0\d{9,11}|[48]00\d{7}")

_LIMIT, _MARGIN = 1.1, 0.55
_ASKED = 0.6
"""How much farther a listed number may be where one was asked for: one more symbol lost."""


class Whole(Protocol):
    """Tells a whole number of a kind."""

    def __call__(self, said: str, before: str) -> str:
        """The number as it is written, empty where `said` is none; `before` is the text before it."""


def find_phones(text: str, language: str, context: Context) -> list[Entity]:
    """Telephone numbers: American ones of ten digits, Chinese mobile, landline and service numbers.

    The value is the digits alone, without a country's prefix.
    """
    asked = "phone" in context.expected

    def whole(said: str, before: str) -> str:
        cued = asked or bool(_PHONE_CUE.search(before))
        mainland, american = _MAINLAND.fullmatch(said), _AMERICAN.fullmatch(said)
        if mainland and (language == "zh" or not american):
            return mainland[1]
        if american and language == "en":
            return said[-10:]
        if (_LANDLINE.fullmatch(said) and (cued or language == "zh")) or (cued and _LOCAL.fullmatch(said)):
            return said
        return ""

    return _find(text, language, "phone", whole, context.valid.phones, asked=asked)


def find_postcodes(text: str, language: str, context: Context) -> list[Entity]:
    """American zip codes (five digits, or nine) and Chinese ones (six), where they are spoken of."""
    asked = "postcode" in context.expected
    sizes = (6,) if language == "zh" else (5, 9)

    def whole(said: str, before: str) -> str:
        if len(said) not in sizes or not (asked or _POSTCODE_CUE.search(before)):
            return ""
        return f"{said[:5]}-{said[5:]}" if len(said) == 9 else said

    return _find(text, language, "postcode", whole, context.valid.postcodes, asked=asked)


def postcodes_doubled(text: str, language: str) -> list[str]:
    """What zip codes a text may mean that lacks one of two equal digits: 310012 or others for 31012."""
    size = 6 if language == "zh" else 5
    found = [_digits(text_of(resolved(run, lambda _: False))) for run in runs(read(text))]
    short = [said for said in found if said.isdigit() and len(said) == size - 1]
    return list(dict.fromkeys(said[:k] + said[k - 1 :] for said in short for k in range(1, size)))


def _find(
    text: str,
    language: str,
    kind: Kind,
    whole: Whole,
    listed: Sequence[str],
    *,
    asked: bool,
) -> list[Entity]:
    words = read(text)
    found = []
    for run in runs(words):
        before = words.before(run.first, 8)
        if _MONEY.search(before):
            continue
        made = _of_run(words, run, language, kind, partial(whole, before=before), listed, asked)
        if made is not None:
            found.append(made)
    return found


def _of_run(
    words: Words,
    run: Run,
    language: str,
    kind: Kind,
    whole: Callable[[str], str],
    listed: Sequence[str],
    asked: bool,
) -> Entity | None:
    symbols = resolved(run, lambda made: bool(whole(_digits(made))))
    said = _digits(text_of(symbols))
    doubtful = (
        kind == "phone" and language == "zh" and not whole(said) and _MAINLAND.fullmatch(said[1:]) is not None
    )
    if doubtful:
        # 吧，幺五九: the particle before the number was taken for an eight.
        symbols, said = symbols[1:], said[1:]
    if not said.isdigit():
        return None
    half = len(said) // 2
    if not whole(said) and said[:half] == said[half:] and whole(said[:half]):
        symbols, said = symbols[:half], said[:half]  # the whole number, said twice
    start, end = words.span(min(k for _, k in symbols), max(k for _, k in symbols))
    if asked and language == "zh" and not whole(said) and (last := digit_behind(words, run)):
        # 三一零零二吧: the eight at its end was taken for a particle.
        nearer = _nearer(said, said + last, listed, language)
        doubtful, said = doubtful or nearer != said, nearer
    value = whole(said)
    by_digits = _by_digits(tuple(listed))
    if kind == "postcode":
        # So short a number that lacks two digits might be anybody's.
        listed = [one for one in listed if abs(len(_only_digits(one)) - len(said)) <= 1]
    if value in by_digits:
        return Entity(kind, by_digits[value], start, end, 0.97, "listed")
    if listed and (value or (asked and len(said) >= 4)):
        near = rank(said, listed, key=_only_digits, measure=lambda one, other: distance(one, other, language))
        limit = _LIMIT + _ASKED if asked else _LIMIT
        meant = near.clear(limit, _MARGIN)
        if meant is not None:
            return Entity(kind, meant, start, end, 0.7, "corrected")
        options = near.near(limit)
        if len(options) > 1:
            return Entity(kind, options[0], start, end, 0.4, "unsure", options)
    return Entity(kind, value, start, end, 0.5 if doubtful else 0.8, "heard") if value else None


def _nearer(said: str, longer: str, listed: Sequence[str], language: str) -> str:
    """That one of two readings which is nearer to a listed number; the longer one without a list."""
    far = {
        one: min((distance(one, _only_digits(other), language) for other in listed), default=0.0)
        for one in (longer, said)
    }
    return min(far, key=lambda one: far[one])


def _digits(said: str) -> str:
    """Symbols as digits; the letter O is a zero among them."""
    return said.replace("O", "0")


@lru_cache(maxsize=16)
def _by_digits(listed: tuple[str, ...]) -> dict[str, str]:
    return {_only_digits(one): one for one in listed}


def _only_digits(value: str) -> str:
    return re.sub(r"\D", "", value)
