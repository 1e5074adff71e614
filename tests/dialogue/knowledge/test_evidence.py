"""Passages as evidence for a language model: those that may answer, and none where nothing does."""

from __future__ import annotations

import pytest

from dialogue.knowledge import Knowledge


@pytest.mark.parametrize(
    ("question", "language", "title"),
    [
        ("What happens if my parcel arrives damaged?", "en", "Defective"),
        ("Can I pay in instalments?", "en", "Payment"),
        ("How do I get an invoice for my company?", "en", "Invoices"),
        ("Can I change my delivery address after ordering?", "en", "Changing"),
        ("How long is the warranty on headphones?", "en", "Warranty"),
        ("Do members get free shipping?", "en", "Membership"),
        ("退货的运费谁来付", "zh", "退货"),
        ("可以开公司发票吗", "zh", "发票"),
        ("会员包邮吗", "zh", "会员"),
    ],
)
def test_what_may_answer_is_found(knowledge: Knowledge, question: str, language: str, title: str) -> None:
    found = knowledge.evidence(question, language)
    assert 1 <= len(found) <= 2
    assert any(title in one.title for one in found)
    assert {one.language for one in found} == {language}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Is the keyboard waterproof?", "en"),
        ("Do you have a store in Berlin?", "en"),
        ("My neighbour's dog ate the sofa, what now?", "en"),
        ("What wood are the chairs made of?", "en"),
        ("um yes well", "en"),
        ("", "en"),
        ("键盘防水吗", "zh"),
        ("你们在北京有店吗", "zh"),
        ("讲个笑话", "zh"),
    ],
)
def test_what_nothing_speaks_of_costs_no_time_to_read(
    knowledge: Knowledge, question: str, language: str
) -> None:
    assert knowledge.evidence(question, language) == []
