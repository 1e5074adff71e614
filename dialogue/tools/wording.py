"""What is said of a write: before it, with the question whether it shall be done, and after it.

The sentences are templates; `Facts` gives their fields in the language that is spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dialogue.tools.values import Catalogue, address_text, listed, method_name, money, options_text

PROPOSALS: Mapping[str, tuple[str, str]] = {
    "cancel_pending_order": (
        "I would cancel order {order}, that is {items}, because {reason}.{refunds}",
        "我将取消订单{order}，包括{items}，原因是{reason}。{refunds}",
    ),
    "modify_pending_order_address": (
        "I would send order {order} to this address: {address}.",
        "我将把订单{order}的收货地址改为：{address}。",
    ),
    "modify_user_address": (
        "I would change the default address of your account to: {address}.",
        "我将把您账户的默认地址改为：{address}。",
    ),
    "modify_pending_order_payment": (
        "I would charge {amount} for order {order} to your {method} instead.{refunds}",
        "我将把订单{order}的{amount}改由{method}支付。{refunds}",
    ),
    "modify_pending_order_items": (
        "In order {order} I would change {swaps}.{difference} After that the order can't be changed or "
        "cancelled any more, so please make sure that these are all the items you want to change.",
        "我将修改订单{order}：{swaps}。{difference}修改以后，这个订单不能再修改或取消，请确认要改的商品都在内。",
    ),
    "exchange_delivered_order_items": (
        "For order {order} I would request this exchange: {swaps}.{difference} You will get an e-mail about "
        "how to send the items back. An order can be exchanged only once, so please make sure that these "
        "are all the items.",
        "我将为订单{order}申请换货：{swaps}。{difference}您会收到邮件，说明怎样寄回商品。"
        "每个订单只能换一次，请确认要换的商品都在内。",
    ),
    "return_delivered_order_items": (
        "For order {order} I would request the return of {items}.{refunds} You will get an e-mail about "
        "how to send them back.",
        "我将为订单{order}申请退货：{items}。{refunds}您会收到邮件，说明怎样寄回商品。",
    ),
    "request_invoice": (
        "I would ask for an invoice for order {order}, made out to {title} and sent to {email}.",
        "我将为订单{order}申请发票，抬头是{title}，发送到{email}。",
    ),
}

DONE: Mapping[str, tuple[str, str]] = {
    "cancel_pending_order": ("Order {order} is cancelled.{refunds}", "订单{order}已经取消。{refunds}"),
    "modify_pending_order_address": (
        "Order {order} now goes to {address}.",
        "订单{order}的收货地址已改为：{address}。",
    ),
    "modify_user_address": (
        "Your default address is now {address}.",
        "您的默认地址已改为：{address}。",
    ),
    "modify_pending_order_payment": (
        "Order {order} is now paid with your {method}.{refunds}",
        "订单{order}现在由{method}支付。{refunds}",
    ),
    "modify_pending_order_items": (
        "The items of order {order} are changed.{difference}",
        "订单{order}的商品已经修改。{difference}",
    ),
    "exchange_delivered_order_items": (
        "The exchange for order {order} is requested. You will get an e-mail about how to send "
        "the items back.",
        "订单{order}的换货已经申请，您会收到邮件，说明怎样寄回商品。",
    ),
    "return_delivered_order_items": (
        "The return for order {order} is requested. You will get an e-mail about how to send the items back.",
        "订单{order}的退货已经申请，您会收到邮件，说明怎样寄回商品。",
    ),
    "request_invoice": (
        "The invoice for order {order} is requested. It will be sent to {email}.",
        "订单{order}的发票已经申请，会发送到{email}。",
    ),
}

_QUESTION = (" Shall I do that?", "请问可以办理吗？")

_REASONS = {
    "no longer needed": ("it is no longer needed", "不再需要"),
    "ordered by mistake": ("it was ordered by mistake", "下错了单"),
}


def proposal(tool: str, facts: Facts) -> str:
    """What would be done, in full, and the question for a yes."""
    return facts.fill(PROPOSALS[tool]) + facts.pick(_QUESTION)


def done(tool: str, facts: Facts) -> str:
    """What has been done."""
    return facts.fill(DONE[tool])


class Facts:
    """The fields of a sentence about one write.

    Args:
        details: what `dialogue.tools.orders` returned for it.
        language: `en` or `zh`.
        currency: ISO 4217 code of all amounts.
        catalogue: gives the names of products in the language.
    """

    def __init__(
        self, details: Mapping[str, Any], language: str, currency: str, catalogue: Catalogue
    ) -> None:
        self._details = details
        self._language = language
        self._currency = currency
        self._catalogue = catalogue

    def pick(self, pair: tuple[str, str]) -> str:
        """The English or the Chinese of two texts."""
        return pair[1] if self._language == "zh" else pair[0]

    def fill(self, pair: tuple[str, str]) -> str:
        """A template in the language, with its fields."""
        return self.pick(pair).format_map(self)

    def __getitem__(self, name: str) -> str:
        return _FIELDS[name](self)

    def _order(self) -> str:
        return str(self._details["order_id"])

    def _reason(self) -> str:
        return self.pick(_REASONS.get(self._details["reason"], (self._details["reason"],) * 2))

    def _address(self) -> str:
        return address_text(self._details["address"], self._language)

    def _amount(self) -> str:
        return self._money(self._details["amount"])

    def _method(self) -> str:
        return method_name(self._details["method"], self._language)

    def _title(self) -> str:
        return str(self._details["title"])

    def _email(self) -> str:
        return str(self._details["email"])

    def _items(self) -> str:
        return listed((self._item(item) for item in self._details["items"]), self._language)

    def _swaps(self) -> str:
        return listed(self._swapped(), self._language)

    def _swapped(self) -> Iterator[str]:
        for item in self._details["items"]:
            new = self._options(item["product_id"], item["new_item_id"], item["new_options"])
            yield self._item(item) + self.pick((f" to {new}", f"换成{new}"))

    def _item(self, item: Mapping[str, Any]) -> str:
        name = self._catalogue.name(item["product_id"], self._language) or item["name"]
        options = self._options(item["product_id"], item["item_id"], item["options"])
        return self.pick((f"the {name} ({options})", f"{name}（{options}）"))

    def _options(self, product_id: str, item_id: str, options: Mapping[str, str]) -> str:
        variant = self._catalogue.variant(product_id, item_id) or {}
        return options_text(variant.get(f"options_{self._language}") or options, self._language)

    def _money(self, amount: float) -> str:
        return money(amount, self._currency, self._language)

    def _refunds(self) -> str:
        """Who gets back how much, and when: a return only when the items have come back."""
        texts = []
        for refund in self._details["refunds"]:
            amount, method = self._money(refund["amount"]), method_name(refund["method"], self._language)
            if self._details.get("after_arrival"):
                when = (" once the items have arrived", "在我们收到商品后")
            elif refund["method"]["source"] == "gift_card":
                when = (" at once", "立即")
            else:
                when = (" within 5 to 7 business days", "会在五到七个工作日内")
            texts.append(
                self.pick(
                    (f" {amount} goes back to your {method}{when[0]}.", f"{amount}{when[1]}退回{method}。")
                )
            )
        return "".join(texts)

    def _difference(self) -> str:
        """Who pays or gets back the difference of the prices."""
        amount, method = self._money(self._details["difference"]), self._method()
        if self._details["difference"] == 0:
            return self.pick((" The price stays the same.", "价格不变。"))
        if self._details["difference"] > 0:
            return self.pick(
                (f" Your {method} pays the difference of {amount}.", f"差价{amount}由{method}支付。")
            )
        return self.pick(
            (f" The difference of {amount} goes back to your {method}.", f"差价{amount}退回{method}。")
        )


_FIELDS: Mapping[str, Callable[[Facts], str]] = {
    "order": Facts._order,
    "reason": Facts._reason,
    "address": Facts._address,
    "amount": Facts._amount,
    "method": Facts._method,
    "title": Facts._title,
    "email": Facts._email,
    "items": Facts._items,
    "swaps": Facts._swaps,
    "refunds": Facts._refunds,
    "difference": Facts._difference,
}
