"""How the caller felt in a turn."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; turns from before have none."""
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("emotion", sa.String(20)))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("emotion")
