"""Two at once, and a database that is down, locked or slow."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.shop import Shop, connect
from dialogue.shop.errors import ShopUnavailableError
from dialogue.shop.tables import AuditRow, TicketRow
from dialogue.tools import Code, Done, OrderDesk, Refusal, SessionState, TicketError, TicketOffice
from dialogue.tools.answers import Answer
from tests.dialogue.shop.world import ANN, CARD, GIFT, caller, made, proposed, small_shop, stored

CANCEL = {"order_id": "#W3", "reason": "no longer needed"}


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Somebody else has the database's lock."""
    other = sqlite3.connect(folder / "shop.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


def tickets(shop: Shop) -> list[TicketRow]:
    with shop.reading() as session:
        return list(session.scalars(select(TicketRow).order_by(TicketRow.at)))


def together(*works: Callable[[], Answer]) -> list[Answer]:
    """Let all begin at the same moment."""
    start, answers = threading.Barrier(len(works)), list[Answer]()

    def run(work: Callable[[], Answer]) -> None:
        start.wait()
        answers.append(work())

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.parametrize("round_", range(3))
def test_of_two_calls_that_change_one_order_one_wins(tmp_path: Path, round_: int) -> None:
    shop = small_shop(tmp_path, patience=10)
    first, second = (caller(shop, tmp_path, call_id=f"call-{n}") for n in (1, 2))
    cancel = proposed(first.call("cancel_pending_order", CANCEL))
    payment = proposed(
        second.call("modify_pending_order_payment", {"order_id": "#W3", "payment_method_id": CARD})
    )
    answers = together(lambda: first.confirm(cancel.token), lambda: second.confirm(payment.token))
    assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refusal"]
    with shop.reading() as session:
        assert len(session.scalars(select(AuditRow)).all()) == 1
    assert stored(shop)["users"][ANN]["payment_methods"][GIFT]["balance"] == 76.1
    shop.close()


def test_one_request_sent_by_two_threads_happens_once(tmp_path: Path) -> None:
    shop = small_shop(tmp_path, patience=10)
    session = caller(shop, tmp_path)
    token = proposed(session.call("cancel_pending_order", CANCEL)).token
    answers = together(*[lambda: session.confirm(token)] * 4)
    done = [answer for answer in answers if isinstance(answer, Done)]
    assert len(done) == 4
    assert sum(not answer.repeated for answer in done) == 1
    assert stored(shop)["users"][ANN]["payment_methods"][GIFT]["balance"] == 76.1
    shop.close()


def test_a_gift_card_is_not_spent_twice_by_two_calls(tmp_path: Path) -> None:
    shop = small_shop(tmp_path, patience=10)
    first, second = (caller(shop, tmp_path, call_id=f"call-{n}") for n in (1, 2))
    payment = proposed(
        first.call("modify_pending_order_payment", {"order_id": "#W1", "payment_method_id": GIFT})
    )
    swap = {"order_id": "#W3", "item_ids": ["11"], "new_item_ids": ["12"], "payment_method_id": GIFT}
    items = proposed(second.call("modify_pending_order_items", swap))
    answers = together(lambda: first.confirm(payment.token), lambda: second.confirm(items.token))
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [answer.code for answer in refused] == [Code.GIFT_CARD_SHORT]
    shop.close()


def test_a_locked_database_is_told_in_bounded_time_and_the_write_made_later(tmp_path: Path) -> None:
    shop = small_shop(tmp_path, patience=0.2)
    session = caller(shop, tmp_path)
    token = proposed(session.call("cancel_pending_order", CANCEL)).token
    with held(tmp_path):
        begun = time.monotonic()
        with pytest.raises(ShopUnavailableError) as error:
            session.confirm(token)
        assert time.monotonic() - begun < 3
    assert error.value.trouble == "locked"
    assert error.value.sentence("zh")
    assert isinstance(session.confirm(token), Done)
    shop.close()


def test_a_request_that_cannot_be_made_becomes_a_ticket_and_none_is_lost(tmp_path: Path) -> None:
    shop = small_shop(tmp_path, patience=0.1)
    session = caller(shop, tmp_path)
    token = proposed(session.call("cancel_pending_order", CANCEL)).token
    with held(tmp_path):
        with pytest.raises(ShopUnavailableError):
            session.confirm(token)
        receipt = session.keep(token, "He calls from +4930123.")
        assert receipt.kept == "journal"
        assert tickets(shop) == []
    answer = session.confirm(token)
    assert isinstance(answer, Refusal)
    assert answer.code is Code.NOT_PROPOSED
    # The next ticket finds the database working, and takes along what waited.
    session.call("open_ticket", {"subject": "Second", "text": "Something else"})
    first, second = tickets(shop)
    assert (first.number, first.user_id, second.subject) == (receipt.number, ANN, "Second")
    assert first.request == {"tool": "cancel_pending_order", "arguments": CANCEL, "key": token}
    assert "#W3" in first.text
    assert (tmp_path / "tickets.jsonl").read_text() == ""
    assert TicketOffice(shop, tmp_path / "tickets.jsonl").bring_in() == 0
    shop.close()


def test_a_journal_cut_short_by_a_crash_loses_only_the_broken_line(shop: Shop, tmp_path: Path) -> None:
    journal = tmp_path / "tickets.jsonl"
    down = TicketOffice(None, journal)
    one = down.ticket("c", None, subject="one", text="1")
    down.open(one)
    with journal.open("a") as file:
        file.write('{"id": "brok')
    down.open(down.ticket("c", ANN, subject="two", text="2"))
    down.open(one)  # said twice
    assert TicketOffice(shop, journal).bring_in() == 3
    assert [row.subject for row in tickets(shop)] == ["one", "two"]
    assert (tmp_path / "tickets.jsonl.broken").read_text() == '{"id": "brok\n'


def test_a_ticket_that_nobody_takes_is_an_error_and_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    office = TicketOffice(None, tmp_path / "file" / "tickets.jsonl")
    with pytest.raises(TicketError):
        office.open(office.ticket("c", None, subject="lamp", text="The lamp is broken"))
    assert "The lamp is broken" in caplog.text


def test_a_database_that_is_down_at_first_is_used_once_it_is_up(tmp_path: Path) -> None:
    shop = Shop(connect(f"sqlite:///{tmp_path}/shop.db"))
    session = caller(shop, tmp_path)
    with pytest.raises(ShopUnavailableError) as error:
        session.call("get_order_details", {"order_id": "#W1"})
    assert error.value.trouble == "down"
    small_shop(tmp_path).close()
    assert isinstance(session.call("get_order_details", {"order_id": "#W1"}), Done)
    shop.close()


def test_a_file_that_is_no_database_is_down(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"not a database" * 100)
    shop = Shop(connect(f"sqlite:///{tmp_path}/shop.db"))
    with pytest.raises(ShopUnavailableError, match="is down: file is not a database"):
        shop.open()
    shop.close()


async def test_a_database_that_hangs_does_not_hold_the_call(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = OrderDesk(shop, TicketOffice(shop, tmp_path / "t"), patience=0.2)
    ann = desk.caller(SessionState("c", ANN))
    go_on = threading.Event()
    real = shop.reading

    def hanging() -> Any:
        go_on.wait(20)
        return real()

    monkeypatch.setattr(shop, "reading", hanging)
    begun = time.monotonic()
    with pytest.raises(ShopUnavailableError) as error:
        await ann.call("get_order_details", {"order_id": "#W1"})
    assert (error.value.trouble, time.monotonic() - begun < 2) == ("slow", True)
    go_on.set()
    await asyncio.sleep(0)
    assert isinstance(await ann.call("get_order_details", {"order_id": "#W1"}), Done)
    desk.close()


async def test_callers_are_served_at_the_same_time(shop: Shop, tmp_path: Path) -> None:
    desk = OrderDesk(shop, TicketOffice(shop, tmp_path / "t"))
    callers = [desk.caller(SessionState(f"c{n}", ANN)) for n in range(20)]
    orders = ("#W1", "#W2", "#W3")
    answers = await asyncio.gather(
        *(one.call("get_order_details", {"order_id": orders[n % 3]}) for n, one in enumerate(callers))
    )
    assert all(isinstance(answer, Done) for answer in answers)
    proposal = proposed(await callers[0].call("cancel_pending_order", CANCEL))
    assert isinstance(await callers[0].confirm(proposal.token), Done)
    desk.close()


def test_a_write_that_fails_half_way_leaves_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = caller(shop, tmp_path)
    before = stored(shop)

    def broken(*_: object, **__: object) -> AuditRow:
        raise RuntimeError("no audit")

    with monkeypatch.context() as patched:
        patched.setattr("dialogue.tools.session.AuditRow.__init__", broken)
        with pytest.raises(RuntimeError):
            made(session, "cancel_pending_order", **CANCEL)
    assert stored(shop) == before
