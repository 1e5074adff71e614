"""Mandarin words put right by their sound: 起消 is no word, 取消 is one that callers of this shop say.

A recogniser that mishears a syllable by a little writes signs that make no word, or a homophone of the
word that was said (收获地址 for 收货地址). What words are likely, the flow's own sentences and the shop's
catalogue tell; what occurs in them anywhere is left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from dialogue.entities.sounds import unlike
from dialogue.segmenting import frequency, words_of
from dialogue.words import pinyin, syllables

NEAR = 0.2
"""How far the syllables of a word of two signs may be apart altogether, see `unlike`."""

NEAR_LONGER = 0.3
"""The same for a longer word, which fewer others resemble."""

_AHEAD = 0.1
_LONGEST = 4
_LEAST_SAID = 3
"""Shorter remarks are names, or a yes or no; their words are left alone."""

_AS_HEARD, _KNOWN, _MENDED = 1.0, 0.3, 0.5
"""What a sign costs that stays, a word of the shop's, and one that is put in the place of what was heard."""

_COMMON = 2000
"""What is a word this frequent is what was said, whatever sounds the same."""

_HAN = re.compile(r"[一-鿿]+")
_LIGHT = frozenset("我你您他她它们的了吗呢吧啊呀是有在这那个要想把给一不没和跟请问会能可以")
"""Signs that stand beside any word: what holds one is neither a word of the shop's nor a mangled one."""

_NUMERALS = frozenset("零一二三四五六七八九十百千幺两")


class Respelling:
    """Puts the words of one shop's callers right. Shared by all calls.

    Args:
        sentences: what callers say, in any language.
        names: what the shop calls its products and their options.
    """

    def __init__(self, sentences: Sequence[str], names: Sequence[str] = ()) -> None:
        texts = [run for text in (*sentences, *names) for run in _HAN.findall(text)]
        words = {word for run in texts for word in words_of(run, new=True) if _is_telling(word)}
        words |= {name for name in names if _HAN.fullmatch(name) and _is_telling(name)}
        self._words = frozenset(words)
        self._said = frozenset(part for run in texts for part in _parts(run))
        self._signs = frozenset("".join(texts))
        # By length and first syllable: every syllable of a word is within `NEAR_LONGER` of the one heard.
        self._by_sound: defaultdict[tuple[int, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for word in sorted(words):
            self._by_sound[len(word), pinyin(word)[0]].append((word, pinyin(word)))
        self._near_first = lru_cache(maxsize=1024)(self._candidates)
        self.mend = lru_cache(maxsize=256)(self._mend)

    def _mend(self, text: str) -> str:
        """The text with mangled words put right, of the same length."""
        return _HAN.sub(lambda run: self._mended(run[0]), text)

    def _mended(self, run: str) -> str:
        """The cheapest way through a run of signs: as they were heard, or with words of the shop's."""
        if len(run) < _LEAST_SAID or not self._words:
            return run
        inside = _inside_words(run)
        best: list[tuple[float, str]] = [(0.0, "")]
        for end in range(1, len(run) + 1):
            cost, made = best[end - 1]
            ways = [(cost + _AS_HEARD, made + run[end - 1])]
            for begin in range(max(0, end - _LONGEST), end - 1):
                word = self._word(run[begin:end])
                if word is None or (word[0] and self._tears(run, begin, end, inside)):
                    continue
                cost, made = best[begin]
                ways.append((cost + word[0] + (_MENDED if word[0] else _KNOWN), made + word[1]))
            best.append(min(ways))
        return best[-1][1]

    def _word(self, heard: str) -> tuple[float, str] | None:
        """The word of the shop's that signs stand for and how far it is, 0 for itself; None for none."""
        if heard in self._words:
            return 0.0, heard
        if heard in self._said or any(sign in _NUMERALS for sign in heard):
            return None
        nearest = self._nearest(heard)
        if nearest is None:
            return None
        far, word = nearest
        common = frequency(heard)
        if common > _COMMON or (common and not _is_homophone(heard, word)):
            return None
        return None if far and any(sign in _LIGHT for sign in heard) else (far + 0.01, word)

    def _nearest(self, heard: str) -> tuple[float, str] | None:
        """The word that signs sound like; None where none is near, or two are about as near."""
        sounds = pinyin(heard)
        limit = NEAR if len(heard) == 2 else NEAR_LONGER
        found = sorted(
            (far, word)
            for word, wanted in self._near_first(len(heard), sounds[0])
            if (far := sum(map(unlike, sounds, wanted))) <= limit
        )
        tied = len(found) > 1 and found[0][0] > 0 and found[1][0] - found[0][0] < _AHEAD
        return None if not found or tied else found[0]

    def _candidates(self, size: int, sound: str) -> list[tuple[str, tuple[str, ...]]]:
        near = [own for length, own in self._by_sound if length == size and unlike(sound, own) <= NEAR_LONGER]
        return [word for own in near for word in self._by_sound[size, own]]

    def _tears(self, run: str, begin: int, end: int, inside: list[bool]) -> bool:
        """Whether a word of the language is torn apart whose rest nobody here says: 杭 of 杭州是."""
        left = inside[begin] and run[begin - 1] not in self._signs
        return left or (inside[end] and run[end] not in self._signs)


def _is_homophone(heard: str, word: str) -> bool:
    """Whether two words sound the same but for some of their tones."""
    one, other = _toned(heard), _toned(word)
    same_tones = sum(a == b for a, b in zip(one, other, strict=True))
    return same_tones > 0 and syllables(heard) == syllables(word)


@lru_cache(maxsize=2048)
def _toned(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, style=Style.TONE3))


def _is_telling(word: str) -> bool:
    return 2 <= len(word) <= _LONGEST and not any(sign in _LIGHT for sign in word)


def _parts(run: str) -> Iterator[str]:
    for begin in range(len(run)):
        for end in range(begin + 2, min(len(run), begin + _LONGEST) + 1):
            yield run[begin:end]


def _inside_words(run: str) -> list[bool]:
    """For each place between two signs whether it is within a word of the language; False at both ends."""
    inside = [False]
    for word in words_of(run):
        inside += [True] * (len(word) - 1) + [False]
    return inside
