"""A number that comes in pieces: some spoken, some keyed, over several turns, with corrections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from dialogue.entities.corrections import resolved
from dialogue.entities.entity import Entity, Source, Valid
from dialogue.entities.front import extract
from dialogue.entities.letters import DIGIT_SOUNDS
from dialogue.entities.orders import shape_of, symbols_of
from dialogue.entities.symbols import runs, text_of
from dialogue.entities.tokens import read

Dictated: TypeAlias = Literal["order", "phone", "postcode", "payment"]

_TOLD = {
    "en": ("I have {said} so far. ", "I need {missing} more {digits}."),
    "zh": ("我记下了{said}。", "还差{missing}位。"),
}


@dataclass(frozen=True, slots=True)
class Dictation:
    """What was said and keyed of one number so far. Immutable: every piece makes the next state.

    Attributes:
        kind: what number it is; of a card its last four digits.
        language: `en` or `zh`.
        valid: known values; keyed digits are never changed to fit one.
        said: the symbols so far, upper case.
        keys: for each of them whether it was keyed.
        ended: "#" was pressed, or the number is whole.
    """

    kind: Dictated
    language: str
    valid: Valid = field(default_factory=Valid)
    said: str = ""
    keys: tuple[bool, ...] = ()
    ended: bool = False

    def spoken(self, text: str) -> Dictation:
        """The state after the caller said something: more symbols, a correction, or the whole number."""
        if (lone := DIGIT_SOUNDS.get(text.strip(" .,!?").casefold())) is not None:
            # Among digits said one by one "to" is a two.
            text = lone
        words = read(text)
        found = [text_of(resolved(run, self._fits)) for run in runs(words)]
        whole = next((one for one in found if self._fits(one)), None)
        if whole is not None:
            return self._with(whole, (False,) * len(whole))
        joined = read(f"{self.said}, {text}" if self.said else text)
        kept = len(self.said)
        made = [resolved(run, self._fits) for run in runs(joined)]
        if not self.said:
            symbols = "".join(text_of(one) for one in made)
            return self._with(symbols, (False,) * len(symbols))
        symbols = "".join(text_of(one) for one in made)
        symbols = self._overlapped(symbols, kept)
        own = tuple(k < kept and self.keys[k] and symbols[k] == self.said[k] for k in range(len(symbols)))
        return self._with(symbols, own)

    def _overlapped(self, symbols: str, kept: int) -> str:
        """A caller who begins a little further back says the last symbols again: W237, 37 8156."""
        before, after = symbols[:kept], symbols[kept:]
        if before != self.said or self._fits(symbols) or self._lacks(symbols) > 0:
            return symbols
        for size in range(min(len(before), len(after)), 0, -1):
            if before.endswith(after[:size]) and self._fits(before + after[size:]):
                return before + after[size:]
        return symbols

    def keyed(self, keys: str) -> Dictation:
        """The state after some keys: digits are added, `*` takes the last symbol back, `#` ends."""
        made = self
        for key in keys:
            if key == "#":
                made = replace(made, ended=bool(made.said))
            elif key == "*":
                made = replace(made, said=made.said[:-1], keys=made.keys[:-1], ended=False)
            elif key.isdigit() and not made._fits(made.said):
                made = made._with(made.said + key, (*made.keys, True))
        return made

    @property
    def missing(self) -> int:
        """How many digits it lacks; 0 where it is whole, or where no length is known."""
        return 0 if self._fits(self.said) else self._lacks(self.said)

    @property
    def whole(self) -> bool:
        """Whether it is as long as it must be."""
        return self._fits(self.said)

    @property
    def told(self) -> str:
        """What to say of it: what was understood, and how much is missing. Empty when it is whole."""
        if self.whole or not self.missing:
            return ""
        have, need = _TOLD["zh" if self.language == "zh" else "en"]
        digits = "digit" if self.missing == 1 else "digits"
        said = have.format(said=self.said) if self.said else ""
        return (said + need.format(missing=self.missing, digits=digits)).strip()

    @property
    def entity(self) -> Entity | None:
        """What it came to, once it is whole or "#" was pressed; None before, and where it fits nothing."""
        if not self.said or not (self.whole or self.ended):
            return None
        valid = self._fitting()
        if valid is None:
            value = shape_of(tuple(self.valid.orders)).written(self.said)
            return (
                Entity("order", value, 0, len(self.said), 0.7, self._source("heard")) if self.whole else None
            )
        if all(self.keys):
            valid = replace(valid, postcodes=(), phones=())  # nothing was misheard
        lead = "尾号" if self.language == "zh" else "card ending in "
        text = f"{lead}{self.said}" if self.kind == "payment" else self.said
        found = extract(text, self.language, expected=(self.kind,), valid=valid)
        one = next((one for one in found if one.kind == self.kind), None)
        if one is None:
            return None
        confidence = 1.0 if all(self.keys) and one.source in ("listed", "heard") else one.confidence
        return replace(
            one, start=0, end=len(self.said), source=self._source(one.source), confidence=confidence
        )

    @property
    def guess(self) -> str | None:
        """The one valid order that begins or ends with what was said so far: worth asking about."""
        if self.kind != "order" or sum(char.isdigit() for char in self.said) < 3:
            return None
        fitting = [order for order in self.valid.orders if self._begins_or_ends(symbols_of(order))]
        return fitting[0] if len(fitting) == 1 else None

    def _begins_or_ends(self, order: str) -> bool:
        digits = order.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return order.startswith(self.said) or digits.startswith(self.said) or order.endswith(self.said)

    def _source(self, source: Source) -> Source:
        if source in ("corrected", "unsure") or not any(self.keys):
            return source
        return "keyed" if all(self.keys) else "mixed"

    def _fitting(self) -> Valid | None:
        """The valid values that have the keyed digits where they were keyed; None where no order has."""
        if self.kind != "order" or not (any(self.keys) and self.whole and self.valid.orders):
            return self.valid
        shape = shape_of(tuple(self.valid.orders))
        lead = "" if self.said[:1].isalpha() else shape.letters
        keyed = {len(lead) + k: self.said[k] for k, own in enumerate(self.keys) if own}
        fitting = tuple(
            order
            for order in self.valid.orders
            if all(symbols_of(order)[k : k + 1] == digit for k, digit in keyed.items())
        )
        return replace(self.valid, orders=fitting) if fitting else None

    def _with(self, said: str, keys: tuple[bool, ...]) -> Dictation:
        made = replace(self, said=said, keys=keys)
        return replace(made, ended=made.whole)

    def _fits(self, said: str) -> bool:
        if self.kind == "order":
            return shape_of(tuple(self.valid.orders)).fits(said)
        return said.isdigit() and self._lacks(said) == 0 and not self._surplus(said)

    def _length(self) -> int:
        lengths = {"phone": (10, 11), "postcode": (5, 6), "payment": (4, 4)}
        return lengths[self.kind][self.language == "zh"]

    def _surplus(self, said: str) -> bool:
        return len(said) > self._length()

    def _lacks(self, said: str) -> int:
        if self.kind == "order":
            return shape_of(tuple(self.valid.orders)).missing(said)
        return max(0, self._length() - len(said))
