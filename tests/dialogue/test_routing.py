"""Where callers' words lead in a shop with a database: to the task or the known answer that they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialogue.decide import Decider
from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.intent import Encoder, IntentRecogniser
from dialogue.mind import Keyed, Said
from dialogue.state import DialogueState
from dialogue.tasks.moves import Begin
from dialogue.texts import Language
from dialogue.understanding import Train
from tests.dialogue import misheard, questions, routing
from tests.dialogue.tasks.scenes import directory

DIALPLANS = Path(__file__).parents[2] / "dialplans"

COURTESIES = {
    **{"@person": "person", "@goodbye": "goodbye", "@repeat": "repeat"},
    **{"@zh": "language", "@en": "language"},
}
"""What kind of decision a built-in sentence leads to."""


def flow_of(name: str) -> Flow:
    return load_flow(DIALPLANS / f"{name}.yaml")


@pytest.fixture(scope="module")
def trained(encoders: Mapping[Language, Encoder], cache: Path) -> Decider:
    def train(examples: Mapping[str, Sequence[str]]) -> IntentRecogniser:
        return IntentRecogniser(examples, encoders, cache)

    return decider(flow_of("shop-en"), train=train)


def decider(flow: Flow, *, train: Train | None = None, has_shop: bool = True) -> Decider:
    now = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    known = directory if has_shop else None
    return Decider(flow, clock=lambda: now, has_model=True, directory=known, train=train)


def led_to(where: Decider, said: str, language: str) -> str:
    """A task, a known answer, or the kind of decision; `none` for what the flow does not know."""
    decision = where.decide(Said(said, language, 0.9), DialogueState(language))
    if isinstance(decision.move, Begin):
        return "+".join(wanted.task for wanted in decision.move.wanted)
    name = decision.change.answered or decision.kind
    return "none" if name in ("model", "fallback") else name


def listed(table: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, " ".join(one.split())) for name, text in table.items() for one in text.split("|")]


@pytest.mark.parametrize(
    ("language", "table"), [("en", routing.ENGLISH), ("zh", routing.CHINESE)], ids=["en", "zh"]
)
def test_callers_are_led_to_what_they_want(trained: Decider, language: str, table: dict[str, str]) -> None:
    asked = listed(table)
    wrong = [(one, name, got) for name, one in asked if (got := led_to(trained, one, language)) != name]
    unasked = [one for one in wrong if one[1] == "none" and one[2] not in ("hello", "thanks")]
    assert len(asked) >= 180
    assert set(table) >= {task.name for task in trained.flow.tasks}
    assert len(wrong) <= 0.1 * len(asked), f"{1 - len(wrong) / len(asked):.3f} are right; {wrong}"
    assert len(unasked) <= 0.1 * len(table["none"].split("|")), unasked


def test_misheard_callers_are_led_there_too(trained: Decider) -> None:
    asked = listed(misheard.CHINESE)
    wrong = [(one, name, got) for name, one in asked if (got := led_to(trained, one, "zh")) != name]
    assert len(wrong) <= 0.17 * len(asked), f"{len(asked) - len(wrong)} of {len(asked)}; {wrong}"


@pytest.mark.parametrize(
    ("language", "table"), [("en", questions.ENGLISH), ("zh", questions.CHINESE)], ids=["en", "zh"]
)
def test_questions_lead_to_the_answer_or_to_the_task_in_its_place(
    trained: Decider, language: str, table: dict[str, str]
) -> None:
    flow = trained.flow
    answer_of = {task.name: task.otherwise for task in flow.tasks}
    asked = listed(table)
    wrong = []
    for name, one in asked:
        got = led_to(trained, one, language)
        if answer_of.get(got, got) != COURTESIES.get(name, name) and not (
            name == "@en" and got == "language"
        ):
            wrong.append((one, name, got))
    assert len(wrong) <= 0.03 * len(asked), wrong


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("track-order", "where is my {}|when does my {} arrive|where is the {} I ordered"),
        ("return-items", "I would like to send the {} back|can I return the {} I bought"),
        ("cancel-order", "please cancel the {}|I want to cancel my {} order"),
        ("exchange-items", "can I swap the {} for another colour|I want to exchange my {}"),
        ("damaged-item", "my {} arrived broken|the {} is damaged"),
        ("none", "is the {} waterproof|how heavy is the {}|the {} looks nice|can you recommend a {}"),
        ("track-order", "我买的{}到哪了|我的{}什么时候到"),
        ("return-items", "我想退{}|{}我要退货"),
        ("cancel-order", "取消{}的订单|{}我不要了帮我取消"),
        ("exchange-items", "我想换{}|{}能换个颜色吗"),
        ("damaged-item", "{}收到就是坏的|{}破了"),
        ("none", "{}有多重|{}是什么材料的|推荐一款{}"),
    ],
)
def test_whatever_product_is_named_the_request_is_found(trained: Decider, name: str, said: str) -> None:
    in_chinese = not said.isascii()
    products = [one for product in directory().catalogue.products for one in product.names]
    named = [one for one in products if one.isascii() != in_chinese]
    language = "zh" if in_chinese else "en"
    asked = [text.format(one) for text in said.split("|") for one in named]
    wrong = [(one, got) for one in asked if (got := led_to(trained, one, language)) != name]
    assert len(named) > 20
    assert len(wrong) <= 0.1 * len(asked), wrong


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I want to exchange the shoes", "exchange-items"),
        ("can I swap it for a bigger one", "exchange-items"),
        ("how do exchanges work", "exchange"),
        ("how do returns work", "returns"),
        ("I want to return something", "return-items"),
        ("I want to make a complaint", "complaint"),
        ("do you have any promotions", "coupon"),
        ("我要换货", "exchange-items"),
        ("我想退货", "return-items"),
        ("怎么退货", "returns"),
        ("我要投诉", "complaint"),
        ("转人工", "person"),
    ],
)
def test_requests_lead_to_tasks_and_questions_to_answers_by_their_words_alone(said: str, name: str) -> None:
    assert led_to(decider(flow_of("shop-zh")), said, "zh" if said[0] > "z" else "en") == name


@pytest.mark.parametrize("name", ["shop-en", "shop-zh"])
def test_every_task_has_enough_examples_in_each_language(name: str) -> None:
    flow = flow_of(name)
    for task in flow.tasks:
        answers = [answer.examples for answer in flow.answers if answer.task == task.name]
        for language in flow.languages:
            texts = {text for one in (task.examples, *answers) for text in one.of(language)}
            assert len(texts) >= 12, (task.name, language)


def test_the_flow_without_a_shop_gives_the_known_answer_in_place_of_each_task() -> None:
    flow = flow_of("shop-en")
    without = decider(flow, has_shop=False)
    for task in flow.tasks:
        assert task.otherwise is not None
        for said in task.examples.en[:1]:
            assert led_to(without, said, "en") == task.otherwise
    pressed = without.decide(Keyed("4"), DialogueState("en"))
    assert pressed.change.answered == "exchange"


@pytest.mark.parametrize("key", ["1", "2", "4", "5", "6", "7"])
def test_keys_begin_tasks(key: str) -> None:
    flow = flow_of("shop-zh")
    assert flow.menu is not None
    begun = decider(flow).decide(Keyed(key), DialogueState("zh")).move
    assert isinstance(begun, Begin)
    assert begun.wanted[0].task == flow.menu.keys[key].task
