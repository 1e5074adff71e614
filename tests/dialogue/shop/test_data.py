from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.shop import Shop, ShopError, bring_in, canonical_json, check, connect, digest, read_json
from dialogue.shop.digesting import Digester
from dialogue.shop.errors import ShopUnavailableError
from dialogue.shop.sample import sample_shop
from tests.dialogue.shop.world import ANN, GIFT, SHOP, small_shop, stored

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
AMOUNT = st.one_of(st.integers(0, 10**6), st.floats(0, 1e9, allow_nan=False))
FURTHER = st.recursive(
    st.none() | st.booleans() | TEXT | AMOUNT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
NAMES = st.dictionaries(st.sampled_from(["x_note", "备注", "gift wrap"]), FURTHER, max_size=2)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_shop_comes_out_as_it_went_in(shop: Shop, data: st.DataObject) -> None:
    world = copy.deepcopy(SHOP)
    for order in world["orders"].values():
        order.update(data.draw(NAMES))
        order["items"][0]["price"] = data.draw(AMOUNT)
        order["payment_history"][0]["amount"] = data.draw(AMOUNT)
    for variant in world["products"]["1"]["variants"].values():
        variant |= {"price": data.draw(AMOUNT), "options": data.draw(st.dictionaries(TEXT, TEXT, max_size=2))}
    user = world["users"][ANN]
    user |= data.draw(NAMES)
    user["payment_methods"][GIFT]["balance"] = data.draw(AMOUNT)
    user["orders"] = data.draw(st.lists(TEXT, max_size=3))
    with shop.writing() as session:
        bring_in(session, check(world, "drawn"))
    assert canonical_json(stored(shop)) == canonical_json(world)
    with shop.reading() as session:
        assert Digester().digest(session) == digest(world)


def test_the_canonical_text_is_sorted_dense_and_unescaped() -> None:
    assert canonical_json({"b": 1.0, "a": [2, "é 王"]}) == '{"a":[2,"é 王"],"b":1.0}'
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_an_import_replaces_the_shop_as_a_whole(shop: Shop) -> None:
    smaller = copy.deepcopy(SHOP)
    del smaller["orders"]["#W9"], smaller["products"]["2"]
    with shop.writing() as session:
        bring_in(session, smaller)
    assert stored(shop) == smaller


def changed(*steps: str | int, to: Any) -> dict[str, Any]:
    world = copy.deepcopy(SHOP)
    part: Any = world
    for step in steps[:-1]:
        part = part[step]
    part[steps[-1]] = to
    return world


@pytest.mark.parametrize(
    ("world", "told"),
    [
        ([], "$: expected an object with products, users, orders, found []"),
        ({"users": {}, "orders": {}}, "$.products: expected an object by product_id, found nothing"),
        (
            changed("orders", "#W1", "items", 0, "price", to="20"),
            '$.orders["#W1"].items[0].price: expected a number, found "20"',
        ),
        (
            changed("users", ANN, "payment_methods", GIFT, "balance", to=-1),
            f"$.users.{ANN}.payment_methods.{GIFT}.balance: expected a number from 0 on, found -1",
        ),
        (
            changed("users", ANN, "address", "zip", to=2134),
            f"$.users.{ANN}.address.zip: expected a text, found 2134",
        ),
        (
            changed("orders", "#W1", "order_id", to="#W7"),
            '$.orders["#W1"].order_id: expected "#W1", the key it stands under, found "#W7"',
        ),
        (
            changed("products", "1", "variants", "11", "available", to="yes"),
            '$.products["1"].variants["11"].available: expected true or false, found "yes"',
        ),
        (
            changed("orders", "#W1", "payment_history", 0, "transaction_type", to="gift"),
            "$.orders[\"#W1\"].payment_history[0].transaction_type: expected 'payment' or 'refund', "
            'found "gift"',
        ),
        (
            changed("users", ANN, "email", to="\ud800"),
            f"$.users.{ANN}.email: expected text without NUL and lone surrogates, found '\\ud800'",
        ),
    ],
)
def test_what_is_wrong_in_a_shop_is_told_by_its_path(world: Any, told: str) -> None:
    with pytest.raises(ShopError) as error:
        check(world, "db.json")
    assert str(error.value) == f"db.json: {told}"


def test_a_long_list_of_problems_is_cut_short() -> None:
    with pytest.raises(ShopError) as error:
        check({"products": {str(n): {} for n in range(50)}, "users": {}, "orders": {}}, "db.json")
    assert len(str(error.value).splitlines()) == 21


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"a": 1,\n "b": }', ":2:7: expected JSON: Expecting value"),
        (b'{"a": 1, "a": 2}', ": expected each key once, found 'a' twice in one object"),
        (b'{"a": NaN}', ": expected a finite number, found NaN"),
        (b'{"a":\n"\xff"}', ":2: expected UTF-8, found byte 0xff"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "db.json"
    path.write_bytes(content)
    with pytest.raises(ShopError) as error:
        read_json(path)
    assert str(error.value) == f"{path}{told}"


def not_there(folder: Path) -> Shop:
    return Shop(connect(f"sqlite:///{folder}/none.db"))


def empty(folder: Path) -> Shop:
    (folder / "empty.db").touch()
    return Shop(connect(f"sqlite:///{folder}/empty.db"))


@pytest.mark.parametrize(("make", "told"), [(not_there, "found no file"), (empty, "found none")])
def test_where_there_is_no_shop_the_error_says_how_to_bring_one_in(
    tmp_path: Path, make: Callable[[Path], Shop], told: str
) -> None:
    shop = make(tmp_path)
    with pytest.raises(ShopError, match=f"{told}: `parley shop import FILE`"):
        shop.open()
    with pytest.raises(ShopUnavailableError), shop.reading():
        pytest.fail("there is nothing to read")
    shop.close()
    assert not (tmp_path / "none.db").exists()


def test_the_sample_shop_is_the_same_for_a_seed_and_sound() -> None:
    sample = sample_shop(3)
    assert canonical_json(sample) == canonical_json(sample_shop(3)) != canonical_json(sample_shop(4))
    assert check(json.loads(json.dumps(sample)), "sample") == sample
    orders, users = sample["orders"].values(), sample["users"]
    assert {order["status"] for order in orders} >= {
        "pending", "processed", "delivered", "cancelled", "return requested", "exchange requested",
        "pending (item modified)",
    }  # fmt: skip
    assert len(orders) >= 300
    for order in orders:
        assert order["order_id"] in users[order["user_id"]]["orders"]
        paid = sum(
            entry["amount"] if entry["transaction_type"] == "payment" else -entry["amount"]
            for entry in order["payment_history"]
        )
        worth = 0 if order["status"] == "cancelled" else sum(item["price"] for item in order["items"])
        assert paid == pytest.approx(worth)
        for item in order["items"]:
            assert item["item_id"] in sample["products"][item["product_id"]]["variants"]
    names = [product["names"] for product in sample["products"].values()]
    assert all(name["en"].isascii() and not name["zh"].isascii() for name in names)


def test_a_shop_of_another_schema_is_refused(tmp_path: Path) -> None:
    shop = small_shop(tmp_path)
    with shop.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE shop_meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(ShopError, match="of schema 1, found 99"):
        Shop(shop.engine).open()
    shop.close()
