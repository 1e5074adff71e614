"""Words and characters as features: what is left of a sentence when its spelling does not matter.

English and Chinese may stand in one sentence ("我要 invoice"), so features are made from both
scripts and never collide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from pypinyin import Style, lazy_pinyin
from whisper_normalizer.english import EnglishNumberNormalizer  # type: ignore[import-untyped]

Features: TypeAlias = dict[str, float]
"""A bag of features with their weights."""

_TOKEN = re.compile(r"[a-z0-9]+|[一-鿿]+")
_SPELLED_OUT = tuple(
    (re.compile(pattern), spelled)
    for pattern, spelled in (
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"n't\b", " not"),
        (r"'s\b", " is"),
        (r"'re\b", " are"),
        (r"'m\b", " am"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"'d\b", " would"),
        (r"\be-?\s?mail", "email"),
    )
)
_FILLERS = frozenset(["um", "uh", "er", "erm", "hmm", "hm", "oh", "well", "like", "please", "just", "so"]) | {
    *("actually", "okay", "ok", "yeah", "guys", "hey")
}
_LIGHT_WORDS = """
    a an the is are am was be been do does did i me my you your we our it its they them this that these those
    to of in on at for with and or but can could would will have has had not there some any if one
    want need know get got tell ask about than think then here their what how time
"""
LIGHT = frozenset(_LIGHT_WORDS.split())
# Particles and politeness that stand in any question; they would only make all questions alike.
_EMPTY_CHARS = frozenset("的了吗呢吧啊呀嘛嗯呃哦哎那就请问麻烦一下")
_LIGHT_CHARS = frozenset("我你您们是有在这个要想可以能会帮给")


_NUMBERS = EnglishNumberNormalizer()
_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER = (
    rf"(?:zero|{_UNIT}|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
    r"|thousand|first|second|third|fifth|eighth|ninth|twelfth|(?:four|six|seven|ten|eleven|\w+teen)th|\w+tieth)"
)
_NUMBER_RUN = re.compile(rf"\b(?!first\b|second\b|one\b(?![\s-]+{_NUMBER}\b)){_NUMBER}(?:[\s-]+{_NUMBER})*\b")
"""Numbers in words, but for those that mostly are none: "this one", "at first", "a second"."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text, to be looked up."""
    return frozenset(words.split())


def normalise(text: str) -> str:
    """Lower case, straight apostrophes, contractions spelled out, numbers in figures, single spaces.

    A recogniser writes "seven" and "7" as it likes, and so do the authors of flows.
    """
    text = text.casefold().replace("’", "'")
    for pattern, spelled in _SPELLED_OUT:
        text = pattern.sub(spelled, text)
    text = _NUMBER_RUN.sub(lambda run: _NUMBERS(run.group().replace("-", " ")), text)
    return " ".join(text.split())


def english_words(text: str) -> list[str]:
    """The stems of a sentence's Latin words, without fillers (unless nothing else is there)."""
    words = [token for token in _TOKEN.findall(normalise(text)) if token.isascii()]
    return [stem(word) for word in words if word not in _FILLERS]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Cuts the commonest endings, so that `returns`, `returned` and `returning` meet."""
    for ending, least, instead in (
        ("ies", 4, "y"),
        ("sses", 5, "ss"),
        ("ing", 6, ""),
        ("ed", 5, ""),
        ("s", 4, ""),
    ):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            cut = word.removesuffix(ending) + instead
            # "shipping" and "cancelled" doubled their last letter, "pressing" and "add" did not.
            doubled = ending in ("ing", "ed") and len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "sez"
            return cut[:-1] if doubled else _without_e(cut)
    return _without_e(word)


def _without_e(word: str) -> str:
    return word.removesuffix("e") if len(word) > 4 else word


def chinese_chars(text: str) -> list[str]:
    """A sentence's Chinese characters without those that carry no meaning of their own."""
    return [char for char in text if "一" <= char <= "鿿" and char not in _EMPTY_CHARS]


@lru_cache(maxsize=2048)
def pinyin(chars: str) -> tuple[str, ...]:
    """Toneless pinyin; what southern speakers and recognisers confuse is one (zh/z, n/l, ng/n)."""
    return tuple(_fold(syllable) for syllable in syllables(chars))


@lru_cache(maxsize=4096)
def syllables(chars: str) -> tuple[str, ...]:
    """Toneless pinyin as it is, one syllable a character."""
    return tuple(lazy_pinyin(chars, style=Style.NORMAL))


def _fold(syllable: str) -> str:
    for sound, instead in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n")):
        if syllable.startswith(sound):
            syllable = instead + syllable.removeprefix(sound)
            break
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def word_features(words: Sequence[str]) -> Features:
    """Words and pairs of neighbours; words that stand in any question count little."""
    return _runs(words, [0.35 if word in LIGHT else 1.0 for word in words], 0.5)


def letter_features(words: Sequence[str]) -> Features:
    """Three-letter runs within words, which survive most misspellings."""
    padded = [f"^{word}$" for word in words if word not in LIGHT] or [f"^{word}$" for word in words]
    return _counted((word[i : i + 3], 1.0) for word in padded for i in range(len(word) - 2))


def char_features(chars: Sequence[str]) -> Features:
    """Characters and pairs of neighbours."""
    return _runs(chars, [0.1 if char in _LIGHT_CHARS else 0.4 for char in chars], 1.0)


def sound_features(chars: Sequence[str]) -> Features:
    """Syllables and pairs of neighbours: the same for homophones."""
    return _runs(pinyin("".join(chars)), [0.1 if char in _LIGHT_CHARS else 0.4 for char in chars], 1.0)


def _runs(units: Sequence[str], weights: Sequence[float], pair: float) -> Features:
    singles = zip(units, weights, strict=False)
    pairs = ((f"{left} {right}", pair) for left, right in pairwise(units))
    return _counted((*singles, *pairs))


def _counted(weighted: Iterable[tuple[str, float]]) -> Features:
    found: Features = {}
    for name, weight in weighted:
        found[name] = found.get(name, 0.0) + weight
    return found
