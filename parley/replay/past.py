"""What the database knows of a call that its recording does not tell."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from parley.database import StoreError, connect
from parley.tables import CallRow

log = logging.getLogger(__name__)


def flow_of(call_id: str, url: str) -> str | None:
    """The flow that answered a call; `None` where the database does not know, or is not there.

    Recordings name the flow that a dialplan had chosen since they have the field `flow`; for older
    ones this is all there is.
    """
    try:
        engine = connect(url)
        file = engine.url.database
        if engine.url.get_backend_name() == "sqlite" and not (file and Path(file).is_file()):
            return None
        try:
            with Session(engine) as session:
                return session.scalar(select(CallRow.flow).where(CallRow.id == call_id[:80]))
        finally:
            engine.dispose()
    except (StoreError, SQLAlchemyError) as error:
        log.warning("call %s: the database does not tell its flow: %s", call_id, error)
        return None
