"""Mandarin as it is said: what a caller hears for what a shop writes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tts.test_spoken_en import ANY_TEXT
from tts.spoken import spoken

CODES = {
    "您的订单号是A20231107。": "您的订单号是 A，二零二三，幺幺零七。",
    "订单10523已经发货": "订单幺零五二三已经发货",
    "快递单号是884022173906。": "快递单号是八八四零，二二幺七，三九零六。",
    "尾号4471": "尾号四四七幺",
    "验证码 0042": "验证码零零四二",
    "取件码是593817": "取件码是五九三，八幺七",
    "101室": "幺零幺室",
}
PHONES = {
    "请拨打400-820-8820": "请拨打四零零，八二零，八八二零",
    "手机号13812345678": "手机号幺三八，幺二三四，五六七八",
    "电话010-62345678": "电话零幺零，六二三四，五六七八",
}
MONEY = {
    "129.50元": "一百二十九点五元",
    "¥1,299": "一千二百九十九元",
    "￥1,299.00": "一千二百九十九元",
    "1.5万元": "一点五万元",
    "$50": "五十美元",
    "满99减20": "满九十九减二十",
    "打9.5折": "打九五折",
}
DATES = {
    "2026年1月1日": "二零二六年一月一日",
    "2026-01-31": "二零二六年一月三十一日",
    "12月4日": "十二月四日",
    "90后": "九零后",
    "90后天": "九十后天",
}
TIMES = {
    "下午2点15分": "下午两点十五分",
    "下午3:00": "下午三点",
    "14:05": "十四点零五分",
    "9:00-18:00": "九点到十八点",
    "24小时": "二十四小时",
}
AMOUNTS = {
    "2件商品": "两件商品",
    "第2天": "第二天",
    "2楼": "二楼",
    "12个": "十二个",
    "200克": "两百克",
    "1.7升": "一点七升",
    "120x75cm": "一百二十乘七十五厘米",
    "25%": "百分之二十五",
    "10%-15%": "百分之十到百分之十五",
    "3-5天": "三到五天",
    "1-2天": "一到两天",
    "3/4杯": "四分之三杯",
    "2:1": "二比一",
    "-5℃": "零下五摄氏度",
    "1250个积分": "一千二百五十个积分",
    "XL码": "特大码",
}
TEXT = {
    "anna.meyer@example.com": "anna 点 meyer 艾特 example 点 com",
    "VIP会员": "贵宾会员",
    "iPhone 15 Pro": "iPhone 十五 Pro",
    "您好，order 42 已发货": "您好，order 四十二已发货",
    "1. 第一\n2. 第二": "第一，第一。第二，第二",
    "**加粗**": "加粗",
    "好的😀": "好的",
    "请按#键确认": "请按井号键确认",
    "按*返回": "按星号返回",
    "请按1": "请按一",
}
ALL = CODES | PHONES | MONEY | DATES | TIMES | AMOUNTS | TEXT


@pytest.mark.parametrize(("written", "said"), ALL.items())
def test_it_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "zh") == said


@pytest.mark.parametrize("written", ALL)
def test_saying_it_twice_changes_nothing(written: str) -> None:
    once = spoken(written, "zh")
    assert spoken(once, "zh") == once


_DIGITS = "零幺二三四五六七八九"


@given(st.text(alphabet="0123456789", min_size=4, max_size=24))
def test_no_digit_of_a_number_that_identifies_is_lost(digits: str) -> None:
    said = spoken(f"您的订单号是{digits}。", "zh")
    assert [char for char in said if char in _DIGITS] == [_DIGITS[int(digit)] for digit in digits]


@given(ANY_TEXT)
@settings(max_examples=300)
def test_any_text_is_speakable(text: str) -> None:
    said = spoken(text, "zh")
    assert not any("0" <= char <= "9" or char in "#*@$€%&<>[]{}|\\_" for char in said)
    if any("0" <= char <= "9" for char in text):
        assert any(char.isalpha() for char in said)


@pytest.mark.parametrize(
    "unit", ["1", "1-", "a1", "1,", "￥1.", "1:1 ", "（1", "第1", "1元", "1月", "1/", "# ", "按*"]
)
def test_long_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    spoken(text, "zh")
    assert time.process_time() - began < 5.0
