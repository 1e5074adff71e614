"""The front: every entity of a text, and the best entity of several readings of one utterance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from dialogue.entities.addresses_us import find_addresses_us
from dialogue.entities.addresses_zh import find_addresses_zh
from dialogue.entities.catalogue import find_products
from dialogue.entities.dates import find_dates
from dialogue.entities.emails import find_emails
from dialogue.entities.entity import KINDS, Context, Entity, Kind, Valid, chosen
from dialogue.entities.homophones import by_sound
from dialogue.entities.money import find_money
from dialogue.entities.names import find_names
from dialogue.entities.numbers import find_phones, find_postcodes
from dialogue.entities.options import find_options, find_variants
from dialogue.entities.orders import find_orders
from dialogue.entities.payments import find_payments
from dialogue.entities.quantities import find_quantities
from dialogue.entities.times import find_times

Parser: TypeAlias = Callable[[str, str, Context], list[Entity]]
"""Text, language (`en`, `zh`) and context in, entities out; pure."""

PARSERS: Mapping[Kind, tuple[Parser, ...]] = {
    "order": (find_orders,),
    "email": (find_emails,),
    "phone": (find_phones,),
    "postcode": (find_postcodes,),
    "address": (find_addresses_us, find_addresses_zh),
    "payment": (find_payments,),
    "product": (find_products,),
    "variant": (find_variants,),
    "option": (find_options,),
    "money": (find_money,),
    "date": (find_dates,),
    "time": (find_times,),
    "name": (find_names,),
    "quantity": (find_quantities,),
}
"""What finds each kind, and that kind only."""

_TRUST = {"listed": 1.0, "keyed": 1.0, "mixed": 0.9, "corrected": 0.8, "heard": 0.6, "unsure": 0.4}
_LATER = 0.1
"""What a reading is worth less for each that the recogniser thought likelier."""


def extract(
    text: str,
    language: str,
    *,
    expected: Iterable[Kind] = (),
    valid: Valid | None = None,
    now: datetime | None = None,
) -> tuple[Entity, ...]:
    """Every entity of a text, in the order in which they stand; none overlap but variants with their parts.

    Args:
        text: what was recognised.
        language: `en` or `zh`.
        expected: the kinds that the caller was asked for: read with less evidence, and before others.
        valid: known values, which correct what was misheard.
        now: the shop's local time; without it no dates are read.
    """
    return _extracted(text, language, KINDS, Context(frozenset(expected), valid or Valid(), now))


def _extracted(text: str, language: str, kinds: Iterable[Kind], context: Context) -> tuple[Entity, ...]:
    """The entities of some kinds: what was expected is the same whichever others are looked for."""
    found = [one for kind in kinds for one in _found(text, language, kind, context)]
    if language == "zh":
        missing = sorted(context.expected - {one.kind for one in found})
        found += [one for kind in missing for one in _second_look(text, kind, context)]
    return chosen(found, context.expected)


def _found(text: str, language: str, kind: Kind, context: Context) -> list[Entity]:
    return [one for parser in PARSERS[kind] for one in parser(text, language, context)]


def _second_look(text: str, kind: Kind, context: Context) -> list[Entity]:
    """What was asked for and not found, in the text with its signs put right by their sound."""
    mended = by_sound(text, kind)
    if mended == text:
        return []
    return [
        replace(one, confidence=round(0.8 * one.confidence, 2)) for one in _found(mended, "zh", kind, context)
    ]


def best_of(
    texts: Sequence[str],
    language: str,
    kind: Kind,
    *,
    valid: Valid | None = None,
    now: datetime | None = None,
) -> Entity | None:
    """The entity of a kind that several readings of one utterance come to.

    Args:
        texts: the recogniser's readings, the likeliest first.
        language: `en` or `zh`.
        kind: what was asked for.
        valid: known values; a reading with one of them goes before a likelier one without.
        now: the shop's local time.

    Returns:
        The best one, its places those in its own reading; None where no reading has any.
    """
    best: tuple[float, Entity] | None = None
    context = Context(frozenset((kind,)), valid or Valid(), now)
    for place, text in enumerate(texts):
        for one in _extracted(text, language, (kind,), context):
            worth = _TRUST[one.source] + 0.5 * one.confidence - _LATER * min(place, 4)
            if best is None or worth > best[0]:
                best = worth, one
    return best[1] if best else None
