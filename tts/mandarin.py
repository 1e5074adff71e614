"""Mandarin text to syllables: readings, tone sandhi, erhua, letters and foreign words.

Readings come from pypinyin (its phrase table, corrected for a shop's vocabulary), word
boundaries for the third tone from jieba. Everything is offline.
"""

from __future__ import annotations

import bisect
import functools
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from tts.mandarin_words import LETTERS, READINGS, WORDS
from tts.timing import token_starts

_RUN = re.compile(r"[\u3400-\u9fff〇]+|[A-Za-z]+(?:'[A-Za-z]+)*|[，、；：,;:。！？!?…—]+")
_HAN = re.compile(r"[\u3400-\u9fff〇]")
_DIGITS = set("〇零一二三四五六七八九幺两")
_ORDINAL_BEFORE = set("第周期初十百千万点")
_ORDINAL_AFTER = set("月号日楼十")
_NOT_ERHUA_BEFORE = set("女婴幼少孤胎健宠小男")
_NOT_ERHUA_AFTER = set("子童歌女科媳孙时")
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])"
)


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable, or a pause.

    Attributes:
        pinyin: with its tone as it is said, `hao3`, `lv4`; the neutral tone is 5. Empty for a pause.
        token: number of the character or foreign word it comes from, as `timing.tokens` counts.
        joined: said in one breath with the syllable before it (the r of erhua).
        ends_word: a word ends behind it.
    """

    pinyin: str
    token: int
    joined: bool = False
    ends_word: bool = False

    @property
    def tone(self) -> int:
        """1 to 5, 0 for a pause."""
        return int(self.pinyin[-1]) if self.pinyin else 0


def syllables(text: str) -> list[Syllable]:
    """Syllables of a text in spoken form (hanzi, letters and punctuation; digits are dropped)."""
    starts = token_starts(text)
    found: list[Syllable] = []
    for match in _RUN.finditer(text):
        run = match.group()
        token = bisect.bisect_right(starts, match.start()) - 1
        if _HAN.match(run):
            found.extend(_han(run, token))
        elif run[0].isascii() and run[0].isalpha():
            found.extend(Syllable(pinyin, token, ends_word=True) for pinyin in foreign(run))
        elif found and found[-1].pinyin:
            found.append(Syllable("", found[-1].token))
    return found[:-1] if found and not found[-1].pinyin else found


def foreign(word: str) -> list[str]:
    """Pinyin for a Latin word: known words, names written in pinyin, otherwise letter by letter."""
    lower = word.lower()
    if lower in WORDS:
        return WORDS[lower].split()
    if len(lower) > 3 and not word.isupper():
        parts = _pinyin_parts(lower)
        if parts:
            return [part + "1" for part in parts]
    return [pinyin for letter in lower if letter in LETTERS for pinyin in LETTERS[letter].split()]


def _pinyin_parts(word: str) -> list[str]:
    """The word as pinyin syllables (`zhangsan`), empty if it is none."""
    parts: list[str] = []
    at = 0
    while at < len(word):
        match = _SYLLABLE.match(word, at)
        if match is None or match.end() == at:
            return []
        parts.append(match.group())
        at = match.end()
    return parts


def _han(run: str, token: int) -> list[Syllable]:
    _load()
    readings = [
        _regular(reading)
        for reading in lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    ]
    if len(readings) != len(run):
        readings = [
            _regular("".join(lazy_pinyin(char, style=Style.TONE3, neutral_tone_with_five=True)))
            for char in run
        ]
    words = _words(run)
    readings = third_tones(yi_bu(run, readings, words), words)
    ends = set(_ends(words))
    found: list[Syllable] = []
    for at, reading in enumerate(readings):
        if _is_erhua(run, at):
            found.append(Syllable("er5", token + at, joined=True, ends_word=at + 1 in ends))
        else:
            found.append(Syllable(reading, token + at, ends_word=at + 1 in ends))
    return found


def yi_bu(run: str, readings: Sequence[str], words: Sequence[str]) -> list[str]:
    """Tones of 一 and 不 as they are said.

    一 stays high in numbers, ordinals and at a word's end, falls before tones 1 to 3 and
    rises before tone 4; 不 rises before tone 4; both are neutral in 看一看, 是不是.
    """
    said = list(readings)
    ends = {end - 1 for end in _ends(words)}
    for at, char in enumerate(run):
        if char not in "一不":
            continue
        before, after = run[at - 1 : at] if at else "", run[at + 1 : at + 2]
        following = readings[at + 1][-1] if after else ""
        if before and before == after and before not in _DIGITS:
            said[at] = said[at][:-1] + "5"
        elif char == "不":
            said[at] = "bu2" if following == "4" else "bu4"
        elif _is_ordinal(before, after) or (at in ends and len(_word_at(words, at)) > 1):
            said[at] = "yi1"
        else:
            said[at] = "yi1" if not after else "yi2" if following == "4" or after == "个" else "yi4"
    return said


def third_tones(readings: Sequence[str], words: Sequence[str]) -> list[str]:
    """Third-tone sandhi: of two low tones in a row the first rises, within words before across."""
    said = list(readings)

    def raise_before(at: int) -> None:
        if 0 < at < len(said) and said[at - 1].endswith("3") and said[at].endswith("3"):
            said[at - 1] = said[at - 1][:-1] + "2"

    start = 0
    for word in words:
        # 保管好 is (保管)好, 老保管 is 老(保管): the pair that is a word goes first.
        inner = list(range(start + 1, start + len(word)))
        if len(word) == 3 and not _is_word(word[:2]):
            inner.reverse()
        for at in inner:
            raise_before(at)
        start += len(word)
    # From the right, so that every other syllable of a long row rises: 我 想 买 两件.
    for end in reversed(_ends(words)):
        raise_before(end)
    return said


def _is_ordinal(before: str, after: str) -> bool:
    return bool(
        (before and (before in _DIGITS or before in _ORDINAL_BEFORE))
        or (after and (after in _DIGITS or after in _ORDINAL_AFTER))
    )


def _is_erhua(run: str, at: int) -> bool:
    return (
        run[at] == "儿"
        and at > 0
        and run[at - 1] not in _NOT_ERHUA_BEFORE
        and run[at + 1 : at + 2] not in _NOT_ERHUA_AFTER
    )


def _regular(reading: str) -> str:
    """Readings without a vowel, and neutral ones, in the form of all others."""
    if not reading[-1:].isdigit():
        reading += "5"
    base, tone = reading[:-1], reading[-1]
    return {"n": "en", "ng": "en", "m": "mu", "hm": "heng", "hng": "heng", "ê": "ei"}.get(base, base) + tone


def _ends(words: Sequence[str]) -> list[int]:
    ends: list[int] = []
    for word in words:
        ends.append((ends[-1] if ends else 0) + len(word))
    return ends


def _word_at(words: Sequence[str], at: int) -> str:
    return next(word for word, end in zip(words, _ends(words), strict=True) if at < end)


@functools.cache
def _load() -> None:
    """Teach pypinyin the readings that it misses in a shop's sentences."""
    load_phrases_dict({phrase: [[part] for part in reading.split()] for phrase, reading in READINGS.items()})


@functools.cache
def _segmenter() -> Any:
    with warnings.catch_warnings():
        # jieba 0.42.1 asks for pkg_resources and has invalid escapes in its sources.
        warnings.simplefilter("ignore")
        # Here, because it takes a second to load and only Mandarin needs it.
        import jieba  # type: ignore[import-untyped]  # noqa: PLC0415

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
    return jieba


def _words(run: str) -> list[str]:
    return list(_segmenter().lcut(run))


def _is_word(text: str) -> bool:
    return bool(_segmenter().dt.FREQ.get(text))
