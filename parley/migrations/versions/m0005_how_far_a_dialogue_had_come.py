"""How far the dialogue of a call had come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "states",
        sa.Column("call_id", sa.String(80), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("ix_states_at", "states", ["at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_states_at", "states")
    op.drop_table("states")
