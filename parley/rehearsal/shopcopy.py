"""A copy of a shop to act on: what is done to it reaches no customer, and can be undone at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from dialogue.shop import Shop, bring_in, check, connect, create_schema, digest, read_json, take_out
from dialogue.shop.errors import ShopError
from dialogue.shop.sample import sample_shop
from parley.config import Config

_PATIENCE = 30.0
"""Seconds for a statement of the original: nobody waits on the line."""


@dataclass(frozen=True, slots=True)
class ShopSource:
    """Where a copy comes from: one of a made-up shop, a JSON file, and a database.

    Attributes:
        sample: the seed of a made-up shop (`parley shop sample`).
        file: JSON as `parley shop import` takes it.
        url: SQLAlchemy URL of a shop's database; it is only read.
        currency: ISO 4217 code of the prices of a file.
        documents: the shop's rules in Markdown; None for those of the sample shop, or none.
    """

    sample: int | None = None
    file: Path | None = None
    url: str | None = None
    currency: str = "USD"
    documents: Path | None = None

    @property
    def rules(self) -> Path | None:
        """The documents that answers are found in."""
        if self.documents is None and self.sample is not None:
            return Path(str(files("dialogue.knowledge").joinpath("data", "policy")))
        return self.documents


class ShopCopy:
    """A shop's copy in SQLite. Every method blocks.

    Args:
        source: what is copied.
        folder: where the copy lies; must be empty.

    Raises:
        ShopError: the source cannot be used.
        ShopUnavailableError: its database does not answer.
    """

    def __init__(self, source: ShopSource, folder: Path) -> None:
        self._original, self._path = folder / "original.db", folder / "shop.db"
        self._fill(source)
        self.reset()
        self._shop = Shop(connect(self.url))
        self._digest = digest(self.exported())

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the copy."""
        return f"sqlite:///{self._path}"

    @property
    def is_unchanged(self) -> bool:
        """Whether products, users and orders are as they came."""
        return digest(self.exported()) == self._digest

    def reset(self) -> None:
        """Put the shop back to how it came, tickets and audit included; takes some milliseconds."""
        with (
            closing(sqlite3.connect(self._original)) as original,
            closing(sqlite3.connect(self._path)) as copy,
        ):
            original.backup(copy)

    def exported(self) -> dict[str, Any]:
        """Products, users and orders as they are now, as JSON (`dialogue.shop.shape`)."""
        with self._shop.reading() as session:
            return take_out(session)

    def close(self) -> None:
        """Let the database go; its files are the folder's owner's."""
        self._shop.close()

    def _fill(self, source: ShopSource) -> None:
        if source.sample is not None:
            self._bring_in(sample_shop(source.sample), "USD")
        elif source.file is not None:
            self._bring_in(check(read_json(source.file), str(source.file)), source.currency)
        else:
            self._copy(source.url or "")

    def _copy(self, url: str) -> None:
        shop = Shop(connect(url, patience=_PATIENCE))
        try:
            shop.open()
            address = make_url(url)
            if address.get_backend_name() == "sqlite" and address.database:
                with (
                    closing(
                        sqlite3.connect(f"{Path(address.database).absolute().as_uri()}?mode=ro", uri=True)
                    ) as own,
                    closing(sqlite3.connect(self._original)) as original,
                ):
                    own.backup(original)
                return
            with shop.reading() as session:
                self._bring_in(take_out(session), shop.currency)
        finally:
            shop.close()

    def _bring_in(self, shop: Mapping[str, Mapping[str, Any]], currency: str) -> None:
        engine = connect(f"sqlite:///{self._original}", create=True)
        create_schema(engine, currency)
        made = Shop(engine)
        try:
            with made.writing() as session:
                bring_in(session, shop)
        finally:
            made.close()


def source_of(config: Config, name: str | None) -> ShopSource | None:
    """The shop that is meant on the command line; None for none.

    Args:
        config: names the configured shop, which is meant without a `name`.
        name: `none`, `sample`, `sample:SEED`, a JSON file, or an SQLAlchemy URL.

    Raises:
        ShopError: the seed is no number.
    """
    documents = config.shop.documents
    if name is None:
        is_there = config.shop.url is not None or (config.server.data / "shop.db").is_file()
        return ShopSource(url=config.shop_url, documents=documents) if is_there else None
    kind, _, seed = name.partition(":")
    if kind == "none":
        return None
    if kind == "sample":
        if seed and not seed.isdigit():
            raise ShopError(f"{name}: expected sample, or sample:SEED with a number")
        return ShopSource(sample=int(seed or 1))
    if name.endswith(".json"):
        return ShopSource(file=Path(name), documents=documents)
    return ShopSource(url=name, documents=documents)
