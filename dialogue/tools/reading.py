"""Tools that look things up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from dialogue.shop.keys import email_key, name_keys
from dialogue.shop.tables import UserRow
from dialogue.shop.transfer import order_record, user_record
from dialogue.tools.arguments import (
    Email,
    NameAndZip,
    NoArguments,
    OfItem,
    OfOrder,
    OfProduct,
    OfUser,
)
from dialogue.tools.refusals import Code, RefusedError
from dialogue.tools.registry import Context, Tool
from dialogue.tools.values import Record


def _identified(context: Context, found: list[str]) -> str:
    if context.user_id is not None and context.user_id not in found:
        raise RefusedError(Code.OTHER_USER)  # the same whether there is such a user or not
    if not found:
        raise RefusedError(Code.USER_NOT_FOUND)
    if len(found) > 1:
        raise RefusedError(Code.SEVERAL_USERS)
    context.found = found[0]
    return found[0]


def _by_email(context: Context, arguments: Email) -> str:
    query = select(UserRow.user_id).where(UserRow.email_key == email_key(arguments.email))
    return _identified(context, list(context.records.session.scalars(query.limit(2))))


def _by_name(context: Context, arguments: NameAndZip) -> str:
    keys = name_keys(arguments.first_name, arguments.last_name)
    query = select(UserRow.user_id).where(UserRow.name_key.in_(keys), UserRow.zip == arguments.zip)
    return _identified(context, list(context.records.session.scalars(query.limit(2))))


def _order(context: Context, arguments: OfOrder) -> Record:
    return order_record(context.own_order(arguments.order_id))


def _user(context: Context, arguments: OfUser) -> Record:
    return user_record(context.own_user(arguments.user_id))


def _product(context: Context, arguments: OfProduct) -> Record:
    return context.records.product(arguments.product_id)


def _item(context: Context, arguments: OfItem) -> Record:
    return context.records.item(arguments.item_id)


def _products(context: Context, _: NoArguments) -> dict[str, str]:
    return context.records.products()


def _track(context: Context, arguments: OfOrder) -> dict[str, Any]:
    order = order_record(context.own_order(arguments.order_id))
    if not order["fulfillments"]:
        raise RefusedError(Code.NO_PARCEL, order_id=order["order_id"], status=order["status"])
    names: dict[str, str] = {item["item_id"]: item["name"] for item in order["items"]}
    return {
        "order_id": order["order_id"],
        "status": order["status"],
        "parcels": [
            {**parcel, "items": [names.get(item_id, item_id) for item_id in parcel["item_ids"]]}
            for parcel in order["fulfillments"]
        ],
    }


READING = (
    Tool(
        "find_user_id_by_email",
        "Identify the caller by e-mail address. Do this first.",
        Email,
        "read",
        run=_by_email,
        identity=False,
    ),
    Tool(
        "find_user_id_by_name_zip",
        "Identify the caller by name and zip code, if the e-mail address is not known or not found.",
        NameAndZip,
        "read",
        run=_by_name,
        identity=False,
    ),
    Tool(
        "get_order_details",
        "One of the caller's orders, with status and payments.",
        OfOrder,
        "read",
        run=_order,
    ),
    Tool(
        "get_user_details",
        "The caller's profile, payment methods and order numbers.",
        OfUser,
        "read",
        run=_user,
    ),
    Tool(
        "get_product_details",
        "A product with all its variants: options, price, availability.",
        OfProduct,
        "read",
        run=_product,
        identity=False,
    ),
    Tool(
        "get_item_details",
        "One variant: options, price, availability.",
        OfItem,
        "read",
        run=_item,
        identity=False,
    ),
    Tool(
        "list_all_product_types",
        "All products: their ids by name.",
        NoArguments,
        "read",
        run=_products,
        identity=False,
    ),
    Tool("track_parcel", "The parcels of one of the caller's orders.", OfOrder, "read", run=_track),
)
