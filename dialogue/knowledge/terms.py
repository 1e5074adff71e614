"""Sentences as terms: what must be equal for a name to be recognised in a question.

English and Chinese may stand in one sentence, so there is one kind of term: the stem of a Latin word, a
Chinese character, or a quantity in its base unit. "One litre", "1 L", "1000ml" and "一升" are one term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import cn2an  # type: ignore[import-untyped]  # ships no annotations
from opencc import OpenCC

from dialogue.words import normalise, stem

Terms: TypeAlias = tuple[str, ...]
"""Terms in the order of the sentence. Quantities begin with `#`: `#1000 ml`."""

_UNITS: dict[str, tuple[str, float, str]] = {
    "litre": ("ml", 1000, "l|litres?|liters?|公升|升"),
    "millilitre": ("ml", 1, "ml|millilit(?:re|er)s?|毫升"),
    "millimetre": ("mm", 1, "mm|millimet(?:re|er)s?|毫米"),
    "centimetre": ("mm", 10, "cm|centimet(?:re|er)s?|厘米|公分"),
    "metre": ("mm", 1000, "m|met(?:re|er)s?|米"),
    "inch": ("in", 1, "in(?:ch(?:es)?)?(?![a-z])|英寸|寸"),
    "foot": ("ft", 1, "ft|feet|foot|英尺"),
    "gram": ("g", 1, "g|grams?|克"),
    "kilogram": ("g", 1000, "kg|kilos?|kilograms?|公斤|千克"),
    "pound": ("lb", 1, "lbs?|pounds?|磅"),
    "milliampere hour": ("mah", 1, "m ?ah|milli ?amp(?:ere)?[- ]?hours?|毫安时|毫安"),
    "gigabyte": ("gb", 1, "gb|gigs?|gigabytes?"),
    "terabyte": ("gb", 1024, "tb|terabytes?"),
    "watt": ("w", 1, "w|watts?|瓦"),
    "bar": ("bar", 1, "bars?"),
    "degree": ("degree", 1, "degrees?|度"),
    "minute": ("min", 1, "minutes?|分钟"),
    "hour": ("min", 60, "hours?|小时"),
    "day": ("day", 1, "days?|天|日"),
    "business day": ("workday", 1, "(?:business|working) days?|个?工作日"),
    "week": ("day", 7, "weeks?|周|个?星期"),
    "month": ("month", 1, "months?|个月"),
    "year": ("month", 12, "years?|年"),
    "dollar": ("usd", 1, "dollars?|美元"),
    "yuan": ("cny", 1, "yuan|元"),
    "time": ("times", 1, "times|次"),
    "percent": ("%", 1, "%|percent"),
    "shoe size": ("eu", 1, "码"),
}
"""Unit: base unit, factor, how it is written."""

TIME_UNITS = frozenset({"min", "day", "workday", "month"})

_ORDERED = sorted(_UNITS.values(), key=lambda unit: -len(unit[2]))
_LATIN_END = r"(?![a-z])"
_QUANTITY = re.compile(
    r"(?<![a-z0-9.])(\d+(?:\.\d+)?)[\s-]*(?:"
    + "|".join(f"({names}){_LATIN_END}" for _, _, names in _ORDERED)
    + ")"
)
_TERM = re.compile(r"#[\d.]+ (?:[a-z%]+)|[a-z]+\d[a-z\d]*|\d+(?:\.\d+)?[a-z]+|[a-z]+|\d+(?:\.\d+)?|[一-鿿]")
_ARTICLES = frozenset({"a", "an", "the"})
_UNIT_WORDS = "|".join(names for _, _, names in _ORDERED)
_SMALL = re.compile(
    rf"\b(?P<half>half an?|half)\s+(?={_UNIT_WORDS})|\b(?P<one>one|an?)\s+(?=(?:{_UNIT_WORDS}){_LATIN_END})"
)
_POINT = re.compile(r"\b(one|\d+) point (\d+|one)\b")
_CHINESE_UNITS = "|".join(
    part for _, _, names in _ORDERED for part in re.findall(r"[一-鿿]+", names) if part != "个"
)
_CHINESE_NUMBER = re.compile(rf"([零〇一二两三四五六七八九十百千万点]+)(?=个?(?:{_CHINESE_UNITS}))")
_DOLLARS = re.compile(r"\$\s?(\d+(?:\.\d+)?)")
_HALF = re.compile(r"半(?=升|公升|米|年)|(\d+)升半")
_simplified = OpenCC("t2s").convert


def terms(text: str) -> Terms:
    """The terms of a sentence or a name, in any mixture of English and Chinese."""
    return _terms(text)


@lru_cache(maxsize=8192)
def _terms(text: str) -> Terms:
    plain = _numbers(_simplified(normalise(_bare(text))))
    found = _QUANTITY.sub(lambda match: f" {_quantity(match)} ", plain)
    every = _TERM.findall(found)
    # "The" before something says nothing; a last letter A may be the name of a brand.
    kept = [
        term
        for term, after in zip(every, (*every[1:], ""), strict=False)
        if not after or term not in _ARTICLES
    ]
    return tuple(map(_folded, kept))


def _bare(text: str) -> str:
    """Letters without accents, and without the width that Chinese keyboards give them."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _folded(term: str) -> str:
    return stem(term) if term.isascii() and term.isalpha() else term


def _numbers(text: str) -> str:
    text = _DOLLARS.sub(r"\1 dollars", text.replace("twice", "2 times"))
    text = _POINT.sub(lambda match: f"{match[1]}.{match[2]}".replace("one", "1"), text)
    text = _SMALL.sub(lambda match: "0.5 " if match["half"] else "1 ", text)
    text = _CHINESE_NUMBER.sub(lambda match: _from_chinese(match[1]), text)
    return _HALF.sub(lambda match: f"{match[1]}.5升" if match[1] else "0.5", text)


def _from_chinese(number: str) -> str:
    try:
        return f"{cn2an.cn2an(number, 'smart'):g}" if number != "点" else number
    except ValueError:
        return number  # "千万" and "百点" are written with these characters and are no numbers


def _quantity(match: re.Match[str]) -> str:
    unit = next(i for i, name in enumerate(match.groups()[1:]) if name is not None)
    base, factor, _ = _ORDERED[unit]
    return f"#{float(match[1]) * factor:g} {base}"


def unit_of(term: str) -> str | None:
    """The base unit of a quantity, None for other terms."""
    return term.partition(" ")[2] if term.startswith("#") else None


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any("一" <= char <= "鿿" for char in text)


def contains(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Whether terms stand in others, one after the other."""
    return any(tuple(whole[i : i + len(part)]) == tuple(part) for i in range(len(whole) - len(part) + 1))
