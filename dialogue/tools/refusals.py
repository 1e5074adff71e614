"""Why a tool did not do what it was asked: a code, the facts, and a sentence in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Every reason for a refusal. Programs compare codes; callers hear `Refusal.sentence`."""

    NOT_IDENTIFIED = "not_identified"
    USER_NOT_FOUND = "user_not_found"
    SEVERAL_USERS = "several_users"
    OTHER_USER = "other_user"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    ORDER_NOT_FOUND = "order_not_found"
    PRODUCT_NOT_FOUND = "product_not_found"
    ITEM_NOT_FOUND = "item_not_found"
    NOT_PENDING = "not_pending"
    ITEMS_ALREADY_MODIFIED = "items_already_modified"
    NOT_DELIVERED = "not_delivered"
    ALREADY_REQUESTED = "already_requested"
    BAD_REASON = "bad_reason"
    NO_ITEMS = "no_items"
    ITEM_NOT_IN_ORDER = "item_not_in_order"
    COUNTS_DIFFER = "counts_differ"
    SAME_ITEM = "same_item"
    OTHER_PRODUCT = "other_product"
    NOT_AVAILABLE = "not_available"
    METHOD_NOT_FOUND = "payment_method_not_found"
    SAME_METHOD = "same_payment_method"
    SEVERAL_PAYMENTS = "several_payments"
    GIFT_CARD_SHORT = "gift_card_short"
    REFUND_METHOD = "refund_method"
    NO_PARCEL = "no_parcel"
    BAD_EXPRESSION = "bad_expression"
    BAD_ARGUMENTS = "bad_arguments"
    UNKNOWN_TOOL = "unknown_tool"
    NOT_PROPOSED = "not_proposed"
    CHANGED_MEANWHILE = "changed_meanwhile"
    KEY_REUSED = "key_reused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A tool's "no". Nothing was changed.

    Attributes:
        code: the reason.
        facts: what the sentence names: ids, a status, the field that was wrong.
    """

    code: Code
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """What an agent can say, in `en` or `zh`."""
        english, chinese = SENTENCES[self.code]
        facts = dict(self.facts)
        if "status" in facts:
            facts["status"] = status_name(str(facts["status"]), language)
        return (chinese if language == "zh" else english).format_map(facts)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The refusal for a language model or a log."""
        return {"refused": self.code.value, "facts": dict(self.facts), "say": self.sentence(language)}


class RefusedError(Exception):
    """Raised inside a tool; the session turns it into the `Refusal` it carries."""

    def __init__(self, code: Code, **facts: Any) -> None:
        self.refusal = Refusal(code, facts)
        super().__init__(f"{code.value} {facts}")


_STATUSES = {
    "pending": "待处理",
    "pending (item modified)": "待处理（商品已修改）",
    "processed": "已发货",
    "delivered": "已送达",
    "cancelled": "已取消",
    "return requested": "已申请退货",
    "exchange requested": "已申请换货",
}

STATUSES = tuple(_STATUSES)
"""Every status that the tools give an order."""


def status_name(status: str, language: str) -> str:
    """An order's status as it is said."""
    return _STATUSES.get(status, status) if language == "zh" else status


SENTENCES: Mapping[Code, tuple[str, str]] = {
    Code.NOT_IDENTIFIED: (
        "Before I can help with that, I need to find your account. What is your e-mail address, "
        "or your name and zip code?",
        "在办理之前，我需要先确认您的身份。请告诉我您的邮箱，或者姓名和邮编。",
    ),
    Code.USER_NOT_FOUND: (
        "I can't find an account with these details. Could you give me another e-mail address, "
        "or your name and zip code?",
        "没有查到与这些信息相符的账户。请您换一个邮箱，或者告诉我姓名和邮编。",
    ),
    Code.SEVERAL_USERS: (
        "More than one account has this name and zip code. Could you give me your e-mail address?",
        "有不止一个账户使用这个姓名和邮编，请告诉我您的邮箱。",
    ),
    Code.OTHER_USER: (
        "I can only help with your own account in this call.",
        "在这通电话里，我只能为您办理您本人账户的业务。",
    ),
    Code.TOO_MANY_ATTEMPTS: (
        "I could not confirm your identity, so I can't open an account in this call. "
        "I can transfer you to a colleague.",
        "一直没能确认您的身份，这通电话里无法查询账户。我可以为您转接同事。",
    ),
    Code.ORDER_NOT_FOUND: (
        "I can't find order {order_id} in your account. Could you check the number?",
        "在您的账户里没有找到订单{order_id}，请您再核对一下订单号。",
    ),
    Code.PRODUCT_NOT_FOUND: (
        "I can't find a product with the number {product_id}.",
        "没有找到编号为{product_id}的商品。",
    ),
    Code.ITEM_NOT_FOUND: (
        "I can't find an item with the number {item_id}.",
        "没有找到编号为{item_id}的款式。",
    ),
    Code.NOT_PENDING: (
        "Order {order_id} is {status}. Only a pending order can be changed or cancelled.",
        "订单{order_id}目前是{status}状态，只有待处理的订单才能修改或取消。",
    ),
    Code.ITEMS_ALREADY_MODIFIED: (
        "The items of order {order_id} have already been changed once, so it can't be changed or "
        "cancelled any more.",
        "订单{order_id}的商品已经修改过一次，不能再修改或取消了。",
    ),
    Code.NOT_DELIVERED: (
        "Order {order_id} is {status}. Only a delivered order can be returned or exchanged.",
        "订单{order_id}目前是{status}状态，只有已送达的订单才能退换。",
    ),
    Code.ALREADY_REQUESTED: (
        "For order {order_id} we already have your request: {status}. It can be made only once.",
        "订单{order_id}{status}，同一订单只能申请一次。",
    ),
    Code.BAD_REASON: (
        "An order can be cancelled because it is no longer needed or because it was ordered by mistake. "
        "Is it one of these?",
        "取消订单的原因只能是不再需要，或者下错了单。请问是哪一种？",
    ),
    Code.NO_ITEMS: (
        "Which items is it about?",
        "请问是哪几件商品？",
    ),
    Code.ITEM_NOT_IN_ORDER: (
        "Item {item_id} is not in order {order_id}, or not that many times.",
        "订单{order_id}里没有商品{item_id}，或者数量不够。",
    ),
    Code.COUNTS_DIFFER: (
        "For each item I need exactly one new item.",
        "每一件商品都需要对应一件新的商品。",
    ),
    Code.SAME_ITEM: (
        "The new item has to be a different option from the one you have.",
        "新的商品必须与原来的款式不同。",
    ),
    Code.OTHER_PRODUCT: (
        "An item can only be replaced by another option of the same product.",
        "只能换成同一商品的其他款式。",
    ),
    Code.NOT_AVAILABLE: (
        "I am sorry, that option is out of stock.",
        "很抱歉，这个款式目前缺货。",
    ),
    Code.METHOD_NOT_FOUND: (
        "This payment method is not in your account.",
        "您的账户里没有这种支付方式。",
    ),
    Code.SAME_METHOD: (
        "Order {order_id} is already paid with this payment method.",
        "订单{order_id}已经是用这种方式支付的。",
    ),
    Code.SEVERAL_PAYMENTS: (
        "The payment of order {order_id} has already been changed, so I can't change it again.",
        "订单{order_id}的支付方式已经修改过，不能再次修改。",
    ),
    Code.GIFT_CARD_SHORT: (
        "There is not enough left on the gift card. Would you like to use another payment method?",
        "礼品卡余额不足，您要换一种支付方式吗？",
    ),
    Code.REFUND_METHOD: (
        "A refund can go to the original payment method or to a gift card of yours.",
        "退款只能退回原支付方式，或者退到您已有的礼品卡。",
    ),
    Code.NO_PARCEL: (
        "Order {order_id} is {status}, there is no parcel to track.",
        "订单{order_id}目前是{status}状态，没有可查询的包裹。",
    ),
    Code.BAD_EXPRESSION: (
        "I can't calculate that.",
        "这个我算不出来。",
    ),
    Code.BAD_ARGUMENTS: (
        "I am missing something for that. Could you say it once more?",
        "信息还不完整，请您再说一遍好吗？",
    ),
    Code.UNKNOWN_TOOL: (
        "I can't do that, but I can transfer you to a colleague.",
        "这个我办不了，不过可以为您转接同事。",
    ),
    Code.NOT_PROPOSED: (
        "Let me go through the details with you once more before I do that.",
        "在办理之前，我先和您再核对一遍。",
    ),
    Code.CHANGED_MEANWHILE: (
        "Something about it has changed in the meantime. Let me go through the details with you again.",
        "相关信息刚刚有变动，我再和您核对一遍。",
    ),
    Code.KEY_REUSED: (
        "That has already been taken care of in another way.",
        "这个请求已经处理过了。",
    ),
}
