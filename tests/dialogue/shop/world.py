"""A small shop: Ann and 王芳 with one or two orders of each kind, and two products."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from dialogue.shop import Shop, bring_in, check, connect, create_schema, take_out
from dialogue.tools import CallerSession, Proposal, SessionState, TicketOffice
from dialogue.tools.answers import Answer

ANN, FANG = "ann_reed_1001", "fang_wang_1002"
GIFT, CARD, PAYPAL = "gift_card_1", "credit_card_1", "paypal_1"
ADDRESS = {
    "address1": "1 Pine Street",
    "address2": "",
    "city": "Boston",
    "state": "MA",
    "country": "USA",
    "zip": "02134",
}
ELSEWHERE = {**ADDRESS, "address1": "9 Oak Avenue", "zip": "02199"}


def variant(item_id: str, colour: str, zh: str, price: float, available: bool = True) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "options": {"color": colour},
        "available": available,
        "price": price,
        "options_zh": {"颜色": zh},
    }


LAMPS = [
    variant("11", "red", "红色", 20.1),
    variant("12", "blue", "蓝色", 25.3),
    variant("13", "gold", "金色", 90.0, available=False),
    variant("14", "grey", "灰色", 15.0),
]
MUGS = [variant("21", "red", "红色", 8.0), variant("22", "blue", "蓝色", 9.5)]


def product(product_id: str, name: str, zh: str, variants: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "product_id": product_id,
        "variants": {one["item_id"]: one for one in variants},
        "names": {"en": name, "zh": zh},
    }


def line(product_id: str, name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "product_id": product_id,
        "item_id": one["item_id"],
        "price": one["price"],
        "options": dict(one["options"]),
    }


def order(order_id: str, user_id: str, status: str, paid_with: str) -> dict[str, Any]:
    items = [line("1", "Lamp", LAMPS[0]), line("2", "Mug", MUGS[0]), line("2", "Mug", MUGS[0])]
    parcels = [{"tracking_id": ["777"], "item_ids": ["11", "21", "21"]}]
    return {
        "order_id": order_id,
        "user_id": user_id,
        "address": dict(ADDRESS),
        "items": items,
        "status": status,
        "fulfillments": parcels if status == "delivered" else [],
        "payment_history": [{"transaction_type": "payment", "amount": 36.1, "payment_method_id": paid_with}],
    }


def user(user_id: str, first: str, last: str, orders: list[str]) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "name": {"first_name": first, "last_name": last},
        "address": dict(ADDRESS),
        "email": f"{user_id}@example.com",
        "payment_methods": {
            GIFT: {"source": "gift_card", "id": GIFT, "balance": 40.0},
            CARD: {"source": "credit_card", "id": CARD, "brand": "visa", "last_four": "1234"},
            PAYPAL: {"source": "paypal", "id": PAYPAL},
        },
        "orders": orders,
    }


SHOP: dict[str, dict[str, Any]] = {
    "products": {"1": product("1", "Lamp", "台灯", LAMPS), "2": product("2", "Mug", "马克杯", MUGS)},
    "users": {
        ANN: user(ANN, "Ánn", "Reed", ["#W1", "#W2", "#W3"]),
        FANG: user(FANG, "芳", "王", ["#W9"]),
    },
    "orders": {
        "#W1": order("#W1", ANN, "pending", CARD),
        "#W2": order("#W2", ANN, "delivered", CARD),
        "#W3": order("#W3", ANN, "pending", GIFT),
        "#W9": order("#W9", FANG, "pending", CARD),
    },
}


def small_shop(folder: Path, data: dict[str, dict[str, Any]] = SHOP, *, patience: float = 1.0) -> Shop:
    """The shop in a SQLite file."""
    engine = connect(f"sqlite:///{folder}/shop.db", patience=patience, create=True)
    create_schema(engine, "USD")
    shop = Shop(engine)
    with shop.writing() as session:
        bring_in(session, check(copy.deepcopy(data), "small"))
    return shop


def caller(shop: Shop, folder: Path, user_id: str | None = ANN, call_id: str = "call-1") -> CallerSession:
    """A caller, identified unless `user_id` is `None`."""
    office = TicketOffice(shop, folder / "tickets.jsonl")
    return CallerSession(shop, office, SessionState(call_id, user_id))


def proposed(answer: Answer) -> Proposal:
    assert isinstance(answer, Proposal), answer
    return answer


def made(session: CallerSession, tool: str, **arguments: Any) -> Answer:
    """Propose, and say yes."""
    return session.confirm(proposed(session.call(tool, arguments)).token)


def stored(shop: Shop) -> dict[str, dict[str, Any]]:
    """The whole shop as it is now."""
    with shop.reading() as session:
        return take_out(session)
