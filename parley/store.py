"""`CallStore`: one row a call and one a turn, in SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialogue.mind import Arrived, Input, Keyed, Said, Silence, TimeIsUp, TransferFailed
from parley import states
from parley.database import PatientWriter, StoreError, connect, shown
from parley.journal import TurnRecord
from parley.tables import CallRow, TurnRow
from telephony.line import HungUp, LineInfo

__all__ = ["CallJournal", "CallRow", "CallStore", "StoreError", "TurnRow"]

log = logging.getLogger(__name__)

T = TypeVar("T")


class CallStore:
    """Keeps calls and turns.

    Writing never waits and never fails for the call: a thread of its own writes, and waits for a
    database that is locked, down or full. What is lost in the end is logged, and `events.jsonl` has
    it anyway.

    Args:
        url: SQLAlchemy URL (`Config.database_url`).
        patience: seconds that `close` waits for a database that cannot be written.

    Raises:
        StoreError: the URL is none, or its driver is not installed.
    """

    def __init__(self, url: str, *, patience: float = 3.0) -> None:
        self._engine = connect(url)
        self._patience = patience
        self._writer: PatientWriter | None = None

    @property
    def address(self) -> str:
        """The database's address without its password."""
        return shown(self._engine)

    async def open(self) -> None:
        """Bring the schema up to date and begin to write.

        A database that is down is no error: it is logged, and what is to be written waits.

        Raises:
            StoreError: the schema is of a newer Parley.
        """
        self._writer = PatientWriter(self._engine)
        await asyncio.to_thread(self._writer.tried.wait)
        if self._writer.schema_error is not None:
            error = self._writer.schema_error
            await self.close()
            raise error

    async def close(self) -> None:
        """Write what waits, within `patience`, and let go of the database. Safe to call twice."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if lost := await asyncio.to_thread(writer.close, self._patience):
            log.error("%s: %d rows were not written", self.address, lost)

    def call_started(
        self,
        info: LineInfo,
        *,
        started: datetime,
        flow: str | None = None,
        language: str | None = None,
        recording: Path | None = None,
        keep_texts: Callable[[], bool] = lambda: True,
    ) -> CallJournal:
        """A call has come.

        Args:
            info: who calls whom.
            started: when its clock stood at 0, with a zone.
            flow: name of the flow that answers.
            language: the language it begins in.
            recording: folder of its recording.
            keep_texts: asked at each turn whether its words may be kept
                (`lambda: recorder.on` where a flow can switch recording off).

        Returns:
            What takes the call's turns and its end.
        """

        def write(session: Session) -> None:
            states.prune(session, datetime.now(UTC))
            session.add(
                CallRow(
                    id=info.call_id[:80],
                    transport=info.transport,
                    peer=_clean(info.peer),
                    caller=_clean(info.caller),
                    dialled=_clean(info.dialled),
                    flow=flow,
                    language=language,
                    started=started,
                    recording=str(recording) if recording else None,
                )
            )

        self._put(write)
        return CallJournal(self, info.call_id[:80], started, keep_texts)

    def turn(self, call_id: str, turn: TurnRecord, *, keep_texts: bool = True) -> None:
        """A turn of the call is complete."""
        kind, text = _input(turn.heard)
        ms, times, utterance = turn.times.ms(), turn.times, turn.utterance
        values: dict[str, object] = {
            "call_id": call_id,
            "number": turn.index,
            "input": kind,
            "caller_text": _clean(text) if keep_texts and text is not None else None,
            "language": utterance.language if utterance else None,
            "confidence": _number(utterance.confidence) if utterance else None,
            "emotion": turn.emotion,
            "kind": turn.kind[:40],
            "reply_text": _clean(turn.reply) if keep_texts else None,
            "reply_heard_text": _clean(turn.reply_heard) if keep_texts else None,
            "speech_start": _number(times.speech_start),
            "speech_end": _number(times.speech_end),
            "decided": _number(times.decided),
            "first_sent": _number(times.sent),
            "ms_budget": turn.budget * 1000,
            "culprit": turn.culprit,
        }
        for stage in ("endpoint", "asr", "first_phrase", "first_pcm", "first_sent", "total"):
            values[f"ms_{stage}"] = _number(ms.get(stage))
        state, now = turn.state if keep_texts else None, datetime.now(UTC)

        def write(session: Session) -> None:
            session.add(TurnRow(**values))
            if turn.flagged:
                session.execute(update(CallRow).where(CallRow.id == call_id).values(flagged=True))
            if state is not None:
                states.keep(session, call_id, state, now)

        self._put(write)

    def call_ended(
        self, call_id: str, started: datetime, hung_up: HungUp, *, language: str | None = None
    ) -> None:
        """The call is over; `language` is the one spoken last."""
        values: dict[str, object] = {
            "ended": started + timedelta(seconds=hung_up.at),
            "duration": hung_up.at,
            "hangup_by": hung_up.by,
            "reason": _clean(hung_up.reason),
        }
        if language is not None:
            values["language"] = language
        self._put(
            lambda session: session.execute(update(CallRow).where(CallRow.id == call_id).values(values))
        )

    def call_settled(self, call_id: str, *, forget: bool) -> None:
        """The dialogue of a call came to its end, or is a person's now; `forget` drops its state."""
        now = datetime.now(UTC)
        self._put(lambda session: states.settle(session, call_id, now, forget=forget))

    async def state(self, call_id: str) -> Mapping[str, object] | None:
        """How far a call's dialogue had come. Raises sqlalchemy.exc.SQLAlchemyError."""
        return await asyncio.to_thread(self._read, lambda session: states.of_call(session, call_id))

    async def cut_off(
        self, caller: str, since: datetime, running: Collection[str]
    ) -> Mapping[str, object] | None:
        """See `parley.states.cut_off`. Raises sqlalchemy.exc.SQLAlchemyError."""
        return await asyncio.to_thread(
            self._read, lambda session: states.cut_off(session, _clean(caller), since, running)
        )

    async def calls(self, limit: int = 50) -> list[CallRow]:
        """The latest calls, newest first. Raises sqlalchemy.exc.SQLAlchemyError when it can't be read."""
        query = select(CallRow).order_by(CallRow.started.desc(), CallRow.id).limit(limit)
        return await asyncio.to_thread(self._read, lambda session: list(session.scalars(query)))

    async def turns(self, call_id: str) -> list[TurnRow]:
        """A call's turns in order. Raises sqlalchemy.exc.SQLAlchemyError when they can't be read."""
        query = select(TurnRow).where(TurnRow.call_id == call_id).order_by(TurnRow.number)
        return await asyncio.to_thread(self._read, lambda session: list(session.scalars(query)))

    def _read(self, read: Callable[[Session], T]) -> T:
        session = Session(self._engine, expire_on_commit=False)
        try:
            return read(session)
        finally:
            session.close()

    def _put(self, write: Callable[[Session], object]) -> None:
        if self._writer is not None:
            self._writer.put(write)


class CallJournal:
    """One call's turns and end: the `Journal` that a `Call` writes to."""

    def __init__(
        self, store: CallStore, call_id: str, started: datetime, keep_texts: Callable[[], bool]
    ) -> None:
        self._store = store
        self._call_id = call_id
        self._started = started
        self._keep_texts = keep_texts

    def turn(self, turn: TurnRecord) -> None:
        """A turn is complete."""
        self._store.turn(self._call_id, turn, keep_texts=self._keep_texts())

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """The call is over; `language` is the one spoken last."""
        self._store.call_ended(self._call_id, self._started, hung_up, language=language)

    def settled(self, *, forget: bool) -> None:
        """The dialogue came to its end, or is a person's now; `forget` drops its state."""
        self._store.call_settled(self._call_id, forget=forget)


def _input(heard: Input) -> tuple[str, str | None]:
    match heard:
        case Arrived():
            return "arrived", None
        case Said(text):
            return "said", text
        case Keyed(digit):
            return "keyed", digit
        case Silence():
            return "silence", None
        case TransferFailed():
            return "transfer_failed", None
        case TimeIsUp():
            return "time_is_up", None


def _number(value: float | None) -> float | None:
    """A plain float: numpy's are refused by database drivers."""
    return None if value is None else float(value)


def _clean(text: str) -> str:
    """Without what databases refuse: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
