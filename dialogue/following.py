"""In which language the dialogue goes on, and whether words are worth an answer at all."""

from __future__ import annotations

import re

from dialogue.mind import Said
from dialogue.state import DialogueState

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
