"""Tell the visit before from this one: what is new is told of the time between them.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("last_look", sa.Column("before", sa.BigInteger()))
