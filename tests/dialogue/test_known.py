"""Which known answer a caller gets. The thresholds of `dialogue.known` were chosen on these questions."""

import time
from pathlib import Path

import pytest

from dialogue.asked import known_answers
from dialogue.flowfile import load_flow
from dialogue.known import Asked, KnownAnswers
from tests.dialogue.questions import CHINESE, CHINESE_OTHER, ENGLISH, ENGLISH_OTHER

DIALPLANS = Path(__file__).parents[2] / "dialplans"


def listed(text: str) -> list[str]:
    return [" ".join(one.split()) for one in text.split("|")]


@pytest.fixture(scope="module", params=["shop-en", "shop-zh"])
def known(request: pytest.FixtureRequest) -> KnownAnswers:
    return known_answers(load_flow(DIALPLANS / f"{request.param}.yaml"))


@pytest.mark.parametrize("questions", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_callers_get_the_right_answer_in_their_own_words(
    known: KnownAnswers, questions: dict[str, str]
) -> None:
    asked = [(name, question) for name, text in questions.items() for question in listed(text)]
    found = [(name, question, known.find(question)) for name, question in asked]
    missed = [question for _, question, match in found if match is None]
    wrong = [(question, match) for name, question, match in found if match and match.name != name]
    assert len(asked) > 400
    assert len(missed) <= 0.02 * len(asked), missed
    assert len(wrong) <= 0.01 * len(asked), wrong


@pytest.mark.parametrize("others", [ENGLISH_OTHER, CHINESE_OTHER], ids=["en", "zh"])
def test_other_questions_get_no_known_answer(known: KnownAnswers, others: str) -> None:
    asked = listed(others)
    wrong = [(question, match) for question in asked if (match := known.find(question))]
    assert len(asked) > 60
    assert len(wrong) <= 0.07 * len(asked), wrong


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("How long does delivery take?", "delivery-time"),
        ("how long does the livery takes", "delivery-time"),
        ("How can I return something?", "returns"),
        ("Thank you, goodbye.", "@goodbye"),
        ("Thank you very much. Goodbye.", "@goodbye"),
        ("Hello, good morning, could you tell me when you are open?", "opening-hours"),
        ("Hi! I bought a lamp last month, and now I want my money back.", "refund-time"),
        ("请问送货要多长时间？", "delivery-time"),
        ("请问送或要多长时间", "delivery-time"),
        ("我想退货，应该怎么办？", "returns"),
        ("我想退火，应该怎么办？", "returns"),
        ("谢谢，再见。", "@goodbye"),
        ("喂，你好，请问你们几点关门？", "opening-hours"),
        ("我要 invoice", "invoice"),
        ("没有了", "@goodbye"),
    ],
)
def test_what_must_not_go_wrong(known: KnownAnswers, said: str, name: str) -> None:
    match = known.find(said)
    assert match is not None
    assert match.name == name
    assert 0.5 <= match.score <= 1.0


@pytest.mark.parametrize("said", ["", "?!", "um", "嗯", "x", "🙂", "...", "a the of", "1 2 3", "的的的"])
def test_nothing_is_no_question(known: KnownAnswers, said: str) -> None:
    match = known.find(said)
    assert match is None


def test_an_answer_takes_milliseconds(known: KnownAnswers) -> None:
    questions = [question for text in (*ENGLISH.values(), *CHINESE.values()) for question in listed(text)]
    began = time.process_time()
    for question in questions:
        known.find(question)
    assert (time.process_time() - began) / len(questions) < 0.01


def test_a_very_long_speech_is_bounded(known: KnownAnswers) -> None:
    began = time.process_time()
    known.find("and then I said, " * 2000 + "how long does delivery take")
    assert time.process_time() - began < 2


def test_a_courtesy_gives_way_to_a_question() -> None:
    answers = KnownAnswers(
        {
            "hello": Asked(("hello there", "good morning"), courtesy=True),
            "price": Asked(("what does the lamp cost", "how much is the lamp"), ("price",)),
        }
    )
    for said, name in (
        ("good morning", "hello"),
        ("good morning, how much is the lamp", "price"),
        ("hello there what is the price of the lamp", "price"),
    ):
        match = answers.find(said)
        assert match is not None
        assert match.name == name
    assert answers.rank("how much is the lamp")[0].name == "price"


def test_no_answers_at_all() -> None:
    assert KnownAnswers({}).find("hello") is None
    assert KnownAnswers({"a": Asked(())}).find("hello") is None
