"""Whole answers to a task's question, which nobody need wait behind, and the beginnings of some."""

from pathlib import Path

import pytest

from dialogue.mind import Completeness, Said
from tests.dialogue.tasks.talk import FLOW, Counted

FLOWS = {"en": FLOW, "zh": Path("dialplans/shop-zh.yaml")}

IDENTITY = {"en": ("where is my order",), "zh": ("我的订单到哪了",)}
POSTCODE = {"en": (*IDENTITY["en"], "my name is Peter Patel"), "zh": (*IDENTITY["zh"], "我叫李军")}


@pytest.mark.parametrize(
    ("asked", "language", "text", "whole"),
    [
        (IDENTITY, "en", "My name is Peter Patel. My zip code is 80215.", True),
        (IDENTITY, "en", "Peter Patel, 80215.", True),
        (IDENTITY, "en", "My name is Peter Patel. My zip code is 802.", False),
        (IDENTITY, "en", "My zip code is 80215.", False),
        (IDENTITY, "en", "peter.patel4957@example.com", True),
        (IDENTITY, "en", "My e-mail address is peter dot", False),
        (IDENTITY, "zh", "我叫李军,邮编是310033。", True),
        (IDENTITY, "zh", "我叫李军邮编是三一零零三三", True),
        (IDENTITY, "zh", "我叫李军邮编是三一零", False),
        (IDENTITY, "zh", "我的邮编是三一零零三三", False),
        (POSTCODE, "en", "80215", True),
        (POSTCODE, "en", "8 0 2", False),
        (POSTCODE, "zh", "三幺零零三三", True),
        (POSTCODE, "zh", "三幺零", False),
    ],
)
async def test_who_calls(
    counted: Counted, asked: dict[str, tuple[str, ...]], language: str, text: str, whole: bool
) -> None:
    call = counted.call(flow=FLOWS[language])
    for line in asked[language]:
        await call.line(line)
    judged = call.mind.weigh(Said(text, language)).completeness
    assert (judged is Completeness.EXPECTED) == whole
