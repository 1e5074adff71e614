"""What may be done to an order, and what it leaves in the records.

Pure: each function takes copies of the order and of its owner, checks, changes them in place and
returns the details that the caller is told. It raises `RefusedError` before anything is changed, or
leaves copies that nobody stores. Field names, statuses, payment entries and their arithmetic are those
of tau2-bench's retail tools (Sierra Research); where its policy says otherwise, `Rules` decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dialogue.tools.refusals import Code, Refusal, RefusedError
from dialogue.tools.values import Catalogue, Record, Rules, cents

PENDING = "pending"
MODIFIED = "pending (item modified)"
DELIVERED = "delivered"
CANCELLED = "cancelled"
RETURN = "return requested"
EXCHANGE = "exchange requested"

REASONS = ("no longer needed", "ordered by mistake")


def cancel(order: Record, user: Record, reason: str, rules: Rules) -> Record:
    """Cancel a pending order and refund what was paid for it, gift cards at once."""
    _require_pending(order)
    if reason not in REASONS:
        raise RefusedError(Code.BAD_REASON, reason=reason)
    history = order["payment_history"]
    paid = _net(history) if rules.net_refund else [(p["payment_method_id"], p["amount"]) for p in history]
    methods = [method_of(user, method_id) for method_id, _ in paid]
    for method, (_, amount) in zip(methods, paid, strict=True):
        _credit(method, amount)
        history.append(_entry("refund", amount, method["id"]))
    order["status"] = CANCELLED
    order["cancel_reason"] = reason
    return {
        "order_id": order["order_id"],
        "items": [_shown(item) for item in order["items"]],
        "reason": reason,
        "refunds": [_moved(method, amount) for method, (_, amount) in zip(methods, paid, strict=True)],
    }


def _net(history: Sequence[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """What each payment method has paid, less what it got back; in order of first use."""
    sums: dict[str, float] = {}
    for entry in history:
        sign = 1 if entry["transaction_type"] == "payment" else -1
        before = sums.get(entry["payment_method_id"])
        amount = sign * entry["amount"]
        # A single entry stays the number it is.
        sums[entry["payment_method_id"]] = amount if before is None else cents(before + amount)
    return [(method, amount) for method, amount in sums.items() if amount > 0]


def change_address(order: Record, address: Mapping[str, str], rules: Rules) -> Record:
    """Send a pending order to another address."""
    if not (rules.address_after_items and order["status"] == MODIFIED):
        _require_pending(order)
    order["address"] = dict(address)
    return {"order_id": order["order_id"], "address": dict(address)}


def change_payment(order: Record, user: Record, method_id: str) -> Record:
    """Pay a pending order with another method, and refund the first one, gift cards at once."""
    _require_pending(order)
    method = method_of(user, method_id)
    history = order["payment_history"]
    if len(history) != 1 or history[0]["transaction_type"] != "payment":
        raise RefusedError(Code.SEVERAL_PAYMENTS, order_id=order["order_id"])
    first = history[0]["payment_method_id"]
    if first == method_id:
        raise RefusedError(Code.SAME_METHOD, order_id=order["order_id"])
    amount = history[0]["amount"]
    original = method_of(user, first)
    _debit(method, amount)
    _credit(original, amount)
    history += [_entry("payment", amount, method_id), _entry("refund", amount, first)]
    return {
        "order_id": order["order_id"],
        "amount": cents(amount),
        "method": shown_method(method),
        "refunds": [_moved(original, amount)],
    }


def change_items(
    order: Record,
    user: Record,
    item_ids: Sequence[str],
    new_item_ids: Sequence[str],
    method_id: str,
    catalogue: Catalogue,
    rules: Rules,
) -> Record:
    """Replace items of a pending order by other variants, once; the difference is paid or refunded."""
    _require_pending(order)
    swaps = _swaps(order, item_ids, new_item_ids, catalogue, same=False)
    difference = _difference(swaps)
    method = method_of(user, method_id)
    _debit(method, difference)
    kind = "payment" if difference > 0 else "refund"
    order["payment_history"].append(_entry(kind, abs(difference), method_id))
    details = _swap_details(order, swaps, difference, method)
    for item, variant in swaps:
        source = variant if rules.own_variant else swaps[-1][1]
        item["item_id"] = variant["item_id"]
        item["price"] = source["price"]
        item["options"] = dict(source["options"])
    order["status"] = MODIFIED
    return details


def exchange(
    order: Record,
    user: Record,
    item_ids: Sequence[str],
    new_item_ids: Sequence[str],
    method_id: str,
    catalogue: Catalogue,
    rules: Rules,
) -> Record:
    """Ask for items of a delivered order to be exchanged; money moves when they have come back."""
    _require_delivered(order)
    swaps = _swaps(order, item_ids, new_item_ids, catalogue, same=rules.same_item)
    difference = round(_difference(swaps), 2)
    method = method_of(user, method_id)
    _require_covered(method, difference)
    order["status"] = EXCHANGE
    order["exchange_items"] = sorted(item_ids)
    order["exchange_new_items"] = sorted(new_item_ids)
    order["exchange_payment_method_id"] = method_id
    order["exchange_price_difference"] = difference
    return _swap_details(order, swaps, difference, method)


def give_back(order: Record, user: Record, item_ids: Sequence[str], method_id: str) -> Record:
    """Ask for items of a delivered order to be returned; the refund follows when they have come back."""
    _require_delivered(order)
    method = method_of(user, method_id)
    original = order["payment_history"][0]["payment_method_id"] if order["payment_history"] else None
    if method["source"] != "gift_card" and method_id != original:
        raise RefusedError(Code.REFUND_METHOD, order_id=order["order_id"])
    items = list(_lines(order, item_ids))
    order["status"] = RETURN
    order["return_items"] = sorted(item_ids)
    order["return_payment_method_id"] = method_id
    return {
        "order_id": order["order_id"],
        "items": [_shown(item) for item in items],
        "refunds": [_moved(method, sum(item["price"] for item in items))],
        "after_arrival": True,
    }


def method_of(user: Mapping[str, Any], method_id: str) -> Record:
    """A payment method of the user's. Raises RefusedError if he has none by that id."""
    method: Record | None = user["payment_methods"].get(method_id)
    if method is None:
        raise RefusedError(Code.METHOD_NOT_FOUND, payment_method_id=method_id)
    return method


def shown_method(method: Mapping[str, Any]) -> Record:
    """What may be said of a payment method: no balance."""
    return {key: method[key] for key in ("id", "source", "last_four") if key in method}


def refusal_for(order: Mapping[str, Any], statuses: Collection[str]) -> Refusal | None:
    """Why nothing can be done to an order that wants one of these statuses; None where it has one."""
    if order["status"] in statuses:
        return None
    try:
        (_require_delivered if DELIVERED in statuses else _require_pending)(order)
    except RefusedError as error:
        return error.refusal
    return None


def _require_pending(order: Mapping[str, Any]) -> None:
    if order["status"] == MODIFIED:
        raise RefusedError(Code.ITEMS_ALREADY_MODIFIED, order_id=order["order_id"])
    if order["status"] != PENDING:
        raise RefusedError(Code.NOT_PENDING, order_id=order["order_id"], status=order["status"])


def _require_delivered(order: Mapping[str, Any]) -> None:
    if order["status"] in {RETURN, EXCHANGE}:
        raise RefusedError(Code.ALREADY_REQUESTED, order_id=order["order_id"], status=order["status"])
    if order["status"] != DELIVERED:
        raise RefusedError(Code.NOT_DELIVERED, order_id=order["order_id"], status=order["status"])


def _lines(order: Mapping[str, Any], item_ids: Sequence[str]) -> Iterator[Record]:
    """The order's lines with these items, each line once: an item named twice needs two lines."""
    if not item_ids:
        raise RefusedError(Code.NO_ITEMS)
    left = list(order["items"])
    for item_id in item_ids:
        line = next((line for line in left if line["item_id"] == item_id), None)
        if line is None:
            raise RefusedError(Code.ITEM_NOT_IN_ORDER, order_id=order["order_id"], item_id=item_id)
        left = [other for other in left if other is not line]
        yield line


def _swaps(
    order: Record,
    item_ids: Sequence[str],
    new_item_ids: Sequence[str],
    catalogue: Catalogue,
    *,
    same: bool,
) -> list[tuple[Record, Record]]:
    """The order's lines, each with the variant that replaces it."""
    lines = list(_lines(order, item_ids))
    if len(item_ids) != len(new_item_ids):
        raise RefusedError(Code.COUNTS_DIFFER)
    swaps = []
    for line, new_item_id in zip(lines, new_item_ids, strict=True):
        if line["item_id"] == new_item_id and not same:
            raise RefusedError(Code.SAME_ITEM, item_id=new_item_id)
        variant = catalogue.variant(line["product_id"], new_item_id)
        if variant is None:
            raise RefusedError(Code.OTHER_PRODUCT, item_id=new_item_id)
        if not variant["available"]:
            raise RefusedError(Code.NOT_AVAILABLE, item_id=new_item_id)
        swaps.append((line, variant))
    return swaps


def _difference(swaps: Sequence[tuple[Record, Record]]) -> float:
    """What the new items cost more; not rounded, as the reference keeps it in the payment history."""
    difference = 0.0
    for line, variant in swaps:
        difference += variant["price"] - line["price"]
    return difference


def _swap_details(
    order: Record, swaps: Sequence[tuple[Record, Record]], difference: float, method: Record
) -> Record:
    return {
        "order_id": order["order_id"],
        "items": [
            {
                **_shown(line),
                "new_item_id": variant["item_id"],
                "new_options": dict(variant["options"]),
                "new_price": variant["price"],
            }
            for line, variant in swaps
        ],
        "difference": cents(difference),
        "method": shown_method(method),
    }


def _require_covered(method: Mapping[str, Any], amount: float) -> None:
    if method["source"] == "gift_card" and method["balance"] < cents(amount):
        raise RefusedError(
            Code.GIFT_CARD_SHORT, payment_method_id=method["id"], missing=_missing(method, amount)
        )


def _missing(method: Mapping[str, Any], amount: float) -> float:
    return cents(amount - method["balance"])


def _debit(method: Record, amount: float) -> None:
    """Take an amount from a gift card; the other methods are charged elsewhere."""
    _require_covered(method, amount)
    if method["source"] == "gift_card":
        method["balance"] = cents(method["balance"] - amount)


def _credit(method: Record, amount: float) -> None:
    if method["source"] == "gift_card":
        method["balance"] = cents(method["balance"] + amount)


def _entry(kind: str, amount: float, method_id: str) -> Record:
    return {"transaction_type": kind, "amount": amount, "payment_method_id": method_id}


def _shown(item: Mapping[str, Any]) -> Record:
    return {key: item[key] for key in ("name", "product_id", "item_id", "price")} | {
        "options": dict(item["options"])
    }


def _moved(method: Mapping[str, Any], amount: float) -> Record:
    return {"amount": cents(amount), "method": shown_method(method)}
