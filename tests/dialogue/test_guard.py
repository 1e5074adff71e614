import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.guard import GarbageError, ReplyGuard


def passed(
    text: str, language: str = "en", step: int = 3, longest: int | None = None
) -> tuple[str, ReplyGuard]:
    guard = ReplyGuard(language, longest)
    said = ""
    for start in range(0, len(text), step):
        said += guard.feed(text[start : start + step])
    return said + guard.finish(), guard


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We deliver in two days.", "We deliver in two days."),
        ("We deliver in two days.<|im_end|>\n<|im_start|>user", "We deliver in two days."),
        ("Of course.\nUser: and then?\nAssistant: more", "Of course."),
        ("Assistant: Of course.", "Of course."),
        ("Your code is 0 0 0 0 0 0 0 0 0 0 0 0 0 0.", "Your code is 0 0 0 0 0 0 0 0 0 0 0 0 0 0."),
        ("It is [very] nice <3 here", "It is [very] nice <3 here"),
        ('Let me see. {"name": "get_order"}', "Let me see."),
    ],
)
def test_only_the_reply_itself_is_spoken(text: str, said: str) -> None:
    for step in (1, 3, 1000):
        assert passed(text, step=step)[0].strip() == said


def test_a_loop_ends_with_a_round_of_it() -> None:
    loop = "Sure. " + "I can help you now. " * 20
    assert passed(loop, step=1000)[0] == "Sure. I can help you now. "
    said = passed(loop, step=4)[0]
    assert said.endswith(("now", "now. "))
    assert said.count("now") == 2
    assert passed("Yes. " + "OK then. " * 20, step=1)[0].count("OK then.") <= 3


def test_a_person_is_asked_for_without_speaking_the_sign() -> None:
    said, guard = passed("I will get someone. [PERSON] bye")
    assert said == "I will get someone. "
    assert guard.hand_over
    said, guard = passed("[person]")
    assert said == ""
    assert guard.hand_over


def test_a_long_reply_ends_with_its_sentence() -> None:
    text = "This is a first sentence of some length. Here is another one. And a third one follows it."
    assert passed(text, longest=50)[0] == "This is a first sentence of some length. Here is another one."
    endless = "".join(f"word{i} " for i in range(300))
    assert len(passed(endless, longest=50)[0]) <= 76


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        (" \n ", "en"),
        ("<|endoftext|>", "en"),
        ('{{"name": "get_order", "arguments": {}}}', "en"),
        ('<tool_call>{"name": "get_order"}</tool_call>', "en"),
        ("ha ha ha ha ha ha ha ha ha ha ha ha", "en"),
        ("我们两天内送货。", "en"),
        ("We deliver within two days of the order.", "zh"),
        ("OK", "zh"),
    ],
)
def test_what_is_no_reply_is_refused(text: str, language: str) -> None:
    with pytest.raises(GarbageError):
        passed(text, language)


def test_a_foreign_name_in_a_reply_is_fine() -> None:
    assert passed("PayPal 和信用卡都可以。", "zh")[0] == "PayPal 和信用卡都可以。"
    assert passed("The lamp is called 月光 and costs ten pounds.")[0].startswith("The lamp is called 月光")


@given(st.text(max_size=300), st.integers(1, 20), st.sampled_from(["en", "zh"]))
def test_whatever_comes_is_passed_in_part_or_refused(text: str, step: int, language: str) -> None:
    try:
        said, _ = passed(text, language, step)
    except GarbageError:
        return
    assert len(said) <= len(text)
    assert "<|" not in said or "|>" not in said.split("<|", 1)[1][:40]
