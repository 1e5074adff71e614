"""The front: every entity of a text, and the best entity of several readings of one utterance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from dialogue.entities.addresses_us import find_addresses_us
from dialogue.entities.addresses_zh import find_addresses_zh
from dialogue.entities.catalogue import find_products
from dialogue.entities.dates import find_dates
from dialogue.entities.emails import find_emails
from dialogue.entities.entity import Context, Entity, Kind, Valid, chosen
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

PARSERS: tuple[Parser, ...] = (
    find_orders,
    find_emails,
    find_phones,
    find_postcodes,
    find_addresses_us,
    find_addresses_zh,
    find_payments,
    find_products,
    find_variants,
    find_options,
    find_money,
    find_dates,
    find_times,
    find_names,
    find_quantities,
)

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
    context = Context(frozenset(expected), valid or Valid(), now)
    found = [one for parser in PARSERS for one in parser(text, language, context)]
    if language == "zh":
        missing = sorted(context.expected - {one.kind for one in found})
        found += [one for kind in missing for one in _second_look(text, kind, context)]
    return chosen(found, context.expected)


def _second_look(text: str, kind: Kind, context: Context) -> list[Entity]:
    """What was asked for and not found, in the text with its signs put right by their sound."""
    mended = by_sound(text, kind)
    if mended == text:
        return []
    found = [one for parser in PARSERS for one in parser(mended, "zh", context) if one.kind == kind]
    return [replace(one, confidence=round(0.8 * one.confidence, 2)) for one in found]


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
    for place, text in enumerate(texts):
        for one in extract(text, language, expected=(kind,), valid=valid, now=now):
            if one.kind != kind:
                continue
            worth = _TRUST[one.source] + 0.5 * one.confidence - _LATER * min(place, 4)
            if best is None or worth > best[0]:
                best = worth, one
    return best[1] if best else None
