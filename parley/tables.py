"""The database's tables. A change here needs a migration in `parley/migrations/versions/`."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Boolean, DateTime, Dialect, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. Raises ValueError for a moment without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"expected a moment with its zone, found {value.isoformat()}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value is not None else None


class Base(DeclarativeBase):
    """Of all tables."""


class CallRow(Base):
    """A call.

    Attributes:
        id: the call's identifier, as in `LineInfo`.
        transport, peer, caller, dialled: as in `LineInfo`.
        flow: the flow that answered; `None` if the call ended before one was chosen.
        language: the language spoken last.
        started, ended: UTC; `ended` is `None` while the call runs, or if Parley was killed during it.
        duration: seconds.
        hangup_by: `caller`, `parley` or `error`.
        reason: one sentence, empty for an ordinary hang-up.
        recording: folder of the recording, `None` if there is none.
        flagged: whether supervisors should see it, for how the caller felt.
    """

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_started", "started"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    transport: Mapped[str] = mapped_column(String(40))
    peer: Mapped[str] = mapped_column(Text)
    caller: Mapped[str] = mapped_column(Text)
    dialled: Mapped[str] = mapped_column(Text)
    flow: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration: Mapped[float | None] = mapped_column(Float)
    hangup_by: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    recording: Mapped[str | None] = mapped_column(Text)
    flagged: Mapped[bool] = mapped_column(Boolean, default=False)


class TurnRow(Base):
    """One exchange of a call.

    Attributes:
        call_id, number: which one, from 0 (the greeting).
        input: what is answered: `arrived`, `said`, `keyed`, `silence`, `transfer_failed` or `time_is_up`.
        caller_text: the words or the key, `None` where texts are not kept.
        language: `en` or `zh`, `None` without speech.
        confidence: of the recognition, 0 to 1.
        emotion: the likeliest of `dialogue.emotions.values.LABELS`, `None` where nobody looked.
        kind: where the answer came from.
        reply_text, reply_heard_text: all that was to be said, and what the caller heard of it.
        speech_start, speech_end: bounds of the caller's speech, in seconds on the call's clock.
        decided, first_sent: when the turn was over, and when the reply's first sample left.
        ms_endpoint, ms_asr, ms_first_phrase, ms_first_pcm, ms_first_sent: milliseconds of each stage,
            counted from the one before.
        ms_total: from the end of the caller's speech to the reply's first sample.
        ms_budget: what that should have taken at most; `None` in rows of a Parley that had no budget.
        culprit: the stage that broke the budget, `None` if it was kept.
    """

    __tablename__ = "turns"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    input: Mapped[str] = mapped_column(String(20))
    caller_text: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[float | None] = mapped_column(Float)
    emotion: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    reply_text: Mapped[str | None] = mapped_column(Text)
    reply_heard_text: Mapped[str | None] = mapped_column(Text)
    speech_start: Mapped[float | None] = mapped_column(Float)
    speech_end: Mapped[float | None] = mapped_column(Float)
    decided: Mapped[float | None] = mapped_column(Float)
    first_sent: Mapped[float | None] = mapped_column(Float)
    ms_endpoint: Mapped[float | None] = mapped_column(Float)
    ms_asr: Mapped[float | None] = mapped_column(Float)
    ms_first_phrase: Mapped[float | None] = mapped_column(Float)
    ms_first_pcm: Mapped[float | None] = mapped_column(Float)
    ms_first_sent: Mapped[float | None] = mapped_column(Float)
    ms_total: Mapped[float | None] = mapped_column(Float)
    ms_budget: Mapped[float | None] = mapped_column(Float)
    culprit: Mapped[str | None] = mapped_column(String(20))


class StateRow(Base):
    """How far a call's dialogue had come: for a caller who was cut off, or whom a transfer brings back.

    Attributes:
        call_id: which call.
        at: after its last turn, UTC.
        open: whether the dialogue was cut off: no goodbye was said, and nobody took the caller over.
        state: `Mind.snapshot` as JSON.
    """

    __tablename__ = "states"
    __table_args__ = (Index("ix_states_at", "at"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    open: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(Text)
