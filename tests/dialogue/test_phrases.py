from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.phrases import PhraseCutter, plain, sentences


def cut(text: str, step: int = 1, *, first: bool = True) -> list[str]:
    cutter = PhraseCutter(first=first)
    phrases: list[str] = []
    for start in range(0, len(text), step):
        phrases += cutter.feed(text[start : start + step])
    return phrases + cutter.finish()


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Sure, we deliver in two days. Anything else?", ["Sure, we deliver in two days.", "Anything else?"]),
        (
            "Of course, you can return it. Print the label, and hand it over.",
            ["Of course,", "you can return it.", "Print the label, and hand it over."],
        ),
        ("It costs £3.95. That is all.", ["It costs £3.95.", "That is all."]),
        ("It costs 1,299.50 pounds in total.", ["It costs 1,299.50 pounds in total."]),
        ("Write to help@shop.example. Thanks!", ["Write to help@shop.example.", "Thanks!"]),
        ("See www.shop.example/a,b for more. Bye.", ["See www.shop.example/a,b for more.", "Bye."]),
        ("Mr. Smith and Dr. Lee are out. Sorry!", ["Mr. Smith and Dr. Lee are out.", "Sorry!"]),
        ("We open at 9:30, e.g. on Monday. OK?", ["We open at 9:30,", "e.g. on Monday.", "OK?"]),
        ("It is No. 5 in the list. Yes.", ["It is No. 5 in the list.", "Yes."]),
        ("The answer is no. Sorry.", ["The answer is no.", "Sorry."]),
        (
            "Call 020 7946 0958 1234 5678 9012 3456 3456 now please.",
            ["Call 020 7946 0958 1234 5678 9012 3456 3456", "now please."],
        ),
        ("好的，您可以在三十天内退货。请打印标签。", ["好的，您可以在三十天内退货。", "请打印标签。"]),
        ("没问题的，运费是3.95英镑。", ["没问题的，", "运费是3.95英镑。"]),
        ("他说：“可以。”然后走了。", ["他说：“可以。”", "然后走了。"]),
        ("**Yes!** It is `free`.\n\n- One\n- Two", ["Yes!", "It is free.", "One", "Two"]),
        ("", []),
        ("... !!", []),
    ],
)
def test_phrases_end_where_a_speaker_would_pause(text: str, phrases: Sequence[str]) -> None:
    assert cut(text, 3) == list(phrases)


def test_a_long_beginning_is_not_waited_for() -> None:
    cutter = PhraseCutter()
    phrases = cutter.feed("the small brass lamp with the green shade that you")
    assert phrases == ["the small brass lamp with the green shade"]


def test_finished_texts_are_cut_into_sentences_only() -> None:
    assert sentences("Hello, this is us. How can I help, please?") == (
        "Hello, this is us.",
        "How can I help, please?",
    )


def test_markdown_is_not_spoken() -> None:
    assert plain("# Title\n* see [our page](https://x.example/a_b) for *all* **details**") == (
        "Title see our page for all details"
    )


WORDS = st.sampled_from(
    [
        "the",
        "lamp",
        "3.5",
        "1,299",
        "a@b.co",
        "Mr.",
        "9:30",
        "no.",
        "and,",
        "yes!",
        "灯",
        "好的，",
        "退货。",
        "W-12",
        "\n",
    ]
)


@given(st.lists(WORDS, max_size=60), st.integers(1, 9), st.booleans())
def test_nothing_is_lost_and_no_token_is_cut(words: list[str], step: int, first: bool) -> None:
    text = " ".join(words)
    phrases = cut(text, step, first=first)
    assert "".join("".join(phrases).split()) == "".join(text.split())
    for token in ("3.5", "1,299", "a@b.co", "9:30", "W-12"):
        assert sum(phrase.count(token) for phrase in phrases) == text.count(token)


@given(st.text(alphabet="ab1.,!? 好。，\n", max_size=80), st.integers(1, 7))
def test_how_the_text_arrives_changes_nothing_that_is_said(text: str, step: int) -> None:
    whole = "".join(char for phrase in cut(text, 1000) for char in phrase if char.isalnum())
    assert whole == "".join(char for char in text if char.isalnum())
    pieces = "".join(char for phrase in cut(text, step) for char in phrase if char.isalnum())
    assert pieces == whole
