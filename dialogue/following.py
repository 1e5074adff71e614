"""In which language the dialogue goes on, and whether words are worth an answer at all."""

from __future__ import annotations

import re

from dialogue.mind import Said
from dialogue.state import DialogueState
from dialogue.words import word_set

_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]+")
_SURE = 0.4
"""Whisper's confidence (mean token probability) from which a transcript may change the language."""


def follow_language(said: Said, state: DialogueState, allowed: tuple[str, ...]) -> tuple[str, str]:
    """The language to answer in, and the one that this utterance leans to.

    One clear sentence in the other language changes it; something short or uncertain only when it
    comes twice ("OK" and "hello" are said by speakers of Chinese too).
    """
    heard = _language_of(said)
    if heard == state.language or heard not in allowed:
        return state.language, ""
    units = len(_HAN.findall(said.text)) if heard == "zh" else len(_LATIN.findall(said.text))
    is_clear = said.confidence >= _SURE and units >= (4 if heard == "zh" else 3)
    if is_clear or state.leaning == heard:
        return heard, ""
    return state.language, heard


def _language_of(said: Said) -> str:
    """By the script of the words, which says more than the detected language."""
    signs, words = len(_HAN.findall(said.text)), len(_LATIN.findall(said.text))
    if signs and signs >= words:
        return "zh"
    return "en" if words > signs else said.language


def is_substantial(text: str) -> bool:
    """Whether there is enough to ask a language model about: not a cough that became "Hm."."""
    return len(_HAN.findall(text)) >= 2 or len(re.findall(r"[A-Za-z0-9]{2,}", text)) >= 2


_SPELLED_EN = word_set(
    """zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred double
    triple dash dot point at com net org underscore hyphen pound hash number zip order uh um the is it's"""
)
_SPELLED_ZH = frozenset("零一二三四五六七八九十百幺两点杠横线艾特邮编订单号是的我嗯呃")
_FREE_WORD = re.compile(r"(?<![\w.@-])[A-Za-z]{2,}(?![\w-]*[@.]\w)")
_MAIL = re.compile(r"@|\bat\b.*\bdot\b")
_MOST_WORDS, _MOST_SIGNS = 2, 3


def is_spelled(text: str) -> bool:
    """Whether there is hardly more in it than names, letters and digits, alike in either language."""
    words = [word for word in _FREE_WORD.findall(text) if word.casefold() not in _SPELLED_EN]
    signs = [sign for sign in _HAN.findall(text) if sign not in _SPELLED_ZH]
    if _MAIL.search(text.casefold()):
        return True
    return len(words) <= _MOST_WORDS and len(signs) <= _MOST_SIGNS
