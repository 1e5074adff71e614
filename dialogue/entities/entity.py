"""What is found in a sentence, and what is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from dialogue.entities.catalogue import Catalogue

Kind: TypeAlias = Literal[
    "order",
    "email",
    "phone",
    "postcode",
    "address",
    "payment",
    "product",
    "variant",
    "option",
    "money",
    "date",
    "time",
    "name",
    "quantity",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind, those first that win where two readings of the same words are equally good."""

Source: TypeAlias = Literal["heard", "listed", "corrected", "unsure", "keyed", "mixed"]
"""How a value was come by.

`heard`: as it was recognised, and no list of valid values vouches for it. `listed`: as recognised, and it is
on the list. `corrected`: the one value of the list that is clearly nearest to what was recognised. `unsure`:
several come equally near, ask. `keyed`: pressed. `mixed`: partly spoken, partly pressed.
"""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that a caller named.

    Attributes:
        kind: what it is.
        value: in the one form of its kind, see `docs/entities.md`; of several candidates the likeliest.
        start, end: the part of the text it was read from.
        confidence: 0 to 1.
        source: how the value was come by.
        alternatives: where the source is `unsure`, every value it may be, the likeliest first.
        parts: an address's parts, a quantity's unit, the option that a value belongs to.
    """

    kind: Kind
    value: str
    start: int
    end: int
    confidence: float
    source: Source = "heard"
    alternatives: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that the caller has on file.

    Attributes:
        id: what the shop calls it.
        kind: `credit_card`, `gift_card`, `paypal`, `wechat`, `alipay`.
        last_four: a card's last digits.
        brand: a card's brand, lower case.
    """

    id: str
    kind: str
    last_four: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Valid:
    """Values that a caller may mean: they correct what was recognised, and are never made up.

    Attributes:
        orders: order numbers as the shop writes them: the caller's own, or all of the shop's.
        emails, phones, postcodes, names: of customers.
        payments: the caller's ways to pay.
        places: names of cities, districts and streets where the shop's customers live.
        catalogue: the shop's products.
    """

    orders: Sequence[str] = ()
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    postcodes: Sequence[str] = ()
    names: Sequence[str] = ()
    payments: Sequence[PaymentMethod] = ()
    places: Sequence[str] = ()
    catalogue: Catalogue | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may know beside the words.

    Attributes:
        expected: the kinds that were asked for.
        valid: known values.
        now: the shop's local time, which "yesterday" counts from. None: nothing relative is read.
    """

    expected: frozenset[Kind] = frozenset()
    valid: Valid = field(default_factory=Valid)
    now: datetime | None = None


def chosen(found: Sequence[Entity], expected: frozenset[Kind]) -> tuple[Entity, ...]:
    """Of readings that overlap the best ones, in the order in which they stand in the text.

    The order among them is total: what was asked for goes first, then the longer part of the text, the
    higher confidence, the kind that stands first in `KINDS`, the earlier place, the value. Options and
    variants lie within products and addresses have zip codes in them; only the former are kept beside.
    """
    best: list[Entity] = []
    for one in sorted(found, key=lambda one: _rank(one, expected)):
        again = any(one.kind == other.kind and one.value == other.value for other in best)
        if not again and not any(_excludes(other, one) for other in best):
            best.append(one)
    return tuple(sorted(best, key=lambda one: (one.start, one.end, KINDS.index(one.kind))))


def _rank(one: Entity, expected: frozenset[Kind]) -> tuple[bool, int, float, int, int, str]:
    asked = one.kind in expected
    return (not asked, one.start - one.end, -one.confidence, KINDS.index(one.kind), one.start, one.value)


def _excludes(one: Entity, other: Entity) -> bool:
    if one.kind != other.kind and "variant" in (one.kind, other.kind):
        # A variant is what its product and its options come to.
        return False
    return one.start < other.end and other.start < one.end
