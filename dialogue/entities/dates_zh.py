"""Mandarin days and periods."""

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

_WEEK_ZH = r"(?:周|星期|礼拜)"
_WEEKDAY_ZH = "一二三四五六日天"
_RELATIVE_ZH = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}


def _relative_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    return one_day(today + timedelta(days=_RELATIVE_ZH[match["day"]]))


def _weekday_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    which = match["which"] or ""
    weekday = min(_WEEKDAY_ZH.index(match["weekday"]), 6)
    if which:
        shift = {"上": -1, "下": 1, "这": 0, "本": 0}[which[0]] * which.count(which[0])
        return one_day(week_of(today, shift)[0] + timedelta(days=weekday))
    back = (today.weekday() - weekday) % 7
    return one_day(
        today + timedelta(days=(7 - back) % 7) if COMING.search(text) else today - timedelta(days=back)
    )


def _distance_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    unit = {
        "天": "day",
        "日": "day",
        "周": "week",
        "星期": "week",
        "礼拜": "week",
        "月": "month",
        "年": "year",
    }[match["unit"]]
    sign = -1 if "前" in match["way"] else 1
    if match["count"] == "半":
        return (
            one_day(today + timedelta(days=sign * 15))
            if unit == "month"
            else distance("month", sign * 6, today)
        )
    return distance(unit, sign * int(match["count"]), today)


def _period_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    shift = {"上": -1, "下": 1, "这": 0, "本": 0}[match["which"][0]] * len(match["which"].replace("个", ""))
    if match["unit"] in ("周", "星期", "礼拜"):
        return week_of(today, shift)
    if match["unit"] == "周末":
        monday = week_of(today, shift)[0]
        return monday + timedelta(days=5), monday + timedelta(days=6)
    shifted = months_on(today.replace(day=1), shift)
    return month_of(shifted.year, shifted.month)


def _year_zh(said: str | None, today: date) -> int | None:
    if not said:
        return None
    named = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
    if said in named:
        return today.year + named[said]
    digits = int(said.removesuffix("年"))
    return digits + 2000 if digits < 100 else digits


def _date_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    return day_of(_year_zh(match["year"], today), int(match["month"]), int(match["day"]), today)


def _day_of_month_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    shifted = months_on(today.replace(day=1), {"上": -1, "这": 0, "本": 0, "下": 1}[match["which"]])
    return day_of(shifted.year, shifted.month, int(match["day"]), today)


def _month_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    year = _year_zh(match["year"], today)
    if year is None:
        year = (
            today.year - (month > today.month)
            if not COMING.search(text)
            else today.year + (month < today.month)
        )
    return month_of(year, month)


def _whole_year_zh(match: re.Match[str], today: date, text: str) -> Period | None:
    year = _year_zh(match[0], today) or today.year
    return date(year, 1, 1), date(year, 12, 31)


_YEAR_ZH = r"(?P<year>(?:19|20)\d\d年|\d\d年|前年|去年|今年|明年)?(?:的)?"
CHINESE: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})"), numeric),
    (re.compile(rf"{_YEAR_ZH}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[号日]?"), _date_zh),
    (re.compile(r"(?P<which>上|下|这|本)个?月的?(?P<day>\d{1,2})[号日]"), _day_of_month_zh),
    (re.compile(r"(?P<day>大前|大后|前|昨|今|明|后)(?:天|日(?!本))"), _relative_zh),
    (re.compile(rf"(?P<which>上上|下下|上|下|这|本)?个?{_WEEK_ZH}(?P<weekday>[{_WEEKDAY_ZH}])"), _weekday_zh),
    (
        re.compile(r"(?P<count>\d+|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?P<way>之前|以前|前|之后|以后|后)"),
        _distance_zh,
    ),
    (
        re.compile(
            r"(?P<which>上上|下下|上|下|这|本)个?(?P<unit>周末|周|星期|礼拜|月)(?![一二三四五六日天\d])"
        ),
        _period_zh,
    ),
    (re.compile(rf"{_YEAR_ZH}(?P<month>\d{{1,2}})月份?(?!\d)"), _month_zh),
    (re.compile(r"(?:前年|去年|今年|明年)(?!\d)"), _whole_year_zh),
    (re.compile(r"(?<![\d月第])(?P<day>\d{1,2})号(?![楼店线码门院\d])(?!公寓)"), day_alone),
)  # fmt: skip
