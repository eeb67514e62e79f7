"""Which roles an identity provider gave: they end with what it says, those given by hand do not.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what there is was given by hand."""
    op.add_column("user_grant", sa.Column("provider", sa.Text()))
