"""How each type of slot is read, settled without the caller's words, and asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from dialogue.entities import Kind
from dialogue.expected import Expected
from dialogue.tasks.definition import Slot, SlotType
from dialogue.tasks.reading_addresses import address_said
from dialogue.tasks.reading_items import items_alone, items_said
from dialogue.tasks.reading_new_items import new_items_alone, new_items_said
from dialogue.tasks.reading_orders import order_alone, order_said
from dialogue.tasks.reading_payments import payment_alone, payment_said
from dialogue.tasks.reading_plain import choice_said, text_said, value_said
from dialogue.tasks.scene import Reading, Scene

Read: TypeAlias = Callable[[Slot, Scene], Reading]


def _nothing(slot: Slot, scene: Scene) -> Reading:
    return None


@dataclass(frozen=True, slots=True)
class Reader:
    """One type of slot.

    Attributes:
        said: its value by the caller's words.
        alone: its value where only one comes into question, or those that do.
        account: whether the caller has to be identified first.
        expects: what turn-taking is told to expect.
        kinds: what the recogniser is told to expect.
        dictated: whether it may come in pieces and be keyed.
    """

    said: Read
    alone: Read = _nothing
    account: bool = False
    expects: Expected | None = None
    kinds: tuple[Kind, ...] = ()
    dictated: bool = False


READERS: dict[SlotType, Reader] = {
    "order": Reader(
        order_said, order_alone, account=True, expects="digits", kinds=("order", "product"), dictated=True
    ),
    "items": Reader(items_said, items_alone, account=True, kinds=("product", "option")),
    "new-items": Reader(new_items_said, new_items_alone, account=True, kinds=("option", "product")),
    "payment": Reader(payment_said, payment_alone, account=True, kinds=("payment",)),
    "address": Reader(address_said, expects="address", kinds=("address",)),
    "choice": Reader(choice_said),
    "text": Reader(text_said),
    "email": Reader(value_said, expects="email", kinds=("email",)),
    "phone": Reader(value_said, expects="digits", kinds=("phone",), dictated=True),
    "postcode": Reader(value_said, expects="digits", kinds=("postcode",), dictated=True),
    "name": Reader(value_said, kinds=("name",)),
    "date": Reader(value_said, kinds=("date",)),
    "quantity": Reader(value_said, kinds=("quantity",)),
    "product": Reader(value_said, kinds=("product",)),
}
