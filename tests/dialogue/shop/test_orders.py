"""What each write leaves in the records, and when it is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.tools import POLICY, REFERENCE, CallerSession, Code, Refusal
from dialogue.tools import orders as tools
from dialogue.tools.refusals import RefusedError
from tests.dialogue.shop.world import (
    ADDRESS,
    ANN,
    CARD,
    ELSEWHERE,
    GIFT,
    PAYPAL,
    SHOP,
    made,
    proposed,
    stored,
)


class Variants:
    """The small shop's catalogue."""

    def variant(self, product_id: str, item_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = SHOP["products"][product_id]["variants"].get(item_id)
        return found

    def name(self, product_id: str, language: str) -> str | None:
        return None


def copies(order_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return copy.deepcopy(SHOP["orders"][order_id]), copy.deepcopy(SHOP["users"][ANN])


def test_cancelling_refunds_a_gift_card_at_once(ann: CallerSession) -> None:
    proposal = proposed(ann.call("cancel_pending_order", {"order_id": "#W3", "reason": "ordered by mistake"}))
    assert "$36.10 goes back to your gift card at once" in proposal.sentence("en")
    assert "36.10美元立即退回礼品卡" in proposal.sentence("zh")
    ann.confirm(proposal.token)
    after = stored(ann._shop)
    order = after["orders"]["#W3"]
    assert (order["status"], order["cancel_reason"]) == ("cancelled", "ordered by mistake")
    assert order["payment_history"][1] == {
        "transaction_type": "refund",
        "amount": 36.1,
        "payment_method_id": GIFT,
    }
    assert after["users"][ANN]["payment_methods"][GIFT]["balance"] == 76.1


def test_cancelling_after_the_payment_was_changed_refunds_what_was_paid_last(ann: CallerSession) -> None:
    made(ann, "modify_pending_order_payment", order_id="#W1", payment_method_id=GIFT)
    assert stored(ann._shop)["users"][ANN]["payment_methods"][GIFT]["balance"] == 3.9
    made(ann, "cancel_pending_order", order_id="#W1", reason="no longer needed")
    after = stored(ann._shop)
    assert after["users"][ANN]["payment_methods"][GIFT]["balance"] == 40.0
    assert [
        (entry["transaction_type"], entry["payment_method_id"])
        for entry in after["orders"]["#W1"]["payment_history"]
    ] == [("payment", CARD), ("payment", GIFT), ("refund", CARD), ("refund", GIFT)]


def test_changed_items_get_each_their_own_variant(ann: CallerSession) -> None:
    made(
        ann,
        "modify_pending_order_items",
        order_id="#W1",
        item_ids=["11", "21"],
        new_item_ids=["12", "22"],
        payment_method_id=GIFT,
    )
    after = stored(ann._shop)
    order = after["orders"]["#W1"]
    assert order["status"] == "pending (item modified)"
    assert [(item["item_id"], item["price"], item["options"]["color"]) for item in order["items"]] == [
        ("12", 25.3, "blue"),
        ("22", 9.5, "blue"),
        ("21", 8.0, "red"),
    ]
    entry = order["payment_history"][1]
    assert (entry["transaction_type"], entry["payment_method_id"]) == ("payment", GIFT)
    assert entry["amount"] == pytest.approx(6.7)
    assert after["users"][ANN]["payment_methods"][GIFT]["balance"] == 33.3


def test_the_references_fault_is_kept_to_its_own_rules() -> None:
    order, user = copies("#W1")
    tools.change_items(order, user, ["11", "21"], ["12", "22"], CARD, Variants(), REFERENCE)
    assert [item["price"] for item in order["items"]] == [9.5, 9.5, 8.0]


def test_cheaper_items_are_refunded(ann: CallerSession) -> None:
    proposal = proposed(
        ann.call(
            "modify_pending_order_items",
            {"order_id": "#W1", "item_ids": ["11"], "new_item_ids": ["14"], "payment_method_id": PAYPAL},
        )
    )
    assert proposal.details["difference"] == -5.1
    assert "$5.10 goes back to your PayPal account" in proposal.sentence("en")
    ann.confirm(proposal.token)
    assert stored(ann._shop)["orders"]["#W1"]["payment_history"][1]["transaction_type"] == "refund"


def test_a_return_keeps_the_items_sorted_and_moves_no_money_yet(ann: CallerSession) -> None:
    made(
        ann,
        "return_delivered_order_items",
        order_id="#W2",
        item_ids=["21", "11", "21"],
        payment_method_id=GIFT,
    )
    after = stored(ann._shop)
    order = after["orders"]["#W2"]
    assert order["status"] == "return requested"
    assert order["return_items"] == ["11", "21", "21"]
    assert order["return_payment_method_id"] == GIFT
    assert len(order["payment_history"]) == 1
    assert after["users"] == SHOP["users"]


def test_an_exchange_keeps_both_lists_sorted_and_the_difference(ann: CallerSession) -> None:
    made(
        ann,
        "exchange_delivered_order_items",
        order_id="#W2",
        item_ids=["21", "11"],
        new_item_ids=["22", "12"],
        payment_method_id=CARD,
    )
    order = stored(ann._shop)["orders"]["#W2"]
    assert order["status"] == "exchange requested"
    assert order["exchange_items"] == ["11", "21"]
    assert order["exchange_new_items"] == ["12", "22"]
    assert order["exchange_payment_method_id"] == CARD
    assert order["exchange_price_difference"] == 6.7
    assert order["items"] == SHOP["orders"]["#W2"]["items"]


def test_addresses_of_an_order_and_of_a_user_are_two_things(ann: CallerSession) -> None:
    made(ann, "modify_pending_order_address", order_id="#W1", **ELSEWHERE)
    after = stored(ann._shop)
    assert (after["orders"]["#W1"]["address"], after["users"][ANN]["address"]) == (ELSEWHERE, ADDRESS)
    made(ann, "modify_user_address", user_id=ANN, **ELSEWHERE)
    after = stored(ann._shop)
    assert (after["orders"]["#W3"]["address"], after["users"][ANN]["address"]) == (ADDRESS, ELSEWHERE)


SWAP = {"order_id": "#W1", "item_ids": ["11"], "new_item_ids": ["12"], "payment_method_id": CARD}
EXCHANGE = {**SWAP, "order_id": "#W2"}
BACK = {"order_id": "#W2", "item_ids": ["11"], "payment_method_id": CARD}


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("cancel_pending_order", {"order_id": "#W2", "reason": "no longer needed"}, Code.NOT_PENDING),
        ("cancel_pending_order", {"order_id": "#W1", "reason": "too dear"}, Code.BAD_REASON),
        ("modify_pending_order_address", {"order_id": "#W2", **ELSEWHERE}, Code.NOT_PENDING),
        ("modify_pending_order_payment", {"order_id": "#W1", "payment_method_id": CARD}, Code.SAME_METHOD),
        (
            "modify_pending_order_payment",
            {"order_id": "#W1", "payment_method_id": "x"},
            Code.METHOD_NOT_FOUND,
        ),
        ("modify_pending_order_items", {**SWAP, "order_id": "#W2"}, Code.NOT_PENDING),
        ("modify_pending_order_items", {**SWAP, "item_ids": ["99"]}, Code.ITEM_NOT_IN_ORDER),
        (
            "modify_pending_order_items",
            {**SWAP, "item_ids": ["11", "11"], "new_item_ids": ["12", "12"]},
            Code.ITEM_NOT_IN_ORDER,
        ),
        ("modify_pending_order_items", {**SWAP, "new_item_ids": ["12", "14"]}, Code.COUNTS_DIFFER),
        ("modify_pending_order_items", {**SWAP, "new_item_ids": ["11"]}, Code.SAME_ITEM),
        ("modify_pending_order_items", {**SWAP, "new_item_ids": ["22"]}, Code.OTHER_PRODUCT),
        ("modify_pending_order_items", {**SWAP, "new_item_ids": ["13"]}, Code.NOT_AVAILABLE),
        ("modify_pending_order_items", {**SWAP, "item_ids": [], "new_item_ids": []}, Code.NO_ITEMS),
        ("exchange_delivered_order_items", SWAP, Code.NOT_DELIVERED),
        ("exchange_delivered_order_items", {**EXCHANGE, "new_item_ids": ["11"]}, Code.SAME_ITEM),
        ("return_delivered_order_items", {**BACK, "order_id": "#W1"}, Code.NOT_DELIVERED),
        ("return_delivered_order_items", {**BACK, "payment_method_id": PAYPAL}, Code.REFUND_METHOD),
        ("return_delivered_order_items", {**BACK, "item_ids": ["21"] * 3}, Code.ITEM_NOT_IN_ORDER),
        ("track_parcel", {"order_id": "#W1"}, Code.NO_PARCEL),
    ],
)
def test_what_the_policy_forbids_is_refused(
    ann: CallerSession, tool: str, arguments: dict[str, Any], code: Code
) -> None:
    refusal = ann.call(tool, arguments)
    assert isinstance(refusal, Refusal)
    assert refusal.code is code
    assert stored(ann._shop) == SHOP


def test_a_gift_card_cannot_pay_more_than_is_on_it(ann: CallerSession) -> None:
    made(ann, "modify_pending_order_payment", order_id="#W1", payment_method_id=GIFT)
    refusal = ann.call(
        "modify_pending_order_items",
        {"order_id": "#W3", "item_ids": ["11"], "new_item_ids": ["12"], "payment_method_id": GIFT},
    )
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.GIFT_CARD_SHORT


def test_items_are_changed_once_and_then_nothing_else(ann: CallerSession) -> None:
    made(ann, "modify_pending_order_items", **SWAP)
    forbidden: dict[str, dict[str, Any]] = {
        "modify_pending_order_items": {**SWAP, "item_ids": ["12"], "new_item_ids": ["11"]},
        "cancel_pending_order": {"order_id": "#W1", "reason": "no longer needed"},
        "modify_pending_order_address": {"order_id": "#W1", **ELSEWHERE},
        "modify_pending_order_payment": {"order_id": "#W1", "payment_method_id": PAYPAL},
    }
    for tool, arguments in forbidden.items():
        refusal = ann.call(tool, arguments)
        assert isinstance(refusal, Refusal)
        assert refusal.code is Code.ITEMS_ALREADY_MODIFIED


@pytest.mark.parametrize("second", ["exchange_delivered_order_items", "return_delivered_order_items"])
def test_a_delivered_order_is_exchanged_or_returned_once(ann: CallerSession, second: str) -> None:
    made(ann, "exchange_delivered_order_items", **EXCHANGE)
    refusal = ann.call(second, EXCHANGE if second.startswith("exchange") else BACK)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.ALREADY_REQUESTED
    assert refusal.sentence("zh") == "订单#W2已申请换货，同一订单只能申请一次。"


METHOD = st.sampled_from([GIFT, CARD, PAYPAL])
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("payment"), METHOD, st.just(())),
        st.tuples(st.just("cancel"), METHOD, st.just(())),
        st.tuples(
            st.just("items"), METHOD, st.lists(st.sampled_from(["11", "12", "14"]), min_size=1, max_size=1)
        ),
    ),
    max_size=4,
)


@given(balance=st.integers(0, 9000).map(lambda cents: cents / 100), paid_with=METHOD, writes=WRITES)
def test_whatever_is_done_money_is_conserved_and_no_gift_card_is_overdrawn(
    balance: float, paid_with: str, writes: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    order, user = copies("#W1")
    order["payment_history"][0]["payment_method_id"] = paid_with
    gift = user["payment_methods"][GIFT]
    gift["balance"] = balance
    paid_by_gift = 36.1 if paid_with == GIFT else 0.0
    for write, method, new_items in writes:
        before, owner = copy.deepcopy(order), copy.deepcopy(user)
        try:
            if write == "payment":
                tools.change_payment(order, user, method)
            elif write == "cancel":
                tools.cancel(order, user, "no longer needed", POLICY)
            else:
                tools.change_items(order, user, ["11"], new_items, method, Variants(), POLICY)
        except RefusedError:
            order, user = before, owner
            gift = user["payment_methods"][GIFT]
    sums = {GIFT: 0.0, CARD: 0.0, PAYPAL: 0.0}
    for entry in order["payment_history"]:
        sign = 1 if entry["transaction_type"] == "payment" else -1
        sums[entry["payment_method_id"]] += sign * entry["amount"]
    worth = 0.0 if order["status"] == "cancelled" else sum(item["price"] for item in order["items"])
    assert sum(sums.values()) == pytest.approx(worth, abs=1e-6)
    assert gift["balance"] >= 0
    assert gift["balance"] == round(gift["balance"], 2)
    assert gift["balance"] - balance == pytest.approx(paid_by_gift - sums[GIFT], abs=1e-6)
