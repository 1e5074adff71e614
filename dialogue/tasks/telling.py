"""What a tool's result tells: fields for the sentences of a flow, and for the conditions on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.tasks.account import Account, paid_with
from dialogue.tools.refusals import status_name
from dialogue.tools.values import Record, address_text, listed, money


@dataclass(frozen=True, slots=True)
class Told:
    """A result as fields.

    Attributes:
        raw: for conditions: `status` as the shop writes it; `parcel` and `refund` are `yes` or `no`.
        said: for sentences, in the caller's language.
    """

    raw: Mapping[str, str]
    said: Mapping[str, str]


def told(data: Any, account: Account | None, language: str, currency: str) -> Told:
    """The fields of a tool's result: an order, a parcel, a ticket, or whatever texts and numbers it has."""
    if not isinstance(data, Mapping):
        return Told({}, {"result": str(data)})
    raw = {key: str(value) for key, value in data.items() if isinstance(value, str | int | float | bool)}
    said = dict(raw)
    order = account.order(str(data.get("order_id"))) if account is not None else None
    if account is not None and order is not None:
        raw.update(_order_raw(order))
        said.update(_order_said(order, account, language, currency))
    elif "payment_methods" in data:
        said["balance"] = _balance(data, language, currency)
        said["address"] = address_text(data["address"], language)
        said["email"] = str(data["email"])
    return Told(raw, said)


def _order_raw(order: Record) -> dict[str, str]:
    return {
        "status": order["status"],
        "parcel": "yes" if _tracking(order) else "no",
        "refund": "yes" if _refunds(order) or order["status"] == "return requested" else "no",
    }


def _order_said(order: Record, account: Account, language: str, currency: str) -> dict[str, str]:
    refunds = _refunds(order)
    back = refunds[0]["payment_method_id"] if refunds else order.get("return_payment_method_id", "")
    carriers = [str(one["carrier"]) for one in order["fulfillments"] if one.get("carrier")]
    methods = [account.method_said(method, language) for method in paid_with(order)]
    return {
        "order": order["order_id"].lstrip("#"),
        "status": status_name(order["status"], language),
        "items": account.items_said(order["items"], language),
        "tracking": listed(tracking, language) if (tracking := _tracking(order)) else "",
        "carrier": listed(list(dict.fromkeys(carriers)), language) if carriers else "",
        "total": money(sum(item["price"] for item in order["items"]), currency, language),
        "refunded": money(sum(entry["amount"] for entry in refunds), currency, language),
        "refund_to": account.method_said(back, language) if back else "",
        "paid_with": listed(methods, language) if methods else "",
        "address": address_text(order["address"], language),
    }


def _tracking(order: Record) -> list[str]:
    return [number for parcel in order["fulfillments"] for number in parcel["tracking_id"]]


def _refunds(order: Record) -> list[Record]:
    return [entry for entry in order["payment_history"] if entry["transaction_type"] == "refund"]


def _balance(user: Mapping[str, Any], language: str, currency: str) -> str:
    cards = [one for one in user["payment_methods"].values() if one["source"] == "gift_card"]
    return money(sum(one["balance"] for one in cards), currency, language)
