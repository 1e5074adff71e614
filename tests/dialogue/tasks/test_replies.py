"""Short answers: yes, no, with something behind it; a change of mind; a choice; two requests at once."""

import pytest

from dialogue.courtesies import Reply
from dialogue.tasks.choosing import chosen
from dialogue.tasks.replies import abandons, leading_reply, means_none, takes_leave, wants_instead
from dialogue.tasks.requests import divisions

YES, NO = Reply.YES, Reply.NO


@pytest.mark.parametrize(
    "said",
    [
        *(
            "yes",
            "Yes, please.",
            "yes yes go ahead thank you",
            "that's right",
            "Okay.",
            "ok then",
            "no problem",
        ),
        *("sure, do that", "yeah that would be great", "Yes, that's right, please", "yes I do", "Exactly!"),
        *("好", "好的", "好的，办吧", "可以", "是的，谢谢", "对，没错", "嗯", "没问题", "确定", "行"),
    ],
)
def test_yes(said: str) -> None:
    assert leading_reply(said)[0] is YES


@pytest.mark.parametrize(
    "said",
    [
        *(
            "no",
            "No, thank you",
            "nope",
            "please don't",
            "definitely not",
            "that's not right",
            "don't do that",
        ),
        *("yes no", "yeah, no", "no no no", "not now", "wrong"),
        *("不", "不用了", "不对", "不是", "不要", "没有", "错了", "别"),
    ],
)
def test_no(said: str) -> None:
    assert leading_reply(said)[0] is NO


@pytest.mark.parametrize(
    "said",
    [
        *(
            "yes but only the chair",
            "okay, wait",
            "ok how long does it take",
            "yes if it is free",
            "right now?",
        ),
        *("no, that's fine", "I said yes", "maybe", "", "the chair", "hm", "what does that mean"),
        *("yes, but first tell me what it costs", "sure, change it to the blue one"),
        *("好像不对", "对不起", "可以改成白色吗", "好的等一下", "要白色的", "是不是要退回去", "需要多久"),
    ],
)
def test_what_is_no_answer_agrees_to_nothing(said: str) -> None:
    assert leading_reply(said)[0] is None


@pytest.mark.parametrize(
    ("said", "reply", "rest"),
    [
        ("no, only the chair", NO, "only the chair"),
        ("no only the T-shirt", NO, "only the T-shirt"),
        ("No, 14 Main Street", NO, "14 Main Street"),
        ("not the blue one", NO, "the blue one"),
        ("yes, and where is my other order?", YES, "and where is my other order"),
        ("yes, cancel it", YES, "cancel it"),
        ("不对，是另一个", NO, "是另一个"),
        ("不是，要白色的", NO, "要白色的"),
        ("好的，另外我的订单到哪了", YES, "另外我的订单到哪了"),
    ],
)
def test_what_stands_behind_it(said: str, reply: Reply, rest: str) -> None:
    assert leading_reply(said) == (reply, rest)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "never mind",
            "oh, forget about it",
            "I've changed my mind",
            "no, stop",
            "let's not",
            "no thank you",
        ),
        *("算了", "先不办了", "不退了", "我改主意了", "没事了"),
    ],
)
def test_a_change_of_mind(said: str) -> None:
    assert abandons(said)


@pytest.mark.parametrize(
    "said",
    [
        "I changed my mind about the lamp and want to send back the chair too",
        "stop my order before it ships",
        "no",
        "不需要",
        "先不说这个，我想问一下我的另一个订单到哪了",
    ],
)
def test_no_change_of_mind(said: str) -> None:
    assert not abandons(said)


def test_goodbye_instead_and_none_of_them() -> None:
    assert takes_leave("okay bye bye")
    assert takes_leave("那再见")
    assert not takes_leave("that's all")
    assert wants_instead("actually I'd rather exchange it")
    assert wants_instead("还是换货吧")
    assert not wants_instead("cancel my order")
    assert means_none("none of these")
    assert means_none("都不是")
    assert not means_none("the first one")


ORDERS = ("the order with the Tea Set", "the order with the Desk Lamp and more", "order W123")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        *(("the first one", 0), ("the second", 1), ("number three", 2), ("the last one", 2), ("2", 1)),
        *(("the lamp", 1), ("desk lamps", 1), ("tea", 0), ("W123", 2), ("第二个", 1), ("最后一个", 2)),
        *(("the order", None), ("yes", None), ("the tea set and the lamp", None), ("", None)),
        *(("first tell me how long the delivery of it takes", None), ("the fourth", None)),
    ],
)
def test_a_choice_by_its_place_or_by_a_word_of_its_own(said: str, place: int | None) -> None:
    meant = chosen(said, ("a", "b", "c"), ORDERS)
    assert meant == (None if place is None else "abc"[place])


def test_a_choice_in_a_longer_sentence() -> None:
    orders = ("有扫地机器人的订单", "有空气净化器等商品的订单")
    assert chosen("扫地机器人。 那个已经申请退货的。", ("a", "b"), orders) == "a"
    assert chosen("小弟机器人那个,已经申请退货的。", ("a", "b"), orders) == "a", "as Whisper heard it"
    assert chosen("那个扫地机器人什么时候能退款到账啊?", ("a", "b"), orders) is None, "another question"
    assert chosen("那个已经申请退货的，我等了很久的。", ("a", "b"), orders) is None
    parcels = ("the order with the Robot Vacuum", "the order with the Air Purifier and more")
    assert chosen("it is the one with the robot vacuum that I sent back", ("a", "b"), parcels) == "a"


def test_a_choice_by_signs() -> None:
    lamps = ("白色、明亮的台灯", "绿色、暖光的台灯")
    assert chosen("白色的", ("a", "b"), lamps) == "a"
    assert chosen("暖光那个", ("a", "b"), lamps) == "b"
    assert chosen("台灯", ("a", "b"), lamps) is None
    assert chosen("后一个", ("a", "b"), lamps) == "b"


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("cancel the lamp and where is my order", "cancel the lamp", "where is my order"),
        ("I want to return the mug. Where is my parcel?", "I want to return the mug", "Where is my parcel?"),
        ("我要取消订单，另外我的包裹到哪了", "我要取消订单", "我的包裹到哪了"),
    ],
)
def test_two_requests(said: str, first: str, second: str) -> None:
    assert (first, second) in list(divisions(said))


@pytest.mark.parametrize(
    "said",
    [
        "I moved house and need to change where my order goes",
        "I don't need it any more and want to send it back",
        "my parcel came and it is broken and I want my money back",
        "it is too small and I want a bigger one",
        "我不想要了，帮我退货",
        "台灯坏了，我要退货",
    ],
)
def test_a_request_and_its_reason_are_one(said: str) -> None:
    assert list(divisions(said)) == []


def test_one_request_is_not_divided() -> None:
    assert list(divisions("cancel my order")) == []
    assert list(divisions("lamp and mug")) == []
