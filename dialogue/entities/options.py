"""Option values (colours, sizes, capacities) as they are said, and the variants that they single out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from dialogue.entities.catalogue import Catalogue
from dialogue.entities.entity import Context, Entity, Valid
from dialogue.entities.sounds import heard_in
from dialogue.numerals import figures

COLOURS = {
    "black": "黑色|黑的|黑款", "white": "白色|白的", "red": "红色|红的|大红", "blue": "蓝色|蓝的",
    "green": "绿色|绿的", "yellow": "黄色|黄的", "pink": "粉色|粉红色?|粉的", "purple": "紫色|紫的",
    "brown": "棕色|咖啡色|褐色", "gray": "灰色|灰的", "orange": "橙色|橘色|橘红色?", "gold": "金色",
    "silver": "银色", "beige": "米色|米白色?", "navy": "藏青色?|海军蓝|深蓝色?", "rose gold": "玫瑰金色?",
    "space grey": "深空灰色?",
}  # fmt: skip
SIZES = {
    "XS": ("extra small|x s|xs", "加小|特小|最小"), "S": ("small", "小号|小码|小的"),
    "M": ("medium", "中号|中码|中等"), "L": ("large", "大号|大码|大的"),
    "XL": ("extra large|x l|xl|x large", "加大号?|加大码?|特大号?|特大码?"),
    "XXL": ("(?:double|two|2) extra large|extra extra large|x x l|xxl|double x l|2 x "
            "l|2xl", "加加大|双加大|超大号?|超大码?"),
}  # fmt: skip
_ALSO = {
    "grey": "gray",
    "gray": "grey",
    "small": "S",
    "medium": "M",
    "large": "L",
    "extra small": "XS",
    "extra large": "XL",
}
_UNITS = {
    "gb": r"(?:gb|g|gigs?|gigabytes?)\b",
    "tb": r"(?:tb|t|terabytes?)\b", "inch": r"(?:inch(?:es)?|英寸|寸|吋)",
    "inches": r"(?:inch(?:es)?|英寸|寸)", "ml": r"(?:ml|milliliters?|毫升)",
    "l": r"(?:l|liters?|litres?|升)", "liter": r"(?:l|liters?|litres?|升)",
    "liters": r"(?:l|liters?|litres?|升)", "mm": r"(?:mm|millimeters?|毫米)",
    "ft": r"(?:ft|foot|feet|英尺)", "mah": r"(?:mah|milliamps?|毫安时?)", "cups": r"(?:cups?|杯)",
    "cup": r"(?:cups?|杯)", "hours": r"(?:hours?|小时)", "lbs": r"(?:lbs|pounds?|磅)",
    "piece": r"(?:pieces?|件套)", "oz": r"(?:oz|ounces?)",
}  # fmt: skip
_PIECES = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[一-鿿]+|%")
_PHRASES_ZH = {
    sign: (option, name)
    for option, names in (("color", COLOURS), ("size", {size: signs for size, (_, signs) in SIZES.items()}))
    for name, signs in names.items()
    for sign in signs.replace("?", "").split("|")
}
_LEAST, _AHEAD = 0.8, 0.05
_SHORT = 2
_FEW = 3


def find_options(text: str, language: str, context: Context) -> list[Entity]:
    """Colours, sizes and other option values; in the shop's own words where its catalogue has them."""
    catalogue = context.valid.catalogue
    offered = catalogue.options if catalogue else {}
    made = figures(text)
    plain = made.text.casefold()
    found: list[tuple[int, int, bool, str, str]] = []
    for option, values in offered.items():
        for value in values:
            found += [(*match.span(), True, option, value) for match in _value(value, option).finditer(plain)]
    for option, general, start, end in _general(plain):
        own = _own_word(general, option, offered)
        if own is not None:
            found.append((start, end, True, *own))
        elif not offered or "option" in context.expected:
            found.append((start, end, False, option, general))
    if not found and language == "zh" and "option" in context.expected:
        found = _by_sound(plain, offered)
    return _longest(found, made.span)


def _by_sound(plain: str, offered: Mapping[str, Sequence[str]]) -> list[tuple[int, int, bool, str, str]]:
    """A colour or size that some signs sound like, where one was asked for."""
    near = heard_in(plain, tuple(_PHRASES_ZH), least=_LEAST, ahead=_AHEAD)
    if near is None:
        return []
    option, general = _PHRASES_ZH[near[0]]
    own = _own_word(general, option, offered)
    return [(near[1], near[2], own is not None, *(own or (option, general)))]


def _longest(
    found: Sequence[tuple[int, int, bool, str, str]], span: Callable[[int, int], tuple[int, int]]
) -> list[Entity]:
    """Of readings that overlap the longest; one that the shop offers before one it does not."""
    kept: list[tuple[int, int, bool, str, str]] = []
    for one in sorted(found, key=lambda one: (one[0] - one[1], not one[2], one[0], one[3], one[4])):
        if not any(one[0] < other[1] and other[0] < one[1] for other in kept):
            kept.append(one)
    return [
        Entity(
            "option",
            value,
            *span(start, end),
            0.85 if own else 0.7,
            "listed" if own else "heard",
            (),
            {"option": option},
        )
        for start, end, own, option, value in sorted(kept)
    ]


@lru_cache(maxsize=4096)
def _value(value: str, option: str) -> re.Pattern[str]:
    """How a value is said. One of a letter or a small number wants its option's name beside it."""
    pieces = _PIECES.findall(value.casefold())
    body = r"[\s-]*".join(
        _UNITS.get(piece, re.escape(piece)) if k else re.escape(piece) for k, piece in enumerate(pieces)
    )
    plain = option.casefold()
    if len(value) <= _SHORT or value.isdigit() or value in ("yes", "no", "none"):
        named = rf"(?:{re.escape(plain)}|size|码数?|号码?|尺码)"
        return re.compile(
            rf"\b{named}(?: is| of|是|要|选)?[\s,]*{body}(?![a-z\d])"
            rf"|(?<![a-z\d]){body}\s*(?:{re.escape(plain)}\b|码|号(?!\d))"
        )
    if pieces and not pieces[0].isascii():
        return re.compile(body)
    return re.compile(rf"(?<![a-z\d]){body}(?![a-z\d])")


def _general(plain: str) -> Iterator[tuple[str, str, int, int]]:
    """Colours and sizes by their usual words in both languages."""
    for name, signs in COLOURS.items():
        words = r"gr[ae]y" if name == "gray" else r"space gr[ae]y" if name == "space grey" else name
        for match in re.finditer(rf"\b{words}\b|{signs}", plain):
            yield "color", name, *match.span()
    for size, (english, chinese) in SIZES.items():
        sign = size.casefold()
        letter = rf"\bsize {sign}\b|(?<![a-z]){sign}[码号]|\bin (?:an? )?{sign}\b(?! )"
        for match in re.finditer(rf"(?<!extra )\b(?:{english})\b|{chinese}|{letter}", plain):
            yield "size", size, *match.span()


def _own_word(general: str, option: str, offered: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """The option and value of the shop that a usual word means: "gray" where it writes "grey"."""
    words = {general.casefold(), _ALSO.get(general, general).casefold()}
    words |= {name for name, size in _ALSO.items() if size == general}
    if general in COLOURS:
        words |= set(COLOURS[general].replace("?", "").split("|"))
    candidates = [
        (name, value) for name, values in offered.items() for value in values if value.casefold() in words
    ]
    exact = [one for one in candidates if one[0].casefold() == option]
    return next(iter(exact or candidates), None)


def find_variants(text: str, language: str, context: Context) -> list[Entity]:
    """The variants that a product and the options beside it come to: one, or a few to ask about."""
    catalogue = context.valid.catalogue
    if catalogue is None:
        return []
    found = []
    for named in catalogue.find(text, asked="variant" in context.expected):
        product = catalogue.product(named.value)
        if product is None or named.source == "unsure":
            continue
        own = Context(context.expected, Valid(catalogue=_alone(catalogue, product.id)), context.now)
        options = [one for one in find_options(text, language, own) if one.source == "listed"]
        wanted = {one.parts["option"]: one.value for one in options}
        fitting = [
            item
            for item, values in product.variants.items()
            if wanted and all(values.get(option) == value for option, value in wanted.items())
        ]
        if not 0 < len(fitting) <= _FEW:
            continue
        start = min(named.start, *(one.start for one in options))
        end = max(named.end, *(one.end for one in options))
        if len(fitting) == 1:
            found.append(Entity("variant", fitting[0], start, end, 0.8, "listed", (), wanted))
        else:
            found.append(Entity("variant", fitting[0], start, end, 0.4, "unsure", tuple(fitting), wanted))
    return found


@lru_cache(maxsize=1024)
def _alone(catalogue: Catalogue, product: str) -> Catalogue:
    """A catalogue of one product: what its options are called there counts."""
    return Catalogue([one for one in catalogue.products if one.id == product])
