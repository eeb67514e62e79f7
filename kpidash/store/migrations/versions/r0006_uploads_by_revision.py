"""Find the uploads of a revision: those that changed something since somebody looked.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("upload_revision", "upload", ["revision"])
