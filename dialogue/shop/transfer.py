"""A whole shop between JSON (`dialogue.shop.shape`) and the database, exactly, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dialogue.shop.keys import email_key, name_key
from dialogue.shop.tables import Base, OrderRow, ProductRow, UserRow, VariantRow

Record = dict[str, Any]
"""A user, an order or a product as the JSON has it."""

USER_FIELDS = ("user_id", "name", "address", "email", "payment_methods", "orders")
ORDER_FIELDS = ("order_id", "user_id", "address", "items", "status", "fulfillments", "payment_history")
VARIANT_FIELDS = ("item_id", "options", "available", "price")

_AT_ONCE = 500


def bring_in(
    session: Session, shop: Mapping[str, Mapping[str, Any]], step: Callable[[], None] = lambda: None
) -> None:
    """Replace the catalogue, the users and the orders by those of a checked shop.

    Audit, tickets and invoice requests stay. Nothing is committed.

    Args:
        session: in a writing transaction.
        shop: as `dialogue.shop.shape.check` returned it.
        step: called after each entry, for a progress bar.
    """
    for old in (OrderRow, UserRow, VariantRow, ProductRow):
        session.execute(delete(old))
    rows: tuple[tuple[type[Base], Iterable[Record]], ...] = (
        (ProductRow, _products(shop["products"])),
        (VariantRow, _variants(shop["products"])),
        (UserRow, map(_user, range(len(shop["users"])), shop["users"].values())),
        (OrderRow, map(_order, range(len(shop["orders"])), shop["orders"].values())),
    )
    for table, values in rows:
        for batch in _batches(values):
            session.execute(insert(table), batch)
            if table is not VariantRow:
                for _ in batch:
                    step()


def _batches(values: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(values)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield batch


def _rest(record: Mapping[str, Any], fields: Iterable[str]) -> Record:
    known = set(fields)
    return {key: value for key, value in record.items() if key not in known}


def _products(products: Mapping[str, Any]) -> Iterator[Record]:
    for position, product in enumerate(products.values()):
        further = _rest(product, ("product_id", "name", "variants"))
        yield {
            "product_id": product["product_id"],
            "position": position,
            "name": product["name"],
            "further": further,
        }


def _variants(products: Mapping[str, Any]) -> Iterator[Record]:
    for product in products.values():
        for position, variant in enumerate(product["variants"].values()):
            yield {
                "product_id": product["product_id"],
                "position": position,
                **{field: variant[field] for field in VARIANT_FIELDS},
                "further": _rest(variant, VARIANT_FIELDS),
            }


def user_columns(user: Mapping[str, Any]) -> Record:
    """The columns of a user, but for his position and version."""
    return {
        **{field: user[field] for field in USER_FIELDS},
        "email_key": email_key(user["email"]),
        "name_key": name_key(user["name"]["first_name"], user["name"]["last_name"]),
        "zip": user["address"]["zip"],
        "further": _rest(user, USER_FIELDS),
    }


def order_columns(order: Mapping[str, Any]) -> Record:
    """The columns of an order, but for its position and version."""
    return {**{field: order[field] for field in ORDER_FIELDS}, "further": _rest(order, ORDER_FIELDS)}


def _user(position: int, user: Mapping[str, Any]) -> Record:
    return {**user_columns(user), "position": position, "version": 1}


def _order(position: int, order: Mapping[str, Any]) -> Record:
    return {**order_columns(order), "position": position, "version": 1}


def user_record(row: Any) -> Record:
    """A user as the JSON has him, from his row."""
    return {**{field: getattr(row, field) for field in USER_FIELDS}, **row.further}


def order_record(row: Any) -> Record:
    """An order as the JSON has it, from its row."""
    return {**{field: getattr(row, field) for field in ORDER_FIELDS}, **row.further}


def variant_record(row: Any) -> Record:
    """A variant as the JSON has it, from its row."""
    return {**{field: getattr(row, field) for field in VARIANT_FIELDS}, **row.further}


def product_record(row: Any, variants: Iterable[Any]) -> Record:
    """A product as the JSON has it, from its row and those of its variants in order."""
    return {
        "name": row.name,
        "product_id": row.product_id,
        "variants": {variant.item_id: variant_record(variant) for variant in variants},
        **row.further,
    }


def take_out(session: Session) -> dict[str, dict[str, Record]]:
    """The whole shop as JSON, in the order in which it was brought in."""

    def rows(table: type[Base], *order: Any) -> Iterable[Any]:
        return session.execute(select(*table.__table__.columns).order_by(*order))

    variants: dict[str, list[Any]] = {}
    for variant in rows(VariantRow, VariantRow.product_id, VariantRow.position):
        variants.setdefault(variant.product_id, []).append(variant)
    return {
        "products": {
            row.product_id: product_record(row, variants.get(row.product_id, ()))
            for row in rows(ProductRow, ProductRow.position)
        },
        "users": {row.user_id: user_record(row) for row in rows(UserRow, UserRow.position)},
        "orders": {row.order_id: order_record(row) for row in rows(OrderRow, OrderRow.position)},
    }
