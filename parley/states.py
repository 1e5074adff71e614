"""How far dialogues had come, in the database: written with every turn, read when a caller comes back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from parley.tables import CallRow, StateRow

KEPT = timedelta(hours=6)
"""How long a state is kept: longer than anybody waits in a queue before he is brought back."""


def keep(session: Session, call_id: str, state: Mapping[str, object], at: datetime) -> None:
    """A turn was taken."""
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    # A recogniser's half of a surrogate pair is no text that a database takes.
    text = text.encode("utf-8", "replace").decode()
    session.merge(StateRow(call_id=call_id, at=at, open=True, state=text))


def settle(session: Session, call_id: str, at: datetime, *, forget: bool) -> None:
    """The call is over, and nothing is left to go on with; `forget` drops what was said as well.

    The row stays, so that a call before this one is not taken for the caller's last.
    """
    row = session.get(StateRow, call_id)
    if row is None:
        session.add(StateRow(call_id=call_id, at=at, open=False, state=""))
        return
    row.open = False
    if forget:
        row.state = ""


def prune(session: Session, now: datetime) -> None:
    """Drop what is too old to be of use."""
    session.execute(delete(StateRow).where(StateRow.at < now - KEPT))


def of_call(session: Session, call_id: str) -> Mapping[str, object] | None:
    """The state of one call; `None` if there is none, or it was dropped."""
    return _read(session.get(StateRow, call_id))


def cut_off(
    session: Session, caller: str, since: datetime, running: Collection[str]
) -> Mapping[str, object] | None:
    """The state of a caller's last call, if that was cut off.

    Args:
        session: of the database.
        caller: his number.
        since: the call's last turn may not be older.
        running: calls that are not over, and this one.
    """
    query = (
        select(StateRow)
        .join(CallRow, CallRow.id == StateRow.call_id)
        .where(CallRow.caller == caller, StateRow.at >= since, StateRow.call_id.not_in(running))
        .order_by(CallRow.started.desc(), CallRow.id)
        .limit(1)
    )
    row = session.scalar(query)
    return _read(row) if row is not None and row.open else None


def _read(row: StateRow | None) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", json.loads(row.state)) if row is not None and row.state else None
