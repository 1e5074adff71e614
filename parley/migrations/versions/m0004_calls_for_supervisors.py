"""Calls that supervisors should see, for how the caller felt."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; no call from before is flagged."""
    # Not in a batch, and the default is no expression: SQLite would make the table anew, and with the old
    # one go the turns of its calls. PostgreSQL reads '0' as false.
    op.add_column("calls", sa.Column("flagged", sa.Boolean(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("calls", "flagged")
