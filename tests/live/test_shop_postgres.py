"""The shop on a real PostgreSQL: exact, safe for two at once, and patient only as long as a caller is."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from dialogue.shop import Shop, bring_in, canonical_json, connect, create_schema, take_out
from dialogue.shop.errors import ShopUnavailableError
from dialogue.shop.sample import sample_shop
from dialogue.shop.tables import AuditRow
from dialogue.tools import CallerSession, Done, Refusal
from dialogue.tools.answers import Answer
from tests.dialogue.shop.world import ANN, CARD, GIFT, SHOP, caller, proposed, stored
from tests.live.test_store_postgres import Postgres

pytestmark = pytest.mark.live
pytest.importorskip("psycopg", reason="needs psycopg: pip install 'parley[postgres]'")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    # Not below pytest's own folder, which other users may not enter.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    server = Postgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def shop(server: Postgres) -> Iterator[Shop]:
    engine = connect(server.url, patience=1.0)
    create_schema(engine, "USD")
    shop = Shop(engine)
    with shop.writing() as session:
        session.execute(text("DELETE FROM audit"))
        bring_in(session, SHOP)
    yield shop
    shop.close()


def test_a_shop_comes_out_as_it_went_in(shop: Shop) -> None:
    sample = sample_shop(2)
    sample["users"][next(iter(sample["users"]))]["further"] = {"whole": 5, "real": 5.0, "é": "王"}
    with shop.writing() as session:
        bring_in(session, sample)
    with shop.reading() as session:
        assert canonical_json(take_out(session)) == canonical_json(sample)


def test_of_two_calls_that_change_one_order_one_wins(shop: Shop, tmp_path: Path) -> None:
    first, second = (caller(shop, tmp_path, call_id=f"call-{n}") for n in (1, 2))
    cancel = proposed(first.call("cancel_pending_order", {"order_id": "#W3", "reason": "no longer needed"}))
    payment = proposed(
        second.call("modify_pending_order_payment", {"order_id": "#W3", "payment_method_id": CARD})
    )
    start, answers = threading.Barrier(2), list[Answer]()

    def confirm(session: CallerSession, token: str) -> None:
        start.wait()
        answers.append(session.confirm(token))

    threads = [
        threading.Thread(target=confirm, args=(one, token))
        for one, token in ((first, cancel.token), (second, payment.token))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {type(one) for one in answers} == {Done, Refusal}
    with shop.reading() as session:
        assert len(session.scalars(select(AuditRow)).all()) == 1
    assert stored(shop)["users"][ANN]["payment_methods"][GIFT]["balance"] == 76.1


def test_a_row_that_somebody_holds_is_waited_for_in_bounded_time(shop: Shop, tmp_path: Path) -> None:
    session = caller(shop, tmp_path)
    token = proposed(
        session.call("cancel_pending_order", {"order_id": "#W1", "reason": "no longer needed"})
    ).token
    with shop.engine.connect() as other:
        other.execute(text("SELECT * FROM orders WHERE order_id = '#W1' FOR UPDATE"))
        begun = time.monotonic()
        with pytest.raises(ShopUnavailableError) as error:
            session.confirm(token)
        assert (error.value.trouble, time.monotonic() - begun < 5) == ("locked", True)
    assert isinstance(session.confirm(token), Done)


def test_a_statement_that_takes_too_long_is_given_up(shop: Shop) -> None:
    with pytest.raises(ShopUnavailableError) as error, shop.reading() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert error.value.trouble == "slow"


def test_a_server_that_goes_away_comes_back(shop: Shop, server: Postgres, tmp_path: Path) -> None:
    session = caller(shop, tmp_path)
    assert isinstance(session.call("get_order_details", {"order_id": "#W1"}), Done)
    server.stop()
    try:
        with pytest.raises(ShopUnavailableError) as error:
            session.call("get_order_details", {"order_id": "#W1"})
        assert error.value.trouble == "down"
        ticket = session.call("open_ticket", {"subject": "Lamp", "text": "Where is it?"})
        assert isinstance(ticket, Done)
        assert ticket.data["kept"] == "journal"
    finally:
        server.start()
    assert isinstance(session.call("get_order_details", {"order_id": "#W1"}), Done)
