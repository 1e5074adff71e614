"""Chinese postal addresses: 浙江省杭州市西湖区文三路一百二十八号三号楼二单元五零二室.

The value is the address with its numbers in figures, without pauses and fillers; `parts` has it piece by
piece: `province`, `city`, `district`, `town`, `street`, `number`, `estate`, `building`, `unit`, `floor` and
`room`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities.entity import Context, Entity
from dialogue.entities.sounds import unlike
from dialogue.numerals import Figures, figures
from dialogue.words import pinyin

_H = "[一-鿿]"
_GAP = r"[\s,，、。]*(?:嗯|呃|那个|然后|就是|的)?[\s,，、。]*"
_MUNICIPAL = "北京|上海|天津|重庆"
_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    "|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_NOT_IN = "到在是寄送址市省区县"
_STREETS = "大街|大道|街道|路|街|巷|胡同|弄"
_ESTATES = "小区|花园|大厦|公寓|广场|新村|家园|苑|城|庭|府|中心|公馆|写字楼"
_PARTS: tuple[tuple[str, str], ...] = (
    ("province", rf"(?:{_PROVINCES})(?:省|自治区)?"),
    ("city", rf"(?:{_MUNICIPAL})市?|(?:(?!{_PROVINCES}|[到在是寄送址]){_H}){{2,4}}?市"),
    ("district", rf"(?:(?![到在是寄送址市省]){_H}){{1,5}}?(?:区(?!间)|县)"),
    ("town", rf"(?:(?![{_NOT_IN}]){_H}){{1,4}}?(?:镇|乡(?!村))"),
    ("street", rf"(?:(?![{_NOT_IN}镇]){_H}|\d){{1,7}}?(?:{_STREETS})(?:[东南西北中一二三123]段)?"),
    ("number", r"\d+(?:[-之]\d+)?号(?![楼院栋])(?:院)?|\d+号院|\d+弄(?:\d+号)?"),
    ("estate", rf"(?:(?![{_NOT_IN}路街镇号]){_H}){{2,8}}?(?:{_ESTATES})"),
    ("building", r"(?:\d+|[a-z])\s?(?:号楼|栋|幢|座)"),
    ("unit", r"\d+单元"),
    ("floor", r"\d+(?:楼|层)"),
    ("room", r"[a-z]?\d{2,4}(?:号?室|号房|房间?|户)?|\d+(?:号?室|号房|房间?|户)"),
)
_FAR, _FAR_ASKED, _FAR_SHORT = 0.2, 0.3, 0.05
"""How unlike a known place (per syllable) what was heard may be; less for one of two syllables."""

_ROUNDING = 1e-9

_SIGNS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_CITIES = (
    "广州市 杭州市 深圳市 成都市 武汉市 南京市 苏州市 西安市 长沙市 郑州市 "
    "青岛市 济南市 宁波市 厦门市 福州市 合肥市 昆明市 大连市 沈阳市 哈尔滨市"
)
_BUILT_IN = (
    *(f"{name}省" for name in _PROVINCES.split("|")),
    *(f"{name}市" for name in _MUNICIPAL.split("|")),
    *_CITIES.split(),
)
_NAMED = {"province", "city", "district", "town", "street", "estate"}
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _PARTS)
_START = re.compile(
    r"(?:地址(?:改成|改为|换成|是|为)?|住在|住址是?|寄到|送到|发到|改成|改到|换成|我住|我在|家在|我家在|收货地址是?)(?:是)?"
)
_LEAST = 2


def find_addresses_zh(text: str, language: str, context: Context) -> list[Entity]:
    """The address in a text, from its largest part on: at least two parts, one of them a name."""
    if language != "zh":
        return []
    far = _FAR_ASKED if "address" in context.expected else _FAR
    # Provinces and cities that no shop named count by their very sound only: 改成上 is not 青海省.
    text = placed(placed(text, context.valid.places, far), _BUILT_IN, _FAR_SHORT)
    made = figures(text)
    plain = made.text.casefold()
    starts = [match.end() for match in _START.finditer(plain)]
    best: Entity | None = None
    for start in (*starts, *_openings(plain)):
        one = _address(made, plain, text, start)
        if one is not None and (best is None or one.end - one.start > best.end - best.start):
            best = one
    return [best] if best else []


def placed(text: str, places: Sequence[str], most: float = 0.2) -> str:
    """A text of the same length with the known places in it that it only sounds like: 潮阳期 is 朝阳区."""
    sounds = [pinyin(_SIGNS.get(char, char))[0] if char.isalnum() else "" for char in text]
    hits = []
    for place in places:
        if place.isascii():
            continue
        own = pinyin(place)
        for at in range(len(text) - len(place) + 1):
            far = _far(sounds[at : at + len(place)], own, most if len(own) > 2 else _FAR_SHORT)
            if far is not None:
                hits.append((far, -len(place), at, place))
    made, taken = list(text), [False] * len(text)
    for _, _, at, place in sorted(hits):
        if not any(taken[at : at + len(place)]):
            made[at : at + len(place)] = place
            taken[at : at + len(place)] = [True] * len(place)
    return "".join(made)


def _far(heard: Sequence[str], own: Sequence[str], most: float) -> float | None:
    """How far syllables are apart on the average; None for more than `most`, or where nothing is spoken."""
    left = most * len(own)
    for one, other in zip(heard, own, strict=True):
        if not one or (left := left - unlike(one, other)) < -_ROUNDING:
            return None
    return most - left / len(own)


def _openings(plain: str) -> list[int]:
    """Where a province or a large city is named, and the beginning of the text."""
    return [0, *(match.start() for match in re.finditer(rf"{_PROVINCES}|{_MUNICIPAL}", plain))]


def _address(made: Figures, plain: str, text: str, start: int) -> Entity | None:
    parts: dict[str, str] = {}
    at = first = start
    for name, pattern in _PATTERNS:
        gap = re.compile(_GAP).match(plain, at)
        begin = gap.end() if gap else at
        match = pattern.match(plain, begin)
        if match is None or (
            name == "room"
            and not match[0].endswith(("室", "房", "间", "户"))
            and not {"building", "unit", "floor"} & set(parts)
        ):
            continue
        if not parts:
            first = match.start()
        parts[name] = _part(name, match, made, text)
        at = match.end()
    named = _NAMED & set(parts)
    if (
        len(parts) < _LEAST
        or not named
        or ("street" not in parts and "estate" not in parts and "district" not in parts)
    ):
        return None
    return Entity(
        "address",
        "".join(parts.values()),
        *made.span(first, at),
        min(0.9, 0.4 + 0.1 * len(parts)),
        parts=parts,
    )


def _part(name: str, match: re.Match[str], made: Figures, text: str) -> str:
    """A part as it is written: names as they were heard (文三路), numbers in figures."""
    if name in _NAMED:
        begin, end = made.span(*match.span())
        return re.sub(r"[\s,，、]", "", text[begin:end])
    written = match[0].upper().replace(" ", "")
    return f"{written}室" if name == "room" and written[-1].isdigit() else written
