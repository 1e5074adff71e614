"""The tables of a shop's database.

An order and a user are aggregates: each is read, shown and changed as a whole, so that each is one
row, whose nested parts (items, payments, address) are JSON columns and whose searched parts are
columns of their own. `version` counts the changes of a row: of two that change the same row at the
same time, the later one fails (optimistic locking).

Amounts are kept as the text of the JSON number. The database's own floating point would do for
SQLite, but `5` and `5.0` must come back as they came, from PostgreSQL as well; `SUM(price)` works in
SQLite, `SUM(price::numeric)` in PostgreSQL.

The schema is made by `create_schema`, not by migrations, because catalogue, users and orders are a
copy of what the shop's own system holds and are imported again when they change. What only this
database has (audit, tickets, invoice requests) stays at an import. The number in `shop_meta` is
checked whenever a shop is opened, so that the first change of a column can begin with Alembic from
schema 1, as Parley's own store did.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import JSON, Boolean, DateTime, Dialect, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

SCHEMA = 1
"""Number of this schema."""

Json: TypeAlias = Any
"""What `json.loads` returns: the shape is checked at the import."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value is not None else None


class Amount(TypeDecorator[float]):
    """A JSON number, kept as its shortest text: comes back as the same `int` or `float`."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> str | None:
        """To the database."""
        return json.dumps(value) if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> float | None:
        """From the database."""
        return json.loads(value) if value is not None else None


class Base(DeclarativeBase):
    """Of all the shop's tables."""


class MetaRow(Base):
    """One fact about the database: `schema` (its number) or `currency` (ISO 4217)."""

    __tablename__ = "shop_meta"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class ProductRow(Base):
    """A product; `further` holds what db.json says beside the fields that have a column."""

    __tablename__ = "products"

    product_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    further: Mapped[Json] = mapped_column(JSON)


class VariantRow(Base):
    """A variant of a product: what can be bought."""

    __tablename__ = "variants"
    __table_args__ = (Index("ix_variants_item", "item_id"),)

    product_id: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    available: Mapped[bool] = mapped_column(Boolean)
    price: Mapped[float] = mapped_column(Amount)
    options: Mapped[Json] = mapped_column(JSON)
    further: Mapped[Json] = mapped_column(JSON)


class UserRow(Base):
    """A customer. `email_key`, `name_key` and `zip` are what he is found by (`dialogue.shop.keys`)."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_email", "email_key"), Index("ix_users_name", "name_key", "zip"))

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    zip: Mapped[str] = mapped_column(Text)
    name: Mapped[Json] = mapped_column(JSON)
    address: Mapped[Json] = mapped_column(JSON)
    payment_methods: Mapped[Json] = mapped_column(JSON)
    orders: Mapped[Json] = mapped_column(JSON)
    further: Mapped[Json] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it is


class OrderRow(Base):
    """An order. `further` holds reasons, returned and exchanged items and what else db.json says."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_user", "user_id"), Index("ix_orders_status", "status"))

    order_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    address: Mapped[Json] = mapped_column(JSON)
    items: Mapped[Json] = mapped_column(JSON)
    fulfillments: Mapped[Json] = mapped_column(JSON)
    payment_history: Mapped[Json] = mapped_column(JSON)
    further: Mapped[Json] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it is


class AuditRow(Base):
    """A write that took effect, in the same transaction as its effect.

    Attributes:
        at: when, UTC.
        call_id, user_id: in which call, for whom.
        tool, arguments: what was asked for.
        changes: `{"order": {field: {"before": ..., "after": ...}}, "user": {...}}`, changed fields only.
        result: what the caller's side got, and gets again for the same key.
        key: the idempotency key.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_user", "user_id", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    call_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    tool: Mapped[str] = mapped_column(Text)
    arguments: Mapped[Json] = mapped_column(JSON)
    changes: Mapped[Json] = mapped_column(JSON)
    result: Mapped[Json] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(Text, unique=True)


class InvoiceRow(Base):
    """A wish for an invoice, for whoever writes invoices; `done` is theirs to set."""

    __tablename__ = "invoice_requests"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    call_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    order_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    tax_number: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    done: Mapped[bool] = mapped_column(Boolean, default=False)


class TicketRow(Base):
    """Work for a person.

    Attributes:
        id: unique without the database, so that a ticket from the journal is stored once.
        number: what the caller is told, six digits.
        subject, text: what it is about.
        request: the tool call that could not be made, if there is one.
    """

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    call_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    request: Mapped[Json] = mapped_column(JSON)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
