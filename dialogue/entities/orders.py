"""Order numbers: "W two three seven eight one five six", "#W-237-8156", 订单号 W 二三七八幺五六."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogue.entities.confusion import Ranked, distance, rank
from dialogue.entities.corrections import resolved
from dialogue.entities.entity import Context, Entity
from dialogue.entities.symbols import Run, Symbols, runs, text_of
from dialogue.entities.tokens import Words, read

LIMIT = 1.3
"""The farthest a valid number may lie from a whole one that was heard: one unlikely error, three likely."""

MARGIN = 0.55
"""By how much it must be nearer than the next one."""

_CUE = re.compile(
    r"\b(?:orders?|number|purchase|confirmation|reference|it's|it is|id|code|pound|hash)\b|订单|单号|编号"
    r"|号码|定单|号是|#"
)
_TAIL = re.compile(r"\b(?:ending|ends|end|last|finishes|finishing)\b|尾号|最后|末尾|后[三四两234]位|结尾")
_NOT_A_NUMBER = re.compile(r"[$€£¥%]\s*$")
_GROUP = re.compile(r"([A-Z]*)(\d+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a shop's order numbers look: `#W` and seven digits.

    Attributes:
        sign: what is written before and not said.
        letters: letters that all of them begin with.
        digits: how many digits follow; 0 where they vary.
    """

    sign: str = ""
    letters: str = ""
    digits: int = 0

    def fits(self, text: str) -> bool:
        """Whether symbols (upper case) are a whole number; the letters may be left out."""
        match = _GROUP.fullmatch(text)
        if match is None:
            return False
        if self.digits:
            return match[1] in ("", self.letters) and len(match[2]) == self.digits
        return 5 <= len(match[2]) <= 14 and len(match[1]) <= 3

    def missing(self, text: str) -> int:
        """How many digits the beginning of a number lacks."""
        return max(0, self.digits - sum(char.isdigit() for char in text))

    def written(self, text: str) -> str:
        """A whole number as the shop writes it."""
        return self.sign + (text if text[:1].isalpha() else self.letters + text)


@lru_cache(maxsize=64)
def shape_of(orders: tuple[str, ...]) -> Shape:
    """The shape that most of a shop's order numbers have; an open one where there are none."""
    shapes: Counter[Shape] = Counter()
    for order in orders[:200]:
        match = re.fullmatch(r"([^A-Za-z\d]*)([A-Za-z]*)[-\s]?(\d+)", order.strip())
        if match:
            shapes[Shape(match[1], match[2].upper(), len(match[3]))] += 1
    return shapes.most_common(1)[0][0] if shapes else Shape()


def symbols_of(order: str) -> str:
    """The symbols of an order number that are said."""
    return "".join(char for char in order.upper() if char.isalnum())


def find_orders(text: str, language: str, context: Context) -> list[Entity]:
    """Every order number in a text.

    A number of the shop's shape is one wherever it stands. Another run of symbols counts where "order" stands
    before it or an order was asked for, if it is whole or the list has one that it must be.
    """
    words = read(text)
    listed = tuple(context.valid.orders)
    shape = shape_of(listed)
    found: list[Entity] = []
    for run in runs(words):
        found += _of_run(words, run, language, context, shape, listed)
    return found


def _of_run(
    words: Words, run: Run, language: str, context: Context, shape: Shape, listed: Sequence[str]
) -> list[Entity]:
    symbols = _tidied(
        resolved(
            run, lambda made: shape.fits(_zeros(made)), lambda made: shape.written(_zeros(made)) in listed
        )
    )
    said = text_of(symbols)
    before = words.before(run.first, 6)
    asked = "order" in context.expected
    cued = asked or bool(_CUE.search(before))
    if not any(char.isdigit() for char in said) or _NOT_A_NUMBER.search(before):
        return []
    whole = _whole(symbols, shape, cued)
    if whole:
        return [_entity(words, one, language, shape, listed, asked) for one in whole]
    if not cued or not listed:
        return []
    tail = _by_tail(words, symbols, before, listed)
    if tail is not None:
        return [tail]
    return _nearest(words, symbols, language, shape, listed, asked)


def _zeros(said: str) -> str:
    """The letter O behind a digit is a zero."""
    return re.sub(r"(?<=\d)O|O(?=\d)", "0", said)


def _tidied(symbols: Symbols) -> Symbols:
    text = _zeros(text_of(symbols))
    return tuple((char, token) for char, (_, token) in zip(text, symbols, strict=True))


def _whole(symbols: Symbols, shape: Shape, cued: bool) -> list[Symbols]:
    """The whole numbers in a run: all of it, or several said one after another."""
    said = text_of(symbols)
    if shape.fits(said):
        has_letter = said[:1].isalpha()
        long_enough = has_letter or cued or (shape.digits >= 6 and bool(shape.letters))
        return [symbols] if long_enough and (shape.digits or cued or has_letter) else []
    pattern = (
        rf"{re.escape(shape.letters)}\d{{{shape.digits}}}(?!\d)"
        if shape.digits
        else r"[A-Z]{1,3}\d{5,14}(?!\d)"
    )
    found = list(re.finditer(pattern, said)) if shape.letters or not shape.digits else []
    return [symbols[match.start() : match.end()] for match in found]


def _entity(
    words: Words, symbols: Symbols, language: str, shape: Shape, listed: Sequence[str], asked: bool
) -> Entity:
    said = text_of(symbols)
    written = shape.written(said)
    start, end = _span(words, symbols)
    if written in listed:
        return Entity("order", written, start, end, 0.98, "listed")
    near = ranked(said, listed, language, shape)
    value = near.clear(LIMIT, MARGIN)
    if value is not None:
        return Entity("order", value, start, end, 0.75, "corrected")
    options = near.near(LIMIT)
    if len(options) > 1:
        return Entity("order", options[0], start, end, 0.4, "unsure", options)
    sure = 0.7 if said[:1].isalpha() or asked else 0.6
    return Entity("order", written, start, end, sure, "heard")


def ranked(said: str, listed: Sequence[str], language: str, shape: Shape) -> Ranked:
    """The listed numbers by their distance from what was said; a letter left out is no error."""
    full = said if said[:1].isalpha() or not shape.letters else shape.letters + said
    return rank(full, listed, key=symbols_of, measure=lambda heard, value: distance(heard, value, language))


def _by_tail(words: Words, symbols: Symbols, before: str, listed: Sequence[str]) -> Entity | None:
    said = text_of(symbols)
    if not _TAIL.search(before) or not 2 <= len(said) <= 5:
        return None
    fitting = tuple(order for order in listed if order.endswith(said))
    start, end = _span(words, symbols)
    if len(fitting) == 1:
        return Entity("order", fitting[0], start, end, 0.85, "corrected")
    if 1 < len(fitting) <= 3:
        return Entity("order", fitting[0], start, end, 0.5, "unsure", fitting)
    return None


def _nearest(
    words: Words, symbols: Symbols, language: str, shape: Shape, listed: Sequence[str], asked: bool
) -> list[Entity]:
    """What a run that is no whole number must be: one or two symbols lost or heard twice."""
    said = text_of(symbols)
    digits = sum(char.isdigit() for char in said)
    if not shape.digits or abs(digits - shape.digits) > 2 or digits < 4:
        return []
    start, end = _span(words, symbols)
    near = ranked(_lettered(said, shape), listed, language, shape)
    limit = LIMIT + 0.8 if asked else LIMIT
    value = near.clear(limit, MARGIN)
    if value is not None:
        return [Entity("order", value, start, end, 0.6, "corrected")]
    options = near.near(limit)
    if len(options) > 1:
        return [Entity("order", options[0], start, end, 0.35, "unsure", options)]
    return []


def _lettered(said: str, shape: Shape) -> str:
    """Letters before the digits that are as many as the shape's own are a mishearing of these."""
    match = re.match(r"[A-Z]*", said)
    size = len(match[0]) if match else 0
    return shape.letters + said[size:] if shape.letters and size else said


def _span(words: Words, symbols: Symbols) -> tuple[int, int]:
    places = [token for _, token in symbols]
    return words.span(min(places), max(places))
