"""What a turn was allowed, and the stage that took more than its share of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; turns from before have neither."""
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("ms_budget", sa.Float))
        turns.add_column(sa.Column("culprit", sa.String(20)))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("culprit")
        turns.drop_column("ms_budget")
