"""The tables of what happened and who may: revision, uploads, users, audit; all small."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from kpidash.store.tables.base import REFERENCE, metadata, needed, number, text

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    text("audit"),
    info=REFERENCE,
)
"""One row: the number of the newest change, its time, which never runs back, and the last audit digest."""

upload = Table(
    "upload",
    metadata,
    number(),
    text("kind"),
    text("state"),
    Column("file_name", Text),
    Column("digest", Text),
    text("actor"),
    Column("committed_at", BigInteger),  # null until the transaction ends, as is the revision
    Column("revision", BigInteger),
    needed("rows"),
    needed("added"),
    needed("changed"),
    needed("unchanged"),
    needed("rejected"),
    Column("undoes", ForeignKey("upload.id")),
    Column("idempotency_key", Text, unique=True),
    sqlite_autoincrement=True,
    info=REFERENCE,
)
Index("upload_revision", upload.c.revision)
Index(
    "upload_open",
    upload.c.id,
    sqlite_where=upload.c.revision.is_(None),
    postgresql_where=upload.c.revision.is_(None),
)

upload_touch = Table(
    "upload_touch",
    metadata,
    Column("upload_id", ForeignKey("upload.id"), primary_key=True),
    Column("kpi_id", ForeignKey("kpi.id"), primary_key=True),
    needed("first_day"),
    needed("last_day"),
    info=REFERENCE,
)
"""Where to look for what an upload changed, so that the large tables need no index on uploads."""

original = Table(
    "original",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    info=REFERENCE,
)
"""Files as they came, each content once; `size` in bytes as they came. Uploads name them by their digest."""

original_part = Table(
    "original_part",
    metadata,
    Column("digest", ForeignKey("original.digest"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    info=REFERENCE,
)

original_kpi = Table(
    "original_kpi",
    metadata,
    Column("upload_id", ForeignKey("upload.id"), primary_key=True),
    Column("kpi_id", ForeignKey("kpi.id"), primary_key=True),
    info=REFERENCE,
)
"""All KPIs that the file of an upload names; nothing where it may hold more than was read."""

user = Table(
    "user",
    metadata,
    number(),
    Column("email", Text, nullable=False, unique=True),
    text("name"),
    Column("disabled_at", BigInteger),  # whoever left stays named, and may nothing
    info=REFERENCE,
)

user_grant = Table(
    "user_grant",
    metadata,
    number(),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    text("role"),
    # A grant must not come back to life on another department that is given an old code later.
    Column("department_code", ForeignKey("department.code", ondelete="CASCADE")),
    Column("provider", Text),  # the issuer that gave it and takes it back; null where people do
    info=REFERENCE,
)
Index("user_grant_user", user_grant.c.user_id)

audit = Table(
    "audit",
    metadata,
    number("sequence"),
    Column("at", BigInteger),  # null until the transaction ends, as is the revision
    Column("revision", BigInteger),
    text("actor"),
    text("action"),
    text("subject"),
    text("detail"),  # a JSON object
    Column("origin", Text),  # from where; null in entries from before it was noted
    Column("digest", Text),
    sqlite_autoincrement=True,
    info=REFERENCE,
)
"""What people did. Entries stay as they are once their transaction has ended: triggers refuse the rest."""

Index("audit_revision", audit.c.revision, audit.c.sequence)

saved_mapping = Table(
    "saved_mapping",
    metadata,
    Column("signature", Text, primary_key=True),
    Column("answers", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    info=REFERENCE,
)

closed_month = Table(
    "closed_month",
    metadata,
    Column("month", Integer, primary_key=True, autoincrement=False),
    text("actor"),
    Column("closed_at", BigInteger, nullable=False),
    Column("reason", Text),
    info=REFERENCE,
)
"""Months in which no upload changes anything."""

last_look = Table(
    "last_look",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("before", BigInteger),
    info=REFERENCE,
)
"""When each person last looked, in this visit and `before` it; only their own screens depend on it."""
