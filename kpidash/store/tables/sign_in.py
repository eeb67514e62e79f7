"""The tables of how people sign in and stay so; all small. Secrets are kept as digests, never as they are."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from kpidash.store.tables.base import REFERENCE, metadata, number, text


def _person(*, primary_key: bool = False) -> Column[int]:
    return Column(
        "user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False
    )


def _moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


credential = Table(
    "credential",
    metadata,
    _person(primary_key=True),
    Column("password", Text),
    _moment("changed_at", nullable=True),
    Column("totp", Text),
    Column("totp_step", BigInteger),
    info=REFERENCE,
)
"""`password` is an argon2id hash; `totp` the encrypted secret, `totp_step` the last step that was used."""

identity = Table(
    "identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _person(),
    _moment("added_at"),
    info=REFERENCE,
)
"""Who somebody is at an OpenID provider."""

sign_in_session = Table(
    "sign_in_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    _person(),
    text("method"),
    text("address"),
    text("agent"),
    _moment("begun_at"),
    _moment("seen_at"),
    _moment("ended_at", nullable=True),
    Column("ended_by", Text),
    info=REFERENCE,
)
"""`digest` is that of the token in the cookie; `id` may be shown."""
Index("sign_in_session_user", sign_in_session.c.user_id)

failed_sign_in = Table(
    "failed_sign_in",
    metadata,
    number(),
    _moment("at"),
    text("account"),
    text("address"),
    info=REFERENCE,
)
Index("failed_sign_in_account", failed_sign_in.c.account, failed_sign_in.c.at)
Index("failed_sign_in_address", failed_sign_in.c.address, failed_sign_in.c.at)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("digest", Text, primary_key=True),
    _person(),
    text("purpose"),
    text("made_by"),
    _moment("made_at"),
    _moment("expires_at"),
    _moment("used_at", nullable=True),
    info=REFERENCE,
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    _person(),
    text("name"),
    text("capabilities"),  # a JSON list
    Column("departments", Text),  # a JSON list; null for wherever the person may
    _moment("made_at"),
    _moment("expires_at"),
    _moment("used_at", nullable=True),
    _moment("ended_at", nullable=True),
    Column("ended_by", Text),
    info=REFERENCE,
)
Index("api_token_user", api_token.c.user_id)
