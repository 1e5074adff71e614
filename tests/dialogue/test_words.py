import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.words import (
    chinese_chars,
    english_words,
    letter_features,
    normalise,
    pinyin,
    stem,
    word_features,
)


@pytest.mark.parametrize(
    "forms",
    [
        ("return", "returns", "returned", "returning"),
        ("ship", "ships", "shipped", "shipping"),
        ("cancel", "cancels", "cancelled", "cancelling"),
        ("delivery", "deliveries"),
        ("exchange", "exchanges", "exchanged", "exchanging"),
        ("address", "addresses"),
    ],
)
def test_forms_of_a_word_meet(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(("left", "right"), [("order", "older"), ("pass", "pas"), ("bill", "bil")])
def test_different_words_stay_different(left: str, right: str) -> None:
    assert stem(left) != stem(right)


def test_contractions_are_spelled_out() -> None:
    assert normalise("I’m sure it WON'T, and  can't") == "i am sure it will not, and can not"
    assert normalise("what's your E-Mail") == "what is your email"


def test_fillers_go_and_scripts_stay_apart() -> None:
    assert english_words("Um, well, my order please") == ["my", "order"]
    assert english_words("我要 invoice") == ["invoic"]
    assert chinese_chars("请问我要 invoice 吗") == ["我", "要"]


def test_homophones_and_southern_sounds_are_one() -> None:
    assert pinyin("送货") == pinyin("送或")
    assert pinyin("退货") == pinyin("退火")
    assert pinyin("是") == pinyin("四")
    assert pinyin("您") == pinyin("林")
    assert pinyin("货") != pinyin("款")


def test_light_words_count_little_unless_there_is_nothing_else() -> None:
    bag = word_features(["what", "order"])
    assert bag["what"] < bag["order"]
    assert letter_features(["what", "order"]) == letter_features(["order"])
    assert letter_features(["what"])


@given(st.text(max_size=80))
def test_any_text_makes_features(text: str) -> None:
    bag = {**word_features(english_words(text)), **letter_features(english_words(text))}
    assert all(weight > 0 for weight in bag.values())
    assert len(pinyin("".join(chinese_chars(text)))) == len(chinese_chars(text))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("press the seven key", "press the 7 key"),
        ("within twenty four hours", "within 24 hours"),
        ("order two three seven eight", "order 2378"),
        ("on the twenty-fourth", "on the 24th"),
        ("seven, eight and nine", "7, 8 and 9"),
        ("the first three letters", "the first 3 letters"),
        ("one two three", "123"),
        ("the twenty third, at five", "the 23rd, at 5"),
    ],
)
def test_a_number_is_the_same_in_words_and_in_figures(said: str, written: str) -> None:
    assert normalise(said) == normalise(written)


def test_what_is_no_number_stays() -> None:
    for text in ("is this the right one", "one moment", "at first", "just a second"):
        assert normalise(text) == text
