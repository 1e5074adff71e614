"""Turns as a call hands them to whoever keeps or counts them."""

from __future__ import annotations

from asr.ear import Utterance
from dialogue.mind import Arrived, Keyed, Said
from parley.journal import TurnRecord
from parley.ledger import TurnTimes

WORDS = "my number is 0441632960000"
"""What the caller says: nobody may find it in a metric or a span."""
REPLY = "thank you Mrs Miller"


def greeting() -> TurnRecord:
    """Ready before the call was answered at 1 s, sent 20 ms after."""
    times = TurnTimes(decided=1.0, text=1.0, phrase=0.2, pcm=0.4, sent=1.02)
    return TurnRecord(0, Arrived(), None, "greeting", "Hello.", "Hello.", times)


def said(
    index: int = 1, *, endpoint: float = 0.3, phrase: float = 0.05, kind: str = "known", text: str = WORDS
) -> TurnRecord:
    """He speaks from 4 s to 5 s; text, samples and sending take 10 ms each."""
    decided = 5.0 + endpoint
    times = TurnTimes(
        4.0, 5.0, decided, decided + 0.01, decided + 0.01 + phrase, decided + 0.02 + phrase,
        decided + 0.03 + phrase,
    )  # fmt: skip
    utterance = Utterance(text, "en", 0.99, 0.9, 0.01, 4.0, 5.0)
    return TurnRecord(index, Said(text, "en"), utterance, kind, REPLY, REPLY[:9], times)


def keyed(index: int = 2) -> TurnRecord:
    """A key at 9 s, answered after 20 ms."""
    times = TurnTimes(decided=9.0, text=9.0, phrase=9.0, pcm=9.0, sent=9.02)
    return TurnRecord(index, Keyed("5"), None, "menu", "Five.", "Five.", times)


def unheard(index: int = 3) -> TurnRecord:
    """He hung up before the reply began."""
    times = TurnTimes(10.0, 11.0, 11.3, 11.31)
    return TurnRecord(index, Said("hello", "en"), None, "model", "", "", times)
