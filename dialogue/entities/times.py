"""Times of day: "half past three in the afternoon", "3 pm", 下午三点半. The value is `HH:MM`, 24 hours."""

from __future__ import annotations

import re

from dialogue.entities.entity import Context, Entity
from dialogue.numerals import figures

_HALF = (
    r"(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|o'?clock|in the morning|in the afternoon|in the evening|at night)"
)
_ENGLISH = (
    re.compile(rf"\b(?P<past>half|quarter|a quarter|\d{{1,2}}(?: minutes?)?) (?P<way>past|to|after|before"
               rf"|till) (?P<hour>\d{{1,2}})\b(?:\s*{_HALF})?"),
    re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}})(?P<minute>[0-5]\d)\s*{_HALF}"),
    re.compile(rf"(?<![\d:.])(?P<hour>\d{{1,2}})(?:\s*[:.]\s*(?P<minute>\d\d)|\s+(?:oh "
               rf"|o )?(?P<loose>\d{{1,2}}))?\s*{_HALF}(?:\s*(?P<more>in the morning|in the afternoon"
               rf"|in the evening|at night))?"),
    re.compile(r"(?<![\d$€£:.])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])"),
    re.compile(r"\b(?P<word>noon|midday|midnight)\b"),
    re.compile(r"\b(?:at|after|before|until|till|around|about"
               r"|by) (?P<hour>\d{1,2})(?:\s+(?P<loose>[0-5]\d))?(?=[,.?!]|$)"),
)  # fmt: skip
_PART_ZH = r"(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚|昨晚)?(?:的|大概|大约)?"
_CHINESE = (
    re.compile(rf"{_PART_ZH}(?P<hour>\d{{1,2}})(?:点钟?|时|\.(?=\d[刻分]))(?:(?P<half>半)|(?P<quarter>[13])刻|过?0?(?P<minute>\d{{1,2}})分?)?(?!\d|[康c都也儿不])"),
    re.compile(rf"{_PART_ZH}(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)"),
    re.compile(r"(?P<word>正午|午夜)"),
)  # fmt: skip
_DECIMALS = re.compile(r"\s*(?:%|percent|块|元|公斤|万|倍|折|件|个)")


def find_times(text: str, language: str, context: Context) -> list[Entity]:
    """Every time of day in a text."""
    made = figures(text)
    plain = made.text.casefold()
    found: list[Entity] = []
    for pattern in (*_CHINESE, *_ENGLISH) if language == "zh" else _ENGLISH:
        for match in pattern.finditer(plain):
            value = _time(match)
            if value is None or _DECIMALS.match(plain, match.end()):
                continue
            if any(
                one.start < made.ends[match.end() - 1] and made.starts[match.start()] < one.end
                for one in found
            ):
                continue
            found.append(Entity("time", value, *made.span(*match.span()), 0.85))
    return found


def _time(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if groups.get("word"):
        return "00:00" if "night" in match["word"] or match["word"] == "午夜" else "12:00"
    hour, minute = int(match["hour"]), int(groups.get("minute") or groups.get("loose") or 0)
    if groups.get("past"):
        minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(match["past"])
        minute = int(re.sub(r"\D", "", match["past"])) if minutes is None else minutes
        if match["way"] in ("to", "before", "till"):
            hour, minute = (hour - 1 or 12), 60 - minute
    if groups.get("half") == "半":
        minute = 30
    if groups.get("quarter"):
        minute = 15 * int(groups["quarter"])
    hour = _of_day(hour, f"{groups.get('half') or ''} {groups.get('more') or ''} {groups.get('part') or ''}")
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _of_day(hour: int, said: str) -> int:
    afternoon = re.search(r"p\.?\s?m|afternoon|evening|at night|下午|傍晚|晚|夜里", said)
    morning = re.search(r"a\.?\s?m|morning|凌晨|早|清晨|上午", said)
    if afternoon and hour < 12 and not ("夜里" in said and hour < 6):
        return hour + 12
    if "中午" in said and hour < 3:
        return hour + 12
    if morning and hour == 12:
        return 0
    return hour
