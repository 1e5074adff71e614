"""Digests of a whole shop, many times over: every row is read, only rows not seen before are parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from sqlalchemy import Row, Text, select, type_coerce
from sqlalchemy.orm import Session

from dialogue.shop.canonical import canonical_json
from dialogue.shop.tables import Base, OrderRow, ProductRow, UserRow, VariantRow
from dialogue.shop.transfer import order_record, product_record, user_record

Raw: TypeAlias = Row[Any]
"""A row as the database holds it, its key first; JSON and amounts as text."""


class Digester:
    """Computes `digest(take_out(session))` again and again without parsing everything each time.

    The canonical text of a product, a user or an order is kept under the raw values of its row (of a
    product: its variants' rows too), and used again for exactly these values.
    """

    def __init__(self) -> None:
        self._texts: dict[tuple[type[Base], Any], str] = {}

    def digest(self, session: Session) -> str:
        """SHA-256 of the canonical JSON of the shop in the database, as 64 hexadecimal digits."""
        variants: dict[str, list[Raw]] = {}
        for raw in _raw(session, VariantRow, VariantRow.product_id, VariantRow.item_id):
            variants.setdefault(raw[0], []).append(raw)

        def product(key: str) -> object:
            rows = session.scalars(select(VariantRow).where(VariantRow.product_id == key))
            return product_record(session.get_one(ProductRow, key), rows)

        products = (
            (raw[0], (raw, *variants.get(raw[0], ())))
            for raw in _raw(session, ProductRow, ProductRow.product_id)
        )
        sections = {
            "orders": self._section(
                OrderRow,
                ((raw[0], raw) for raw in _raw(session, OrderRow, OrderRow.order_id)),
                lambda key: order_record(session.get_one(OrderRow, key)),
            ),
            "products": self._section(ProductRow, products, product),
            "users": self._section(
                UserRow,
                ((raw[0], raw) for raw in _raw(session, UserRow, UserRow.user_id)),
                lambda key: user_record(session.get_one(UserRow, key)),
            ),
        }
        text = ",".join(f"{canonical_json(name)}:{section}" for name, section in sections.items())
        return hashlib.sha256(f"{{{text}}}".encode()).hexdigest()

    def _section(
        self, table: type[Base], rows: Iterable[tuple[str, Any]], parse: Callable[[str], object]
    ) -> str:
        parts = []
        for key, raw in sorted(rows, key=lambda row: row[0]):
            text = self._texts.get((table, raw))
            if text is None:
                text = self._texts[table, raw] = f"{canonical_json(key)}:{canonical_json(parse(key))}"
            parts.append(text)
        return f"{{{','.join(parts)}}}"


def _raw(session: Session, table: type[Base], *keys: Any) -> Iterable[Raw]:
    others = [column for column in table.__table__.columns if column.key not in {key.key for key in keys}]
    query = select(*keys, *(type_coerce(column, Text) for column in others)).order_by(*keys)
    # Past the ORM, which would look at each of some thousand rows.
    return session.connection().execute(query).all()
