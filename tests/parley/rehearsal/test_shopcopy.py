"""A shop's copy: what is done to it is undone, and the original is never touched."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from dialogue.shop import Shop, ShopError, bring_in, connect, create_schema, take_out
from dialogue.shop.tables import OrderRow
from parley.config import load_config
from parley.rehearsal import ShopCopy, ShopSource
from parley.rehearsal.shopcopy import source_of
from tests.dialogue.shop.world import SHOP


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "copy"
    path.mkdir()
    return path


def change(url: str) -> None:
    """What a tool would do, through a connection of its own that stays open."""
    shop = Shop(connect(url))
    with shop.writing() as session:
        session.execute(update(OrderRow).values(status="cancelled"))
    with shop.reading() as session:
        assert {order["status"] for order in take_out(session)["orders"].values()} == {"cancelled"}


def test_changes_are_seen_and_undone(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(SHOP), "utf-8")
    copy = ShopCopy(ShopSource(file=file), folder)
    assert copy.exported() == SHOP
    change(copy.url)
    assert not copy.is_unchanged
    copy.reset()
    assert copy.is_unchanged
    assert copy.exported() == SHOP
    copy.close()


def test_a_database_is_copied_and_stays_as_it_was(tmp_path: Path, folder: Path) -> None:
    url = f"sqlite:///{tmp_path}/real.db"
    real = Shop(connect(url, create=True))
    create_schema(real.engine, "EUR")
    with real.writing() as session:
        bring_in(session, SHOP)
    copy = ShopCopy(ShopSource(url=url), folder)
    change(copy.url)
    with real.reading() as session:
        assert take_out(session) == SHOP
    copied = Shop(connect(copy.url))
    copied.open()
    assert copied.currency == "EUR"
    copy.close()


def test_the_sample_shop_has_the_sample_rules(folder: Path) -> None:
    source = ShopSource(sample=3)
    copy = ShopCopy(source, folder)
    assert len(copy.exported()["orders"]) == 420
    assert source.rules is not None
    assert (source.rules / "policy.en.md").is_file()
    copy.close()


def test_what_a_command_line_means(tmp_path: Path) -> None:
    config = load_config(None, {"HOME": str(tmp_path)})
    assert source_of(config, None) is None
    config.server.data.mkdir(parents=True)
    (config.server.data / "shop.db").touch()
    assert source_of(config, None) == ShopSource(url=config.shop_url)
    assert source_of(config, "none") is None
    assert source_of(config, "sample") == ShopSource(sample=1)
    assert source_of(config, "sample:7") == ShopSource(sample=7)
    assert source_of(config, "my.json") == ShopSource(file=Path("my.json"))
    assert source_of(config, "sqlite:////srv/shop.db") == ShopSource(url="sqlite:////srv/shop.db")
    with pytest.raises(ShopError, match="expected sample, or sample:SEED"):
        source_of(config, "sample:x")
