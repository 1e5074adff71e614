"""English days and periods."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogue.entities.calendar import (
    COMING,
    Period,
    Reader,
    day_alone,
    day_of,
    distance,
    month_of,
    months_on,
    numeric,
    one_day,
    week_of,
)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul"),
            *("august aug", "september sept sep", "october oct", "november nov", "december dec"),
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})s?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s*(?:in |of )?(?P<year>(?:19|20)\d\d|20[ -]\d\d))?"
_MAYBE = frozenset(("march", "may", "mar", "sun", "sat"))


def _english_relative(match: re.Match[str], today: date, text: str) -> Period | None:
    words = match[0].split()
    days = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}[words[-1]]
    return one_day(today + timedelta(days=days + (days if "before" in words or "after" in words else 0)))


def _english_weekday(match: re.Match[str], today: date, text: str) -> Period | None:
    weekday, which = _WEEKDAYS.index(match["weekday"]), (match["which"] or "").split()
    back = (today.weekday() - weekday) % 7
    if "week" in which:
        shift = {"last": -1, "previous": -1, "next": 1}.get(which[0], 0)
        return one_day(week_of(today, shift)[0] + timedelta(days=weekday))
    if which and which[0] in ("last", "previous", "past"):
        extra = 7 if "before" in which else 0
        return one_day(today - timedelta(days=(back or 7) + extra))
    if which and which[0] in ("next", "coming"):
        return one_day(today + timedelta(days=7 - back))
    if (which and which[0] == "this") or COMING.search(text):
        return one_day(today + timedelta(days=(7 - back) % 7))
    return one_day(today - timedelta(days=back))


def _weekday_of_week(match: re.Match[str], today: date, text: str) -> Period | None:
    shift = {"last": -1, "next": 1, "this": 0}[match["week"]]
    return one_day(week_of(today, shift)[0] + timedelta(days=_WEEKDAYS.index(match["weekday"])))


def _english_distance(match: re.Match[str], today: date, text: str) -> Period | None:
    written = (match["count"] or "1").strip()
    count = {"a": 1, "an": 1, "one": 1, "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2}.get(
        written
    )
    count = int(written) if count is None else count
    back = match["way"] in ("ago", "back", "earlier")
    if not back and not match["in"] and match["way"] not in ("from now", "from today"):
        return None
    sign = -1 if back else 1
    return distance(match["unit"], sign * count, today)


def _english_period(match: re.Match[str], today: date, text: str) -> Period | None:
    shift = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1}[match["which"]]
    if match["unit"] == "week":
        return week_of(today, shift)
    if match["unit"] == "weekend":
        monday = week_of(today, shift)[0]
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if match["unit"] == "year":
        return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
    shifted = months_on(today.replace(day=1), shift)
    return month_of(shifted.year, shifted.month)


def _english_date(match: re.Match[str], today: date, text: str) -> Period | None:
    year = int(re.sub(r"\D", "", match["year"])) if match["year"] else None
    return day_of(year, _MONTHS[match["month"]], int(match["day"]), today)


def _english_month(match: re.Match[str], today: date, text: str) -> Period | None:
    if match["month"] in _MAYBE and not match["lead"]:
        return None
    month = _MONTHS[match["month"]]
    if match["year"]:
        return month_of(int(re.sub(r"\D", "", match["year"])), month)
    shift = -1 if match["lead"] and "last" in match["lead"] and month >= today.month else 0
    past = (
        today.year - (month > today.month) if not COMING.search(text) else today.year + (month < today.month)
    )
    return month_of(today.year + shift if shift else past, month)


ENGLISH: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"), numeric),
    (re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?\b"), numeric),
    (re.compile(rf"\b(?:the )?{_DAY}(?: day)? (?:of )?{_MONTH}{_YEAR}"), _english_date),
    (re.compile(rf"\b{_MONTH} (?:the )?{_DAY}(?!\s*(?:items?|pieces?)){_YEAR}"), _english_date),
    (re.compile(r"\b(?:the )?day (?:before yesterday|after tomorrow)\b"), _english_relative),
    (re.compile(r"\b(?:today|tonight|yesterday|tomorrow)\b"), _english_relative),
    (
        re.compile(
            rf"\b(?:(?P<which>last|previous|past|next|coming|this(?: coming| past)?)\s+)?{_WEEKDAY}\b"
            r"(?!,? (?:of )?(?:last|next|this) week)"
        ),
        _english_weekday,
    ),
    (re.compile(rf"\b{_WEEKDAY},? (?:of )?(?P<week>last|next|this) week\b"), _weekday_of_week),
    (
        re.compile(
            r"\b(?P<in>in )?(?P<count>\d+|an?(?: couple(?: of)?)?|one|couple(?: of)?) "
            r"(?P<unit>day|night|week|fortnight|month|year)s?"
            r"(?: (?P<way>ago|back|earlier|from now|from today))?\b"
        ),
        _english_distance,
    ),
    (
        re.compile(r"\b(?P<which>last|past|previous|this|current|next) (?P<unit>weekend|week|month|year)\b"),
        _english_period,
    ),
    (re.compile(rf"\b(?P<lead>(?:in|last|since|this|of|during) )?{_MONTH}{_YEAR}"), _english_month),
    (
        re.compile(
            r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b"
            r"(?! (?:time|1\b|item|order|question|call|product|thing|floor|street))"
        ),
        day_alone,
    ),
)  # fmt: skip
