"""What the graph takes from a shop's database: products and variants, nothing of its customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dialogue.shop import Shop, digest
from dialogue.shop.tables import ProductRow, VariantRow
from dialogue.shop.transfer import product_record

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products of a shop, as `dialogue.shop.shape` describes them, in its order.

    Attributes:
        products: their records.
        currency: ISO 4217 code of all prices.
    """

    products: tuple[Record, ...]
    currency: str = "USD"

    def fingerprint(self) -> str:
        """The same for the same catalogue only."""
        return digest([list(self.products), self.currency])


def read_catalogue(shop: Shop) -> Catalogue:
    """The catalogue as it is in the database now.

    Raises:
        ShopUnavailableError: the database did not answer within its time.
    """
    with shop.reading() as session:
        variants: dict[str, list[Any]] = {}
        columns = VariantRow.__table__.columns
        for row in session.execute(select(*columns).order_by(VariantRow.product_id, VariantRow.position)):
            variants.setdefault(row.product_id, []).append(row)
        rows = session.execute(select(*ProductRow.__table__.columns).order_by(ProductRow.position))
        return Catalogue(
            tuple(product_record(row, variants.get(row.product_id, ())) for row in rows), shop.currency
        )
