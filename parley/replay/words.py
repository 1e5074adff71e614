"""How far two texts of the same speech are apart."""

from __future__ import annotations

import functools
import re

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer  # type: ignore[import-untyped]  # no annotations
from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

_HAN = re.compile(r"([\u3400-\u9fff])")


@functools.cache
def _english() -> EnglishTextNormalizer:
    return EnglishTextNormalizer()


@functools.cache
def _basic() -> BasicTextNormalizer:
    return BasicTextNormalizer()


def plain(text: str) -> str:
    """Words apart by spaces, without case, punctuation and ways of writing ("two" is "2").

    A Chinese character counts as a word.
    """
    if _HAN.search(text):
        return " ".join(_HAN.sub(r" \1 ", _basic()(text)).split())
    return " ".join(_english()(text).split())


def word_error(words: str, text: str) -> float:
    """Share of `words` that `text` has wrong, left out or added: 0 (none) upwards."""
    wanted, found = plain(words), plain(text)
    if not wanted:
        return 1.0 if found else 0.0
    return float(jiwer.wer(wanted, found))
