"""What signing in needs: passwords, identities elsewhere, sessions, failures, one-time links, tokens.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the columns for people who left and for where a deed came from."""
    op.add_column("user", sa.Column("disabled_at", sa.BigInteger()))
    op.add_column("audit", sa.Column("origin", sa.Text()))
    op.create_table(
        "credential",
        _person("user_id", primary_key=True),
        sa.Column("password", sa.Text()),
        sa.Column("changed_at", sa.BigInteger()),
        sa.Column("totp", sa.Text()),
        sa.Column("totp_step", sa.BigInteger()),
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        _person("user_id"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
        _person("user_id"),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.Text()),
    )
    op.create_index("sign_in_session_user", "sign_in_session", ["user_id"])
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
    )
    op.create_index("failed_sign_in_account", "failed_sign_in", ["account", "at"])
    op.create_index("failed_sign_in_address", "failed_sign_in", ["address", "at"])
    op.create_table(
        "one_time_link",
        sa.Column("digest", sa.Text(), primary_key=True),
        _person("user_id"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
        _person("user_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.Column("departments", sa.Text()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.Text()),
    )
    op.create_index("api_token_user", "api_token", ["user_id"])


def _person(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    """The column that names a person; what is theirs goes with them."""
    return sa.Column(
        name,
        sa.Integer(),
        sa.ForeignKey("user.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )
