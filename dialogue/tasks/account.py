"""The caller's account as tasks see it: his orders and ways to pay, as they are spoken of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialogue.entities import Catalogue, Kind, PaymentMethod, Product, Valid, hotwords
from dialogue.tasks.directory import Directory, full_name
from dialogue.tools.values import Record, listed, method_name, options_text

_KINDS = {"wechat_pay": "wechat"}
"""Ways to pay whose name with the shop is not the one that entities have."""


@dataclass(frozen=True, slots=True)
class Account:
    """One customer's data.

    Attributes:
        user, orders: as the tools give them; orders in the order in which they were made.
        directory: names products.
    """

    user: Record
    orders: Sequence[Record]
    directory: Directory

    @property
    def name(self) -> str:
        """The customer's name, as it is written in his language."""
        return full_name(self.user["name"])

    @property
    def valid(self) -> Valid:
        """What he is likely to name: corrects what was recognised."""
        return Valid(
            orders=[order["order_id"] for order in self.orders],
            emails=[self.user["email"]],
            postcodes=[self.user["address"]["zip"]],
            names=[self.name],
            payments=[_payment(method) for method in self.user["payment_methods"].values()],
            places=self.directory.places,
            catalogue=self.directory.catalogue,
        )

    def hint(self, kinds: Sequence[Kind], language: str) -> str:
        """What he is likely to say, for the recogniser: his own orders, and what is in them, latest first."""
        inside = dict.fromkeys(
            item["product_id"] for order in reversed(self.orders) for item in order["items"]
        )
        products = [Product(one, [self.directory.name(one, language)]) for one in inside]
        likely = replace(self.valid, orders=self.valid.orders[::-1], catalogue=Catalogue(products))
        return hotwords(kinds, likely, language)

    def order(self, order_id: str) -> Record | None:
        """One of his orders."""
        return next((order for order in self.orders if order["order_id"] == order_id), None)

    def having(self, product: str) -> Iterator[Record]:
        """His orders with a product."""
        for order in self.orders:
            if any(item["product_id"] == product for item in order["items"]):
                yield order

    def order_said(self, order: Mapping[str, object], language: str, *, first: str = "") -> str:
        """An order as one speaks of it: by the first thing in it, or by the product `first`."""
        items = order["items"]
        assert isinstance(items, list)  # noqa: S101 - the shop's shape
        items = sorted(items, key=lambda item: item["product_id"] != first)
        names = list(dict.fromkeys(self.product_name(item, language) for item in items))
        if language == "zh":
            return f"有{names[0]}{'等商品' if len(names) > 1 else ''}的订单"
        return f"the order with the {names[0]}" + (" and more" if len(names) > 1 else "")

    def product_name(self, item: Mapping[str, str], language: str) -> str:
        """An item's product as it is called in the language."""
        return self.directory.name(item["product_id"], language) or item["name"]

    def item_said(self, item: Mapping[str, Any], language: str, *, among: Sequence[Record] = ()) -> str:
        """An item, with its options where another one of the same product is `among` those spoken of."""
        product, item_id = str(item["product_id"]), str(item["item_id"])
        name = self.product_name({"product_id": product, "name": str(item["name"])}, language)
        same = [one for one in among if one["product_id"] == product and one["item_id"] != item_id]
        if not same:
            return name if language == "zh" else f"the {name}"
        own = self._options(item, language)
        others = [self._options(one, language) for one in same]
        apart = {key: value for key, value in own.items() if any(one.get(key) != value for one in others)}
        told = options_text(apart or own, language)
        return f"{told}的{name}" if language == "zh" else f"the {name} in {told}"

    def _options(self, item: Mapping[str, Any], language: str) -> Mapping[str, str]:
        options: Mapping[str, str] = item["options"]
        return self.directory.options(item["product_id"], item["item_id"], language) or options

    def items_said(self, items: Sequence[Record], language: str) -> str:
        """Items as a list."""
        return listed([self.item_said(item, language, among=items) for item in items], language)

    @property
    def products(self) -> Catalogue:
        """The products that are in his orders."""
        return self.directory.only(item["product_id"] for order in self.orders for item in order["items"])

    def method(self, method_id: str) -> Record | None:
        """One of his ways to pay."""
        found: Record | None = self.user["payment_methods"].get(method_id)
        return found

    def method_said(self, method_id: str, language: str) -> str:
        """A way to pay as one speaks of it."""
        method = self.method(method_id)
        if method is None:
            return method_id
        said = method_name(method, language)
        return said if language == "zh" else f"your {said}"


def paid_with(order: Record) -> list[str]:
    """The methods that an order was paid with, in order of first use."""
    return list(
        dict.fromkeys(
            entry["payment_method_id"]
            for entry in order["payment_history"]
            if entry["transaction_type"] == "payment"
        )
    )


def _payment(method: Mapping[str, str]) -> PaymentMethod:
    source = method["source"]
    return PaymentMethod(
        method["id"], _KINDS.get(source, source), method.get("last_four", ""), method.get("brand", "")
    )
