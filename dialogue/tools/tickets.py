"""Tickets: work for a person, that is never lost.

A ticket goes to the shop's database. If that does not answer, it goes to a journal: a file with one
JSON object a line, on the disk before the caller is told. `TicketOffice.bring_in` moves what the
journal holds into the database, once each, whenever a ticket finds the database working again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from sqlalchemy.orm import Session

from dialogue.shop.database import Shop
from dialogue.shop.errors import ShopConflictError, ShopUnavailableError
from dialogue.shop.tables import TicketRow

log = logging.getLogger(__name__)

Kept: TypeAlias = Literal["database", "journal"]


class TicketError(Exception):
    """A ticket could be stored nowhere; the caller must be handed to a person. The log has its text."""


@dataclass(frozen=True, slots=True)
class TicketNote:
    """One ticket, see `dialogue.shop.tables.TicketRow`; `at` in ISO 8601."""

    id: str
    number: str
    at: str
    call_id: str
    user_id: str | None
    subject: str
    text: str
    request: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller is told: the ticket's number, and where it is kept."""

    number: str
    kept: Kept


class TicketOffice:
    """Takes tickets. Safe to use from several threads and processes.

    Args:
        shop: where tickets go, `None` while no database could be opened.
        journal: the file that takes them when the database does not.
    """

    def __init__(self, shop: Shop | None, journal: Path) -> None:
        self._shop = shop
        self._journal = journal

    def ticket(
        self,
        call_id: str,
        user_id: str | None,
        *,
        subject: str,
        text: str,
        request: Mapping[str, Any] | None = None,
    ) -> TicketNote:
        """Write a ticket out, with a number of its own; it is stored by `open`."""
        number = f"{secrets.randbelow(900_000) + 100_000}"
        now = datetime.now(UTC).isoformat()
        return TicketNote(uuid.uuid4().hex, number, now, call_id, user_id, subject, text, request)

    def open(self, ticket: TicketNote) -> Receipt:
        """Store a ticket; storing the same one again changes nothing.

        Raises:
            TicketError: neither the database nor the journal took it.
        """
        try:
            self._to_database(ticket)
        except ShopUnavailableError as error:
            log.error("ticket %s goes to %s: %s", ticket.number, self._journal, error)
            self._to_journal(ticket)
            return Receipt(ticket.number, "journal")
        self._catch_up()
        return Receipt(ticket.number, "database")

    def _to_database(self, ticket: TicketNote) -> None:
        if self._shop is None:
            raise ShopUnavailableError("down", "no shop is open")
        with contextlib.suppress(ShopConflictError), self._shop.writing() as session:  # there already
            _add(session, ticket)

    def _to_journal(self, ticket: TicketNote) -> None:
        line = json.dumps(asdict(ticket), ensure_ascii=False)
        try:
            self._journal.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self._journal) as file:
                # A line that a crash cut short must not swallow this one.
                file.write(("" if _ends_well(file) else "\n") + line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            log.critical("ticket stored nowhere, enter it by hand: %s", line)
            raise TicketError(f"{self._journal}: {error.strerror}") from error

    def _catch_up(self) -> None:
        try:
            if self._journal.exists() and self._journal.stat().st_size:
                self.bring_in()
        except (ShopUnavailableError, OSError) as error:
            log.warning("%s: not brought in yet: %s", self._journal, error)

    def bring_in(self) -> int:
        """Move the journal's tickets into the database, all or none; returns how many there were.

        Lines that are no tickets are kept beside the journal in a file ending in `.broken`.

        Raises:
            ShopUnavailableError: the database did not answer; the journal is as it was.
            OSError: the journal cannot be read or written.
        """
        if self._shop is None:
            raise ShopUnavailableError("down", "no shop is open")
        if not self._journal.exists():
            return 0
        with _locked(self._journal) as file:
            file.seek(0)
            tickets, broken = _parsed(file)
            with self._shop.writing() as session:
                for ticket in tickets:
                    if session.get(TicketRow, ticket.id) is None:
                        _add(session, ticket)
            if broken:
                aside = self._journal.with_name(f"{self._journal.name}.broken")
                log.error("%s: %d lines are no tickets, see %s", self._journal, len(broken), aside)
                with aside.open("a", encoding="utf-8") as other:
                    other.writelines(broken)
                    other.flush()
                    os.fsync(other.fileno())
            file.truncate(0)
        if tickets:
            log.warning("%s: %d tickets brought in", self._journal, len(tickets))
        return len(tickets)


def _add(session: Session, ticket: TicketNote) -> None:
    values = {**asdict(ticket), "at": datetime.fromisoformat(ticket.at), "done": False}
    session.add(TicketRow(**values))
    session.flush()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    """The file, for this thread and process alone."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _ends_well(file: IO[str]) -> bool:
    size = os.fstat(file.fileno()).st_size
    return size == 0 or os.pread(file.fileno(), 1, size - 1) == b"\n"


def _parsed(lines: IO[str]) -> tuple[list[TicketNote], list[str]]:
    tickets, broken = [], []
    for line in lines:
        if not line.strip():
            continue
        try:
            ticket = TicketNote(**json.loads(line))
            datetime.fromisoformat(ticket.at)
        except (ValueError, TypeError):
            broken.append(line if line.endswith("\n") else line + "\n")
        else:
            tickets.append(ticket)
    return tickets, broken
