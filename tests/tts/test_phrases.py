"""Phrases: speakable pieces, the first one early, nothing torn apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.phrases import Pauses, phrases, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks, Mr. Smith. Your order is here.", ["Thanks, Mr. Smith.", "Your order is here."]),
        ("It is $1,299.50. Really!", ["It is $1,299.50.", "Really!"]),
        ("Mail a.b@shop.co.uk now.", ["Mail a.b@shop.co.uk now."]),
        ("See www.shop.com/a,b for more. Bye.", ["See www.shop.com/a,b for more.", "Bye."]),
        ("We close at 5 p.m. on Friday.", ["We close at 5 p.m. on Friday."]),
        ("Yes. No. Good. No. 5 is out.", ["Yes.", "No.", "Good.", "No. 5 is out."]),
        ("1. Press one. 2. Press two.", ["1. Press one.", "2. Press two."]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
        ("Then (really!) he left.", ["Then (really!) he left."]),
        ("- first item\n- second item\n", ["first item", "second item"]),
        ("It costs 3.5 or .5 litres", ["It costs 3.5 or .5 litres"]),
        ("您好，请问有什么可以帮您？", ["您好，请问有什么可以帮您？"]),
        ("请您稍等，我马上帮您查一下。", ["请您稍等，", "我马上帮您查一下。"]),
        ("一共1，299元。谢谢！", ["一共1，299元。", "谢谢！"]),
        ("您的iPhone到了。OK？", ["您的iPhone到了。", "OK？"]),
        ("", []),
        ("...", []),
        ("，。！", []),
        ("— ", []),
    ],
)
def test_cuts(text: str, expected: list[str]) -> None:
    assert phrases(text) == expected


def test_the_first_phrase_is_cut_earlier_than_the_rest() -> None:
    text = "Good news first, your parcel has left, it will be there on Monday, as far as we know."
    assert phrases(text, first=2, shortest=6) == [
        "Good news first,",
        "your parcel has left, it will be there on Monday,",
        "as far as we know.",
    ]


def test_a_text_without_marks_is_cut_between_words() -> None:
    text = " ".join(f"word{number}" for number in range(50))
    cut = phrases(text, longest=20)
    assert " ".join(cut) == text
    assert all(words(phrase) <= 20 for phrase in cut)


def test_long_chinese_is_bounded_too() -> None:
    cut = phrases("商" * 100, longest=32)
    assert "".join(cut) == "商" * 100
    assert max(len(phrase) for phrase in cut) <= 32


@given(st.text(alphabet=st.sampled_from("ab1 9.,!?，。商品\n-—“”'@"), max_size=120))
def test_every_word_is_spoken_once_and_in_order(text: str) -> None:
    def bare(part: str) -> str:
        return "".join(re.findall(r"\w", part))

    assert bare("".join(phrases(text))) == bare(text)
    assert all(words(phrase) for phrase in phrases(text))


@given(st.text(max_size=200))
def test_any_text_can_be_cut(text: str) -> None:
    for phrase in phrases(text):
        assert phrase == phrase.strip()


@pytest.mark.parametrize(
    ("phrase", "seconds"), [("Yes.", 0.28), ("Well,", 0.12), ("好。", 0.28), ("好，", 0.12), ("and so", 0.03)]
)
def test_the_pause_follows_the_mark(phrase: str, seconds: float) -> None:
    assert Pauses().after(phrase) == seconds
