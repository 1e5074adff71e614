"""Every spoken form of the table means what the table says, in both languages."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.entities import KINDS, Entity, extract
from dialogue.entities.forms import Form, load_forms

FORMS = load_forms()
# Said to nobody's question these digits may be anything, so they are only read where they were asked for.
ONLY_ASKED = {
    "78234.",
    "78, 234",
    "7-8-2-3-4",
    "Seven eight two thirty-four.",
    "It's seven eight two three four, thank you.",
    "One nine one two two.",
    "19122, 19122.",
    "五幺八零零零。",
    "Twenty-nine ninety-nine.",
    "Yusuf Rossi, R O S S I.",
    "Noah Brown, that's B as in boy, R O W N.",
    "李娜，木子李。",
    "V2378156",
    "尾号9217",
    "yusuf.rossi9217.example.com",
}


def found(text: str, language: str, *expected: str) -> tuple[Entity, ...]:
    kinds = [kind for kind in KINDS if kind in expected]
    return extract(text, language, expected=kinds, valid=FORMS.valid, now=FORMS.now)


def named(form: Form) -> str:
    return f"{form.kind}: {form.said}"


def test_there_are_enough_forms_in_both_languages() -> None:
    by_language = {language: [f for f in FORMS.said if f.language == language] for language in ("en", "zh")}
    assert len(FORMS.said) >= 200
    assert min(len(forms) for forms in by_language.values()) >= 100
    assert (
        {form.kind for form in by_language["en"]} == {form.kind for form in by_language["zh"]} == set(KINDS)
    )


@pytest.mark.parametrize("form", (*FORMS.said, *FORMS.written), ids=named)
def test_a_form_is_understood_where_it_was_asked_for(form: Form) -> None:
    values = [one.value for one in found(form.said, form.language, form.kind) if one.kind == form.kind]
    assert values == [form.value]


@pytest.mark.parametrize(
    "form", [form for form in (*FORMS.said, *FORMS.written) if form.said not in ONLY_ASKED], ids=named
)
def test_a_form_is_understood_where_nothing_was_asked(form: Form) -> None:
    assert form.value in [one.value for one in found(form.said, form.language) if one.kind == form.kind]


@pytest.mark.parametrize(("language", "text"), FORMS.nothing)
def test_nothing_is_found_where_nothing_was_named(language: str, text: str) -> None:
    assert found(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("en", "I have two questions.", ("order", "phone", "postcode", "payment", "email")),
        ("en", "I don't know the number.", ("order", "phone", "postcode", "payment", "money", "quantity")),
        ("en", "I can't find it, sorry.", ("order", "email", "date", "time", "address")),
        ("en", "My name is on the label.", ("order", "email", "postcode")),
        ("en", "I would like to talk about it at home.", ("email", "address", "phone")),
        ("zh", "我不记得了。", ("order", "phone", "postcode", "payment", "email", "date", "time")),
        ("zh", "我找不到订单号。", ("order", "email", "address", "money")),
        ("zh", "等一下，我看看。", ("order", "phone", "postcode", "date", "time", "quantity")),
    ],
)
def test_nothing_is_made_of_an_answer_that_has_nothing(
    language: str, text: str, kinds: tuple[str, ...]
) -> None:
    for kind in kinds:
        assert [one for one in found(text, language, kind) if one.kind == kind] == [], kind


def test_places_in_the_text_are_those_of_the_words() -> None:
    text = "Um, return order W two three seven eight one five six, the desk lamp, to PayPal please."
    parts = {one.kind: text[one.start : one.end] for one in found(text, "en")}
    assert parts == {
        "order": "W two three seven eight one five six",
        "product": "desk lamp",
        "payment": "PayPal",
    }


def test_several_things_in_one_chinese_sentence() -> None:
    text = "我上周五买的台灯，订单号二三七八一五六，退到支付宝。"
    assert [(one.kind, one.value) for one in found(text, "zh")] == [
        ("date", "2026-05-15"),
        ("product", "lamp"),
        ("order", "#W2378156"),
        ("payment", "alipay_8841"),
    ]


PIECES = st.sampled_from(
    [
        "W",
        "two",
        "double",
        "7",
        "oh",
        "2378156",
        ",",
        "no",
        "not",
        "at",
        "dot",
        "com",
        "@",
        "#",
        "$",
        "九",
        "十",
        "点",
        "号",
        "三个",
        "零",
        "万",
        "不是",
        "是",
        "去年",
        "月",
        "的",
        "弓长张",
        "路",
        "楼",
        "last",
        "May",
        "40",
        "/",
        "-",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map(" ".join)),
    st.sampled_from(["en", "zh"]),
)
def test_no_text_makes_it_fail_and_no_two_readings_overlap(text: str, language: str) -> None:
    entities = [one for one in found(text, language, *KINDS) if one.kind != "variant"]
    assert all(0 <= one.start < one.end <= len(text) for one in entities)
    assert all(one.end <= other.start for one, other in itertools.pairwise(entities))
