"""A customer of the sample shop, what he may ask for, and what must have come of it."""

from __future__ import annotations

from typing import Any

from tests.dialogue.tasks.talk import Counted, assert_changed, hold

PETER = "> peter.patel4957@example.com\n< found your account"
CANCELLED: dict[str, Any] = {"#W1736522/status": "cancelled", "#W1736522/cancel_reason": "no longer needed"}
MISTAKE = {**CANCELLED, "#W1736522/cancel_reason": "ordered by mistake"}
RETURNED: dict[str, Any] = {
    "#W1310795/status": "return requested",
    "#W1310795/return_payment_method_id": "paypal_1196656",
}
SHIRT, KEYBOARD = "2959386986", "1555016296"


async def hold_and_check(counted: Counted, script: str, wanted: dict[str, Any], *, tickets: int = 0) -> None:
    """Hold a conversation; nothing but what is wanted has changed, and only things of who spoke.

    Args:
        counted: the shop.
        script: see `hold`.
        wanted: what differs, see `assert_changed`; made by one write, if it is anything.
        tickets: how many were opened.
    """
    await hold(counted.call(), script)
    assert_changed(counted, wanted, writes=1 if wanted else 0)
    assert len(counted.tickets()) == tickets
    assert {row.user_id for row in counted.audit()} <= {"peter_patel_7642", "jun_wu_7098", "li_chen_8736"}
