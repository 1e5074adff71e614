"""Known values correct what was misheard, are asked about where two are near, and are never made up."""

from __future__ import annotations

import pytest

from dialogue.entities import (
    Catalogue,
    Entity,
    Kind,
    PaymentMethod,
    Product,
    Valid,
    best_of,
    extract,
    hotwords,
)
from dialogue.entities.confusion import distance

ORDERS = Valid(orders=("#W2378156", "#W2611340", "#W4817420"))


def one(text: str, kind: Kind, valid: Valid, language: str = "en") -> Entity | None:
    return best_of([text], language, kind, valid=valid)


@pytest.mark.parametrize(
    ("likelier", "unlikelier"),
    [
        (("B", "D"), ("B", "W")),
        (("M", "N"), ("M", "D")),
        (("A", "8"), ("A", "2")),
        (("S", "F"), ("S", "D")),
        (("5", "9"), ("5", "2")),
        (("15", "50"), ("15", "27")),
        (("0", "O"), ("0", "7")),
    ],
)
def test_what_sounds_alike_is_nearer(likelier: tuple[str, str], unlikelier: tuple[str, str]) -> None:
    assert distance(*likelier) < distance(*unlikelier)
    assert distance(*likelier) == distance(*reversed(likelier))


def test_mandarin_confuses_other_digits() -> None:
    assert distance("1", "7", "zh") < distance("1", "7", "en")


@pytest.mark.parametrize("text", ["W2398156", "W237856", "W2 3 7 7 8 1 5 6", "V2378156", "U 2378156"])
def test_the_one_order_that_is_near_is_taken_with_less_confidence(text: str) -> None:
    entity = one(text, "order", ORDERS)
    assert entity is not None
    assert (entity.value, entity.source) == ("#W2378156", "corrected")
    assert entity.confidence < 0.8


@pytest.mark.parametrize(
    ("said", "meant"), [("787893", "78793"), ("7893", "78793"), ("31078", "310078"), ("3107", "")]
)
def test_a_zip_code_that_lacks_two_digits_is_nobodys(said: str, meant: str) -> None:
    entity = one(said, "postcode", Valid(postcodes=("78793", "310078")))
    assert (entity.value if entity is not None else "") == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("邮编是3102吧?", "310028"),
        ("我叫马强,右边是2002吧。", "200028"),
        ("6103摇", "610031"),
        ("三一零零二八吧", "310028"),
        ("20002吧", "200028"),
        ("就是那个吧", ""),
    ],
)
def test_a_digit_at_the_end_that_became_a_particle(said: str, meant: str) -> None:
    valid = Valid(postcodes=("310028", "200028", "610031", "518029"))
    entity = one(said, "postcode", valid, "zh")
    assert (entity.value if entity is not None else "") == meant


@pytest.mark.parametrize(
    ("said", "language", "value"),
    [
        ("19122, 19122.", "en", "19122"),
        ("三一零零二八，三一零零二八", "zh", "310028"),
        ("1212, 1212", "en", ""),
    ],
)
def test_a_zip_code_said_twice_is_one(said: str, language: str, value: str) -> None:
    entity = one(said, "postcode", Valid(), language)
    assert (entity.value if entity is not None else "") == value


@pytest.mark.parametrize(("said", "confidence"), [("五幺八零二吧", 0.5), ("五幺八零二八吧", 0.8)])
def test_a_digit_that_may_be_a_particle_is_doubtful(said: str, confidence: float) -> None:
    entity = one(said, "postcode", Valid(), "zh")
    assert entity is not None
    assert (entity.value, entity.confidence) == ("518028", confidence)


def test_an_order_that_is_not_listed_stays_as_it_was_heard() -> None:
    entity = one("W five zero nine three two six eight", "order", ORDERS)
    assert entity is not None
    assert (entity.value, entity.source) == ("#W5093268", "heard")


def test_two_orders_as_near_are_both_offered() -> None:
    entity = one("W2378159", "order", Valid(orders=("#W2378151", "#W2378155", "#W8000000")))
    assert entity is not None
    assert entity.source == "corrected"
    assert entity.value == "#W2378155"
    entity = one("W2378153", "order", Valid(orders=("#W2378151", "#W2378157", "#W8000000")))
    assert entity is not None
    assert entity.source == "unsure"
    assert set(entity.alternatives) == {"#W2378151", "#W2378157"}


def test_the_end_of_an_order_number_is_enough_where_one_order_has_it() -> None:
    entity = one("the one ending in eight one five six", "order", ORDERS)
    assert entity is not None
    assert entity.value == "#W2378156"


def test_a_few_digits_are_no_order() -> None:
    assert one("two three seven", "order", ORDERS) is None


def test_without_a_list_nothing_is_changed() -> None:
    entity = one("my order number is W 2398156", "order", Valid())
    assert entity is not None
    assert (entity.value, entity.source) == ("W2398156", "heard")


def test_two_orders_in_one_sentence() -> None:
    found = extract("cancel W2378156 and W2611340", "en", valid=ORDERS)
    assert [entity.value for entity in found] == ["#W2378156", "#W2611340"]


def test_of_two_fives_the_one_that_makes_a_known_order_was_meant() -> None:
    entity = one("W二三五八一五六，不是五是七", "order", ORDERS, "zh")
    assert entity is not None
    assert entity.value == "#W2378156"


MAILS = Valid(
    emails=("yusuf.rossi9217@example.com", "yusuf.rossi9210@example.com", "mei.kovacs28@example.com")
)


def test_a_name_in_an_address_is_known_by_its_sound() -> None:
    entity = one("May dot Kovach 28 at example.com", "email", MAILS)
    assert entity is not None
    assert (entity.value, entity.source) == ("mei.kovacs28@example.com", "corrected")


def test_two_addresses_as_near_are_both_offered() -> None:
    entity = one("Youssef.Rossi921@example.com", "email", MAILS)
    assert entity is not None
    assert entity.source == "unsure"
    assert set(entity.alternatives) == set(MAILS.emails[:2])


def test_an_address_of_somebody_else_is_not_turned_into_a_known_one() -> None:
    entity = one("emma.smith77@gmail.com", "email", MAILS)
    assert entity is not None
    assert (entity.value, entity.source) == ("emma.smith77@gmail.com", "heard")


CARDS = Valid(
    payments=(
        PaymentMethod("card_1", "credit_card", "9212", "visa"),
        PaymentMethod("card_2", "credit_card", "1452", "mastercard"),
        PaymentMethod("gift_1", "gift_card"),
    )
)


@pytest.mark.parametrize(
    ("text", "value", "source"),
    [
        ("the card ending in 1 2", "card_1", "listed"),
        ("the card ending in two", "card_1", "unsure"),
        ("my credit card", "card_1", "unsure"),
        ("the mastercard", "card_2", "listed"),
        ("the card ending in 7788", "credit_card:7788", "heard"),
        ("with PayPal", "paypal", "heard"),
    ],
)
def test_ways_to_pay(text: str, value: str, source: str) -> None:
    entity = one(text, "payment", CARDS)
    assert entity is not None
    assert (entity.value, entity.source) == (value, source)


SHOP = Valid(
    catalogue=Catalogue(
        [
            Product("p1", ["Electric Kettle", "电热水壶"]),
            Product("p2", ["Tea Kettle", "茶壶"]),
            Product("p3", ["Portable Charger", "充电宝"]),
        ]
    )
)


def test_a_product_by_the_last_word_of_its_name_if_no_other_has_it() -> None:
    charger, kettle = (one(text, "product", SHOP) for text in ("the charger is broken", "my kettle leaks"))
    assert charger is not None
    assert kettle is not None
    assert charger.value == "p3"
    assert (kettle.source, set(kettle.alternatives)) == ("unsure", {"p1", "p2"})


def test_of_several_readings_the_one_with_a_known_value_wins() -> None:
    entity = best_of(["double 378156", "W 237 8156", "W 237 9999"], "en", "order", valid=ORDERS)
    assert entity is not None
    assert (entity.value, entity.source) == ("#W2378156", "listed")


def test_no_reading_has_any() -> None:
    assert best_of(["hello", "yellow"], "en", "order", valid=ORDERS) is None


def test_the_prompt_is_short_and_names_what_is_expected_first() -> None:
    many = Valid(orders=tuple(f"#W{n}" for n in range(1_000_000, 1_000_400)), emails=("a@b.com",))
    text = hotwords(["order", "email"], many, "en")
    assert text.startswith("Order number W1000000, W1000001")
    assert len(text) <= 160
    assert hotwords(["order"], Valid(), "en") == ""
    assert hotwords(["order"], ORDERS, "zh") == "订单号 W2378156，W2611340，W4817420。"
