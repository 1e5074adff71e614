from __future__ import annotations

import cn2an  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words  # type: ignore[import-untyped]

from dialogue.numerals import cardinal_zh, figures


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("twenty-three", "23"),
        ("seven fifty", "7 50"),
        ("nineteen ninety five", "19 95"),
        ("one hundred and five", "105"),
        ("a hundred dollars", "100 dollars"),
        ("two-three-seven", "2-3-7"),
        ("the twenty-third of May", "the 23rd of May"),
        ("somebody won", "somebody won"),
        ("二三七八", "2378"),
        ("二十三", "23"),
        ("三百二", "320"),
        ("三千零五", "3005"),
        ("一万二", "12000"),
        ("幺三八", "138"),
        ("上周五", "上周五"),
        ("星期三", "星期三"),
        ("万一", "万一"),
        ("四川", "四川"),
        ("Ｗ２３", "W23"),
    ],
)
def test_numbers_in_figures(text: str, plain: str) -> None:
    assert figures(text).text == plain


@given(st.integers(0, 999_999))
def test_every_number_in_words_is_read(number: int) -> None:
    assert figures(str(num2words(number)).replace(",", "")).text == str(number)


@given(st.integers(0, 99_999_999))
def test_every_chinese_number_is_read(number: int) -> None:
    said = str(cn2an.an2cn(number, "low"))
    assert cardinal_zh(said) == (number, len(said))


@given(st.text(max_size=60))
def test_each_figure_knows_its_place(text: str) -> None:
    made = figures(text)
    assert len(made.text) == len(made.starts) == len(made.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(made.starts, made.ends, strict=True))
