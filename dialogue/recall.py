"""What is left of turns that the language model is no longer sent: one line, made without a model."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.phrases import sentences
from dialogue.state import Exchange

MOST = 6
"""Turns that are remembered; the latest, if there are more."""

LONGEST = 60
"""Characters that are remembered of what somebody said."""

_ASKED = frozenset({"known", "knowledge", "model", "error", "person"})
_NOTHING = frozenset(
    {
        *("greeting", "silence", "fallback", "ignored", "repeat", "goodbye", "language"),
        *("unreachable", "menu", "limit", "refused"),
    }
)
"""Kinds of turns that change nothing. Any other kind is something that was done for the caller."""

_WORDS = {
    "en": ("Earlier in this call the caller asked: ", "Earlier in this call was done: ", "; "),
    "zh": ("本次通话中来电者之前问过：", "本次通话中之前办过：", "；"),
}


def recalled(exchanges: Sequence[Exchange], language: str) -> str:
    """The line about `exchanges`, oldest first; empty where there is nothing to remember.

    The same turns always give the same line, so that a server finds it in its cache.
    """
    asked, done, between = _WORDS["zh" if language == "zh" else "en"]
    told = [one for one in exchanges if one.caller and one.kind not in _NOTHING][-MOST:]
    parts = []
    for beginning, texts in (
        (asked, [one.caller for one in told if one.kind in _ASKED]),
        (done, [_outcome(one) for one in told if one.kind not in _ASKED]),
    ):
        if short := [_short(text) for text in texts if text]:
            parts.append(beginning + between.join(short))
    return " ".join(f"{part}." if language != "zh" else f"{part}。" for part in parts)


def _outcome(exchange: Exchange) -> str:
    """The first sentence of what the caller was told: the one that says what happened."""
    return next(iter(sentences(exchange.content)), "")


def _short(text: str) -> str:
    text = " ".join(text.split()).strip(" .?!。？！")
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"
