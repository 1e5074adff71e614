"""Whether words look like a whole turn."""

from __future__ import annotations

import pytest

from dialogue.completeness import Examples, completeness, is_listening, is_mumbled, is_question, is_unfinished
from dialogue.mind import Completeness

EXAMPLES = Examples(
    [
        "how long does delivery take",
        "how long does delivery take to Scotland and the islands",
        "I want to return something",
        "Please enter a new extension, followed by pound.",
        "送货要多长时间",
        "你们的店在哪里可以停车吗",
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "I would like to",
        "I would like to.",
        "My order is, um",
        "Well",
        "It is about the",
        "I bought a lamp and",
        "You have been...",
        "Currently, there are more than.",
        "Do you have,",
        "我想问一下",
        "那个",
        "我买了一个灯，然后",
        "我的订单号是",
        "我要退货，",
    ],
)
def test_a_sentence_that_breaks_off(text: str) -> None:
    assert is_unfinished(text)
    assert completeness(text) is Completeness.UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "How long does delivery take?",
        "What is that?",
        "Where are you from?",
        "Yes.",
        "Okay.",
        "I want to return my lamp.",
        "我要退货。",
        "嗯。",
        "对。",
        "你们在哪里？",
        "这个多少钱？",
    ],
)
def test_a_sentence_that_may_be_whole(text: str) -> None:
    assert not is_unfinished(text)


@pytest.mark.parametrize("text", ["After the tone", "You will now be placed", "login and correct mailbox"])
def test_several_words_without_a_stop_behind_them_are_less_sure_to_be_over(text: str) -> None:
    assert completeness(text) is Completeness.UNMARKED
    assert completeness(f"{text}.") is Completeness.UNKNOWN


@pytest.mark.parametrize("text", ["Is the lamp made of oak?", "what is it called", "这个灯是什么做的"])
def test_a_question_that_is_not_known_waits_for_its_answer(text: str) -> None:
    assert completeness(text) is Completeness.QUESTION


@pytest.mark.parametrize("text", ["repeat", "台灯坏了", "我要退 iPhone"])
def test_a_single_word_and_chinese_have_no_stop_to_lack(text: str) -> None:
    assert completeness(text) is Completeness.UNKNOWN


def test_a_question_that_is_known_word_for_word_is_whole_though_a_longer_one_begins_like_it() -> None:
    judged = completeness("How long does delivery take?", match=1.0, examples=EXAMPLES)
    assert judged is Completeness.EXPECTED


@pytest.mark.parametrize(
    "text",
    ["How long does delivery", "Please enter in new extensions.", "I want to", "Please", "你们的店在哪里"],
)
def test_the_beginning_of_a_known_question_is_not_whole(text: str) -> None:
    assert completeness(text, match=0.9, examples=EXAMPLES) is Completeness.UNFINISHED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W two three seven", None),
        ("My number is 0 7 9 4 6.", None),
        ("W2378156", None),
        ("It is 4", "digits"),
        ("我的号码是一三八零零", None),
        ("anna at example", "email"),
        ("12 Baker Street", "address"),
    ],
)
def test_who_dictates_is_known(text: str, expected: str | None) -> None:
    assert completeness(text, expected=expected) is Completeness.DICTATING  # type: ignore[arg-type]


def test_an_address_of_the_net_ends_with_its_last_part() -> None:
    assert completeness("anna at example dot com", expected="email") is not Completeness.DICTATING


@pytest.mark.parametrize("text", ["Yes.", "Yeah, sure.", "好的。", "对"])
def test_a_plain_answer_to_a_question_is_whole(text: str) -> None:
    assert completeness(text, expected="yes-no") is Completeness.EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "Uh-huh.",
        "Mhm",
        "Okay.",
        "Yeah, yeah.",
        "I see.",
        "嗯。",
        "嗯嗯",
        "好的，好的",
        "哦，对，对，对。",
        "哦是呀。",
    ],
)
def test_signs_of_listening(text: str) -> None:
    assert is_listening(text, "Delivery takes two days,")


@pytest.mark.parametrize(
    "text", ["No", "Stop.", "Okay, but I have another question", "等一下", "不是", "你好", ""]
)
def test_what_is_more_than_listening(text: str) -> None:
    assert not is_listening(text, "Delivery takes two days,")


def test_yes_answers_a_question_that_was_heard() -> None:
    assert not is_listening("Yes.", "Shall I put you through to a colleague?")
    assert is_listening("Uh-huh.", "Shall I put you through to a colleague?")


@pytest.mark.parametrize(
    "text", ["Where is my order?", "do you deliver on sundays", "and what about silk", "可以退货吗", "多少钱"]
)
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["My lamp is broken.", "I bought it last week", "我的灯坏了"])
def test_statements(text: str) -> None:
    assert not is_question(text)


def test_a_hum_that_was_read_as_words_is_told_from_an_interruption() -> None:
    assert is_mumbled("Oh, take it away.", 0.39)
    assert not is_mumbled("Stop there, please.", 0.55)
    assert not is_mumbled("I would like to send all of it back to you.", 0.39), "so much is no hum"
