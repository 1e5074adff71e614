from __future__ import annotations

import pytest

from dialogue.knowledge.names import NearNames
from dialogue.knowledge.terms import terms


@pytest.mark.parametrize(
    "same",
    [
        ("one litre", "1 L", "1000ml", "一升", "1升"),
        ("half a litre", "500 ml", "500毫升", "半升"),
        ("one point seven litres", "1.7 l", "1.7升"),
        ("一升半", "1.5 litres"),
        ("twenty thousand milliamp hours", "20000mAh", "两万毫安", "20000毫安时"),
        ("twenty six centimetres", "26 cm", "二十六厘米"),
        ("13-inch", "thirteen inch", "13英寸"),
        ("twice", "2 times", "两次"),
        ("$60", "60 dollars", "60美元"),
        ("顏色", "颜色"),
        ("Café", "cafe", "ＣＡＦＥ"),
        ("T-shirts", "t shirt"),
    ],
)
def test_what_means_the_same_is_the_same(same: tuple[str, ...]) -> None:
    assert len({terms(one) for one in same}) == 1


@pytest.mark.parametrize(("one", "other"), [("5 cm", "5 mm"), ("500 ml", "500 g"), ("size M", "1 m")])
def test_what_means_something_else_is_not(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("keybord", "keyboard"),
        ("back pack", "backpack"),
        ("offis chair", "office chair"),
        ("电热水湖", "电热水壶"),
        ("lamb", None),
        ("电视", None),
    ],
)
def test_misheard_names_are_found_by_letters_or_sound(heard: str, meant: str | None) -> None:
    known = [
        terms(name) for name in ("keyboard", "backpack", "office chair", "desk lamp", "电热水壶", "台灯")
    ]
    assert NearNames(known).nearest(terms(heard)) == (terms(meant) if meant is not None else None)
