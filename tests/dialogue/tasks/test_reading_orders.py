"""Which order a caller means."""

import pytest

from dialogue.tasks.definition import Slot
from dialogue.tasks.reading_orders import orders_told_apart
from dialogue.tasks.scene import Impossible, Option, Unclear
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import (
    BAG,
    JUN,
    KEVIN,
    KEYBOARD,
    LAMPS,
    PETER,
    TEA,
    WARD,
    account,
    alone,
    read,
    scene,
    slot,
    value,
)

ANY = slot("order")
PENDING = slot("order", status="pending")
DELIVERED = slot("order", status="delivered")


@pytest.mark.parametrize(
    ("said", "user", "meant"),
    [
        ("W one seven three six five two two", PETER, TEA),
        ("it's W1736522", PETER, TEA),
        ("order number 1736522 please", PETER, TEA),
        ("W one seven three six five two three", PETER, TEA),  # misheard: his only one near it
        ("the one ending in five two two", PETER, TEA),
        ("W五三零八二四八", JUN, "#W5308248"),
        ("订单号是W五三零八二四八", JUN, "#W5308248"),
        ("the tea set", PETER, TEA),
        ("the order with the t-shirt", PETER, KEYBOARD),
        ("有水壶的那个", JUN, "#W1821246"),
        ("书架那一单", JUN, LAMPS),
        ("the bookshelf", WARD, "#W6809192"),
    ],
)
def test_an_order_is_meant_by_its_number_or_by_what_is_in_it(said: str, user: str, meant: str) -> None:
    assert value(read(ANY, scene(said, user=user))) == meant


def test_among_orders_with_the_same_product_those_go_first_that_it_is_possible_for() -> None:
    keyboards = scene("the keyboard")
    assert value(read(ANY, keyboards)) == {KEYBOARD, "#W7702709"}
    assert value(read(DELIVERED, keyboards)) == KEYBOARD
    assert value(read(PENDING, scene("the sleeping bag"))) == {BAG, KEYBOARD}  # told why not


@pytest.mark.parametrize(
    ("said", "slot_", "meant"),
    [
        ("my latest order", ANY, KEYBOARD),
        ("the last one", DELIVERED, KEYBOARD),
        ("my most recent order", PENDING, TEA),
        ("the latest one with the keyboard", ANY, KEYBOARD),
    ],
)
def test_the_latest(said: str, slot_: Slot, meant: str) -> None:
    assert value(read(slot_, scene(said))) == meant


@pytest.mark.parametrize("said", ["that one", "cancel it", "the same order", "it"])
def test_a_pronoun_is_the_order_that_was_spoken_of_last(said: str) -> None:
    assert value(read(ANY, scene(said, recent=BAG))) == BAG
    assert read(ANY, scene(said)) is None


def test_a_chinese_pronoun() -> None:
    assert value(read(ANY, scene("把它取消", user=JUN, recent=LAMPS))) == LAMPS


@pytest.mark.parametrize(
    "said",
    ["I want to cancel my order", "我要取消订单", "send it to my office", "I will pay by bank transfer", ""],
)
def test_words_that_name_no_order_name_none(said: str) -> None:
    assert read(ANY, scene(said, user=JUN, asked=False)) is None


def test_a_strange_number_is_kept_as_it_was_said() -> None:
    reading = read(ANY, scene("W9999999"))
    assert reading == Filled("#W9999999", "W9999999", 0.7, "heard")


def test_another_reading_of_the_words_has_the_known_number() -> None:
    assert value(read(ANY, scene("W one seven three six", "W one seven three six five two two"))) == TEA


def test_alone() -> None:
    assert value(alone(PENDING, scene())) == TEA
    assert value(alone(DELIVERED, scene())) == {BAG, KEYBOARD}
    assert alone(ANY, scene()) is None  # too many to read out
    assert isinstance(alone(slot("order", status="exchange requested"), scene()), Impossible)
    assert alone(PENDING, scene(user=None)) is None


def test_orders_are_told_apart_by_what_only_one_of_them_has() -> None:
    jun = account(JUN)
    options = [Option(one, jun.order_said(jun.order(one) or {}, "en")) for one in ("#W3950085", "#W6684397")]
    assert options[0].said == options[1].said
    apart = orders_told_apart(options, jun, "en")
    assert [one.said for one in apart] == [
        "the order with the Cast Iron Pan and more",
        "the order with the Air Purifier and more",
    ]
    assert [one.said for one in orders_told_apart(options, jun, "zh")] == [
        "有铸铁煎锅等商品的订单",
        "有空气净化器等商品的订单",
    ]


def test_orders_with_the_same_in_them_are_told_apart_by_number() -> None:
    kevin = account(KEVIN)
    same = [Option("#W2062941", "the order with the Tea Set")] * 2
    assert [one.said for one in orders_told_apart(same, kevin, "en")] == ["order W2062941"] * 2


def test_of_two_numbers_as_near_as_each_other_he_is_asked() -> None:
    reading = read(ANY, scene("the order with the sleeping bag"))
    assert isinstance(reading, Unclear)
    assert [one.said for one in reading.options] == [
        "the order with the Sleeping Bag",
        "the order with the Mechanical Keyboard and more",
    ]
