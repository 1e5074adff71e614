"""Which intent a caller's sentence asks for, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dialogue.intent.encoder import Encoder
from dialogue.intent.scope import in_scope
from dialogue.intent.side import HAN, LATIN, Script, Side
from dialogue.texts import Language, script_of

THRESHOLD = 0.5
"""Probability of being in scope from which an intent is named."""

DOUBT = 1 / 3
"""Power of the best intent's share: the regularised regression understates it."""

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a sentence asks for.

    Attributes:
        intent: its name, None when the sentence asks for none of them.
        probability: of the likeliest intent being what is asked for, 0 to 1, also where `intent` is None.
        out_of_scope: probability that none of the intents is asked for, 0 to 1.
        likeliest: the likeliest intent, whether it was accepted or not; None where nothing was said.
    """

    intent: str | None
    probability: float
    out_of_scope: float
    likeliest: str | None = None


NOTHING = Recognised(None, 0.0, 1.0)
"""What a sentence without words asks for."""


class Recogniser(Protocol):
    """Recognises intents."""

    def recognise(self, sentence: str) -> Recognised:
        """What the sentence asks for. Never fails, whatever the sentence."""


class IntentRecogniser:
    """Recognises the intents of one flow. Implements `Recogniser`.

    Training takes some milliseconds an example the first time, mostly for vectors. The same examples
    give the same recogniser. The latest sentences are remembered, as partial text comes again and again.

    Args:
        examples: sentences by intent, in any language; each language is trained by itself.
        encoders: what makes vectors of a language's sentences; without one, words and letters decide.
        cache: folder where vectors of examples are kept, None to keep none.
    """

    def __init__(
        self,
        examples: Mapping[str, Sequence[str]],
        encoders: Mapping[Language, Encoder] | None = None,
        cache: Path | None = None,
    ) -> None:
        self._names = tuple(examples)
        self._sides: dict[Language, Side] = {}
        self._remembered: dict[str, Recognised] = {}
        every = [(text, i) for i, texts in enumerate(examples.values()) for text in dict.fromkeys(texts)]
        scripts: dict[Language, Script] = {"en": LATIN, "zh": HAN}
        for language, script in scripts.items():
            own = [(text, i) for text, i in every if script_of(text) == language and script.units(text)]
            if own:
                self._sides[language] = Side(own, script, (encoders or {}).get(language), cache)

    def recognise(self, sentence: str) -> Recognised:
        """See `Recogniser.recognise`."""
        found = self._remembered.get(sentence)
        if found is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[sentence] = self._recognise(sentence)
        return found

    def _recognise(self, sentence: str) -> Recognised:
        # "Invoice" may be said to a Mandarin flow; Chinese characters say nothing to an English one.
        side = (
            self._sides.get("zh")
            if script_of(sentence) == "zh"
            else self._sides.get("en", self._sides.get("zh"))
        )
        if side is None or not any(char.isalnum() for char in sentence):
            return NOTHING
        evidence = side.weigh(sentence)
        scope = in_scope(evidence.features)
        best = int(evidence.intents.argmax())
        likeliest = self._names[side.intents[best]]
        return Recognised(
            intent=likeliest if scope >= THRESHOLD else None,
            probability=scope * float(evidence.intents[best]) ** DOUBT,
            out_of_scope=1 - scope,
            likeliest=likeliest,
        )
