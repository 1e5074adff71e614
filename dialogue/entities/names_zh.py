"""Chinese names: introduced (我叫张伟), and described sign by sign (弓长张, 伟大的伟)."""

from __future__ import annotations

import re

from dialogue.entities.entity import Entity
from dialogue.entities.surnames import DESCRIBED, SURNAMES
from dialogue.words import pinyin, syllables

_INTRODUCED_ZH = re.compile(
    r"(?:我的名字是|我的名字叫|名字是|名字叫|姓名是|我叫|我是|本人|我姓|免贵姓|姓|叫做|(?<=[，,。])叫|收件人是|收件人)"
)
_NO_NAME_ZH = re.compile(
    r"想|要|不|在|来|你|他|她|它|什|买|问|昨|今|前|上|下|个|这|那|的|们|做|从|说|一|会员|顾客|客户|想|没|有|是|了|吧|吗|多少|何"
)
_OF = re.compile(r"([一-鿿]{1,4}?)的([一-鿿])(?![一-鿿]的)|([一-鿿]{2,4})的([一-鿿])")
_HAN = re.compile(r"[一-鿿]+")


def chinese_names(text: str, asked: bool) -> list[Entity]:
    """The name in a text: as introduced, each described sign put right; bare where one was `asked` for."""
    described = _descriptions(text)
    introduced = [m for m in _INTRODUCED_ZH.finditer(text) if _name_behind(text, m.end())]
    # 我姓陈，叫陈静: the whole name goes before the surname alone.
    match = max(introduced, key=lambda m: (not m[0].endswith("姓"), -m.start()), default=None)
    start = match.end() if match else None
    if start is None and asked:
        first = _HAN.search(text)
        start = first.start() if first and (_name_behind(text, first.start()) or described) else None
    if start is None:
        return []
    name = _name_behind(text, start)
    surname_only = bool(match and match[0].endswith("姓"))
    if surname_only:
        name = name[:1]
    if not name and not described:
        return []
    if described and (not name or described[0][0] == start):
        value, end = "".join(sign for _, _, sign in described[:3]), max(end for _, end, _ in described[:3])
        return [Entity("name", value, start, end, 0.75)]
    value, end = name, start + len(name)
    for _, stop, sign in described:
        value = _put_right(value, sign)
        end = max(end, stop)
    confidence = 0.85 if described else 0.7 if match else 0.5
    return [Entity("name", value, start, end, confidence)]


def _name_behind(text: str, at: int) -> str:
    """Two or three signs, the first a surname by its sound, that may be a name; empty if there are none."""
    match = _HAN.match(text, at)
    if match is None:
        return ""
    signs = match[0]
    if len(signs) >= 2 and _description(signs, 0):
        return ""
    double = signs[:2] in SURNAMES
    if not double and not any(pinyin(signs[0]) == pinyin(one) for one in SURNAMES if len(one) == 1):
        return ""
    longest = 4 if double else 3
    name = (
        signs
        if len(signs) <= longest
        else signs[: longest - 1 if _NO_NAME_ZH.match(signs[longest - 1]) else longest]
    )
    for k in range(1, len(name)):
        if _NO_NAME_ZH.match(name[k]):
            name = name[:k]
            break
    if _NO_NAME_ZH.match(name[:1]) or (len(signs) > longest + 1 and len(name) < 2):
        return ""
    return name


def _description(signs: str, at: int) -> tuple[str, int] | None:
    """A sign that is described by its parts from a place on (弓长张), by sound, and the place behind it."""
    for size in (4, 3):
        piece = signs[at : at + size]
        sign = DESCRIBED.get(pinyin(piece)) if len(piece) == size else None
        if sign is not None:
            return sign, at + size
    return None


def _descriptions(text: str) -> list[tuple[int, int, str]]:
    """Every described sign: where, and which."""
    found: list[tuple[int, int, str]] = []
    for match in _HAN.finditer(text):
        at = match.start()
        while at < match.end():
            made = _description(text[: match.end()], at)
            if made is not None:
                found.append((at, made[1], made[0]))
                at = made[1]
            else:
                at += 1
    for match in _OF.finditer(text):
        word, sign = (match[1], match[2]) if match[1] else (match[3], match[4])
        # The word has the sign, so of the signs of that sound in it that one is meant: 伟大的尾 is 伟.
        meant = next((one for one in word if syllables(one) == syllables(sign)), None)
        if meant is not None and not any(start <= match.start() < end for start, end, _ in found):
            found.append((match.start(), match.end(), meant))
    return sorted(found)


def _put_right(name: str, sign: str) -> str:
    """The sign of a name that sounds like the described one is that one; a missing one is added."""
    for k, one in enumerate(name):
        if pinyin(one) == pinyin(sign):
            return name[:k] + sign + name[k + 1 :]
    return name + sign if len(name) < 3 else name
