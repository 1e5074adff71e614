"""Makes up the sample shop: the same seed gives the same shop, on every machine."""

from __future__ import annotations

import copy
from itertools import product
from random import Random
from typing import Any

from dialogue.shop.sample import people
from dialogue.shop.sample.goods import GOODS, Choice, Good

USERS = 160
ORDERS = 420
STATUSES = {
    "pending": 36,
    "processed": 12,
    "delivered": 34,
    "cancelled": 8,
    "pending (item modified)": 3,
    "return requested": 4,
    "exchange requested": 3,
}
"""How often each status occurs, of 100 orders."""

CARRIERS = ("Northline Express", "Swift Parcel")

Record = dict[str, Any]


def sample_shop(seed: int = 1) -> dict[str, dict[str, Record]]:
    """A shop with 24 products, 160 users (half of them Chinese) and 420 orders of every status.

    Args:
        seed: any integer.

    Returns:
        JSON of the shape that `dialogue.shop.shape` describes. Products carry `names` in both languages,
        variants `options_zh`.
    """
    # For a made-up shop, not for secrets.
    maker = _Maker(Random(seed))  # noqa: S311
    products = {item["product_id"]: item for item in map(maker.product, GOODS)}
    users = {user["user_id"]: user for user in (maker.user("zh" if n % 2 else "en") for n in range(USERS))}
    orders: dict[str, Record] = {}
    for number in range(ORDERS):
        # Everybody has bought something, some a lot.
        buyer = list(users.values())[number if number < USERS else maker.random.randrange(USERS)]
        order = maker.order(buyer, list(products.values()))
        orders[order["order_id"]] = order
        buyer["orders"].append(order["order_id"])
    return {"products": products, "users": users, "orders": orders}


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self._taken: set[str] = set()

    def _number(self, digits: int, form: str = "{}") -> str:
        """A number that nothing else has."""
        while True:
            name = form.format(self.random.randrange(10 ** (digits - 1), 10**digits))
            if name not in self._taken:
                self._taken.add(name)
                return name

    def product(self, good: Good) -> Record:
        variants = [self._variant(good, choices) for choices in product(*(o.choices for o in good.options))]
        # Something is always out of stock, never everything.
        for variant in self.random.sample(variants, max(1, len(variants) // 6)):
            variant["available"] = False
        return {
            "name": good.en,
            "product_id": self._number(10),
            "variants": {variant["item_id"]: variant for variant in variants},
            "names": {"en": good.en, "zh": good.zh},
        }

    def _variant(self, good: Good, choices: tuple[Choice, ...]) -> Record:
        pairs = list(zip(good.options, choices, strict=True))
        return {
            "item_id": self._number(10),
            "options": {option.en: choice.en for option, choice in pairs},
            "available": True,
            "price": round(
                good.price + sum(choice.adds for choice in choices) + self.random.randrange(100) / 100, 2
            ),
            "options_zh": {option.zh: choice.zh for option, choice in pairs},
        }

    def user(self, language: str) -> Record:
        name, plain = people.person(self.random, language)
        user_id = self._number(4, plain + "_{}")
        number = self.random.randint(10, 9999)
        return {
            "user_id": user_id,
            "name": name,
            "address": people.address(self.random, language),
            "email": f"{plain.replace('_', '.')}{number}@example.com",
            "payment_methods": people.methods(self.random, language),
            "orders": [],
            "language": language,
        }

    def order(self, user: Record, products: list[Record]) -> Record:
        status = self.random.choices(list(STATUSES), list(STATUSES.values()))[0]
        sold = self.random.choices(products, k=self.random.choices((1, 2, 3, 4, 5), (30, 30, 20, 12, 8))[0])
        items = [self._item(one) for one in sold]
        method = self.random.choice(list(user["payment_methods"]))
        total = round(sum(item["price"] for item in items), 2)
        order: Record = {
            "order_id": self._number(7, "#W{}"),
            "user_id": user["user_id"],
            "address": copy.deepcopy(user["address"]),
            "items": items,
            "status": status,
            "fulfillments": [],
            "payment_history": [_entry("payment", total, method)],
        }
        if status not in {"pending", "pending (item modified)", "cancelled"}:
            order["fulfillments"] = self._parcels(items)
        self._finish(order, user, {one["product_id"]: one for one in products})
        return order

    def _item(self, sold: Record) -> Record:
        variant = self.random.choice(list(sold["variants"].values()))
        return {
            "name": sold["name"],
            "product_id": sold["product_id"],
            "item_id": variant["item_id"],
            "price": variant["price"],
            "options": dict(variant["options"]),
        }

    def _parcels(self, items: list[Record]) -> list[Record]:
        """One parcel, or now and then two."""
        ids = [item["item_id"] for item in items]
        cut = self.random.randrange(1, len(ids)) if len(ids) > 2 and self.random.random() < 0.3 else len(ids)
        return [
            {"tracking_id": [self._number(12)], "item_ids": part, "carrier": self.random.choice(CARRIERS)}
            for part in (ids[:cut], ids[cut:])
            if part
        ]

    def _finish(self, order: Record, user: Record, products: dict[str, Record]) -> None:
        """What its status has left in the order's records."""
        first, history = order["items"][0], order["payment_history"]
        method = history[0]["payment_method_id"]
        others = products[first["product_id"]]["variants"].values()
        new = self.random.choice(
            [one for one in others if one["available"] and one["item_id"] != first["item_id"]]
        )
        if order["status"] == "cancelled":
            order["cancel_reason"] = self.random.choice(("no longer needed", "ordered by mistake"))
            history.append(_entry("refund", history[0]["amount"], method))
        elif order["status"] == "return requested":
            order["return_items"] = [first["item_id"]]
            order["return_payment_method_id"] = method
        elif order["status"] == "exchange requested":
            order["exchange_items"] = [first["item_id"]]
            order["exchange_new_items"] = [new["item_id"]]
            order["exchange_payment_method_id"] = method
            order["exchange_price_difference"] = round(new["price"] - first["price"], 2)
        elif order["status"] == "pending (item modified)":
            difference = round(new["price"] - first["price"], 2)
            history.append(_entry("payment" if difference > 0 else "refund", abs(difference), method))
            first |= {"item_id": new["item_id"], "price": new["price"], "options": dict(new["options"])}


def _entry(kind: str, amount: float, method: str) -> Record:
    return {"transaction_type": kind, "amount": amount, "payment_method_id": method}
