"""What a flow's sentences may name is what there is to be told."""

from collections.abc import Mapping
from typing import Any

import pytest

from dialogue.tasks.account import Account
from dialogue.tasks.book import arguments_of
from dialogue.tasks.definition import Task
from dialogue.tasks.directory import Directory
from dialogue.tasks.fields import CONDITIONS, PROMPTABLE, SAYABLE, WORDINGS, fields_in
from dialogue.tasks.state import Filled
from dialogue.tasks.telling import told
from dialogue.tasks.wording import PROMPTS, Wording
from dialogue.tools import TOOLS, Code, Refusal

ADDRESS = {
    "address1": "1 Elm Street",
    "address2": "",
    "city": "Denver",
    "state": "CO",
    "country": "USA",
    "zip": "80203",
}
USER = {
    "user_id": "ann_lee_1",
    "name": {"first_name": "Ann", "last_name": "Lee"},
    "email": "ann@example.com",
    "address": ADDRESS,
    "payment_methods": {"gift_card_1": {"id": "gift_card_1", "source": "gift_card", "balance": 12.5}},
    "orders": ["#W1000001"],
}
ORDER = {
    "order_id": "#W1000001",
    "user_id": "ann_lee_1",
    "status": "delivered",
    "address": ADDRESS,
    "items": [{"item_id": "11", "product_id": "1", "name": "Lamp", "price": 20.0, "options": {}}],
    "fulfillments": [{"tracking_id": ["555"], "item_ids": ["11"]}],
    "payment_history": [
        {"transaction_type": "payment", "amount": 20.0, "payment_method_id": "gift_card_1"},
        {"transaction_type": "refund", "amount": 20.0, "payment_method_id": "gift_card_1"},
    ],
}
RESULTS: Mapping[str, Any] = {
    "get_order_details": ORDER,
    "track_parcel": {"order_id": "#W1000001", "status": "delivered", "parcels": []},
    "get_user_details": USER,
    "get_product_details": {"name": "Lamp", "product_id": "1", "variants": {}},
    "get_item_details": {"item_id": "11", "options": {}, "available": True, "price": 20.0},
    "calculate": "4.0",
    "find_user_id_by_email": "ann_lee_1",
    "open_ticket": {"ticket": "123456", "kept": "database"},
    "transfer_to_human_agents": {"transfer": True, "summary": "wants a person"},
}


@pytest.mark.parametrize("tool", sorted(RESULTS))
def test_every_field_that_flows_may_name_is_told(tool: str) -> None:
    account = Account(USER, [ORDER], Directory())
    for language in ("en", "zh"):
        result = told(RESULTS[tool], account, language, "USD")
        assert SAYABLE[tool] <= set(result.said)
        assert set(CONDITIONS.get(tool, ())) <= set(result.raw)
        assert all(
            result.raw[name] in (allowed or (result.raw[name],))
            for name, allowed in CONDITIONS.get(tool, {}).items()
        )


def test_every_tool_that_is_no_write_has_its_fields() -> None:
    assert set(SAYABLE) == {name for name, tool in TOOLS.items() if tool.kind != "write"}


def test_a_ticket_can_name_a_value_as_it_is_said_and_as_tools_take_it() -> None:
    task = Task.model_validate(
        {
            "name": "broken",
            "matter": "it",
            "slots": {"order": {"type": "order", "optional": True}, "what": {"type": "text"}},
            "tool": "open_ticket",
            "arguments": {"subject": "broken", "text": "{order_id} ({order}): {what}"},
        }
    )
    slots = {"order": Filled("#W1000001", "the order with the lamp"), "what": Filled("a crack", "a crack")}
    made = arguments_of(task, slots, "ann_lee_1")
    assert made == {"subject": "broken", "text": "#W1000001 (the order with the lamp): a crack"}
    del slots["order"]
    assert arguments_of(task, slots, "")["text"] == "(): a crack"


def test_the_wording_that_parley_has_keeps_to_the_fields_that_flows_may_use() -> None:
    for name in Wording.model_fields:
        text = getattr(Wording(), name)
        used = {field for words in (text.en, text.zh) for field in fields_in(words)}
        assert used == WORDINGS.get(name, frozenset()), name
    for kind, prompt in PROMPTS.items():
        assert {*fields_in(prompt.en or ""), *fields_in(prompt.zh or "")} <= PROMPTABLE.get(kind, frozenset())


def test_a_refusals_status_is_said_in_the_callers_language() -> None:
    refusal = Refusal(Code.NOT_PENDING, {"order_id": "#W1", "status": "delivered"})
    assert refusal.said("en") == {"order_id": "#W1", "status": "delivered"}
    assert refusal.said("zh") == {"order_id": "#W1", "status": "已送达"}
