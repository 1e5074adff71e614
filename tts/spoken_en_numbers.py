"""English words for numbers, money, dates and times."""

from __future__ import annotations

import re
from functools import lru_cache

from num2words import num2words  # type: ignore[import-untyped]  # ships no types

from tts.spoken_codes import chunks, groups

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# From here on a number without commas is an identifier, and one with commas is past anyone's ear.
_LONGEST = 15

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@lru_cache(maxsize=4096)
def _words(number: int, form: str) -> str:
    """`num2words`, American: without commas and without "and"."""
    return str(num2words(number, to=form)).replace(",", "").replace(" and ", " ").replace("-and-", "-")


def digit_by_digit(digits: str) -> str:
    """One word a digit, commas between groups of three or four."""
    return ", ".join(" ".join(DIGITS[int(d)] for d in group) for group in groups(digits))


def in_groups(written: str) -> str:
    """Digits one by one, with a pause wherever the writer or the length asks for one."""
    return ", ".join(digit_by_digit(group) for group in re.findall(r"\d+", written))


def cardinal(written: str) -> str:
    """A number such as `1,299`, `0.5` or `007`; leading zeros and endless ones digit by digit."""
    whole, point, decimals = written.replace(",", "").partition(".")
    if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        words = digit_by_digit(whole)
    else:
        words = _words(int(whole or "0"), "cardinal")
    return f"{words} point {' '.join(DIGITS[int(d)] for d in decimals)}" if point and decimals else words


def ordinal(number: int) -> str:
    """`3` as "third"."""
    return _words(number, "ordinal")


def year(number: int) -> str:
    """`2024` as "twenty twenty-four"."""
    return _words(number, "year")


def in_pairs(digits: str) -> str:
    """`1080` as "ten eighty", `720` as "seven twenty": screens and models."""
    head, tail = int(digits[:-2] or "0"), int(digits[-2:])
    if not head or not tail:
        return cardinal(digits)
    return f"{cardinal(str(head))} {'oh ' if tail < 10 else ''}{cardinal(str(tail))}"


def code(written: str, shortest_word: int = 4) -> str:
    """An identifier: letters spelled, digits one by one, a comma at each separator and group."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", written) if part]
    said = [
        " ".join(DIGITS[int(s)] if s.isdigit() else s for s in chunk)
        for part in parts
        for chunk in chunks(part, shortest_word)
    ]
    return ", ".join(said)


# name of one, of many, of one hundredth and of many hundredths
_CURRENCIES = {
    "dollar": ("dollar", "dollars", "cent", "cents"),
    "euro": ("euro", "euros", "cent", "cents"),
    "pound": ("pound", "pounds", "penny", "pence"),
    "yuan": ("yuan", "yuan", "", ""),
    "yen": ("yen", "yen", "", ""),
    "won": ("won", "won", "", ""),
    "rupee": ("rupee", "rupees", "", ""),
}
# `¥` is the yuan: the shops of these flows sell in China; write JPY for the yen.
CURRENCY = {
    "$": "dollar",
    "US$": "dollar",
    "USD": "dollar",
    "HK$": "Hong Kong dollar",
    "HKD": "Hong Kong dollar",
    "A$": "Australian dollar",
    "AUD": "Australian dollar",
    "C$": "Canadian dollar",
    "CAD": "Canadian dollar",
    "€": "euro",
    "EUR": "euro",
    "£": "pound",
    "GBP": "pound",
    "¥": "yuan",
    "CN¥": "yuan",
    "CNY": "yuan",
    "RMB": "yuan",
    "元": "yuan",
    "JPY": "yen",
    "₩": "won",
    "KRW": "won",
    "₹": "rupee",
    "INR": "rupee",
}
MULTIPLES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}


def money(currency: str, amount: str, multiple: str = "") -> str:
    """An amount of money, cents apart: `$`, `12.50` as "twelve dollars and fifty cents"."""
    full = CURRENCY[currency]
    prefix, _, unit = full.rpartition(" ")
    one, many, cent, cents = _CURRENCIES[unit]
    if prefix:
        one, many = f"{prefix} {one}", f"{prefix} {many}"
    if multiple:
        return f"{cardinal(amount)} {MULTIPLES.get(multiple.lower(), multiple.lower())} {many}"
    whole, _, decimals = amount.replace(",", "").partition(".")
    if not decimals.strip("0"):
        return f"{cardinal(whole)} {one if whole == '1' else many}"
    if len(decimals) > 2 or not cent:
        return f"{cardinal(amount)} {many}"
    hundredths = int(decimals.ljust(2, "0"))
    part = f"{cardinal(str(hundredths))} {cent if hundredths == 1 else cents}"
    if not whole.strip("0"):
        return part
    return f"{cardinal(whole)} {one if whole == '1' else many} and {part}"


def date(month: int, day: int, of: int | None = None) -> str | None:
    """A day of a month, perhaps of a year; None if there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = f"{MONTHS[month - 1]} {ordinal(day)}"
    return said if of is None else f"{said}, {year(of)}"


def clock(hour: int, minute: int, half: str = "", military: bool = False) -> str:
    """A time of day.

    Args:
        hour: 0 to 24.
        minute: 0 to 59.
        half: `A M` or `P M` if written.
        military: the time is known to be on the 24 hour clock, so mornings say `A M`.
    """
    if not half and (hour > 12 or hour == 0 or military):
        if (hour, minute) == (24, 0):
            return "midnight"
        half = "P M" if 12 <= hour < 24 else "A M"
    hour = hour % 12 or 12 if half else hour
    said = cardinal(str(hour))
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{cardinal(str(minute))}"
    elif not half:
        return f"{said} o'clock"
    return f"{said} {half}".strip()
