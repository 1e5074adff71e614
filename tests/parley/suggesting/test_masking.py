"""What is a caller's own does not stay in a sentence that others will read."""

import pytest

from parley.suggesting.masking import masked, rare_names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my name is John Miller and my order is W2378156", "my name is … and my order is …"),
        ("reach me at 415 555 0199 or john.miller@example.com", "reach me at … or …"),
        ("I live at 12 King Street, can you deliver there", "I live at … can you deliver there"),
        ("I'm Peter and I want to know if you gift wrap", "I'm … and I want to know if you gift wrap"),
        ("Mrs. Jones here, do you gift wrap", "… here, do you gift wrap"),
        ("where is order number one two three four five six seven", "where is order number …"),
        ("do you take Amex 3782 822463 10005", "do you take …"),
        ("can you wrap three gifts", "can you wrap three gifts"),
    ],
)
def test_english(text: str, left: str) -> None:
    assert masked(text, "en") == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我叫王小明，电话是13812345678", "我叫…电话是"),
        ("订单号是W2378156什么时候到", "订单号是…什么时候到"),
        ("请寄到杭州市西湖区文三路12号", "请寄到"),
        ("我是张先生，能送货上门吗", "我是…能送货上门吗"),
        ("可以包装三个礼物吗", "可以包装三个礼物吗"),
    ],
)
def test_chinese(text: str, left: str) -> None:
    assert masked(text, "zh").removesuffix("…") == left


def test_a_name_that_only_one_call_has_is_its_callers() -> None:
    said = {
        "a": ["Do you ship to Alaska", "is Bertha in today"],
        "b": ["hello, do you ship to Alaska and is Harbour closed"],
    }
    names = rare_names(said, ["This is Harbour and Pine"])
    assert names == {"Bertha"}
    assert masked("is Bertha in today", "en", names) == "is … in today"
