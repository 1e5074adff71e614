"""How many: "two of them", "a pair of shoes", "half a dozen", 两件, 一双, 一打.

The value is the number; a pair is one pair (`parts["unit"]` says so), a dozen is twelve.
"""

from __future__ import annotations

import re

from dialogue.entities.entity import Context, Entity
from dialogue.numerals import figures

_UNITS = "pairs?|sets?|pieces?|items?|boxes|box|bottles?|packs?|units?|copies|copy|products?|articles?|bags?"
_NOUN_BARRED = (
    r"(?!\s*(?:questions?|minutes?|hours?|seconds?|days?|weeks?|months?|years?|times?|o'clock|problems?|issues?|things?"
    r"|moments?|am|pm|percent|dollars?|bucks?|cents?|of clubs|stars?|inch(?:es)?|more (?:question|thing)"
    r"|people|calls?"
    r"|orders?|e-?mails?|cards?|weeks|st\b|nd\b|rd\b|th\b))"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "both": 2, "a couple of": 2, "couple of": 2, "a couple": 2, "single": 1}
_ENGLISH = (
    re.compile(r"\b(?P<half>half a dozen)\b"),
    re.compile(r"\b(?:(?P<count>\d+|an?|one|a couple of|couple of) )?(?P<dozen>dozen)s?\b"),
    re.compile(rf"\b(?P<count>\d+|an?|one|a couple of|both|single) (?P<unit>{_UNITS})\b"),
    re.compile(r"\b(?P<count>\d+|a couple|both) (?:of (?:them|these|those|it|the|my)|more of|each|apiece)\b"),
    re.compile(r"\b(?P<count>both)(?: of them)?\b(?! (?:and|ways?|times?|sides?)\b)"),
    re.compile(
        r"\b(?P<count>a couple)(?: of)?\b(?! (?:questions?|minutes?|days?|weeks?|hours?|times|months?"
        r"|things?))"
    ),
)
_VERB = re.compile(
    rf"\b(?:order|ordered|buy|bought|want|need|return|returning|send|exchange|get|take|have|add|cancel|received|got|purchase"
    rf"|quantity(?: is| of)?|just|only|like|make it)\s+(?P<count>\d{{1,3}})\b(?!\s*(?:[:/.]"
    rf"|\d)){_NOUN_BARRED}(?=\s+[a-z]|\s*[,.?!]|\s*$)"
)
_CLASSIFIERS = "件|双|对|套|台|部|条|只|把|瓶|箱|盒|包|袋|本|支|张|块|顶|盏|个|份|组|罐|副|款|打"
_CHINESE = (
    re.compile(rf"(?P<count>\d+|半|几)(?P<unit>{_CLASSIFIERS})(?!月|星期|小时|礼拜|问题|事|人|电话|钟|半|钱|字|星|0|月|地方|办法|方面|工作|订单|单|意思)"),
    re.compile(r"(?P<pair>俩|仨)"),
)  # fmt: skip
_BARE = re.compile(r"(?<![\d#$.])(?P<count>\d{1,3})(?![\d.:%下点些会种样共])")
_HARMLESS_ZH = re.compile(r"[这那哪每]\s*$|第\s*$|同\s*$|另\s*$")
_VAGUE = frozenset(("一个", "一份", "一下"))


def find_quantities(text: str, language: str, context: Context) -> list[Entity]:
    """Every count of things in a text; a bare number only where a quantity was asked for."""
    made = figures(text)
    plain = made.text.casefold()
    asked = "quantity" in context.expected
    patterns = (*_CHINESE, *_ENGLISH) if language == "zh" else (*_ENGLISH, _VERB)
    found: list[Entity] = []
    for pattern in patterns:
        for match in pattern.finditer(plain):
            group = "count" if pattern is _VERB else 0
            one = _entity(match, made.span(*match.span(group)), text, asked)
            if one is None or _HARMLESS_ZH.search(plain[: match.start()]):
                continue
            if not any(other.start < one.end and one.start < other.end for other in found):
                found.append(one)
    if not found and asked:
        found = [
            Entity("quantity", str(int(match["count"])), *made.span(*match.span()), 0.6)
            for match in _BARE.finditer(plain)
        ]
    return found


def _entity(match: re.Match[str], span: tuple[int, int], text: str, asked: bool) -> Entity | None:
    groups = match.groupdict()
    unit = groups.get("unit") or ""
    written = groups.get("count") or "a"
    if groups.get("pair"):
        return Entity("quantity", "2" if match["pair"] == "俩" else "3", *span, 0.7)
    if written == "几" or (text[span[0] : span[1]] in _VAGUE and not asked):
        # 一个 is as often an article as a count.
        return None
    if groups.get("half") or (written == "半" and unit == "打"):
        return Entity("quantity", "6", *span, 0.85)
    if written == "半":
        return None
    count = _COUNTS.get(written)
    count = int(written) if count is None else count
    if groups.get("dozen") or unit == "打":
        return Entity("quantity", str(12 * count), *span, 0.85)
    unit = _singular(unit)
    return Entity("quantity", str(count), *span, 0.8, parts={"unit": unit} if unit else {})


def _singular(unit: str) -> str:
    known = {
        "boxes": "box",
        "copies": "copy",
        "双": "pair",
        "对": "pair",
        "副": "pair",
        "套": "set",
        "组": "set",
    }
    return known.get(unit, unit.removesuffix("s"))
