"""Tools in a turn: refusals, what changed meanwhile, and a database that does not answer at any step."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.flowfile import load_flow
from dialogue.shop import ShopUnavailableError
from dialogue.shop.tables import OrderRow, UserRow
from dialogue.tasks.doing import SLOT_OF
from dialogue.tools import Code
from tests.dialogue.tasks.scenes import KEYBOARD, TEA
from tests.dialogue.tasks.talk import FLOW, Call, Counted, decider, hold

PETER = "peter.patel4957@example.com"
TROUBLE, WRITTEN_DOWN = "our order system does not answer", "I have written down your request"


class Switch:
    """Lets the shop's database fail.

    Attributes:
        down: what fails from now on: `reading`, `writing`.
    """

    def __init__(self, counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
        self.down: set[str] = set()
        self.slow = 0.0
        for name in ("reading", "writing"):
            monkeypatch.setattr(counted.shop, name, self._watched(name, getattr(counted.shop, name)))

    def _watched(self, name: str, real: Callable[[], Any]) -> Callable[[], Any]:
        def opened() -> Any:
            time.sleep(self.slow)
            if name in self.down:
                raise ShopUnavailableError("down", "switched off")
            return real()

        return opened

    def off(self, *names: str) -> None:
        """Nothing of these is answered from now on."""
        self.down = set(names or ("reading", "writing"))


@pytest.fixture
def switch(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> Switch:
    return Switch(counted, monkeypatch)


async def proposed(counted: Counted) -> Call:
    """A call in which the cancelling of the tea set waits for a yes."""
    call = counted.call()
    for line in ("cancel my order", PETER, "no longer needed"):
        await call.line(line)
    assert "Shall I do that?" in call.said
    return call


def journal(counted: Counted) -> list[dict[str, Any]]:
    """The tickets in the journal."""
    return [json.loads(line) for line in counted.journal.read_text("utf-8").splitlines()]


async def test_a_database_that_is_down_before_anybody_is_found(counted: Counted, switch: Switch) -> None:
    call = counted.call()
    await call.line("cancel my order please")
    switch.off()
    said = await call.line(PETER)
    assert TROUBLE in said
    assert WRITTEN_DOWN in said
    assert "Is there anything else?" in said
    (ticket,) = journal(counted)
    assert ticket["number"] in said
    assert "cancel my order please" in ticket["text"]
    assert PETER in ticket["text"]
    assert call.tasks.stack == ()


async def test_a_database_that_goes_down_before_the_proposal(counted: Counted, switch: Switch) -> None:
    call = counted.call()
    await call.line("cancel my order and where is my refund")
    await call.line(PETER)
    switch.off()
    said = await call.line("I don't need it any more")
    assert WRITTEN_DOWN in said
    (ticket,) = journal(counted)
    assert (ticket["user_id"], ticket["subject"]) == ("peter_patel_7642", "cancelling an order")
    assert "the order with the Tea Set" in ticket["text"]
    assert "also: your refund" in ticket["text"]


@pytest.mark.parametrize("what", ["writing", "all"])
async def test_a_database_that_goes_down_before_the_write(
    counted: Counted, switch: Switch, what: str
) -> None:
    call = await proposed(counted)
    switch.off(*([] if what == "all" else [what]))
    said = await call.line("yes")
    assert TROUBLE in said
    assert WRITTEN_DOWN in said
    assert "is cancelled" not in said
    (ticket,) = journal(counted)
    switch.down.clear()
    assert counted.changed() == {}
    if what == "writing":
        assert ticket["request"]["tool"] == "cancel_pending_order"
        assert ticket["request"]["arguments"] == {"order_id": TEA, "reason": "no longer needed"}
    assert "Tea Set" in ticket["text"] or TEA in ticket["text"]


async def test_a_database_that_is_up_again_serves_the_next_request(counted: Counted, switch: Switch) -> None:
    call = await proposed(counted)
    switch.off("writing")
    await call.line("yes")
    switch.down.clear()
    assert "being prepared" in await call.line("where is my order with the tea set")


async def test_a_slow_database_is_waited_for_and_then_written_down(tmp_path: Path) -> None:
    counted = Counted(tmp_path, patience=0.25)
    with pytest.MonkeyPatch.context() as monkeypatch:
        switch = Switch(counted, monkeypatch)
        call = counted.call()
        switch.slow = 0.02
        await call.line("cancel my order")
        assert "found your account" in await call.line(PETER)
        switch.slow = 0.5
        begun = time.monotonic()
        said = await call.line("no longer needed")
        assert TROUBLE in said
        assert time.monotonic() - begun < 3
        switch.slow = 0.0
    counted.close()


async def test_a_request_that_can_be_kept_nowhere_goes_to_a_person(counted: Counted, switch: Switch) -> None:
    call = await proposed(counted)
    switch.off()
    counted.journal.mkdir()
    said = await call.line("yes")
    assert TROUBLE in said
    assert "ticket number" not in said
    assert call.over


async def test_what_was_done_before_the_trouble_is_told(
    counted: Counted, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = counted.call()
    for line in ("cancel my order and where is my refund", PETER, "no longer needed"):
        await call.line(line)
    real = counted.desk.within

    async def then_down(work: Any) -> Any:
        result = await real(work)
        if getattr(result, "tool", "") == "cancel_pending_order" and hasattr(result, "repeated"):
            switch.off()
        return result

    monkeypatch.setattr(counted.desk, "within", then_down)
    said = await call.line("yes")
    assert "Order #W1736522 is cancelled" in said
    assert WRITTEN_DOWN in said
    switch.down.clear()
    assert counted.changed()[f"{TEA}/status"] == "cancelled"


async def test_a_complaint_is_written_down_even_so(counted: Counted, switch: Switch) -> None:
    switch.off()
    call = counted.call()
    await call.line("your courier was rude")
    said = await call.line("he threw my parcel over the fence")
    assert "passed it on to a colleague" in said
    assert journal(counted)[0]["text"] == "he threw my parcel over the fence"


def alter(counted: Counted, order_id: str, **values: Any) -> None:
    """Somebody else changes an order."""
    with counted.shop.writing() as session:
        row = session.get_one(OrderRow, order_id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_what_has_changed_meanwhile_is_not_done(counted: Counted) -> None:
    call = await proposed(counted)
    alter(counted, TEA, status="processed")
    said = await call.line("yes")
    assert "processed" in said
    assert "is cancelled" not in said
    assert counted.audit() == []


async def test_another_price_is_proposed_again(counted: Counted) -> None:
    call = await proposed(counted)
    history = [{"transaction_type": "payment", "amount": 90.0, "payment_method_id": "paypal_1196656"}]
    alter(counted, TEA, payment_history=history)
    said = await call.line("yes")
    assert "changed in the meantime" in said
    assert "is cancelled" not in said
    assert counted.audit() == []
    assert "$90.00" in said
    assert "is cancelled" in await call.line("yes")
    assert len(counted.audit()) == 1


async def test_a_gift_card_that_is_too_short_is_not_tried_again_and_again(counted: Counted) -> None:
    with counted.shop.writing() as session:
        row = session.get_one(UserRow, "peter_ward_4604")
        card = dict(row.payment_methods["gift_card_5011878"], balance=0.0)
        row.payment_methods = {"gift_card_5011878": card}
    call = counted.call()
    await hold(
        call,
        """
        > exchange the pan for a bigger one with lid, thirty centimetres
        > Peter Ward 02170
        """,
    )
    for line in ("the last one", "30 cm", "with lid", "the gift card", "1"):
        if "not enough left" in call.said:
            break
        await call.line(line)
    assert "not enough left on the gift card" in call.said
    assert counted.audit() == []


FLOW_WITH_REFUSALS = """\
    refused:
      not_pending: {say: {en: "Order {order_id} has left us.", zh: 已经发出。}, task: return-items}
    tool: cancel_pending_order
"""


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Path]:
    path, tasks = tmp_path / "flow.yaml", tmp_path / "tasks" / "retail.yaml"
    tasks.parent.mkdir()
    text = (FLOW.parent / "tasks" / "retail.yaml").read_text("utf-8")
    tasks.write_text(text.replace("    tool: cancel_pending_order\n", FLOW_WITH_REFUSALS, 1), "utf-8")
    path.write_text(FLOW.read_text("utf-8"), "utf-8")
    yield path
    decider.cache_clear()


async def test_a_flow_offers_something_else_after_a_refusal(counted: Counted, flow: Path) -> None:
    assert load_flow(flow)
    call = counted.call(flow=flow)
    await hold(
        call,
        """
        > cancel the order with the yoga mat
        > kevin.parker6564@example.com
        < Order #W5661706 has left us. Shall I go on with your return instead?
        > yes
        < This order has
        > the tent
        < Two-Person Tent | Shall I do that?
        > no
        < Is there anything else?
        """,
    )
    call = counted.call(flow=flow)
    await hold(
        call,
        """
        > cancel the order with the yoga mat
        > kevin.parker6564@example.com
        < instead?
        > hm what
        > #7
        < press 1 for yes
        > #2
        < Is there anything else?
        """,
    )
    assert call.tasks.stack == ()


def test_every_refusal_that_another_value_may_mend_has_its_slot() -> None:
    assert SLOT_OF[Code.NOT_AVAILABLE] == "new-items"
    assert Code.NOT_PENDING not in SLOT_OF


async def test_a_gone_order_is_told_before_anything_is_asked(counted: Counted) -> None:
    call = counted.call()
    await call.line("I want to return the keyboard")
    alter(counted, KEYBOARD, status="exchange requested")
    said = await call.line(PETER)
    assert "Shall I do that?" not in said
