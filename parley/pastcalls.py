"""Calls that were kept, as the command line reads them."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from parley.database import StoreError, cause, connect, shown
from parley.tables import CallRow, TurnRow

SHOWN_IDS = 5
"""Calls that are named when a prefix fits several."""


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in a few numbers.

    Attributes:
        call: its row.
        turns: how many, the greeting included.
        p50_ms, max_ms: of `ms_total` in the turns in which the caller spoke; `None` if there is none.
        culprits: turns over budget by the stage that broke it.
    """

    call: CallRow
    turns: int
    p50_ms: float | None
    max_ms: float | None
    culprits: Counter[str]

    @classmethod
    def of(cls, call: CallRow, turns: Sequence[TurnRow]) -> CallSummary:
        """Sum up a call's turns."""
        totals = [turn.ms_total for turn in turns if turn.input == "said" and turn.ms_total is not None]
        return cls(
            call,
            len(turns),
            round(statistics.median(totals), 1) if totals else None,
            max(totals, default=None),
            Counter(turn.culprit for turn in turns if turn.culprit is not None),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller said in one turn, and what answered it.

    Attributes:
        call_id: the call.
        text: the words.
        kind: where the answer came from.
        reply: the whole answer, empty where there was none.
    """

    call_id: str
    text: str
    kind: str
    reply: str


class PastCalls:
    """Reads what a `CallStore` keeps, and changes nothing. Blocks: not for the event loop.

    Args:
        url: SQLAlchemy URL (`Config.database_url`).

    Raises:
        StoreError: the URL is none, its driver is not installed, or there is no such database yet.
            All methods raise it as well, for a database that cannot be read.
    """

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        file = self._engine.url.database
        # SQLite would make the file.
        if self._engine.url.get_backend_name() == "sqlite" and not Path(file or "").is_file():
            raise StoreError(f"no calls yet: {file} does not exist; `parley serve` makes it")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def latest(self, limit: int, *, over_budget: bool = False) -> list[CallSummary]:
        """The newest calls first; with `over_budget` those that have a turn over its budget."""
        query = select(CallRow).order_by(CallRow.started.desc(), CallRow.id).limit(limit)
        if over_budget:
            slow = select(TurnRow.call_id).where(TurnRow.culprit.is_not(None))
            query = query.where(CallRow.id.in_(slow))
        with self._reading() as session:
            calls = list(session.scalars(query))
            turns: dict[str, list[TurnRow]] = {call.id: [] for call in calls}
            for turn in session.scalars(select(TurnRow).where(TurnRow.call_id.in_(turns))):
                turns[turn.call_id].append(turn)
        return [CallSummary.of(call, turns[call.id]) for call in calls]

    def find(self, prefix: str) -> CallRow:
        """The one call whose identifier begins with `prefix`.

        Raises:
            StoreError: there is none, or several.
        """
        query = select(CallRow).where(CallRow.id.startswith(prefix, autoescape=True))
        with self._reading() as session:
            exact = session.get(CallRow, prefix)
            found = [exact] if exact else list(session.scalars(query.limit(SHOWN_IDS + 1)))
        if not found:
            raise StoreError(f"no call begins with {prefix!r}; `parley calls` lists the latest")
        if len(found) > 1:
            some = ", ".join(call.id for call in found[:SHOWN_IDS])
            more = " and more" if len(found) > SHOWN_IDS else ""
            raise StoreError(f"{prefix!r} begins several calls: {some}{more}; give more of the one you mean")
        return found[0]

    def turns(self, call_id: str) -> list[TurnRow]:
        """A call's turns in order."""
        query = select(TurnRow).where(TurnRow.call_id == call_id).order_by(TurnRow.number)
        with self._reading() as session:
            return list(session.scalars(query))

    def questions(self, flow: str, since: datetime, kinds: Sequence[str]) -> list[Question]:
        """What callers of a flow said and was answered by one of `kinds`, in calls since then.

        Calls whose words were not kept are left out.
        """
        query = (
            select(TurnRow)
            .join(CallRow, TurnRow.call_id == CallRow.id)
            .where(CallRow.flow == flow, CallRow.started >= since)
            .where(TurnRow.input == "said", TurnRow.kind.in_(kinds), TurnRow.caller_text.is_not(None))
            .order_by(CallRow.started, TurnRow.call_id, TurnRow.number)
        )
        with self._reading() as session:
            return [
                Question(turn.call_id, turn.caller_text or "", turn.kind, turn.reply_text or "")
                for turn in session.scalars(query)
            ]

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except SQLAlchemyError as error:
            raise StoreError(
                f"{shown(self._engine)}: cannot be read: {cause(error)} "
                "(`parley serve` brings the database of an older Parley up to date)"
            ) from error
