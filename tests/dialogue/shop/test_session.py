"""Who may do what, and that a write needs a yes."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from dialogue.shop import Shop
from dialogue.shop.tables import AuditRow, InvoiceRow
from dialogue.tools import TOOLS, CallerSession, Code, Done, Refusal, SessionState, TicketOffice, schemas
from dialogue.tools.answers import Answer
from dialogue.tools.refusals import SENTENCES
from dialogue.tools.session import ATTEMPTS
from tests.dialogue.shop.world import (
    ADDRESS,
    ANN,
    CARD,
    ELSEWHERE,
    FANG,
    SHOP,
    caller,
    made,
    proposed,
    stored,
)

CANCEL = {"order_id": "#W1", "reason": "no longer needed"}


def code_of(answer: Answer) -> Code:
    assert isinstance(answer, Refusal), answer
    return answer.code


def data_of(answer: Answer) -> Any:
    assert isinstance(answer, Done), answer
    return answer.data


def audit(shop: Shop) -> list[AuditRow]:
    with shop.reading() as session:
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


@pytest.fixture
def stranger(shop: Shop, tmp_path: Path) -> CallerSession:
    return caller(shop, tmp_path, None)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_order_details", {"order_id": "#W1"}),
        ("get_user_details", {"user_id": ANN}),
        ("track_parcel", {"order_id": "#W2"}),
        ("cancel_pending_order", CANCEL),
        ("modify_user_address", {"user_id": ANN, **ADDRESS}),
        ("request_invoice", {"order_id": "#W1", "title": "Ann"}),
    ],
)
def test_nothing_of_an_account_before_the_caller_is_known(
    stranger: CallerSession, tool: str, arguments: dict[str, Any]
) -> None:
    assert code_of(stranger.call(tool, arguments)) is Code.NOT_IDENTIFIED


def test_what_is_public_needs_no_identity(stranger: CallerSession) -> None:
    assert data_of(stranger.call("list_all_product_types", {})) == {"Lamp": "1", "Mug": "2"}
    assert data_of(stranger.call("get_product_details", {"product_id": "1"})) == SHOP["products"]["1"]
    assert data_of(stranger.call("get_item_details", {"item_id": "22"}))["price"] == 9.5
    assert code_of(stranger.call("get_item_details", {"item_id": "1"})) is Code.ITEM_NOT_FOUND


@pytest.mark.parametrize(
    ("tool", "arguments", "user_id"),
    [
        ("find_user_id_by_email", {"email": "ANN_reed_1001@example.com "}, ANN),
        ("find_user_id_by_name_zip", {"first_name": "ann", "last_name": "REED", "zip": "02134"}, ANN),
        ("find_user_id_by_name_zip", {"first_name": "芳", "last_name": "王", "zip": "02134"}, FANG),
        ("find_user_id_by_name_zip", {"first_name": "王芳", "last_name": "", "zip": "02134"}, FANG),
        ("find_user_id_by_name_zip", {"first_name": "王", "last_name": "芳", "zip": "02134"}, FANG),
    ],
)
def test_a_caller_is_found_as_he_says_it(
    stranger: CallerSession, tool: str, arguments: dict[str, str], user_id: str
) -> None:
    assert data_of(stranger.call(tool, arguments)) == user_id
    assert data_of(stranger.call("get_user_details", {"user_id": user_id}))["user_id"] == user_id


def test_guessing_who_one_might_be_ends(stranger: CallerSession) -> None:
    for number in range(ATTEMPTS):
        guess = {"first_name": "Ann", "last_name": "Reed", "zip": f"{number:05d}"}
        assert code_of(stranger.call("find_user_id_by_name_zip", guess)) is Code.USER_NOT_FOUND
    right = {"email": SHOP["users"][ANN]["email"]}
    assert code_of(stranger.call("find_user_id_by_email", right)) is Code.TOO_MANY_ATTEMPTS


def test_two_people_of_one_name_are_told_apart_by_e_mail(stranger: CallerSession) -> None:
    with stranger._shop.writing() as session:
        session.connection().exec_driver_sql("UPDATE users SET name_key = 'ann reed'")
    name = {"first_name": "Ann", "last_name": "Reed", "zip": "02134"}
    assert code_of(stranger.call("find_user_id_by_name_zip", name)) is Code.SEVERAL_USERS
    assert data_of(stranger.call("find_user_id_by_email", {"email": SHOP["users"][ANN]["email"]})) == ANN


def test_other_peoples_orders_and_accounts_stay_closed(ann: CallerSession) -> None:
    theirs, nobodys = (ann.call("get_order_details", {"order_id": one}) for one in ("#W9", "#W404"))
    assert code_of(theirs) is code_of(nobodys) is Code.ORDER_NOT_FOUND
    assert theirs.sentence("en").replace("#W9", "#W404") == nobodys.sentence("en")
    assert code_of(ann.call("cancel_pending_order", {**CANCEL, "order_id": "#W9"})) is Code.ORDER_NOT_FOUND
    assert code_of(ann.call("get_user_details", {"user_id": FANG})) is Code.OTHER_USER
    assert code_of(ann.call("modify_user_address", {"user_id": FANG, **ADDRESS})) is Code.OTHER_USER
    for email in (SHOP["users"][FANG]["email"], "nobody@example.com"):
        assert code_of(ann.call("find_user_id_by_email", {"email": email})) is Code.OTHER_USER


def test_an_order_number_may_come_without_its_sign(ann: CallerSession) -> None:
    assert data_of(ann.call("get_order_details", {"order_id": "W1"})) == SHOP["orders"]["#W1"]


def test_a_parcel_is_tracked(ann: CallerSession) -> None:
    parcels = data_of(ann.call("track_parcel", {"order_id": "#W2"}))["parcels"]
    assert [(one["tracking_id"], one["items"]) for one in parcels] == [(["777"], ["Lamp", "Mug", "Mug"])]


def test_a_write_is_proposed_and_waits_for_its_own_yes(ann: CallerSession) -> None:
    cancel = proposed(ann.call("cancel_pending_order", CANCEL))
    address = proposed(ann.call("modify_pending_order_address", {"order_id": "#W3", **ELSEWHERE}))
    assert stored(ann._shop) == SHOP
    assert cancel.details["refunds"] == [
        {"amount": 36.1, "method": {"id": CARD, "source": "credit_card", "last_four": "1234"}}
    ]
    assert cancel.sentence("zh").startswith(
        "我将取消订单#W1，包括台灯（红色）、马克杯（红色）、马克杯（红色），原因是不再需要。36.10美元会在五到七个工作日内退回"
    )
    assert code_of(ann.confirm("guessed")) is Code.NOT_PROPOSED
    done = ann.confirm(address.token)
    assert done.sentence("en") == "Order #W3 now goes to 9 Oak Avenue, Boston, MA, 02199, USA."
    assert stored(ann._shop)["orders"]["#W1"]["status"] == "pending"
    ann.withdraw(cancel.token)
    assert code_of(ann.confirm(cancel.token)) is Code.NOT_PROPOSED


def test_what_changed_since_it_was_proposed_is_proposed_again(ann: CallerSession) -> None:
    swap = {"order_id": "#W1", "item_ids": ["11"], "new_item_ids": ["12"], "payment_method_id": CARD}
    proposal = proposed(ann.call("modify_pending_order_items", swap))
    with ann._shop.writing() as session:
        session.connection().exec_driver_sql("UPDATE variants SET price = '99.5' WHERE item_id = '12'")
    assert code_of(ann.confirm(proposal.token)) is Code.CHANGED_MEANWHILE
    assert stored(ann._shop)["orders"] == SHOP["orders"]
    made(ann, "modify_pending_order_items", **swap)


def test_a_yes_said_twice_has_one_effect_and_one_result(
    shop: Shop, ann: CallerSession, tmp_path: Path
) -> None:
    first = proposed(ann.call("cancel_pending_order", {**CANCEL, "order_id": "#W3"}))
    done = ann.confirm(first.token, key="k1")
    again = ann.confirm(first.token, key="k1")
    assert (data_of(again), again.sentence("en")) == (data_of(done), done.sentence("en"))
    # The same request after Parley was restarted, before anybody knew that it had been done.
    later = caller(shop, tmp_path)
    later.state.proposals = ann.state.proposals
    assert data_of(later.confirm(first.token, key="k1")) == data_of(done)
    assert len(audit(shop)) == 1
    assert stored(shop)["users"][ANN]["payment_methods"]["gift_card_1"]["balance"] == 76.1


def test_a_key_is_for_one_request_of_one_user(shop: Shop, ann: CallerSession, tmp_path: Path) -> None:
    assert data_of(ann.confirm(proposed(ann.call("cancel_pending_order", CANCEL)).token, key="k"))
    other = proposed(ann.call("cancel_pending_order", {**CANCEL, "order_id": "#W3"}))
    assert code_of(ann.confirm(other.token, key="k")) is Code.KEY_REUSED
    assert code_of(caller(shop, tmp_path, FANG).confirm("t", key="k")) is Code.KEY_REUSED
    assert stored(shop)["orders"]["#W3"]["status"] == "pending"


def test_every_write_is_audited_with_what_it_changed(shop: Shop, ann: CallerSession) -> None:
    made(ann, "modify_pending_order_payment", order_id="#W1", payment_method_id="gift_card_1")
    made(ann, "request_invoice", order_id="#W1", title="Reed Ltd", tax_number="DE1")
    payment, invoice = audit(shop)
    assert (payment.call_id, payment.user_id, payment.tool) == ("call-1", ANN, "modify_pending_order_payment")
    assert payment.arguments == {"order_id": "#W1", "payment_method_id": "gift_card_1"}
    assert set(payment.changes) == {"order", "user"}
    assert set(payment.changes["order"]) == {"payment_history"}
    assert len(payment.changes["order"]["payment_history"]["before"]) == 1
    methods = payment.changes["user"]["payment_methods"]
    assert (methods["before"]["gift_card_1"]["balance"], methods["after"]["gift_card_1"]["balance"]) == (
        40.0,
        3.9,
    )
    assert payment.at.tzinfo is not None
    assert invoice.changes == {}
    with shop.reading() as session:
        row = session.scalars(select(InvoiceRow)).one()
        assert (row.order_id, row.title, row.email) == ("#W1", "Reed Ltd", SHOP["users"][ANN]["email"])


def test_a_session_goes_on_where_it_broke_off(shop: Shop, ann: CallerSession, tmp_path: Path) -> None:
    proposal = proposed(ann.call("cancel_pending_order", CANCEL))
    state = SessionState(**json.loads(json.dumps(ann.state.as_json())))
    later = CallerSession(shop, TicketOffice(shop, tmp_path / "t"), state)
    assert data_of(later.confirm(proposal.token))["status"] == "cancelled"


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("delete_everything", {}, Code.UNKNOWN_TOOL),
        ("cancel_pending_order", {"order_id": "#W1"}, Code.BAD_ARGUMENTS),
        ("cancel_pending_order", {**CANCEL, "confirmed": True}, Code.BAD_ARGUMENTS),
        ("get_order_details", {"order_id": 1}, Code.BAD_ARGUMENTS),
        ("calculate", {"expression": "__import__('os')"}, Code.BAD_EXPRESSION),
        ("calculate", {"expression": "9**9**9"}, Code.BAD_EXPRESSION),
        ("calculate", {"expression": "1/0"}, Code.BAD_EXPRESSION),
        ("calculate", {"expression": "(" * 400}, Code.BAD_EXPRESSION),
    ],
)
def test_nonsense_is_refused(ann: CallerSession, tool: str, arguments: dict[str, Any], code: Code) -> None:
    assert code_of(ann.call(tool, arguments)) is code


@pytest.mark.parametrize(
    ("expression", "value"),
    [("155.33 - 147.05 + 268.77 - 235.13", "41.92"), ("2 * (3 + 4) / -7", "-2.0"), ("2+2", "4.0")],
)
def test_sums_are_rounded_to_cents(ann: CallerSession, expression: str, value: str) -> None:
    assert data_of(ann.call("calculate", {"expression": expression})) == value


def test_a_person_is_asked_for_and_a_ticket_opened_without_an_identity(stranger: CallerSession) -> None:
    assert data_of(stranger.call("transfer_to_human_agents", {"summary": "lost parcel"}))["transfer"] is True
    ticket = stranger.call("open_ticket", {"subject": "Call back", "text": "Ann, +4930123"})
    assert data_of(ticket)["ticket"] in ticket.sentence("zh")


@pytest.mark.parametrize("code", list(Code))
def test_every_refusal_can_be_said_in_both_languages(code: Code) -> None:
    fields = {name for text in SENTENCES[code] for _, name, _, _ in string.Formatter().parse(text) if name}
    refusal = Refusal(code, dict.fromkeys(fields, "delivered"))
    english, chinese = refusal.sentence("en"), refusal.sentence("zh")
    assert english.isascii()
    assert any("一" <= char <= "鿿" for char in chinese)
    assert refusal.as_json("zh")["say"] == chinese


def test_language_models_get_a_schema_of_every_tool() -> None:
    by_name = {one["function"]["name"]: one["function"] for one in schemas()}
    assert by_name.keys() == TOOLS.keys()
    swap = by_name["exchange_delivered_order_items"]["parameters"]
    assert swap["properties"]["item_ids"]["type"] == "array"
    assert set(swap["required"]) == {"order_id", "item_ids", "new_item_ids", "payment_method_id"}
    assert swap["additionalProperties"] is False
    for function in by_name.values():
        for described in function["parameters"]["properties"].values():
            assert described["description"]
    assert issubclass(TOOLS["calculate"].arguments, BaseModel)
