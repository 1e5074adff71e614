"""Intents that nobody trained: words alone decide, and nothing has to be learnt first."""

from __future__ import annotations

from dialogue.intent.recogniser import NOTHING, Recognised


class Untrained:
    """Recognises nothing by its meaning."""

    def __init__(self, _: object) -> None:
        pass

    def recognise(self, _: str) -> Recognised:
        return NOTHING
