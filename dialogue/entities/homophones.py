"""Mandarin signs put right by their sound where the kind of answer is known: 酒点 is 九点."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from dialogue.entities.entity import Kind

_NUMERALS = "零一二三四五六七八九十百千两"
_WORDS: dict[Kind, str] = {
    "time": _NUMERALS + "点半刻分早上午下中晚",
    "money": _NUMERALS + "块元毛角分钱点",
    "date": _NUMERALS + "年月日号天前后昨今明上下个周星期礼拜去",
    "quantity": _NUMERALS + "件双对套台部条只把瓶箱盒包个打",
    "option": "大中小特加号码黑白红蓝绿黄粉紫棕灰橙金银色",
    "payment": _NUMERALS + "尾号卡信用支付宝微礼品银行",
    "address": _NUMERALS + "省市区县路街道号楼栋单元层室",
}
_COMPOUNDS = (("星七", "星期"), ("新七", "星期"), ("礼百", "礼拜"), ("里拜", "礼拜"))


def by_sound(text: str, kind: Kind) -> str:
    """The text with signs replaced by those of the same sound and tone that such answers are made of.

    The length stays. Signs that are words of such answers themselves are left alone.
    """
    words = _WORDS.get(kind)
    if not words:
        return text
    for heard, meant in _COMPOUNDS:
        text = text.replace(heard, meant)
    sounds = _sounds(words)
    return "".join(char if char in words else sounds.get(_sound(char), char) for char in text)


@lru_cache(maxsize=16)
def _sounds(words: str) -> dict[str, str]:
    return {_sound(char): char for char in reversed(words)}


@lru_cache(maxsize=4096)
def _sound(char: str) -> str:
    return str(lazy_pinyin(char, style=Style.TONE3)[0]) if "一" <= char <= "鿿" else ""
