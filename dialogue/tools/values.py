"""What the tools share: amounts as they are said, names of things, and the rules of the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Record: TypeAlias = dict[str, Any]
"""A user, an order, a product or a variant as the JSON has it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the shop's policy and the tools of tau2-bench's retail domain part.

    The policy holds for callers; `REFERENCE` exists so that `parley bench shop` can compare records
    with those that the reference leaves, faults included.

    Attributes:
        own_variant: each modified item gets its own new variant's price and options. The reference gives
            all of them those of the last (its issues 317 and 318).
        net_refund: cancelling refunds what each payment method has really paid. The reference refunds
            every entry of the payment history, refunds too.
        address_after_items: an order whose items were modified may still change its address. The policy
            says that such an order cannot be modified any more.
        same_item: an item may be exchanged for itself. The policy wants a different option.
    """

    own_variant: bool = True
    net_refund: bool = True
    address_after_items: bool = False
    same_item: bool = False


POLICY = Rules()
REFERENCE = Rules(own_variant=False, net_refund=False, address_after_items=True, same_item=True)


class Catalogue(Protocol):
    """Where variants and the names of products are looked up."""

    def variant(self, product_id: str, item_id: str) -> Record | None:
        """A product's variant, `None` if the product has no such variant."""
        ...

    def name(self, product_id: str, language: str) -> str | None:
        """A product's name in `en` or `zh`, `None` if it is only named in the order."""
        ...


def cents(amount: float) -> float:
    """An amount in whole cents; never minus zero."""
    return round(amount, 2) + 0.0


_BEFORE = {"USD": "$", "EUR": "€", "GBP": "£"}
_AFTER = {"USD": "美元", "EUR": "欧元", "GBP": "英镑", "CNY": "元"}


def money(amount: float, currency: str, language: str) -> str:
    """An amount as it is written in `en` or `zh`; `tts.spoken` reads it out."""
    number = f"{abs(cents(amount)):.2f}"
    if language == "zh":
        return f"{number}{_AFTER.get(currency, currency)}"
    return (
        f"{_BEFORE[currency]}{number}"
        if currency in _BEFORE
        else f"{number} {_CODES.get(currency, currency)}"
    )


_CODES = {"CNY": "yuan"}

_SOURCES = {
    "gift_card": ("gift card", "礼品卡"),
    "paypal": ("PayPal account", "PayPal账户"),
    "credit_card": ("credit card", "信用卡"),
    "alipay": ("Alipay account", "支付宝"),
    "wechat_pay": ("WeChat Pay", "微信支付"),
}


def method_name(method: Mapping[str, Any], language: str) -> str:
    """A payment method as it is said: its kind, and a card's last four digits."""
    english, chinese = _SOURCES.get(method["source"], (str(method["source"]).replace("_", " "),) * 2)
    last = method.get("last_four")
    if language == "zh":
        return f"尾号{last}的{chinese}" if last else chinese
    return f"{english} ending in {last}" if last else english


def options_text(options: Mapping[str, str], language: str) -> str:
    """The options that tell a variant from the others; a bare number, yes or no with the option's name."""
    values = (
        f"{name} {value}" if value.isdigit() or value in {"yes", "no", "none"} else value
        for name, value in options.items()
    )
    return ("、" if language == "zh" else ", ").join(values)


def address_text(address: Mapping[str, Any], language: str) -> str:
    """An address on one line, as it is said in the language."""
    if language == "zh":
        # A city such as Beijing is its own province.
        parts = dict.fromkeys(address[key] for key in ("state", "city", "address1", "address2"))
        return "".join(parts) + f"，邮编{address['zip']}"
    keys = ("address1", "address2", "city", "state", "zip", "country")
    return ", ".join(str(address[key]) for key in keys if address[key])


def listed(names: Iterable[str], language: str) -> str:
    """Names as a list in a sentence."""
    items = list(names)
    if language == "zh":
        return "、".join(items)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
