"""Days and periods: "last Friday", "the third of May", 上周五, 三天前, 五月三号.

The value is a day in ISO 8601 (`2026-05-03`), or a period of days with both ends (`2026-05-01/2026-05-31`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from dialogue.entities.entity import Context, Entity
from dialogue.numerals import figures

_Period: TypeAlias = tuple[date, date]
_Reader: TypeAlias = Callable[[re.Match[str], date, str], _Period | None]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug")
        + ("september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})s?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s*(?:in |of )?(?P<year>(?:19|20)\d\d|20[ -]\d\d))?"
_COMING = re.compile(r"\b(?:will|by|until|till|before|coming|upcoming|next|deliver|arrive|from)\b|之前|以前|到时|能到|会|送|将")
_UNITS = {"day": 1, "night": 1, "week": 7, "fortnight": 14}
_WEEK_ZH = r"(?:周|星期|礼拜)"
_WEEKDAY_ZH = "一二三四五六日天"
_RELATIVE_ZH = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_MAYBE = frozenset(("march", "may", "mar", "sun", "sat"))


def _one(day: date) -> _Period:
    return day, day


def _month(year: int, month: int) -> _Period:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _shifted(today: date, months: int) -> date:
    """The same day some months on; the month's last day where it is shorter."""
    place = today.year * 12 + today.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _week(today: date, weeks: int) -> _Period:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def _day_of(year: int | None, month: int, day: int, today: date) -> _Period | None:
    """A day of a month; without its year the one that is nearest to today."""
    years = [year] if year else [today.year - 1, today.year, today.year + 1]
    days = [date(y, month, day) for y in years if 1 <= month <= 12 and 1 <= day <= monthrange(y, month)[1]]
    return _one(min(days, key=lambda one: abs((one - today).days))) if days else None


def _english_relative(match: re.Match[str], today: date, text: str) -> _Period | None:
    words = match[0].split()
    days = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}[words[-1]]
    return _one(today + timedelta(days=days + (days if "before" in words or "after" in words else 0)))


def _english_weekday(match: re.Match[str], today: date, text: str) -> _Period | None:
    weekday, which = _WEEKDAYS.index(match["weekday"]), (match["which"] or "").split()
    back = (today.weekday() - weekday) % 7
    if "week" in which:
        shift = {"last": -1, "previous": -1, "next": 1}.get(which[0], 0)
        return _one(_week(today, shift)[0] + timedelta(days=weekday))
    if which and which[0] in ("last", "previous", "past"):
        extra = 7 if "before" in which else 0
        return _one(today - timedelta(days=(back or 7) + extra))
    if which and which[0] in ("next", "coming"):
        return _one(today + timedelta(days=7 - back))
    if (which and which[0] == "this") or _COMING.search(text):
        return _one(today + timedelta(days=(7 - back) % 7))
    return _one(today - timedelta(days=back))


def _weekday_of_week(match: re.Match[str], today: date, text: str) -> _Period | None:
    shift = {"last": -1, "next": 1, "this": 0}[match["week"]]
    return _one(_week(today, shift)[0] + timedelta(days=_WEEKDAYS.index(match["weekday"])))


def _english_distance(match: re.Match[str], today: date, text: str) -> _Period | None:
    written = (match["count"] or "1").strip()
    count = {"a": 1, "an": 1, "one": 1, "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2}.get(written)
    count = int(written) if count is None else count
    back = match["way"] in ("ago", "back", "earlier")
    if not back and not match["in"] and match["way"] not in ("from now", "from today"):
        return None
    sign = -1 if back else 1
    return _distance(match["unit"], sign * count, today)


def _distance(unit: str, count: int, today: date) -> _Period | None:
    if abs(count) > 1200:
        return None
    if unit in _UNITS:
        return _one(today + timedelta(days=count * _UNITS[unit]))
    return _one(_shifted(today, count * (12 if unit == "year" else 1)))


def _english_period(match: re.Match[str], today: date, text: str) -> _Period | None:
    shift = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1}[match["which"]]
    if match["unit"] == "week":
        return _week(today, shift)
    if match["unit"] == "weekend":
        monday = _week(today, shift)[0]
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if match["unit"] == "year":
        return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
    shifted = _shifted(today.replace(day=1), shift)
    return _month(shifted.year, shifted.month)


def _english_date(match: re.Match[str], today: date, text: str) -> _Period | None:
    year = int(re.sub(r"\D", "", match["year"])) if match["year"] else None
    return _day_of(year, _MONTHS[match["month"]], int(match["day"]), today)


def _english_month(match: re.Match[str], today: date, text: str) -> _Period | None:
    if match["month"] in _MAYBE and not match["lead"]:
        return None
    month = _MONTHS[match["month"]]
    if match["year"]:
        return _month(int(re.sub(r"\D", "", match["year"])), month)
    shift = -1 if match["lead"] and "last" in match["lead"] and month >= today.month else 0
    past = today.year - (month > today.month) if not _COMING.search(text) else today.year + (month < today.month)
    return _month(today.year + shift if shift else past, month)


def _day_alone(match: re.Match[str], today: date, text: str) -> _Period | None:
    """The last third of a month, or the next one where the sentence looks ahead."""
    day = int(match["day"])
    ahead = bool(_COMING.search(text))
    around = [_shifted(today.replace(day=1), k) for k in ((0, 1, 2) if ahead else (0, -1, -2))]
    days = [one.replace(day=day) for one in around if 1 <= day <= monthrange(one.year, one.month)[1]]
    fitting = [one for one in days if (one >= today if ahead else one <= today)]
    return _one(fitting[0]) if fitting else None


def _numeric(match: re.Match[str], today: date, text: str) -> _Period | None:
    year = int(match["year"]) if match["year"] else None
    if year is not None and year < 100:
        year += 2000
    return _day_of(year, int(match["month"]), int(match["day"]), today)


_ENGLISH: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"), _numeric),
    (re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?\b"), _numeric),
    (re.compile(rf"\b(?:the )?{_DAY}(?: day)? (?:of )?{_MONTH}{_YEAR}"), _english_date),
    (re.compile(rf"\b{_MONTH} (?:the )?{_DAY}(?!\s*(?:items?|pieces?)){_YEAR}"), _english_date),
    (re.compile(r"\b(?:the )?day (?:before yesterday|after tomorrow)\b"), _english_relative),
    (re.compile(r"\b(?:today|tonight|yesterday|tomorrow)\b"), _english_relative),
    (
        re.compile(
            rf"\b(?:(?P<which>last|previous|past|next|coming|this(?: coming| past)?)\s+)?{_WEEKDAY}\b(?!,? (?:of )?(?:last|next|this) week)"
        ),
        _english_weekday,
    ),
    (re.compile(rf"\b{_WEEKDAY},? (?:of )?(?P<week>last|next|this) week\b"), _weekday_of_week),
    (
        re.compile(
            r"\b(?P<in>in )?(?P<count>\d+|an?(?: couple(?: of)?)?|one|couple(?: of)?) "
            r"(?P<unit>day|night|week|fortnight|month|year)s?(?: (?P<way>ago|back|earlier|from now|from today))?\b"
        ),
        _english_distance,
    ),
    (re.compile(r"\b(?P<which>last|past|previous|this|current|next) (?P<unit>weekend|week|month|year)\b"), _english_period),
    (re.compile(rf"\b(?P<lead>(?:in|last|since|this|of|during) )?{_MONTH}{_YEAR}"), _english_month),
    (re.compile(r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:time|1\b|item|order|question|call|product|thing|floor|street))"), _day_alone),
)  # fmt: skip


def _relative_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    return _one(today + timedelta(days=_RELATIVE_ZH[match["day"]]))


def _weekday_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    which = match["which"] or ""
    weekday = min(_WEEKDAY_ZH.index(match["weekday"]), 6)
    if which:
        shift = {"上": -1, "下": 1, "这": 0, "本": 0}[which[0]] * which.count(which[0])
        return _one(_week(today, shift)[0] + timedelta(days=weekday))
    back = (today.weekday() - weekday) % 7
    return _one(today + timedelta(days=(7 - back) % 7) if _COMING.search(text) else today - timedelta(days=back))


def _distance_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    unit = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}[match["unit"]]
    sign = -1 if "前" in match["way"] else 1
    if match["count"] == "半":
        return _one(today + timedelta(days=sign * 15)) if unit == "month" else _distance("month", sign * 6, today)
    return _distance(unit, sign * int(match["count"]), today)


def _period_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    shift = {"上": -1, "下": 1, "这": 0, "本": 0}[match["which"][0]] * len(match["which"].replace("个", ""))
    if match["unit"] in ("周", "星期", "礼拜"):
        return _week(today, shift)
    if match["unit"] == "周末":
        monday = _week(today, shift)[0]
        return monday + timedelta(days=5), monday + timedelta(days=6)
    shifted = _shifted(today.replace(day=1), shift)
    return _month(shifted.year, shifted.month)


def _year_zh(said: str | None, today: date) -> int | None:
    if not said:
        return None
    named = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
    if said in named:
        return today.year + named[said]
    digits = int(said.removesuffix("年"))
    return digits + 2000 if digits < 100 else digits


def _date_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    return _day_of(_year_zh(match["year"], today), int(match["month"]), int(match["day"]), today)


def _day_of_month_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    shifted = _shifted(today.replace(day=1), {"上": -1, "这": 0, "本": 0, "下": 1}[match["which"]])
    return _day_of(shifted.year, shifted.month, int(match["day"]), today)


def _month_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    year = _year_zh(match["year"], today)
    if year is None:
        year = today.year - (month > today.month) if not _COMING.search(text) else today.year + (month < today.month)
    return _month(year, month)


def _whole_year_zh(match: re.Match[str], today: date, text: str) -> _Period | None:
    year = _year_zh(match[0], today) or today.year
    return date(year, 1, 1), date(year, 12, 31)


_YEAR_ZH = r"(?P<year>(?:19|20)\d\d年|\d\d年|前年|去年|今年|明年)?(?:的)?"
_CHINESE: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})"), _numeric),
    (re.compile(rf"{_YEAR_ZH}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[号日]?"), _date_zh),
    (re.compile(r"(?P<which>上|下|这|本)个?月的?(?P<day>\d{1,2})[号日]"), _day_of_month_zh),
    (re.compile(r"(?P<day>大前|大后|前|昨|今|明|后)(?:天|日(?!本))"), _relative_zh),
    (re.compile(rf"(?P<which>上上|下下|上|下|这|本)?个?{_WEEK_ZH}(?P<weekday>[{_WEEKDAY_ZH}])"), _weekday_zh),
    (
        re.compile(r"(?P<count>\d+|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?P<way>之前|以前|前|之后|以后|后)"),
        _distance_zh,
    ),
    (re.compile(r"(?P<which>上上|下下|上|下|这|本)个?(?P<unit>周末|周|星期|礼拜|月)(?![一二三四五六日天\d])"), _period_zh),
    (re.compile(rf"{_YEAR_ZH}(?P<month>\d{{1,2}})月份?(?!\d)"), _month_zh),
    (re.compile(r"(?:前年|去年|今年|明年)(?!\d)"), _whole_year_zh),
    (re.compile(r"(?<![\d月第])(?P<day>\d{1,2})号(?![楼店线码门院\d])(?!公寓)"), _day_alone),
)  # fmt: skip


def find_dates(text: str, language: str, context: Context) -> list[Entity]:
    """Every day and period in a text. Nothing is read without `context.now`.

    A day without its year is the one nearest to today; a weekday is the last one, unless the sentence looks
    ahead ("by Friday", "will it come on Monday").
    """
    if context.now is None:
        return []
    today = context.now.date()
    made = figures(text)
    plain = made.text.casefold()
    readers: Sequence[tuple[re.Pattern[str], _Reader]] = (*_ENGLISH, *_CHINESE) if language == "zh" else _ENGLISH
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for pattern, reader in readers:
        for match in pattern.finditer(plain):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            period = reader(match, today, plain)
            if period is None:
                continue
            taken.append(match.span())
            begin, end = made.span(*match.span())
            sure = 0.9 if period[0] == period[1] else 0.8
            found.append(Entity("date", _written(period), begin, end, sure))
    return found


def _written(period: _Period) -> str:
    first, last = period
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
