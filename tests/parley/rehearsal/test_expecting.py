"""What came of a turn against what was expected of it."""

from typing import Any

import pytest

from dialogue.mind import Act, End, Record, Said, Say, Transfer
from dialogue.rehearsal import TurnResult
from parley.rehearsal.expecting import is_said, mismatches, unlike
from parley.rehearsal.script import Expectation

STATE = {"offer": "", "answers": ["returns"], "tasks": [{"name": "return", "slots": {"order": "#W1"}}]}


def result(*acts: Act) -> TurnResult:
    return TurnResult(Said("x", "en"), "known", acts, {}, STATE, 1.0, "returns", 0.81)


ANSWER = result(Record(True), Say("You can return any item.", "en"), Say("Within thirty days.", "en"))


def wrong(of: TurnResult, **expected: Any) -> list[str]:
    return [str(one) for one in mismatches(of, Expectation.model_validate(expected))]


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"reply": "ANY item.  within"},
        {"reply": ["return", "/thirty|14/", "/^You .* days.$/"]},
        {"not": ["courier", "/label$/"]},
        {"kind": "known"},
        {"kind": ["knowledge", "known"]},
        {"answer": "returns"},
        {"act": "none"},
        {"state": {"offer": None, "nothing.at.all": None, "answers.-1": "returns"}},
        {"state": {"tasks.0.slots.order": "#W1", "tasks": [{"name": "return"}]}},
    ],
)
def test_what_is_right(right: dict[str, Any]) -> None:
    assert wrong(ANSWER, **right) == []


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (
            {"reply": "courier"},
            'reply: expected "courier", found "You can return any item. Within thirty days."',
        ),
        ({"reply": "/^Within/"}, "reply: expected /^Within/, found"),
        ({"not": "any item"}, 'not: expected nothing like "any item", found'),
        ({"kind": ["menu", "model"]}, "kind: expected menu or model, found known returns (0.81)"),
        ({"answer": "exchange"}, "answer: expected exchange, found known returns (0.81)"),
        ({"act": "end"}, "act: expected end, found none"),
        ({"state": {"offer": "desk"}}, 'state.offer: expected "desk", found ""'),
        ({"state": {"answers": None}}, 'state.answers: expected nothing, found ["returns"]'),
        ({"state": {"tasks.1.name": "x"}}, 'state.tasks.1.name: expected "x", found nothing there'),
        (
            {"state": {"tasks": [{"slots": {"order": "#W2"}}]}},
            'state.tasks.0.slots.order: expected "#W2", found "#W1"',
        ),
    ],
)
def test_what_is_wrong_is_told(expected: dict[str, Any], told: str) -> None:
    (only,) = wrong(ANSWER, **expected)
    assert only.startswith(told)


def test_acts() -> None:
    transfer = result(Say("One moment.", "en"), Transfer("600"))
    assert wrong(transfer, act="transfer") == wrong(transfer, act="transfer:600") == []
    assert wrong(transfer, act="transfer:601") == ["act: expected transfer:601, found transfer:600"]
    assert wrong(transfer, act="none") == ["act: expected none, found transfer:600"]
    assert wrong(result(Transfer("600"), End()), act=["transfer", "end"]) == []


def test_a_shop_may_hold_more_than_is_named() -> None:
    shop = {"orders": {"#W1": {"status": "cancelled", "items": [1, 2]}, "#W2": {"status": "pending"}}}
    assert not list(unlike(shop, {"orders": {"#W1": {"status": "cancelled"}, "#W3": None}}, "shop"))
    told = [str(one) for one in unlike(shop, {"orders": {"#W2": {"status": "cancelled"}}}, "shop")]
    assert told == ['shop.orders.#W2.status: expected "cancelled", found "pending"']
    told = [str(one) for one in unlike(shop, {"orders": {"#W1": {"items": [1]}}}, "shop")]
    assert told == ["shop.orders.#W1.items: expected [1], found [1, 2]"]
    assert list(unlike(True, 1, "x"))
    assert not list(unlike(5, 5.0, "x"))


def test_chinese_words_and_patterns() -> None:
    assert is_said("七天", "我们支持七天无理由退货。")
    assert is_said("/[七7]天/", "我们支持七天无理由退货。")
    assert not is_said("十天", "我们支持七天无理由退货。")
