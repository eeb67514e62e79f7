"""Original files of uploads, in compressed parts, and the KPIs that each of them names.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "original",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "original_part",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["original.digest"]),
        sa.PrimaryKeyConstraint("digest", "part"),
    )
    op.create_table(
        "original_kpi",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("kpi_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"]),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"]),
        sa.PrimaryKeyConstraint("upload_id", "kpi_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # the parts are compressed already
        op.execute("ALTER TABLE original_part ALTER content SET STORAGE EXTERNAL")
