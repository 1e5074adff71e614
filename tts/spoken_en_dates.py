"""English rules for dates and times of day."""

from __future__ import annotations

import re

from tts.spoken_en_numbers import MONTHS, cardinal, clock, date, ordinal, year
from tts.spoken_plain import Rule

_SHORT_MONTHS = {month[:3]: at for at, month in enumerate(MONTHS, 1)} | {"Sept": 9}
_MONTH = r"(?P<month>" + "|".join(f"{m}|{m[:3]}\\.?" for m in MONTHS) + r"|Sept\.?)"
_START = r"(?<![A-Za-z0-9])(?<![\d.,/-])"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"


def _month(written: str) -> int:
    return _SHORT_MONTHS[written[:3]]


def _numeric(match: re.Match[str]) -> str:
    said = date(int(match["m"]), int(match["d"]), int(match["y"]))
    return f" {said} " if said else match[0]


def _american(match: re.Match[str]) -> str:
    first, second, written = int(match["m"]), int(match["d"]), match["y"]
    full = int(written) if len(written) == 4 else 2000 + int(written)
    # 25/12/2024 can only be day first.
    said = date(first, second, full) or date(second, first, full)
    return f" {said} " if said else match[0]


def _day_only(match: re.Match[str]) -> str:
    said = date(int(match["m"]), int(match["d"]))
    return f"{match['lead']} {said} " if said else match[0]


def _month_day(match: re.Match[str]) -> str:
    said = date(_month(match["month"]), int(match["day"]))
    if said is None:
        return match[0]
    if match["to"]:
        said += f" to {ordinal(int(match['to']))}"
    return f"{said}, {year(int(match['year']))} " if match["year"] else f"{said} "


def _day_month(match: re.Match[str]) -> str:
    month, day = MONTHS[_month(match["month"]) - 1], int(match["day"])
    if not 1 <= day <= 31:
        return match[0]
    said = f"{'' if match['the'] else 'the '}{ordinal(day)} of {month}"
    return f"{match['the'] or ''}{said}{', ' + year(int(match['year'])) if match['year'] else ''} "


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = "|".join(day[:3] for day in _WEEKDAYS)
_DAY = {day[:3]: day for day in _WEEKDAYS}

# These need no digit.
WEEKDAY_RULES = (
    Rule(
        "weekdays, from to",
        re.compile(rf"\b({_WEEKDAY})[a-z]{{0,6}}\.? ?[-—] ?({_WEEKDAY})(?:[a-z]{{0,6}}\b)\.?"),
        lambda m: f"{_DAY[m[1]]} to {_DAY[m[2]]}",
    ),
)

DATE_RULES = (
    Rule(
        "weekday before a number or comma",
        re.compile(r"\b(Wed|Sat|Sun)\b\.?(?=,? ?(?:\d|[A-Z][a-z]{2,8}\.? \d))"),
        lambda m: _DAY[m[1]],
    ),
    # The time of a machine's date is kept, its seconds and zone are not for the ear.
    Rule(
        "machine time",
        re.compile(
            r"(?<=\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?![A-Za-z0-9])"
        ),
        r" at \1",
    ),
    Rule(
        "date, year first",
        re.compile(
            rf"{_START}(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?![A-Za-z0-9]|[-/]\d)"
        ),
        _numeric,
    ),
    Rule(
        "date, American",
        re.compile(
            rf"{_START}(?P<m>\d{{1,2}})(?P<s>[-/])(?P<d>\d{{1,2}})(?P=s)(?P<y>20\d\d|19\d\d|\d\d)(?![A-Za-z0-9]|[-/]\d)"
        ),
        _american,
    ),
    # Without a year only after a word that dates follow: otherwise it is a fraction.
    Rule(
        "date without a year",
        re.compile(
            r"\b(?P<lead>on|by|until|till|before|after|since|from|due|through|day,?) "
            r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/.])",
            re.IGNORECASE,
        ),
        _day_only,
    ),
    Rule(
        "day of month",
        re.compile(
            rf"(?P<the>\bthe )?(?<![\d.,$€£¥/:-])\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? "
            rf"{_MONTH}(?![a-z])(?:,? {_YEAR}(?!\d))?(?! ?\d)"
        ),
        _day_month,
    ),
    Rule(
        "month and day",
        re.compile(
            rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
            r"(?: ?[-—] ?(?P<to>\d{1,2})(?:st|nd|rd|th)?(?![\d:]))?"
            rf"(?:,? {_YEAR}(?![\d,]))?(?![A-Za-z0-9]|[.,:/%-]\d|%)"
        ),
        _month_day,
    ),
    Rule(
        "month and year",
        re.compile(rf"\b{_MONTH},? {_YEAR}(?![A-Za-z0-9]|[.,:]\d)"),
        lambda m: f"{MONTHS[_month(m['month']) - 1]} {year(int(m['year']))} ",
    ),
)

_TIME = r"(?P<h>[01]?\d|2[0-4])(?::(?P<m>[0-5]\d))?(?::[0-5]\d)?"
_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"


def _half(match: re.Match[str]) -> str:
    if not 1 <= int(match["h"]) <= 12:
        return f" {clock(int(match['h']), int(match['m'] or 0))} "
    half = " ".join(match["half"].upper())
    return f" {clock(int(match['h']), int(match['m'] or 0), half)} "


def _range(match: re.Match[str]) -> str:
    first, second = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    # "9:00-17:00" is on the 24 hour clock, so its nine is in the morning.
    military = second[0] > 12 or first[0] > 12 or match[1][0] == "0"
    return f" {clock(*first, military=military)} to {clock(*second, military=military)} "


def _plain_clock(match: re.Match[str]) -> str:
    if match["s"]:
        parts = [(int(match["h"]), "hour"), (int(match["m"]), "minute"), (int(match["s"]), "second")]
        return " " + " ".join(f"{cardinal(str(n))} {unit}{'' if n == 1 else 's'}" for n, unit in parts) + " "
    hour, minute = int(match["h"]), int(match["m"])
    return f" {clock(hour, minute, military=match['h'][0] == '0')} "


TIME_RULES = (
    Rule(
        "times, from to",
        re.compile(rf"(?<![\d:.]){_CLOCK} ?(?:-|—|~|to) ?{_CLOCK}(?![\d:]| ?[AaPp]\.?[Mm])"),
        _range,
    ),
    Rule(
        "times, from to with halves",
        re.compile(
            r"(?<![\d:.])(\d{1,2}(?::\d\d)?) ?([AaPp][Mm])? ?[-—~] ?(?=\d{1,2}(?::\d\d)? ?[AaPp][Mm]\b)"
        ),
        lambda m: f"{m[1]} {m[2]} to " if m[2] else f"{m[1].removesuffix(':00')} to ",
    ),
    Rule("time with half", re.compile(rf"(?<![\d:.]){_TIME} ?(?P<half>[AaPp][Mm])(?![A-Za-z0-9])"), _half),
    Rule(
        "time",
        re.compile(r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:]| ?[%\d])"),
        _plain_clock,
    ),
)
