"""Mandarin words that were misheard by a little are put right; all others stay."""

import pytest

from dialogue.respelling import Respelling

SENTENCES = (
    *("我要取消订单", "下错单了", "我要改收货地址", "用支付宝付款", "礼品卡还有多少钱", "什么时候发货"),
    *(
        "我的快递到哪里了",
        "给我转人工客服",
        "我想换成绿色的",
        "我要退那个键盘",
        "中号的",
        "where is my order",
    ),
)
NAMES = ("茶具套装", "办公椅", "空气净化器", "雨衣外套", "台灯", "橡木", "Tea Set")


@pytest.fixture(scope="module")
def respelling() -> Respelling:
    return Respelling(SENTENCES, NAMES)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("我要起消订单。", "我要取消订单。"),
        ("我想起消我的订单", "我想取消我的订单"),
        ("信帮我起校订单。", "信帮我取消订单。"),
        ("下措单了。", "下错单了。"),
        ("下醋单了。", "下错单了。"),
        ("我要改收获地址", "我要改收货地址"),
        ("用直覆保", "用支付宝"),
        ("另外离屏卡还有多少钱。", "另外礼品卡还有多少钱。"),
        ("什么时候发霍?", "什么时候发货?"),
        ("我的快地到哪里了", "我的快递到哪里了"),
        ("有空气进化气的那个。", "有空气净化器的那个。"),
        ("有办公宜的那个,起消了", "有办公椅的那个,取消了"),
        ("起销那个台动。", "取消那个台灯。"),
    ],
)
def test_a_word_that_was_misheard_is_put_right(respelling: Respelling, heard: str, meant: str) -> None:
    assert respelling.mend(heard) == meant


@pytest.mark.parametrize(
    "heard",
    [
        *SENTENCES,
        *("李明", "郑思远", "用起", "好的可以。", "不需要了。"),
        "我要退后天到的那个",
        "这江省杭州市西湖区",
        "三幺零零二八",
        "这个项目我想一想",
        "我想看看那个东西",
        "他们奋起抗战",
        "Where is my order?",
        "",
    ],
)
def test_what_may_be_right_stays(respelling: Respelling, heard: str) -> None:
    assert respelling.mend(heard) == heard


def test_a_flow_without_mandarin_has_nothing_to_put_right() -> None:
    assert Respelling(["where is my order"]).mend("我要起消订单") == "我要起消订单"


@pytest.mark.parametrize(
    "heard", ["我要起消订单", "起消", "abc起消订单def", "嗯,起消定的,好吗?", "𠀀取消订单"]
)
def test_the_length_stays(respelling: Respelling, heard: str) -> None:
    assert len(respelling.mend(heard)) == len(heard)
