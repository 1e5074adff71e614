"""The forty callers: what they say to what they hear, and how their calls are judged."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.shop.sample import sample_shop
from parley.benches.callers.judging import Seen, acted_wrongly, changed, problems
from parley.benches.callers.scenario import Answering, Expected, Scenario, load_scenarios

CALLS = {call.name: call for call in load_scenarios().calls}


def words(answering: Answering, reply: str) -> str | None:
    rule = answering.next(reply)
    return None if rule is None else rule.say


def seen(before: dict[str, Any], after: dict[str, Any], *replies: str) -> Seen:
    return Seen(changed(before, after), 0, 0, False, replies)


def test_twenty_calls_in_each_language_and_each_is_another_customer() -> None:
    for language in ("en", "zh"):
        assert sum(call.language == language for call in CALLS.values()) == 20
    who = [(call.who.name, call.who.postcode) for call in CALLS.values() if call.who is not None]
    assert len(set(who)) == len(who)


def test_what_the_calls_expect_is_in_the_shop_that_they_call() -> None:
    shop = sample_shop(load_scenarios().seed)
    for call in CALLS.values():
        assert set(call.expect.orders) <= set(shop["orders"]), call.name
        assert set(call.expect.users) <= set(shop["users"]), call.name


def test_a_caller_who_is_offered_a_person_repeats_himself_once_and_then_says_yes() -> None:
    caller = Answering(CALLS["zh-by-keys"])
    assert words(caller, "您好，请问有什么可以帮您？") == "我想取消订单。"
    offer = "很抱歉，这个我不清楚，需要我帮您转接同事吗？"
    assert [words(caller, offer) for _ in range(3)] == ["我想取消订单。", "好的，可以。", None]


def test_a_callers_own_rules_go_before_those_of_any_caller() -> None:
    caller = Answering(CALLS["en-keeps-it-after-all"])
    assert words(caller, "I would cancel it. Shall I do that?") == "No, wait. I want to keep it."


def test_his_last_words_are_said_again_when_they_were_not_understood() -> None:
    caller = Answering(CALLS["en-cancel-by-mistake"])
    words(caller, "How can I help you?")
    assert words(caller, "Sorry, I did not get that.") == "I want to cancel my order."


@pytest.mark.parametrize(
    ("status", "wrong"), [("cancelled", False), ("pending", True), ("return requested", True)]
)
def test_a_change_that_nobody_wanted_is_a_wrong_act(status: str, wrong: bool) -> None:
    expect = Expected(orders={"#W1": {"status": "cancelled"}})
    before = {"orders": {"#W1": {"status": "processed"}, "#W2": {"status": "processed"}}}
    after = {"orders": {**before["orders"], "#W1": {"status": status}}}
    assert acted_wrongly(expect, seen(before, after)) is wrong
    assert bool(problems(expect, seen(before, after))) is wrong


def test_another_customers_order_may_not_change() -> None:
    expect = Expected(orders={"#W1": {"status": "cancelled"}})
    before = {"orders": {"#W1": {"status": "pending"}, "#W2": {"status": "pending"}}}
    after = {"orders": {"#W1": {"status": "cancelled"}, "#W2": {"status": "cancelled"}}}
    assert acted_wrongly(expect, seen(before, after))
    assert "#W2" in " ".join(problems(expect, seen(before, after)))


def test_nothing_done_is_a_problem_but_no_wrong_act() -> None:
    shop = {"orders": {"#W1": {"status": "pending"}}}
    expect = Expected(orders={"#W1": {"status": "cancelled"}}, said=("is cancelled",))
    assert not acted_wrongly(expect, seen(shop, shop))
    assert len(problems(expect, seen(shop, shop))) == 2


def test_what_must_be_said_is_found_in_any_reply_and_what_must_not_is_told() -> None:
    expect = Expected(said=("on its way",), never=("refund",))
    assert problems(expect, seen({}, {}, "Hello.", "It is ON ITS WAY.")) == []
    assert problems(expect, seen({}, {}, "It is on its way, a refund too.")) == ["said: refund"]


def test_a_transfer_that_did_not_come_is_told() -> None:
    (found,) = problems(Expected(person=True), seen({}, {}))
    assert "transfer" in found


def test_a_scenario_with_a_broken_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="regular expression"):
        Scenario.model_validate({"name": "x", "language": "en", "rules": [{"hear": "(", "say": "a"}]})
