"""Number words of both languages, and texts with their number words put into figures.

Whisper writes "seven" and "7" as it likes; whoever looks for numbers reads `figures(text)` and gets the
places in the text as it was back from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

UNITS = {
    word: value
    for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
}
TEENS = {
    word: value
    for value, word in enumerate(
        (
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ),
        start=10,
    )
}
TENS = {
    word: value * 10
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
ORDINALS = (
    {
        "first": 1,
        "second": 2,
        "third": 3,
        "fourth": 4,
        "fifth": 5,
        "sixth": 6,
        "seventh": 7,
        "eighth": 8,
        "ninth": 9,
    }
    | {"tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20, "thirtieth": 30}
    | {f"{word}th": value for word, value in TEENS.items() if value > 12}
)
DIGITS_ZH = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "幺": 1, "两": 2}
_SCALES_ZH = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_MOST_WORDS = 20
_WORD = re.compile(r"[A-Za-z]+")
_BETWEEN = re.compile(r"[ \t]+|[ \t]*-[ \t]*")
_HAN_RUN = re.compile(rf"[{''.join(DIGITS_ZH)}{''.join(_SCALES_ZH)}]+")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2019: 0x27}
# What stands between a numeral and its neighbour where the numeral is no number: 周五, 万一, 统一.
_NO_NUMBER = re.compile(
    r"万一|统一|唯一|一旦|(?<![一二三四五])十分(?!钟)|千万(?![元块])|一般|一直|一定|一样|一起|第一次|三星|四川|三亚|九江|六安|百色|三门峡|九龙|千岛"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """A text with its numbers in figures.

    Attributes:
        text: the same text with full-width signs made plain and number words put into figures.
        starts, ends: for each character of it the part of the original that it stands for.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a part of `text` stands; `end` lies behind it."""
        if start >= end:
            raise ValueError(f"expected a part of the text, got {start} to {end}")
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    written: str


@lru_cache(maxsize=256)
def figures(text: str) -> Figures:
    """Put the number words of both languages into figures: "twenty-three" is 23, 二十三 too, 二三 as well.

    Numbers said one after another stay apart in English ("seven fifty" is "7 50"); Chinese digits that
    follow each other are digits of one number, as they are read out.
    """
    plain = text.translate(_WIDE)
    found = sorted((*_english(plain), *_chinese(plain)), key=lambda one: one.start)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for one in (*found, _Number(len(plain), len(plain), "")):
        parts.append(plain[at : one.start])
        starts += range(at, one.start)
        ends += range(at + 1, one.start + 1)
        parts.append(one.written)
        starts += [one.start] * len(one.written)
        ends += [one.end] * len(one.written)
        at = one.end
    return Figures("".join(parts), tuple(starts), tuple(ends))


def _english(text: str) -> list[_Number]:
    words = list(_WORD.finditer(text))
    found: list[_Number] = []
    at = 0
    while at < len(words):
        run = [words[at]]
        for following in words[at + 1 : at + _MOST_WORDS]:
            if not _BETWEEN.fullmatch(text, run[-1].end(), following.start()):
                break
            run.append(following)
        value, used, ordinal = cardinal([word[0].casefold() for word in run])
        if used:
            written = f"{value}{_ending(value)}" if ordinal else str(value)
            found.append(_Number(run[0].start(), run[used - 1].end(), written))
        at += max(used, 1)
    return found


def _ending(value: int) -> str:
    return "th" if 10 < value % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def cardinal(words: Sequence[str]) -> tuple[int, int, bool]:
    """The number that a list of lower-case English words begins with.

    Returns:
        The number, how many of the words it takes (0 where they begin with none), and whether it is
        an ordinal ("twenty third").
    """
    total, current, room, used = 0, 0, 1000, 0
    at = 1 if len(words) > 1 and words[0] in ("a", "an") and words[1] in SCALES else 0
    if at:
        current, used = 1, 1
    while at < len(words):
        word = words[at]
        joined = word == "and" and at and words[at - 1] in SCALES and at + 1 < len(words)
        if joined and (words[at + 1] in UNITS or words[at + 1] in TEENS or words[at + 1] in TENS):
            at += 1
            continue
        if word in SCALES and used and current:
            scale = SCALES[word]
            if scale == 100:
                if current >= 100:
                    break
                current, room = current * 100, 100
            else:
                total, current, room = total + current * scale, 0, 1000
        else:
            value = UNITS.get(word, TEENS.get(word, TENS.get(word, ORDINALS.get(word))))
            fits = value is not None and (not used or (0 < value < room))
            if value is None or not fits:
                break
            current += value
            room = 10 if word in TENS else 0
            if word in ORDINALS:
                return total + current, at + 1, True
        at += 1
        used = at
    return total + current, used, False


def _chinese(text: str) -> list[_Number]:
    barred = [match.span() for match in _NO_NUMBER.finditer(text)]
    found = []
    for match in _HAN_RUN.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in barred):
            continue
        if match[0] in ("百", "千", "万", "亿") or text[max(0, match.start() - 1)] in "周拜":
            continue
        if match.start() > 1 and text[match.start() - 2 : match.start()] == "星期":
            continue
        found += _chinese_run(match[0], match.start())
    return found


def _chinese_run(run: str, start: int) -> list[_Number]:
    if not any(sign in _SCALES_ZH for sign in run):
        return [_Number(start + k, start + k + 1, str(DIGITS_ZH[sign])) for k, sign in enumerate(run)]
    found = []
    at = 0
    while at < len(run):
        value, used = cardinal_zh(run[at:])
        found.append(_Number(start + at, start + at + used, str(value)))
        at += used
    return found


def cardinal_zh(signs: str) -> tuple[int, int]:
    """The number that a text begins with, and how many of its characters it takes (0 for none).

    A last digit without its unit is a tenth of the unit before: 一百二 is 120, 一千零二 is 1002.
    """
    total = section = 0
    digit: int | None = None
    unit, smallest, zero = 0, 10**9, False
    at = 0
    for at, sign in enumerate((*signs, "")):
        if sign in DIGITS_ZH and sign:
            if digit is not None and digit != 0:
                break
            zero = DIGITS_ZH[sign] == 0
            digit = DIGITS_ZH[sign] if not zero or at == 0 else None
            if not zero and at and signs[at - 1] in "零〇":
                unit = 0
        elif sign in ("万", "亿") and (section or digit):
            total = (total + section + (digit or 0)) * _SCALES_ZH[sign]
            section, digit, unit, smallest = 0, None, _SCALES_ZH[sign], 10**9
        elif sign and sign in _SCALES_ZH and _SCALES_ZH[sign] < smallest and sign not in "万亿":
            if digit is None and sign != "十":
                break
            section += (1 if digit is None else digit) * _SCALES_ZH[sign]
            unit = smallest = _SCALES_ZH[sign]
            digit = None
        else:
            break
    if digit is None:
        return total + section, at
    # 三百二 leaves the unit of its last digit out, 二十三 does not.
    last = digit * unit // 10 if unit > 10 else digit
    return total + section + last, at
