"""Which order the caller means: by its number, by what is in it, the latest, or the only one there is."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.tasks.account import Account
from dialogue.tasks.definition import Slot
from dialogue.tasks.naming import products_named
from dialogue.tasks.scene import (
    Impossible,
    Option,
    Reading,
    Scene,
    Unclear,
    means_it,
    means_latest,
    without_latest,
)
from dialogue.tasks.state import Filled
from dialogue.tools.values import Record

MOST = 3
"""So many orders can be read out to choose from."""

_SURE = 0.7
"""Confidence from which a number that no list knows is taken for an order's though none was asked for."""


def order_said(slot: Slot, scene: Scene) -> Reading:
    """The order that the words mean."""
    if not scene.texts:
        return None
    reading = _by_number(scene)
    if reading is None and scene.account is not None:
        reading = _by_content(slot, scene, scene.account) or _by_pointing(slot, scene, scene.account)
    return reading


def _by_number(scene: Scene) -> Reading:
    number = scene.entity("order")
    if number is None:
        return None
    if number.source == "unsure" and scene.account is not None:
        return Unclear(tuple(_option(scene, order_id) for order_id in number.alternatives[:MOST]))
    if scene.asked or number.source != "heard" or number.confidence >= _SURE:
        return Filled(number.value, number.value.lstrip("#"), number.confidence, number.source)
    return None


def _by_pointing(slot: Slot, scene: Scene, account: Account) -> Reading:
    """The latest, or the one that was spoken of."""
    fitting = _fitting(slot, account)
    if means_latest(scene.text) and fitting:
        return _filled(scene, fitting[-1], "named")
    if scene.recent and means_it(scene.text) and account.order(scene.recent) is not None:
        return Filled(scene.recent, _said(scene, scene.recent), 0.9, "named")
    return None


def order_alone(slot: Slot, scene: Scene) -> Reading:
    """The only order that comes into question, or those there are."""
    if scene.account is None:
        return None
    fitting = _fitting(slot, scene.account)
    if not fitting:
        return Impossible()
    if len(fitting) == 1:
        return _filled(scene, fitting[0], "only")
    if len(fitting) <= MOST:
        return Unclear(tuple(_option(scene, order["order_id"]) for order in fitting))
    return None


def _fitting(slot: Slot, account: Account) -> list[Record]:
    return [order for order in account.orders if not slot.status or order["status"] in slot.status]


def _by_content(slot: Slot, scene: Scene, account: Account) -> Reading:
    """By products named that are in his orders; those in question go before the others."""
    products = products_named(account.products, without_latest(scene.text), asked=scene.asked)
    found = [order for order in account.orders if any(_has(order, product) for product in products)]
    if not found:
        return None
    fitting = [order for order in found if not slot.status or order["status"] in slot.status] or found
    best = max(sum(_has(order, product) for product in products) for order in fitting)
    fitting = [order for order in fitting if sum(_has(order, product) for product in products) == best]
    if len(fitting) == 1 or means_latest(scene.text):
        return _filled(scene, fitting[-1], "named")
    return Unclear(tuple(_option(scene, order["order_id"]) for order in fitting[-MOST:]))


def _has(order: Record, product: str) -> bool:
    return any(item["product_id"] == product for item in order["items"])


def _filled(scene: Scene, order: Record, source: str) -> Filled:
    return Filled(order["order_id"], _said(scene, order["order_id"]), 0.9, source)


def _said(scene: Scene, order_id: str) -> str:
    account = scene.account
    order = account.order(order_id) if account is not None else None
    if account is None or order is None:
        return order_id.lstrip("#")
    return account.order_said(order, scene.language)


def _option(scene: Scene, order_id: str) -> Option:
    return Option(order_id, _said(scene, order_id))


def orders_told_apart(options: Sequence[Option], account: Account, language: str) -> tuple[Option, ...]:
    """The options by what only one of them has in it; by their numbers where there is nothing."""
    words = [option.said for option in options]
    if len(set(words)) == len(words):
        return tuple(options)
    orders = [account.order(option.value) for option in options]
    inside = [[item["product_id"] for item in order["items"]] if order else [] for order in orders]
    own = [
        next(
            (one for one in ids if all(one not in other for at, other in enumerate(inside) if at != place)),
            "",
        )
        for place, ids in enumerate(inside)
    ]
    if all(own):
        return tuple(
            Option(option.value, account.order_said(order or {}, language, first=product))
            for option, order, product in zip(options, orders, own, strict=True)
        )
    number = "订单{}" if language == "zh" else "order {}"
    return tuple(Option(option.value, number.format(option.value.lstrip("#"))) for option in options)
