"""Which of his ways to pay a caller means."""

import pytest

from dialogue.tasks.scene import Unclear
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import (
    BAG,
    JUN,
    KEYBOARD,
    LAMPS,
    LI,
    PETER,
    TEA,
    WARD,
    alone,
    order,
    read,
    scene,
    slot,
    value,
)

PAY, REFUND = slot("payment"), slot("payment", refund=True)
CARD, PAYPAL = "credit_card_7681686", "paypal_1196656"
WECHAT, ALIPAY, GIFT = "wechat_pay_3712153", "alipay_2261153", "gift_card_4487522"


@pytest.mark.parametrize(
    ("said", "user", "meant"),
    [
        ("my PayPal account", PETER, PAYPAL),
        ("pay pal", PETER, PAYPAL),
        ("credit card please", PETER, CARD),
        ("the visa", PETER, CARD),
        ("the card ending in three two zero seven", PETER, CARD),
        ("微信", LI, WECHAT),
        ("支付宝吧", LI, ALIPAY),
        ("用礼品卡", LI, GIFT),
        ("尾号四零八四的卡", JUN, "credit_card_5791961"),
    ],
)
def test_a_method_is_meant_by_its_kind_or_its_last_digits(said: str, user: str, meant: str) -> None:
    assert value(read(PAY, scene(said, user=user))) == meant


def test_the_original_one_is_what_the_order_was_paid_with() -> None:
    assert value(read(PAY, scene("the same way I paid", slots=order(BAG)))) == CARD
    assert value(read(PAY, scene("to the original payment method", slots=order(KEYBOARD)))) == PAYPAL
    assert value(read(PAY, scene("原来的支付方式", user=JUN, slots=order(LAMPS)))) == "alipay_5458176"


def test_a_refund_goes_to_what_was_paid_with_or_to_a_gift_card() -> None:
    assert value(alone(REFUND, scene(slots=order(BAG)))) == CARD
    assert value(alone(REFUND, scene(user=JUN, slots=order(LAMPS)))) == {
        "alipay_5458176",
        "gift_card_8318905",
    }
    assert value(alone(REFUND, scene(user=WARD, slots=order("#W3956670")))) == "gift_card_5011878"


def test_any_method_pays_and_one_of_several_is_asked_for() -> None:
    reading = alone(PAY, scene(slots=order(TEA)))
    assert isinstance(reading, Unclear)
    assert [one.said for one in reading.options] == [
        "your credit card ending in 3207",
        "your PayPal account",
    ]
    assert alone(PAY, scene(user=None)) is None


def test_a_method_that_is_not_his_is_taken_only_where_it_was_asked_for() -> None:
    assert value(read(PAY, scene("my gift card"))) == "gift_card"
    assert read(PAY, scene("can I buy a gift card", asked=False)) is None
    before = Filled(PAYPAL)
    assert value(read(PAY, scene("to my gift card", asked=False, before=before))) == "gift_card"


@pytest.mark.parametrize("said", ["我想换个支付方式", "改一下付款方式", "I want to pay it another way", ""])
def test_words_about_paying_name_no_method(said: str) -> None:
    assert read(PAY, scene(said, user=LI, asked=False)) is None


def test_nobody_is_read_without_an_account() -> None:
    assert read(PAY, scene("PayPal", user=None)) is None
