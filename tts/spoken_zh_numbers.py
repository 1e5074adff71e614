"""Mandarin words for numbers, identifiers, dates, times and money."""

from __future__ import annotations

import re
from functools import lru_cache

import cn2an  # type: ignore[import-untyped]  # ships no types

from tts.spoken_codes import chunks, groups, is_word
from tts.spoken_zh_words import LOANS

_NAMES = "零一二三四五六七八九"
# From here on nobody follows the count.
_LONGEST = 15


def digits_in_turn(written: str) -> str:
    """Digit by digit as counted: years, decimals, models (1 is 一)."""
    return "".join(_NAMES[int(d)] for d in written)


def identifying(written: str) -> str:
    """Digits that identify, one by one in groups; 1 is 幺, which is not misheard for 七."""
    return "，".join(digits_in_turn(group).replace("一", "幺") for group in groups(written))


def in_groups(written: str) -> str:
    """Identifying digits with a pause wherever the writer or the length asks for one."""
    return "，".join(identifying(group) for group in re.findall(r"\d+", written))


@lru_cache(maxsize=4096)
def cardinal(written: str) -> str:
    """A number such as `1,299`, `12.5` or `007`; leading zeros and endless ones digit by digit."""
    whole, point, decimals = written.replace(",", "").partition(".")
    if len(whole) > _LONGEST:
        words = identifying(whole)
    elif len(whole) > 1 and whole[0] == "0":
        words = digits_in_turn(whole)
    else:
        words = str(cn2an.an2cn(whole or "0", "low"))
        # cn2an writes 二千, people say 两千.
        words = re.sub(r"^二(?=[百千万亿])", "两", words)
    return f"{words}点{digits_in_turn(decimals)}" if point and decimals else words


def counted(written: str) -> str:
    """A number before a measure word: 2 is 两."""
    return "两" if written == "2" else cardinal(written)


def price(written: str) -> str:
    """An amount before its currency: no empty decimals, 2 is 两."""
    return counted(written.rstrip("0").rstrip(".") if "." in written else written)


def code(written: str, shortest_word: int = 4) -> str:
    """An identifier: letters kept apart, digits one by one, a pause at separators and groups."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", written) if part]
    said = [
        " ".join(identifying(s) if s.isdigit() else s for s in chunk)
        for part in parts
        for chunk in chunks(part, shortest_word)
    ]
    return "，".join(said)


def product(written: str) -> str:
    """A short token of letters and digits, such as `S24` or `iPhone15`."""
    runs = re.findall(r"\d+|[A-Za-z]+", written)
    return " ".join(
        cardinal(run)
        if run.isdigit()
        else LOANS[run]
        if run in LOANS
        else run
        if is_word(run, 2) or (len(run) > 3 and not run.isupper())
        else " ".join(run.upper())
        for run in runs
    )


def clock(hour: int, minute: int, second: int = 0) -> str:
    """A time of day on the clock it was written on."""
    said = f"{counted(str(hour))}点"
    if minute or second:
        said += f"{'零' if 0 < minute < 10 else ''}{cardinal(str(minute))}分"
    if second:
        said += f"{'零' if second < 10 else ''}{cardinal(str(second))}秒"
    return said


def half_of_day(hour: int, half: str) -> tuple[str, int]:
    """The part of the day in words, and the hour in it, for `am` or `pm`."""
    if half.lower() == "am":
        return ("凌晨" if hour < 6 or hour == 12 else "上午"), hour
    if hour == 12:
        return "中午", hour
    return ("下午" if hour < 6 else "晚上"), hour
