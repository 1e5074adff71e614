"""One row a call, one row a turn."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("transport", sa.String(40), nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("dialled", sa.Text, nullable=False),
        sa.Column("flow", sa.Text),
        sa.Column("language", sa.String(8)),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("duration", sa.Float),
        sa.Column("hangup_by", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.Column("recording", sa.Text),
    )
    op.create_index("ix_calls_started", "calls", ["started"])
    op.create_table(
        "turns",
        sa.Column("call_id", sa.String(80), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("input", sa.String(20), nullable=False),
        sa.Column("caller_text", sa.Text),
        sa.Column("language", sa.String(8)),
        sa.Column("confidence", sa.Float),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reply_text", sa.Text),
        sa.Column("reply_heard_text", sa.Text),
        sa.Column("speech_start", sa.Float),
        sa.Column("speech_end", sa.Float),
        sa.Column("decided", sa.Float),
        sa.Column("first_sent", sa.Float),
        sa.Column("ms_endpoint", sa.Float),
        sa.Column("ms_asr", sa.Float),
        sa.Column("ms_first_phrase", sa.Float),
        sa.Column("ms_first_pcm", sa.Float),
        sa.Column("ms_first_sent", sa.Float),
        sa.Column("ms_total", sa.Float),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("turns")
    op.drop_index("ix_calls_started", "calls")
    op.drop_table("calls")
