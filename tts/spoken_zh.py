"""Mandarin as it is said on the phone: the rules, in the order they are applied."""

from __future__ import annotations

import re

from tts.spoken_en_words import NEVER_SPELLED, SPELLED
from tts.spoken_plain import Rule, apply, plain
from tts.spoken_zh_codes import ADDRESS_RULES, IDENTIFIER_RULES, KEY_RULES, MIXED_RULES
from tts.spoken_zh_numbers import cardinal, clock, counted, digits_in_turn, half_of_day, identifying, price
from tts.spoken_zh_words import CURRENCY, LOANS, MEASURES, NOT_MEASURED, SIZES, UNITS

# Bounded on purpose: hostile text must not make a pattern search far.
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,15})?(?!\d)"
_START = r"(?<![A-Za-z0-9])(?<!\d[.,])"
_END = r"(?![A-Za-z0-9])"


def _any(words: object) -> str:
    """Alternatives, the longest first, so that `mAh` is not read as `mA`."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_SYMBOLS = _any(w for w in CURRENCY if not w[-1].isalpha())
_CODES = _any(w for w in CURRENCY if w.isalpha())
_SIZE = r"(?:[2-6]XL|X{0,3}[SL]|M)"
_NO_NUMBER = r"(?![A-Za-z']| [A-Z](?![A-Za-z])| ?[零一二三四五六七八九十两幺])"


def _day(match: re.Match[str]) -> str:
    month, day = int(match["m"]), int(match["d"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match[0]
    year = match.groupdict().get("y")
    return f"{digits_in_turn(year) + '年' if year else ''}{cardinal(str(month))}月{cardinal(str(day))}日"


def _month_range(match: re.Match[str]) -> str:
    return f"{cardinal(match[1])}{match[2]}到{cardinal(match[3])}"


def _time(match: re.Match[str]) -> str:
    return clock(int(match["h"]), int(match["m"]), int(match["s"] or 0))


def _half(match: re.Match[str]) -> str:
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if not 1 <= hour <= 12:
        return f"{clock(hour, minute)} "
    part, hour = half_of_day(hour, match["half"])
    return f"{part}{clock(hour, minute)} "


def _money(match: re.Match[str]) -> str:
    minus = "负" if match["minus"] else ""
    high = f"到{price(match['high'])}" if match["high"] else ""
    return (
        f"{minus}{price(match['amount'])}{high}{match['multiple'] or ''}{CURRENCY[match['currency'].strip()]}"
    )


def _discount(match: re.Match[str]) -> str:
    return "到".join(
        counted(part) if len(part) == 1 else digits_in_turn(part.replace(".", ""))
        for part in re.findall(r"\d(?:\.?\d)?", match[1])
    )


def _below_zero(match: re.Match[str]) -> str:
    return f"零下{cardinal(match[1])}{'度' if match[2] in '度°' else UNITS[match[2].replace(' ', '')]}"


def _percent(match: re.Match[str]) -> str:
    high = f"到{cardinal(match[2])}" if match[2] else ""
    return f"{'千' if match[3] == 'permille' else '百'}分之{cardinal(match[1])}{high}"


def _unit(match: re.Match[str]) -> str:
    low = f"{counted(match['low'])}到" if match["low"] else ""
    return f"{low}{counted(match['number'])}{UNITS[match['unit']]} "


def _counted(match: re.Match[str]) -> str:
    low = f"{counted(match['low'])}到" if match["low"] else ""
    return f"{low}{counted(match['number'])}"


def _priced(match: re.Match[str]) -> str:
    return price(match[1])


def _sizes(match: re.Match[str]) -> str:
    return (
        re.sub(_SIZE, lambda m: SIZES[m[0]], match[0].replace(" ", ""))
        .replace("-", "到")
        .replace("~", "到")
        .replace("/", "、")
    )


SIZE_RULES = (
    # Sizes with a number or a mark between them before units and codes: "2XL" is no model.
    Rule(
        "sizes", re.compile(rf"(?<![A-Za-z0-9/]){_SIZE}(?: ?[/~-] ?{_SIZE}){{1,8}}(?![A-Za-z0-9/])"), _sizes
    ),
    Rule("size with a number", re.compile(rf"{_START}[2-6]XL(?![A-Za-z0-9])"), lambda m: SIZES[m[0]]),
)

NUMBER_RULES = (
    # Festivals are named by their digits.
    Rule("festival", re.compile(r"双 ?(1[12])(?!\d)"), lambda m: f"双{cardinal(m[1])}"),
    Rule(
        "festival in digits",
        re.compile(r"(?<![\d.])(618|818|520|315)(?=大促|活动|年中|狂欢|购物|期间|晚会|[^\d.,]{0,2}节)"),
        lambda m: digits_in_turn(m[1]),
    ),
    Rule("around the clock", re.compile(r"(?<!\d)7 ?[x×X*] ?24(?!\d)"), "七乘二十四"),
    Rule("around the clock, English", re.compile(r"(?<!\d)24/7(?!\d)"), "二十四小时"),
    # Dates before ranges and fractions, which their hyphens and slashes look like.
    Rule(
        "machine time",
        re.compile(
            r"(?<=\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?![A-Za-z0-9])"
        ),
        r" \1",
    ),
    Rule(
        "date",
        re.compile(
            r"(?<![A-Za-z0-9.-])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![A-Za-z0-9]|[-/]\d)"
        ),
        _day,
    ),
    Rule(
        "date without a year",
        re.compile(
            r"(?<![\d./])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?= ?(?:之?[前后]|日|号|起|到货|送达|发货))日?号?"
        ),
        _day,
    ),
    Rule(
        "years",
        re.compile(r"(?<!\d)((?:19|20)\d\d)年? ?[-~—至到] ?((?:19|20)\d\d)(?=年)"),
        lambda m: f"{digits_in_turn(m[1])}到{digits_in_turn(m[2])}",
    ),
    Rule(
        "year",
        re.compile(
            r"(?<![\d.,])(\d{4})(?= ?(?:年(?!后|以上|历史)|款|新款|版|届|[春夏秋冬]))"
            r"|(?<!\d)(\d\d)(?=年\d{1,2}月)"
        ),
        lambda m: digits_in_turn(m[1] or m[2]),
    ),
    Rule(
        "days of a month",
        re.compile(r"(?<!\d)(\d{1,2})(日|号)? ?[-~—至到] ?(?=\d{1,2} ?[日号])(\d{1,2})"),
        lambda m: f"{cardinal(m[1])}{m[2] or ''}到{cardinal(m[3])}",
    ),
    Rule("month or day", re.compile(r"(?<![\d.])0?(\d{1,2})(?= ?(?:月|日|号))"), lambda m: cardinal(m[1])),
    # Times before ratios.
    Rule("times, from to", re.compile(r"(?<![\d:.])(\d{1,2}:[0-5]\d) ?[-—~] ?(?=\d{1,2}:[0-5]\d)"), r"\1到"),
    Rule("halves, from to", re.compile(r"(?<=[AaPp][Mm]) ?[-—~] ?(?=\d)"), "到"),
    Rule(
        "time with half",
        re.compile(
            r"(?<![\d:.])(?P<h>[01]?\d|2[0-4])(?::(?P<m>[0-5]\d))?(?::[0-5]\d)?"
            r" ?(?P<half>[AaPp][Mm])(?![A-Za-z0-9])"
        ),
        _half,
    ),
    Rule(
        "time",
        re.compile(r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:])"),
        _time,
    ),
    Rule(
        "hour",
        re.compile(r"(?<![\d.])0?(\d{1,2})点(?=[\d半整一二三四五钟到前后左以之，。？！、 ]|$)"),
        lambda m: f"{counted(m[1])}点",
    ),
    Rule("owed", re.compile(rf"({_SYMBOLS}) ?-(?=\d)"), r"-\1"),
    Rule("about", re.compile(rf"(?<![\d%°C个件天元块万年月岁米])(?:约 ?)?~ ?(?=(?:{_SYMBOLS})?\d)"), "约"),
    Rule(
        "and more", re.compile(rf"{_START}([1-9]\d{{1,6}})\+(?![\dA-Za-z])"), lambda m: f"{cardinal(m[1])}多"
    ),
    Rule("multiplied", re.compile(r"(?<=[A-Za-z元个件]) ?\* ?(?=\d)"), "乘"),
    # Both ends of a price share one currency.
    Rule(
        "money, symbol first",
        re.compile(
            rf"(?P<minus>-)?(?<![A-Za-z])(?P<currency>{_SYMBOLS}|(?:{_CODES}) ?)(?<! ) ?(?P<amount>{NUMBER})"
            rf"(?: ?[-~到至] ?(?:{_SYMBOLS})?(?P<high>{NUMBER}))?(?P<multiple>[万亿千])?元?"
        ),
        _money,
    ),
    Rule(
        "money, currency last",
        re.compile(
            rf"{_START}(?P<minus>-)?(?P<amount>{NUMBER})"
            rf"(?: ?[-~] ?(?P<high>{NUMBER}))?(?P<multiple>[万亿千])? ?(?P<currency>{_CODES}|[€])(?![A-Za-z])"
        ),
        _money,
    ),
    Rule(
        "discount",
        re.compile(r"(?<![\d.])(\d(?:\.?\d)?(?: ?[-~到至] ?\d(?:\.?\d)?)?) ?(?=折(?!叠|射|旧|断|返))"),
        _discount,
    ),
    # Below zero before ranges and minus signs.
    Rule("below zero", re.compile(rf"(?<![\d.℃°度])-({NUMBER}) ?(° ?[CF]|°|度|摄氏度)"), _below_zero),
    # "3-5个" before counting, which then knows both ends.
    Rule(
        "range",
        re.compile(
            rf"{_START}(?<!-)({NUMBER})(%|°C?|[个件天元块万年月岁米])? ?[-~—] ?(?=\d{{1,15}}(?!\d)(?!-\d))"
        ),
        r"\1\2到",
    ),
    Rule("ordinal", re.compile(rf"第 ?({NUMBER})"), lambda m: f"第{cardinal(m[1])}"),
    Rule("weekday", re.compile(r"(周|星期|礼拜)([1-6])(?!\d)"), lambda m: m[1] + cardinal(m[2])),
    Rule("percent", re.compile(rf"{_START}({NUMBER})(?:到({NUMBER}))? ?(%|permille)"), _percent),
    Rule(
        "dimensions",
        re.compile(rf"{_START}{NUMBER}(?: ?[x×*X] ?{NUMBER}){{1,3}}"),
        lambda m: re.sub(r" ?[x×*X] ?", "乘", m[0]),
    ),
    Rule("ratings", re.compile(r"(?<=\d[VAW])/(?=\d)"), "、"),
    Rule(
        "unit",
        re.compile(rf"{_START}(?:(?P<low>{NUMBER})到)?(?P<number>{NUMBER}) ?(?P<unit>{_any(UNITS)}){_END}"),
        _unit,
    ),
    Rule(
        "Mandarin fraction",
        re.compile(rf"{_START}(\d{{1,4}})分之(\d{{1,4}})"),
        lambda m: f"{cardinal(m[1])}分之{cardinal(m[2])}",
    ),
    Rule(
        "fraction",
        re.compile(r"(?<![\d./])(\d{1,3})/([1-9]\d{0,2})(?![\d/]|\.\d)"),
        lambda m: f"{cardinal(m[2])}分之{cardinal(m[1])}",
    ),
    Rule(
        "ratio",
        re.compile(r"(?<![\d:])(\d{1,4}):(\d{1,4})(?![\d:])"),
        lambda m: f"{cardinal(m[1])}比{cardinal(m[2])}",
    ),
    Rule("born in", re.compile(r"(?<!\d)([0-9]0)(?=后(?!来|天|面))"), lambda m: digits_in_turn(m[1])),
    Rule("price", re.compile(rf"{_START}({NUMBER}) ?(?=元|块|美元)"), _priced),
    Rule(
        "counted",
        re.compile(
            rf"{_START}(?:(?P<low>{NUMBER})到)?(?P<number>{NUMBER}) ?{NOT_MEASURED}(?={_any(MEASURES)})"
        ),
        _counted,
    ),
)

LAST_NUMBER_RULES = (
    Rule(
        "version",
        re.compile(rf"{_START}\d{{1,6}}(?:\.\d{{1,6}}){{2,6}}"),
        lambda m: "点".join(cardinal(p) for p in m[0].split(".")),
    ),
    Rule(
        "numbered", re.compile(rf"(?:(?<![A-Za-z])[Nn]o\. ?|# ?)({NUMBER})"), lambda m: f"{cardinal(m[1])}号"
    ),
    Rule("minus", re.compile(r"(?<![^\s(（，：:])-(?=\d)"), "负"),
    Rule("leading point", re.compile(r"(?<![\d.])\.(\d{1,15})(?!\d)"), lambda m: cardinal(f"0.{m[1]}")),
    Rule("number", re.compile(rf"(?<!\d[.,])(?<!\d){NUMBER}"), lambda m: f" {cardinal(m[0])} "),
    # Whatever no rule knew: no digit is ever lost.
    Rule("digits", re.compile(r"\d+"), lambda m: f" {identifying(m[0])} "),
)

_HAN = r"\u3007\u3400-\u9fff"
_NAMED = {
    "&": "和", "+": "加", "@": "艾特", "=": "等于", "~": "，", "≈": "约", "±": "正负", "×": "乘", "÷": "除以",
    "°": "度", "%": "百分号", "$": "美元", "€": "欧元", "£": "英镑", "¥": "元", "<": "小于", ">": "大于",
}  # fmt: skip

SYMBOL_RULES = (
    Rule("dot in letters", re.compile(r"(?<=[A-Za-z])\.(?=[A-Za-z])"), " 点 "),
    Rule("and or", re.compile(r"和/或"), "和或"),
    Rule("either", re.compile(rf"(?<=[{_HAN}]) ?/ ?(?=[{_HAN}])"), "或"),
    Rule("slash", re.compile(r" ?/+ ?"), "、"),
    Rule("arrow", re.compile(r"(?<![-=])[-=]{1,4}>|→"), "到"),
    Rule("at least", re.compile(r">=|≥"), "大于等于"),
    Rule("at most", re.compile(r"<=|≤"), "小于等于"),
    Rule("hyphen", re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])"), " "),
    Rule("dash", re.compile(r"[-—]+|…+|\.{2,}"), "，"),
    Rule("aside", re.compile(r"[\[\](){}|\\【】〔〕]+"), "，"),
    Rule(
        "symbol",
        re.compile(r"[^\w\s.,?!;:'，。？！；：、]|_"),
        lambda m: f" {_NAMED[m[0]]} " if m[0] in _NAMED else " ",
    ),
)

_FULL = str.maketrans(",.?!;:", "，。？！；：")
_STRENGTH = "？！。；：，、"


def _mark(match: re.Match[str]) -> str:
    return min(match[0].translate(_FULL).replace(" ", ""), key=_STRENGTH.index)


TIDY_RULES = (
    Rule("apostrophe alone", re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])"), " "),
    Rule("spaces", re.compile(r"\s+"), " "),
    Rule("marks", re.compile(r" ?[,.?!;:，。？！；：、][ ,.?!;:，。？！；：、]*"), _mark),
    Rule("mark at the start", re.compile(r"^[ ，。？！；：、]+"), ""),
)


def _acronym(match: re.Match[str]) -> str:
    letters = match[1]
    consonants = not any(c in "AEIOUY" for c in letters) and letters not in NEVER_SPELLED
    return " ".join(letters) if len(letters) <= 3 or letters in SPELLED or consonants else letters


# Last, on clean text: what they look at is then what a second pass sees.
WORD_RULES = (
    Rule("Wi-Fi", re.compile(r"(?<![A-Za-z])Wi Fi(?![A-Za-z])"), "WiFi"),
    Rule("loan word", re.compile(rf"(?<![A-Za-z'])({_any(LOANS)})(?![A-Za-z'])"), lambda m: LOANS[m[1]]),
    # "S 二十四" is a model: no size stands before a number.
    Rule(
        "sizes in a row",
        re.compile(
            rf"(?<![A-Za-z' ])(?:{_SIZE}(?:[、，和或到]| (?=[和或到])|(?<=[和或到]) )+)+{_SIZE}{_NO_NUMBER}"
        ),
        lambda m: re.sub(_SIZE, lambda size: SIZES[size[0]], m[0]),
    ),
    Rule(
        "size",
        re.compile(rf"(?<![A-Za-z'])(?<![A-Z] )({_SIZE}) ?(码|号)(?!码)"),
        lambda m: SIZES[m[1]][:-1] + m[2],
    ),
    Rule(
        "size after its word",
        re.compile(rf"((?:尺码|码数|尺寸|大小|[穿选买要拿换])(?:是|为|：|成|了)? ?)({_SIZE}){_NO_NUMBER}"),
        lambda m: m[1] + SIZES[m[2]],
    ),
    Rule("size of itself", re.compile(rf"(?<![A-Za-z'])(X{{1,3}}[SL]){_NO_NUMBER}"), lambda m: SIZES[m[1]]),
    Rule("acronym", re.compile(r"(?<![A-Za-z'])([A-Z]{2,6})(?![A-Za-z'])"), _acronym),
    # One space between Latin and Han, none between Han: the voice's front end needs no guess.
    Rule("Han, Latin", re.compile(rf"(?<=[{_HAN}])(?=[A-Za-z])|(?<=[A-Za-z])(?=[{_HAN}])"), " "),
    Rule(
        "Han, Han", re.compile(rf"(?<=[{_HAN}，。？！；：、]) +(?=[{_HAN}])|(?<=[，。？！；：、]) +| +$"), ""
    ),
)


def spoken_zh(text: str) -> str:
    """Mandarin text as it is said; see `tts.spoken.spoken`."""
    text = plain(apply(KEY_RULES, text), stop="。", listed=r"\n\n第\1，")
    text = apply((*ADDRESS_RULES, *SIZE_RULES), text)
    if any(map(str.isdigit, text)):
        for rules in (IDENTIFIER_RULES, NUMBER_RULES, MIXED_RULES, LAST_NUMBER_RULES):
            text = apply(rules, text)
    return apply(WORD_RULES, apply(TIDY_RULES, apply(SYMBOL_RULES, text)))
