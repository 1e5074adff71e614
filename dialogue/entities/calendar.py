"""Days and periods counted from a day, and what readers of dates in either language share."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

Period: TypeAlias = tuple[date, date]
"""The first and the last day."""

Reader: TypeAlias = Callable[[re.Match[str], date, str], Period | None]
"""What was matched, today and the whole text in; the days that are meant out."""

COMING = re.compile(
    r"\b(?:will|by|until|till|before|coming|upcoming|next|deliver|arrive|from)\b|之前|以前|到时|能到|会|送|将"
)
"""Words of a sentence that looks ahead."""

_UNITS = {"day": 1, "night": 1, "week": 7, "fortnight": 14}


def one_day(day: date) -> Period:
    """A day as a period."""
    return day, day


def month_of(year: int, month: int) -> Period:
    """A whole month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_on(today: date, months: int) -> date:
    """The same day some months on; the month's last day where it is shorter."""
    place = today.year * 12 + today.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def week_of(today: date, weeks: int) -> Period:
    """A whole week, Monday to Sunday, some weeks on."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def day_of(year: int | None, month: int, day: int, today: date) -> Period | None:
    """A day of a month; without its year the one that is nearest to today."""
    years = [year] if year else [today.year - 1, today.year, today.year + 1]
    days = [date(y, month, day) for y in years if 1 <= month <= 12 and 1 <= day <= monthrange(y, month)[1]]
    return one_day(min(days, key=lambda one: abs((one - today).days))) if days else None


def distance(unit: str, count: int, today: date) -> Period | None:
    """The day some days, weeks, months or years on (back where negative); None beyond a century."""
    if abs(count) > 1200:
        return None
    if unit in _UNITS:
        return one_day(today + timedelta(days=count * _UNITS[unit]))
    return one_day(months_on(today, count * (12 if unit == "year" else 1)))


def day_alone(match: re.Match[str], today: date, text: str) -> Period | None:
    """The last third of a month, or the next one where the sentence looks ahead."""
    day = int(match["day"])
    ahead = bool(COMING.search(text))
    around = [months_on(today.replace(day=1), k) for k in ((0, 1, 2) if ahead else (0, -1, -2))]
    days = [one.replace(day=day) for one in around if 1 <= day <= monthrange(one.year, one.month)[1]]
    fitting = [one for one in days if (one >= today if ahead else one <= today)]
    return one_day(fitting[0]) if fitting else None


def numeric(match: re.Match[str], today: date, text: str) -> Period | None:
    """A date in figures, by its groups `year`, `month` and `day`."""
    year = int(match["year"]) if match["year"] else None
    if year is not None and year < 100:
        year += 2000
    return day_of(year, int(match["month"]), int(match["day"]), today)
