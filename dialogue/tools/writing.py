"""Tools that change the shop's records: each plans a draft, which is made once the caller said yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dialogue.shop.tables import InvoiceRow
from dialogue.tools import arguments as args
from dialogue.tools import orders
from dialogue.tools.records import order_copy, user_copy
from dialogue.tools.registry import Context, Draft, Tool
from dialogue.tools.values import Record


def _drafted(context: Context, order_id: str, change: Callable[[Record, Record], Record]) -> Draft:
    """Let `change` work on copies of the caller's order and of the caller."""
    row, owner = context.own_order(order_id), context.own_user()
    order, user = order_copy(row), user_copy(owner)
    details = change(order, user)
    return Draft(details, (row, order), (owner, user))


def _cancel(context: Context, given: args.Cancel) -> Draft:
    return _drafted(
        context, given.order_id, lambda order, user: orders.cancel(order, user, given.reason, context.rules)
    )


def _order_address(context: Context, given: args.OrderAddress) -> Draft:
    return _drafted(
        context,
        given.order_id,
        lambda order, _: orders.change_address(order, given.address(), context.rules),
    )


def _payment(context: Context, given: args.Payment) -> Draft:
    return _drafted(
        context,
        given.order_id,
        lambda order, user: orders.change_payment(order, user, given.payment_method_id),
    )


def _swap(change: Callable[..., Record]) -> Callable[[Context, args.Swap], Draft]:
    def plan(context: Context, given: args.Swap) -> Draft:
        return _drafted(
            context,
            given.order_id,
            lambda order, user: change(
                order,
                user,
                given.item_ids,
                given.new_item_ids,
                given.payment_method_id,
                context.records,
                context.rules,
            ),
        )

    return plan


def _return(context: Context, given: args.Return) -> Draft:
    return _drafted(
        context,
        given.order_id,
        lambda order, user: orders.give_back(order, user, given.item_ids, given.payment_method_id),
    )


def _user_address(context: Context, given: args.UserAddress) -> Draft:
    row = context.own_user(given.user_id)
    user = user_copy(row)
    user["address"] = given.address()
    return Draft({"user_id": row.user_id, "address": given.address()}, user=(row, user))


def _invoice(context: Context, given: args.Invoice) -> Draft:
    order, user = context.own_order(given.order_id), context.own_user()
    request = {
        "order_id": order.order_id,
        "title": given.title,
        "tax_number": given.tax_number,
        "email": user.email,
    }
    row = InvoiceRow(
        at=datetime.now(UTC), call_id=context.call_id, user_id=user.user_id, done=False, **request
    )
    return Draft(request, rows=[row])


WRITING = (
    Tool(
        "cancel_pending_order",
        "Cancel a pending order and refund it.",
        args.Cancel,
        "write",
        plan=_cancel,
    ),
    Tool(
        "modify_pending_order_address",
        "Change the delivery address of a pending order.",
        args.OrderAddress,
        "write",
        plan=_order_address,
    ),
    Tool(
        "modify_pending_order_payment",
        "Pay a pending order with another payment method.",
        args.Payment,
        "write",
        plan=_payment,
    ),
    Tool(
        "modify_pending_order_items",
        "Replace items of a pending order by other variants of the same products. Once per order: "
        "collect all items first.",
        args.Swap,
        "write",
        plan=_swap(orders.change_items),
    ),
    Tool(
        "exchange_delivered_order_items",
        "Exchange items of a delivered order for other variants of the same products. Once per order: "
        "collect all items first.",
        args.Swap,
        "write",
        plan=_swap(orders.exchange),
    ),
    Tool(
        "return_delivered_order_items",
        "Return items of a delivered order. Once per order: collect all items first.",
        args.Return,
        "write",
        plan=_return,
    ),
    Tool(
        "modify_user_address",
        "Change the caller's default address.",
        args.UserAddress,
        "write",
        plan=_user_address,
    ),
    Tool("request_invoice", "Ask for an invoice for an order.", args.Invoice, "write", plan=_invoice),
)
