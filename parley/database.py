"""The database behind `parley.store`: engine, schema, and one thread that writes with patience."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

Write: TypeAlias = Callable[[Session], object]
"""One change, in a transaction of its own; it may be tried several times."""

MAX_WAITING = 10_000
"""Changes that may wait for a database that is down."""
FIRST_RETRY = 0.2
LAST_RETRY = 30.0
"""Seconds between attempts, doubling from the first to the last."""


class StoreError(Exception):
    """The database cannot be used at all: its address, driver or schema. Names what was expected."""


class _RefusedError(Exception):
    """The database works, but does not take this row."""


_ROW_AT_FAULT = (IntegrityError, DataError, ProgrammingError, InterfaceError, NotSupportedError)
"""Errors that trying again does not mend; the others mean a database that is locked, down or full."""


def connect(url: str) -> Engine:
    """Make the engine; nothing is opened yet.

    Args:
        url: SQLAlchemy URL. Drivers for asyncio are replaced by their synchronous counterparts,
            since a thread does the work.

    Raises:
        StoreError: the URL is none, or its driver is not installed.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError("storage.url: expected an SQLAlchemy URL such as sqlite:////srv/parley.db") from None
    backend = address.get_backend_name()
    address = address.set(
        drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}.get(backend, backend)
    )
    try:
        if backend == "sqlite":
            return _sqlite(address)
        return create_engine(address, pool_pre_ping=True, pool_size=2, connect_args=_patience(backend))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        extra = ": pip install 'parley[postgres]'" if backend == "postgresql" else ""
        raise StoreError(f"storage.url: no driver for {backend} ({error}){extra}") from None


def _patience(backend: str) -> dict[str, Any]:
    return {"connect_timeout": 5} if backend == "postgresql" else {}


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": 2.0})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to date, or to an older `revision`.

    Raises:
        SQLAlchemyError: the database cannot be reached or written; try again later.
        StoreError: its schema is of a newer Parley.
    """
    if engine.url.get_backend_name() == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    config = AlembicConfig()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(
            f"{shown(engine)}: expected a schema of this Parley or an older one: {error}"
        ) from None


def shown(engine: Engine) -> str:
    """The database's address without its password."""
    return engine.url.render_as_string(hide_password=True)


class PatientWriter:
    """One thread that makes changes in order, and waits for a database that is locked, down or full.

    Args:
        engine: the database.
    """

    def __init__(self, engine: Engine) -> None:
        self.schema_error: StoreError | None = None
        self.tried = threading.Event()
        """Set once the schema has been brought up to date, or that has failed for the first time."""
        self._engine = engine
        self._waiting: deque[Write] = deque()
        self._something = threading.Condition()
        self._deadline: float | None = None
        self._failing = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="call store", daemon=True)
        self._thread.start()

    def put(self, write: Write) -> None:
        """Queue a change. Never blocks; when too many wait, the change is dropped and counted."""
        with self._something:
            if self._deadline is not None or self.schema_error or len(self._waiting) >= MAX_WAITING:
                self._dropped += 1
                return
            self._waiting.append(write)
            self._something.notify_all()

    def close(self, patience: float) -> int:
        """Write what waits, for `patience` seconds at most; returns how many changes were lost.

        Blocks: call it in a thread.
        """
        with self._something:
            self._deadline = time.monotonic() + patience
            self._something.notify_all()
        self._thread.join(patience + 10.0)
        self._engine.dispose()
        return len(self._waiting) + self._dropped

    def _run(self) -> None:
        if not self._insist(self._migrate):
            return
        while write := self._next():
            if not self._insist(partial(self._make, write)):
                return
            with self._something:
                self._waiting.popleft()

    def _next(self) -> Write | None:
        """The oldest change, which stays queued until it is made; `None` when all are made."""
        with self._something:
            self._something.wait_for(lambda: self._waiting or self._deadline is not None)
            return self._waiting[0] if self._waiting else None

    def _migrate(self) -> None:
        try:
            migrate(self._engine)
        except StoreError as error:
            self.schema_error = error

    def _make(self, write: Write) -> None:
        try:
            with Session(self._engine) as session, session.begin():
                write(session)
        except DBAPIError as error:
            if isinstance(error, _ROW_AT_FAULT):
                raise _RefusedError(cause(error)) from error
            raise
        except (StatementError, TypeError, ValueError) as error:
            raise _RefusedError(cause(error)) from error

    def _insist(self, attempt: Callable[[], None]) -> bool:
        """Try until it works; false when Parley stops before that, or the schema is unusable."""
        pause = FIRST_RETRY
        while True:
            try:
                attempt()
            except _RefusedError as error:
                log.error("%s: a row was refused and left out: %s", shown(self._engine), error)
            except (SQLAlchemyError, OSError) as error:
                self._told_failing(error)
                self.tried.set()
                if not self._wait(pause):
                    return False
                pause = min(pause * 2, LAST_RETRY)
                continue
            self._told_working()
            self.tried.set()
            return self.schema_error is None

    def _wait(self, seconds: float) -> bool:
        """Wait before the next attempt; false when there is no time for one."""
        with self._something:
            if self._deadline is None:
                self._something.wait_for(lambda: self._deadline is not None, seconds)
                return True
            left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(seconds, left))
        return True

    def _told_failing(self, error: Exception) -> None:
        if not self._failing:
            self._failing = True
            log.error(
                "%s: not writable, calls go on and rows wait (events.jsonl has everything): %s",
                shown(self._engine),
                cause(error),
            )

    def _told_working(self) -> None:
        if self._failing and self.schema_error is None:
            self._failing = False
            log.warning("%s: writable again", shown(self._engine))


def cause(error: Exception) -> str:
    """The driver's own words, on one line, without the statement and the values in it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
