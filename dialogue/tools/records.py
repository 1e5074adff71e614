"""Orders, users and the catalogue as the tools see them: rows behind, copies in front."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.shop.tables import OrderRow, ProductRow, UserRow, VariantRow
from dialogue.shop.transfer import (
    order_columns,
    order_record,
    product_record,
    user_columns,
    user_record,
    variant_record,
)
from dialogue.tools.refusals import Code, RefusedError
from dialogue.tools.values import Record

Row = TypeVar("Row", OrderRow, UserRow)


class Records:
    """What a tool may read within one database session; rows it will write are locked where possible.

    Args:
        session: of the database.
        writing: whether rows are read in order to be written.
    """

    def __init__(self, session: Session, *, writing: bool = False) -> None:
        self.session = session
        self._writing = writing
        self._names: dict[str, Mapping[str, Any] | None] = {}
        self._variants: dict[tuple[str, str], VariantRow | None] = {}

    def order_row(self, order_id: str) -> OrderRow | None:
        """An order's row. A missing # is added: callers do not say it."""
        return self._row(OrderRow, order_id) or self._row(OrderRow, f"#{order_id}")

    def user_row(self, user_id: str) -> UserRow | None:
        """A user's row."""
        return self._row(UserRow, user_id)

    def _row(self, table: type[Row], key: str) -> Row | None:
        # Ignored by SQLite, where the whole transaction has the lock.
        return self.session.get(table, key, with_for_update=True if self._writing else None)

    def variant(self, product_id: str, item_id: str) -> Record | None:
        """A product's variant, `None` if the product has no such variant."""
        key = (product_id, item_id)
        if key not in self._variants:
            self._variants[key] = self.session.get(VariantRow, key)
        row = self._variants[key]
        return variant_record(row) if row is not None else None

    def name(self, product_id: str, language: str) -> str | None:
        """A product's name in the language, `None` if it is only named in the order."""
        if product_id not in self._names:
            row = self.session.get(ProductRow, product_id)
            self._names[product_id] = {"en": row.name, **row.further.get("names", {})} if row else None
        names = self._names[product_id]
        return (names.get(language) or names["en"]) if names else None

    def item(self, item_id: str) -> Record:
        """A variant by its own id. Raises RefusedError if there is none."""
        query = (
            select(VariantRow)
            .join(ProductRow, ProductRow.product_id == VariantRow.product_id)
            .where(VariantRow.item_id == item_id)
            .order_by(ProductRow.position)
            .limit(1)
        )
        row = self.session.scalar(query)
        if row is None:
            raise RefusedError(Code.ITEM_NOT_FOUND, item_id=item_id)
        return variant_record(row)

    def product(self, product_id: str) -> Record:
        """A product with its variants. Raises RefusedError if there is none."""
        row = self.session.get(ProductRow, product_id)
        if row is None:
            raise RefusedError(Code.PRODUCT_NOT_FOUND, product_id=product_id)
        query = select(VariantRow).where(VariantRow.product_id == product_id).order_by(VariantRow.position)
        return product_record(row, self.session.scalars(query))

    def products(self) -> dict[str, str]:
        """The id of every product by its name, sorted by name."""
        rows = self.session.execute(
            select(ProductRow.name, ProductRow.product_id).order_by(ProductRow.position)
        )
        return dict(sorted((row.name, row.product_id) for row in rows))


def order_copy(row: OrderRow) -> Record:
    """An order that may be changed without the row being changed."""
    return copy.deepcopy(order_record(row))


def user_copy(row: UserRow) -> Record:
    """A user who may be changed without the row being changed."""
    return copy.deepcopy(user_record(row))


def store_order(row: OrderRow, order: Record) -> Record:
    """Write an order back; returns what changed, by field."""
    return _store(row, order_record(row), order, order_columns(order))


def store_user(row: UserRow, user: Record) -> Record:
    """Write a user back; returns what changed, by field."""
    return _store(row, user_record(row), user, user_columns(user))


def _store(row: OrderRow | UserRow, before: Record, after: Record, columns: Record) -> Record:
    changes = {
        field: {"before": copy.deepcopy(before.get(field)), "after": after.get(field)}
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    }
    if changes:
        for column, value in columns.items():
            if getattr(row, column) != value:
                setattr(row, column, value)
    return changes
