"""What is known of all customers and products before anybody has said who he is.

It corrects what was misheard, and is never read out: whoever guesses a zip code is told no name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix

from sqlalchemy import select

from dialogue.entities import Catalogue, Product, Valid
from dialogue.shop import Shop
from dialogue.shop.tables import ProductRow, UserRow, VariantRow

MOST_CUSTOMERS = 20_000
"""Customers whose names and addresses correct the recogniser; a longer list would be searched too long."""

LEAST_CUSTOMERS = 3
"""So many of a city tell how its zip codes begin."""

_REMEMBERED = 512
"""Catalogues of some products that are kept."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A shop's customers and products.

    Attributes:
        emails, names, postcodes, places: of all customers; places are their cities.
        at: the names of the customers at each zip code.
        states: the state or province of each city.
        zip_leads: how the zip codes of a city begin, where `LEAST_CUSTOMERS` live there.
        catalogue: products as they are called in any language.
        names_of: a product's names by language.
        variants: for each product its items: `options`, `options_zh`, `available`, `price`.
        mark: the same for the same content only.
    """

    emails: Sequence[str] = ()
    names: Sequence[str] = ()
    postcodes: Sequence[str] = ()
    at: Mapping[str, Sequence[str]] = field(default_factory=dict)
    places: Sequence[str] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    zip_leads: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(()))
    names_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    mark: str = ""
    _some: dict[frozenset[str], Catalogue] = field(default_factory=dict, repr=False, compare=False)

    @property
    def valid(self) -> Valid:
        """What a caller whom nobody knows yet is likely to name."""
        return Valid(
            emails=self.emails,
            names=self.names,
            postcodes=self.postcodes,
            places=self.places,
            catalogue=self.catalogue,
        )

    def name(self, product: str, language: str) -> str:
        """A product's name, empty if there is no such product."""
        names = self.names_of.get(product, {})
        return names.get(language) or names.get("en", "")

    def options(self, product: str, item: str, language: str) -> Mapping[str, str]:
        """An item's options in the language, empty if there is no such item."""
        variant = self.variants.get(product, {}).get(item, {})
        found = variant.get(f"options_{language}") or variant.get("options") or {}
        assert isinstance(found, Mapping)  # noqa: S101 - the shop's shape
        return found

    def only(self, products: Iterable[str]) -> Catalogue:
        """A catalogue of some products: what is read by it is one of theirs, by less likeness."""
        ids = frozenset(products)
        if ids not in self._some:
            if len(self._some) >= _REMEMBERED:
                self._some.clear()
            self._some[ids] = Catalogue([one for one in self.catalogue.products if one.id in ids])
        return self._some[ids]


def read_directory(shop: Shop, before: Directory | None = None) -> Directory:
    """Read a shop's customers and products; `before` again if nothing has changed.

    Raises:
        ShopError: the database holds no shop.
        ShopUnavailableError: it did not answer within its time.
    """
    with shop.reading() as session:
        users = session.execute(
            select(UserRow.email, UserRow.name, UserRow.address)
            .order_by(UserRow.position)
            .limit(MOST_CUSTOMERS)
        ).all()
        products = session.execute(
            select(ProductRow.product_id, ProductRow.name, ProductRow.further).order_by(ProductRow.position)
        ).all()
        variants = session.execute(
            select(
                VariantRow.product_id,
                VariantRow.item_id,
                VariantRow.options,
                VariantRow.available,
                VariantRow.price,
                VariantRow.further,
            ).order_by(VariantRow.product_id, VariantRow.position)
        ).all()
    mark = hashlib.sha256(repr((users, products, variants)).encode()).hexdigest()
    if before is not None and before.mark == mark:
        return before
    of: dict[str, dict[str, Mapping[str, object]]] = {}
    for row in variants:
        of.setdefault(row.product_id, {})[row.item_id] = {
            "options": row.options,
            "available": row.available,
            "price": row.price,
            **row.further,
        }
    names = {row.product_id: {"en": row.name, **row.further.get("names", {})} for row in products}
    addresses = [row.address for row in users]
    at: dict[str, list[str]] = {}
    for row in users:
        at.setdefault(row.address["zip"], []).append(full_name(row.name))
    return Directory(
        emails=[row.email for row in users],
        names=list(dict.fromkeys(full_name(row.name) for row in users)),
        postcodes=list(dict.fromkeys(address["zip"] for address in addresses)),
        at=at,
        places=list(dict.fromkeys(address["city"] for address in addresses if address["city"])),
        states={address["city"]: address["state"] for address in addresses if address["city"]},
        zip_leads=_zip_leads(addresses),
        catalogue=Catalogue([_product(product, own, of.get(product, {})) for product, own in names.items()]),
        names_of=names,
        variants=of,
        mark=mark,
    )


def _zip_leads(addresses: Sequence[Mapping[str, str]]) -> dict[str, str]:
    codes: dict[str, list[str]] = {}
    for address in addresses:
        codes.setdefault(address["city"], []).append(address["zip"])
    living = {city: own for city, own in codes.items() if city and len(own) >= LEAST_CUSTOMERS}
    return {city: commonprefix(own) for city, own in living.items()}  # noqa: RUF071 - digits, no paths


def full_name(name: Mapping[str, str]) -> str:
    """A name as it is said: the family name first in Chinese."""
    first, last = name["first_name"], name["last_name"]
    return f"{last}{first}" if any("一" <= char <= "鿿" for char in first + last) else f"{first} {last}"


def _product(product: str, names: Mapping[str, str], variants: Mapping[str, Mapping[str, object]]) -> Product:
    options: dict[str, dict[str, str]] = {}
    for item, variant in variants.items():
        own: dict[str, str] = {}
        for key in ("options", "options_zh"):
            found = variant.get(key) or {}
            assert isinstance(found, Mapping)  # noqa: S101 - the shop's shape
            own.update(found)
        options[item] = own
    return Product(product, list(dict.fromkeys(names.values())), options)
