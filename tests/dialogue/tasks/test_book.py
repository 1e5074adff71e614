"""A flow's tasks by name, and what their slots fill."""

import pytest

from dialogue.tasks.book import argument_of, arguments_of
from dialogue.tasks.definition import Task, holds
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import slot
from tests.dialogue.tasks.talk import decider

BOOK = decider().book
ADDRESS = {
    "address1": "12 Main Street",
    "address2": "",
    "city": "Boston",
    "state": "MA",
    "country": "USA",
    "zip": "02134",
}


def test_tasks_by_name() -> None:
    assert "cancel-order" in BOOK
    assert "make-coffee" not in BOOK
    with pytest.raises(KeyError):
        BOOK.task("make-coffee")
    assert BOOK.matcher("cancel-order", "reason") is not None
    assert BOOK.matcher("cancel-order", "order") is None


@pytest.mark.parametrize(
    ("task", "needed"), [("cancel-order", True), ("gift-card", True), ("complaint", False)]
)
def test_who_has_to_be_identified(task: str, needed: bool) -> None:
    assert BOOK.needs_identity(BOOK.task(task)) is needed


def test_which_argument_a_slot_fills() -> None:
    assert argument_of("order", slot("order")) == "order_id"
    assert argument_of("what", slot("text")) == "what"
    assert argument_of("the-day", slot("date")) == "the_day"
    assert argument_of("title", slot("name", argument="title")) == "title"


def test_arguments_of_every_kind() -> None:
    slots = {"order": Filled("#W1"), "address": Filled({**ADDRESS, "district": "x"}, "12 Main Street")}
    made = arguments_of(BOOK.task("change-address"), slots, "ann")
    assert made == {"order_id": "#W1", **ADDRESS}
    made = arguments_of(BOOK.task("my-address"), {"address": Filled(ADDRESS)}, "ann")
    assert made == {"user_id": "ann", **ADDRESS}
    swap = {
        "order": Filled("#W1"),
        "items": Filled(["1"]),
        "new": Filled(["2"]),
        "payment": Filled("paypal_1"),
    }
    assert arguments_of(BOOK.task("exchange-items"), swap, "ann") == {
        "order_id": "#W1",
        "item_ids": ["1"],
        "new_item_ids": ["2"],
        "payment_method_id": "paypal_1",
    }


def test_an_argument_of_the_flow_is_filled_in_with_what_was_said() -> None:
    made = arguments_of(BOOK.task("complaint"), {"what": Filled("the lid {broke}", "the lid {broke}")}, "")
    assert made == {"subject": "complaint", "text": "the lid {broke}"}
    assert arguments_of(BOOK.task("complaint"), {}, "") == {"subject": "complaint", "text": ""}


def test_a_condition_wants_one_of_its_values_in_each_field() -> None:
    condition = {"status": ("pending", "processed"), "parcel": ("yes",)}
    assert holds(condition, {"status": "pending", "parcel": "yes"})
    assert not holds(condition, {"status": "pending"})
    assert not holds(condition, {"status": "delivered", "parcel": "yes"})
    assert holds({}, {})


@pytest.mark.parametrize(
    "broken",
    [
        {"slots": {"reason": {"type": "choice"}}},
        {"slots": {"order": {"type": "payment", "status": "pending"}}},
        {"slots": {"order": {"type": "order", "refund": True}}},
        {"refused": {"no_such_code": {"say": "No."}}},
        {"slots": {"x": {"type": "colour"}}},
        {"unknown": 1},
    ],
)
def test_what_a_task_cannot_be(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|Input|Extra"):
        Task.model_validate({"name": "t", "matter": "it", "tool": "get_order_details", **broken})
