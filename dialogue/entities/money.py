"""Amounts of money: "twenty-nine ninety-nine", "$12.50", 二十九块九毛九. The value is `29.99 USD`."""

from __future__ import annotations

import re

from dialogue.entities.entity import Context, Entity
from dialogue.numerals import figures

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY"}
_NAMES = {
    "dollar": "USD", "buck": "USD", "usd": "USD", "euro": "EUR", "pound": "GBP", "yuan": "CNY",
    "rmb": "CNY", "块": "CNY", "元": "CNY", "圆": "CNY", "人民币": "CNY", "美元": "USD", "美金": "USD",
    "刀": "USD", "欧元": "EUR",
}  # fmt: skip
_NUMBER = r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\s*(?:\.|point)\s*(?P<decimals>\d{1,2})(?!\d))?"
_ENGLISH = (
    re.compile(rf"(?P<sign>[$€£¥￥])\s*{_NUMBER}(?!\d)"),
    re.compile(
        rf"{_NUMBER}\s*(?P<name>dollar|buck|euro|pound|yuan|rmb|usd)s?\b"
        r"(?:,?\s*(?:and )?(?P<cents>\d{1,2})(?:\s*cents?\b|(?=[\s,.?!]*$)"
        r"|(?=\s+(?:back|please|for|total)\b)))?"
    ),
    re.compile(r"(?P<only>\d{1,3})\s*cents?\b"),
)
_CHINESE = (
    re.compile(
        r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:[.点](?P<decimals>\d{1,2}))?\s*(?P<name>块|元|圆)(?:钱)?"
        r"(?:(?P<tenths>\d)[毛角](?P<hundredths>\d)?分?|(?P<cents>\d{1,2})(?!\d|[天个件号月]))?(?P<half>半)?"
    ),
    re.compile(r"(?P<whole>\d+)(?:[.点](?P<decimals>\d{1,2}))?\s*(?P<name>美元|美金|刀|欧元|人民币)"),
    re.compile(r"(?P<tenths>\d)毛(?P<hundredths>\d)?(?:钱)?"),
)
_BARE = re.compile(
    r"(?<![\d#])(?P<whole>\d{1,5})(?:\s*[.点]\s*(?P<decimals>\d{1,2})|[\s,]+(?P<cents>\d\d))?(?![\d])"
)
_NOT_POUND = re.compile(r"\d{4,}")


def find_money(text: str, language: str, context: Context) -> list[Entity]:
    """Every amount in a text; a bare number only where an amount was asked for."""
    made = figures(text)
    plain = made.text.casefold()
    found: list[Entity] = []
    for pattern in (*_CHINESE, *_ENGLISH) if language == "zh" else _ENGLISH:
        for match in pattern.finditer(plain):
            span = made.span(*match.span())
            if any(one.start < span[1] and span[0] < one.end for one in found):
                continue
            found.append(Entity("money", _amount(match, language), *span, 0.9))
    if not found and "money" in context.expected:
        found = [
            Entity("money", _amount(match, language), *made.span(*match.span()), 0.6)
            for match in _BARE.finditer(plain)
        ]
    return found


def _amount(match: re.Match[str], language: str) -> str:
    groups = match.groupdict()
    if groups.get("only"):
        return f"{int(match['only']) / 100:.2f} USD"
    whole = int((groups.get("whole") or "0").replace(",", ""))
    cents = 0
    if decimals := groups.get("decimals"):
        cents = int(decimals.ljust(2, "0"))
    elif groups.get("tenths"):
        cents = 10 * int(match["tenths"]) + int(groups.get("hundredths") or 0)
    elif said := groups.get("cents"):
        # 九块九 is nine and nine tenths, "nine dollars nine" nine and nine hundredths.
        cents = 10 * int(said) if language == "zh" and len(said) == 1 else int(said)
    if groups.get("half"):
        cents += 50
    default = "CNY" if language == "zh" else "USD"
    currency = _SIGNS.get(groups.get("sign") or "") or _NAMES.get(groups.get("name") or "") or default
    return f"{whole}.{cents:02} {currency}"
