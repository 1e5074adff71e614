"""English as it is said: what a caller hears for what a shop writes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.spoken import spoken

CODES = {
    "Order 10523 is on its way.": "Order one zero five two three is on its way.",
    "Your order number is A20231107.": "Your order number is A, two zero two three, one one zero seven.",
    "Your order 4471 has shipped.": "Your order four four seven one has shipped.",
    "You can order 5000 boxes.": "You can order five thousand boxes.",
    "Order #4471": "Order four four seven one",
    "SKU WX-2048-B": "S K U W X, two zero four eight, B",
    "card ending in 4471": "card ending in four four seven one",
    "ZIP code 10001": "ZIP code one zero zero zero one",
    "Flight BA249": "Flight B A, two four nine",
    "No. 5": "number five",
    "#1 choice": "number one choice",
}
PHONES = {
    "Call 1-800-555-0142.": "Call one, eight zero zero, five five five, zero one four two.",
    "(212) 555-0199 ext. 42": "two one two, five five five, zero one nine nine extension four two",
    "+44 20 7946 0958": "plus four four, two zero, seven nine four six, zero nine five eight",
}
MONEY = {
    "$129.99": "one hundred twenty-nine dollars and ninety-nine cents",
    "$1,299": "one thousand two hundred ninety-nine dollars",
    "$0.50": "fifty cents",
    "€5": "five euros",
    "£1.5 million": "one point five million pounds",
    "USD 100": "one hundred dollars",
    "$4.95/month": "four dollars and ninety-five cents per month",
}
DATES = {
    "March 3rd": "March third",
    "on 2026-01-31": "on January thirty-first, twenty twenty-six",
    "12/25/2025": "December twenty-fifth, twenty twenty-five",
    "Jan 1, 2026": "January first, twenty twenty-six",
    "the 4th of December": "the fourth of December",
    "in the 1990s": "in the nineteen nineties",
    "Mon-Fri": "Monday to Friday",
}
TIMES = {
    "6:30 p.m.": "six thirty P M",
    "9 a.m.": "nine A M",
    "14:05": "two oh five P M",
    "11:40": "eleven forty",
    "9am-5pm": "nine A M to five P M",
    "24/7": "twenty-four seven",
}
AMOUNTS = {
    "25% off": "twenty-five percent off",
    "10-15%": "ten to fifteen percent",
    "3-5 business days": "three to five business days",
    "1,250 points": "one thousand two hundred fifty points",
    "3.14": "three point one four",
    "1/2 cup": "one half cup",
    "2.0.1": "two point zero point one",
    "1.7 liters": "one point seven liters",
    "2 kg": "two kilograms",
    "a 5-kg bag": "a five kilogram bag",
    "a 16GB phone": "a sixteen gigabyte phone",
    "16GB of memory": "sixteen gigabytes of memory",
    "10 inches wide": "ten inches wide",
    "120 x 75 cm": "one hundred twenty by seventy-five centimeters",
    "-5°C": "minus five degrees Celsius",
    "XL": "extra large",
}
TEXT = {
    "anna.meyer@example.com": "anna dot meyer at example dot com",
    "https://www.example.com/returns?id=5": "example dot com slash returns",
    "Q&A": "Q and A",
    "Dr. Smith": "Doctor Smith",
    "**Bold** text": "Bold text",
    "- item one\n- item two": "item one. item two",
    "Hello 😀!": "Hello!",
    "Press # to confirm.": "Press pound to confirm.",
    "press * to go back, or the # key": "press star to go back, or the pound key",
    "5 * 3": "five by three",
    "订单 order 42": "订单 order forty-two",
}
ALL = CODES | PHONES | MONEY | DATES | TIMES | AMOUNTS | TEXT


@pytest.mark.parametrize(("written", "said"), ALL.items())
def test_it_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@pytest.mark.parametrize("written", ALL)
def test_saying_it_twice_changes_nothing(written: str) -> None:
    once = spoken(written, "en")
    assert spoken(once, "en") == once


_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@given(st.text(alphabet="0123456789", min_size=21, max_size=40).filter(lambda digits: digits[0] != "0"))
def test_no_digit_of_a_long_number_is_lost(digits: str) -> None:
    said = spoken(f"Your order number is {digits}.", "en")
    assert [word for word in said.replace(",", "").rstrip(".").split() if word in _DIGITS] == [
        _DIGITS[int(digit)] for digit in digits
    ]


ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 .,:;/-+*#@$€%&()[]'\"xXaAbB年月日元件")),
    max_size=120,
)


@given(ANY_TEXT)
@settings(max_examples=300)
def test_any_text_is_speakable(text: str) -> None:
    said = spoken(text, "en")
    assert not any("0" <= char <= "9" or char in "#*@$€%&<>[]{}|\\_" for char in said)
    if any("0" <= char <= "9" for char in text):
        # A letter or character of some number word is left of every number.
        assert any(char.isalpha() for char in said)


@pytest.mark.parametrize(
    "unit", ["1", "1-", "a1", "1,", "$1.", "1:1 ", "(1", "www.", "a@", "A-", "1/", "# ", "Jan "]
)
def test_long_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    spoken(text, "en")
    assert time.process_time() - began < 5.0


def test_another_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="expected language 'en' or 'zh', got 'fr'"):
        spoken("bonjour", "fr")
    assert spoken("2", "en-GB") == "two"
