"""Which fields a task's sentences may have in braces, and which its conditions may name."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from dialogue.tasks.definition import SlotType
from dialogue.tools.refusals import SENTENCES, Code

_ORDER = frozenset(
    {
        "order",
        "order_id",
        "status",
        "items",
        "tracking",
        "carrier",
        "total",
        "refunded",
        "refund_to",
        "paid_with",
        "address",
    }
)

SAYABLE: Mapping[str, frozenset[str]] = {
    "get_order_details": _ORDER,
    "track_parcel": _ORDER,
    "get_user_details": frozenset({"email", "address", "balance", "user_id"}),
    "get_product_details": frozenset({"name", "product_id"}),
    "get_item_details": frozenset({"item_id", "price"}),
    "list_all_product_types": frozenset(),
    "find_user_id_by_email": frozenset({"result"}),
    "find_user_id_by_name_zip": frozenset({"result"}),
    "calculate": frozenset({"result"}),
    "open_ticket": frozenset({"ticket"}),
    "transfer_to_human_agents": frozenset({"summary"}),
}
"""What can be said of a tool's result. Tools that change something have sentences of their own.

`order` is its number without the #, `status`, `items`, `address`, `paid_with` and `refund_to` are in words;
`tracking` are the parcels' numbers; `total`, `refunded` and `balance` (of all gift cards) are amounts.
"""

YES_NO = ("yes", "no")

_ORDER_CONDITIONS = {"status": None, "order_id": None, "parcel": YES_NO, "refund": YES_NO}

CONDITIONS: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {
    "get_order_details": _ORDER_CONDITIONS,
    "track_parcel": _ORDER_CONDITIONS,
    "get_user_details": {"email": None, "user_id": None},
    "get_product_details": {"name": None, "product_id": None},
}
"""What a `when` of `say` may ask about, with the values that come into question where they are few.

`parcel`: something is under way and has a tracking number. `refund`: something was or will be paid back.
"""

PROMPTABLE: Mapping[SlotType, frozenset[str]] = {
    "items": frozenset({"items", "options"}),
    "new-items": frozenset({"item", "options"}),
    "payment": frozenset({"options"}),
    "choice": frozenset({"options"}),
}
"""What the prompts of a slot may name; those of other types have nothing to fill in."""

WORDINGS: Mapping[str, frozenset[str]] = {
    "heard": frozenset({"said"}),
    "which": frozenset({"options"}),
    "resumed": frozenset({"matter"}),
    "ticket": frozenset({"ticket"}),
    "offer": frozenset({"matter"}),
}
"""The same for the texts of `wording`."""


def refusable(code: str) -> frozenset[str]:
    """What can be said of a refusal: the facts that its own sentence names."""
    return frozenset(fields_in(SENTENCES[Code(code)][0]))


def fields_in(template: str) -> Iterator[str]:
    """The fields in braces, also those that no text has, such as `{}` and `{order.id}`.

    Raises ValueError for braces that are not in pairs.
    """
    for _, name, spec, conversion in string.Formatter().parse(template):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
