"""Opening hours: on which days, from when to when, in which time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from dialogue.yamlfile import Strict, expected

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise expected("a time zone of the IANA list, such as Europe/London or Asia/Shanghai") from None
    return value


def _span(value: object) -> tuple[int, int]:
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise expected("a span of the day such as 09:00-17:30")
    begin, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    if int(match[2]) > 59 or int(match[4]) > 59 or begin >= 1440 or end > 1440:
        raise expected("times between 00:00 and 24:00")
    if end <= begin:
        raise expected("hours that end after they begin (split a night: 22:00-24:00, then 00:00-02:00)")
    return begin, end


def _spans(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _days(value: dict[str, object]) -> dict[str, object]:
    for key in value:
        day_numbers(key)
    return value


def _holiday(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"(\d{4}-)?\d{2}-\d{2}", value):
        raise expected("a date such as 2026-12-25, or 12-25 for every year")
    try:
        date.fromisoformat(value if len(value) == 10 else f"2024-{value}")
    except ValueError:
        raise expected("a date that exists") from None
    return value


def day_numbers(key: str) -> tuple[int, ...]:
    """The weekdays (Monday is 0) that `mon`, `mon-fri` or `daily` names."""
    if key == "daily":
        return tuple(range(7))
    first, _, last = key.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise expected(f"a weekday ({', '.join(_DAYS)}), a range such as mon-fri, or daily")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return tuple((begin + i) % 7 for i in range((end - begin) % 7 + 1))


_WrittenSpan = Annotated[str, Field(pattern=r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$")]

Span = Annotated[tuple[int, int], BeforeValidator(_span, json_schema_input_type=_WrittenSpan)]
"""Minutes of the day, from and until, written `09:00-17:30`."""


class Hours(Strict):
    """When the shop is open.

    Attributes:
        zone: IANA time zone.
        open: weekday (`mon`, `mon-fri`, `daily`) to a span or a list of spans.
        holidays: closed all day: `2026-12-25`, or `12-25` for every year.
    """

    zone: Annotated[str, AfterValidator(_zone)]
    open: Annotated[
        dict[str, Annotated[tuple[Span, ...], BeforeValidator(_spans)]],
        AfterValidator(_days),
        Field(min_length=1),
    ]
    holidays: tuple[Annotated[str, BeforeValidator(_holiday)], ...] = ()
    _week: dict[int, tuple[tuple[int, int], ...]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _index(self) -> Self:
        for key, spans in self.open.items():
            for day in day_numbers(key):
                self._week[day] = self._week.get(day, ()) + spans
        return self

    def is_open(self, now: datetime) -> bool:
        """Whether the shop is open at `now` (an aware datetime)."""
        here = now.astimezone(ZoneInfo(self.zone))
        day = here.date().isoformat()
        if day in self.holidays or day[5:] in self.holidays:
            return False
        minute = _minute(here.time())
        return any(begin <= minute < end for begin, end in self._week.get(here.weekday(), ()))


def _minute(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60
