"""A shop's database: opened by its URL, read and written in bounded time.

The database is the shop's own and knows nothing of Parley's store (`parley.database`): it may be a
server that other programs use as well.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Engine, Pool, StaticPool, create_engine, event, inspect, select
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from dialogue.shop.errors import ShopConflictError, ShopError, ShopUnavailableError, Trouble
from dialogue.shop.tables import SCHEMA, Base, MetaRow

PATIENCE = 1.5
"""Seconds that a lock, a connection or a statement may take: a caller is on the line."""

_HINT = "`parley shop import FILE` brings one in"

_STATES: dict[str | None, Trouble] = {"55P03": "locked", "40P01": "locked", "57014": "slow"}
"""PostgreSQL's SQLSTATE of a lock not granted, a deadlock, and a statement that took too long."""
_LOCKED = ("locked", "busy")
_SLOW = ("interrupted", "timeout expired")


def connect(url: str, *, patience: float = PATIENCE, create: bool = False) -> Engine:
    """The engine for a shop's database; nothing is opened yet.

    Args:
        url: SQLAlchemy URL of SQLite or PostgreSQL, for example `sqlite:////srv/shop.db`.
        patience: seconds that a lock, a connection or a statement may take.
        create: whether a SQLite file that is not there is made.

    Raises:
        ShopError: the URL is none, or its driver is not installed.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise ShopError("expected an SQLAlchemy URL such as sqlite:////srv/shop.db") from None
    backend = address.get_backend_name()
    try:
        if backend == "sqlite":
            return _sqlite(address, patience, create=create)
        if backend == "postgresql":
            return _postgresql(address.set(drivername="postgresql+psycopg"), patience)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ShopError(
            f"{url.partition(':')[0]}: no driver ({error}): pip install 'parley[postgres]'"
        ) from None
    raise ShopError(f"expected the URL of SQLite or PostgreSQL, found {backend}")


def _sqlite(address: URL, patience: float, *, create: bool) -> Engine:
    path = address.database
    pool: type[Pool] | None = None
    if path in {None, "", ":memory:"}:
        pool = StaticPool
    elif create:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
    else:
        # Otherwise SQLite answers for a mistyped path by making an empty file.
        address = address.set(
            database=f"file:{quote(str(Path(str(path)).absolute()))}", query={"mode": "rw", "uri": "true"}
        )
    settings: dict[str, Any] = {"connect_args": {"timeout": patience, "check_same_thread": False}}
    if pool is None:
        settings["pool_timeout"] = patience
    return with_transactions(create_engine(address, poolclass=pool, **settings))


def with_transactions(engine: Engine) -> Engine:
    """A SQLite engine whose writing transactions take the lock at once, instead of at the first write."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # Python's own BEGIN would come too late
        connection.execute("PRAGMA journal_mode=WAL").close()  # nobody who writes keeps others from reading

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: URL, patience: float) -> Engine:
    wait = max(2, round(patience * 1000))
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_timeout=patience,
        connect_args={
            "connect_timeout": max(2, round(patience)),  # libpq takes 1 for 2
            "tcp_user_timeout": wait,
            # The lock first: waiting for it counts as part of the statement.
            "options": f"-c lock_timeout={wait * 4 // 5} -c statement_timeout={wait}",
        },
    )


def create_schema(engine: Engine, currency: str) -> None:
    """Make the tables that are not there yet, and note the schema's number and the currency.

    Raises:
        ShopError: the database holds another schema.
        ShopUnavailableError: it cannot be reached or written.
    """
    with told(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        Base.metadata.create_all(connection)
        session = Session(connection, join_transaction_mode="rollback_only")
        _check_schema(session.get(MetaRow, "schema"), engine, missing_is_right=True)
        session.merge(MetaRow(name="schema", value=str(SCHEMA)))
        session.merge(MetaRow(name="currency", value=currency))
        session.flush()


def _check_schema(row: MetaRow | None, engine: Engine, *, missing_is_right: bool = False) -> None:
    if row is None and missing_is_right:
        return
    found = row.value if row is not None else "none"
    if found != str(SCHEMA):
        raise ShopError(f"{shown(engine)}: expected a shop's database of schema {SCHEMA}, found {found}")


class Shop:
    """A shop's database, ready for tools. Safe to use from several threads.

    It is opened by its first use, so that Parley starts while the database is down.

    Args:
        engine: from `connect`.

    Attributes:
        currency: ISO 4217 code in which amounts are said; read when the shop is opened.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.currency = "USD"
        self._opened = False

    def open(self) -> None:
        """See whether there is a shop, once.

        Raises:
            ShopError: the database holds no shop, or one of another schema.
            ShopUnavailableError: it did not answer within its time.
        """
        if self._opened:
            return
        self._require_file()
        with told(), Session(self.engine) as session:
            if not inspect(session.connection()).has_table(MetaRow.__tablename__):
                raise ShopError(f"{shown(self.engine)}: expected a shop, found none: {_HINT}")
            facts = {row.name: row for row in session.scalars(select(MetaRow))}
            _check_schema(facts.get("schema"), self.engine)
            self.currency = facts["currency"].value
        self._opened = True

    def _require_file(self) -> None:
        path = str(self.engine.url.database or "").removeprefix("file:").partition("?")[0]
        if self.engine.url.query.get("mode") == "rw" and not Path(unquote(path)).exists():
            raise ShopError(f"{unquote(path)}: expected a shop's database, found no file: {_HINT}")

    def _require_open(self) -> None:
        try:
            self.open()
        except ShopError as error:
            raise ShopUnavailableError("down", str(error)) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading.

        Raises:
            ShopUnavailableError: the database did not answer within its time.
        """
        self._require_open()
        with told(), Session(self.engine) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction for writing: everything in it happens, or nothing.

        Raises:
            ShopUnavailableError: the database did not answer within its time.
            ShopConflictError: somebody else changed the same rows first.
        """
        self._require_open()
        with (
            told(),
            self.engine.connect().execution_options(writes=True) as connection,
            Session(connection) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


def shown(engine: Engine) -> str:
    """The database's address without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Errors of the database as the shop's own.

    Raises:
        ShopUnavailableError: it did not answer within its time.
        ShopConflictError: somebody else changed the same rows first.
    """
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise ShopConflictError(_cause(error)) from error
    except PoolTimeoutError as error:
        raise ShopUnavailableError("slow", "all connections are in use") from error
    except (DBAPIError, SQLAlchemyError) as error:
        cause = _cause(error)
        raise ShopUnavailableError(_trouble(error, cause), cause) from error


def _trouble(error: Exception, cause: str) -> Trouble:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state in _STATES:
        return _STATES[state]
    text = cause.casefold()
    if any(word in text for word in _LOCKED):
        return "locked"
    return "slow" if any(word in text for word in _SLOW) else "down"


def _cause(error: Exception) -> str:
    """The driver's own words, on one line, without the statement and the values in it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
