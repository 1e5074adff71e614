"""A number half spoken and half keyed."""

from __future__ import annotations

import pytest

from dialogue.entities import Dictation, Valid

SHOP = Valid(orders=("#W2378156", "#W2611340", "#W4817420"))


def dictated(*pieces: str, language: str = "en", valid: Valid = SHOP) -> Dictation:
    """Pieces with "keys:" before them are keyed."""
    made = Dictation("order", language, valid)
    for piece in pieces:
        made = made.keyed(piece.removeprefix("keys:")) if piece.startswith("keys:") else made.spoken(piece)
    return made


@pytest.mark.parametrize(
    ("pieces", "source"),
    [
        (("W two three seven", "keys:8156#"), "mixed"),
        (("W two three seven", "keys:8156"), "mixed"),
        (("W two three seven", "keys:81", "five six"), "mixed"),
        (("keys:2378156#",), "keyed"),
        (("W two three seven", "eight one", "five six"), "listed"),
        (("W two three five", "no, seven not five", "eight one five six"), "listed"),
        (("W two three five", "not five, seven", "keys:8156"), "mixed"),
        (("W two three seven", "three seven eight one five six"), "listed"),
        (("W two three", "no wait, it's W two three seven eight one five six"), "listed"),
        (("W", "to", "three", "seven", "8156"), "listed"),
        (("W two three nine", "keys:*7", "eight one five six"), "mixed"),
    ],
)
def test_pieces_come_to_the_order(pieces: tuple[str, ...], source: str) -> None:
    entity = dictated(*pieces).entity
    assert entity is not None
    assert (entity.value, entity.source) == ("#W2378156", source)


def test_a_correction_in_mandarin() -> None:
    entity = dictated("W 二三五", "不是五是七", "keys:8156", language="zh").entity
    assert entity is not None
    assert entity.value == "#W2378156"


def test_what_is_missing_is_told() -> None:
    begun = dictated("W two three seven", "keys:81")
    assert (begun.missing, begun.whole, begun.entity) == (2, False, None)
    assert begun.told == "I have W23781 so far. I need 2 more digits."
    assert dictated("W 二三七", "keys:815", language="zh").told == "我记下了W237815。还差1位。"
    assert dictated().told == "I need 7 more digits."
    assert begun.keyed("56").told == ""


def test_keyed_digits_are_never_changed_to_fit() -> None:
    entity = dictated("keys:2378157#").entity
    assert entity is not None
    assert (entity.value, entity.source) == ("#W2378157", "keyed")


def test_spoken_digits_are_corrected_where_the_keyed_ones_fit() -> None:
    entity = dictated("W two three nine", "keys:8156").entity
    assert entity is not None
    assert (entity.value, entity.source) == ("#W2378156", "corrected")


def test_digits_behind_a_whole_number_are_not_taken() -> None:
    assert dictated("keys:237815699").said == "2378156"


def test_the_one_order_that_begins_so_may_be_offered() -> None:
    assert dictated("W two three seven").guess == "#W2378156"
    assert dictated("W two").guess is None


def test_other_numbers() -> None:
    phone = Dictation("phone", "zh").spoken("幺三八").spoken("一二三四")
    assert phone.missing == 4
    entity = phone.keyed("5678").entity
    assert entity is not None
    assert entity.value == "13812345678"
    card = Dictation("payment", "en").keyed("9212").entity
    assert card is not None
    assert card.value == "credit_card:9212"
    assert Dictation("postcode", "en").spoken("seven eight").told.endswith("3 more digits.")


def test_talk_between_the_pieces_adds_nothing() -> None:
    assert dictated("W two three seven", "hold on, I have to find my glasses").said == "W237"
