"""The tables of the catalogue; all small."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, Table, Text

from kpidash.store.tables.base import REFERENCE, Day, metadata, needed, number, text

company = Table(
    "company",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    text("name"),
    text("currency"),
    text("locale"),
    text("timezone"),
    needed("fiscal_year_start"),
    Column("holidays", Text),
    info=REFERENCE,
)

department = Table(
    "department",
    metadata,
    Column("code", Text, primary_key=True),
    text("name"),
    Column("parent", ForeignKey("department.code", deferrable=True, initially="DEFERRED")),
    Column("head", Text),
    Column("weight", Double, nullable=False),
    needed("position"),
    info=REFERENCE,
)

kra = Table(
    "kra",
    metadata,
    Column("code", Text, primary_key=True),
    Column(
        "department", ForeignKey("department.code", deferrable=True, initially="DEFERRED"), nullable=False
    ),
    text("name"),
    Column("owner", Text),
    Column("purpose", Text),
    Column("weight", Double, nullable=False),
    Column("horizon", Day),
    Column("review", Text),
    needed("position"),
    info=REFERENCE,
)

kpi = Table(
    "kpi",
    metadata,
    number(),
    Column("code", Text, nullable=False, unique=True),
    text("kra"),  # no foreign key: a retired KPI outlives its KRA
    text("name"),
    text("unit"),
    text("direction"),
    text("frequency"),
    text("aggregation"),
    Column("definition", Text),
    text("level"),
    text("indicator"),
    Column("unit_label", Text),
    needed("decimals"),
    Column("formula", Text),
    text("dimensions"),  # a JSON list
    Column("weight", Double, nullable=False),
    Column("on_target", Double, nullable=False),
    Column("at_risk", Double, nullable=False),
    needed("grace_days"),
    text("pace"),
    Column("owner", Text),
    Column("source", Text),
    Column("parent", Text),
    needed("position"),
    Column("retired", Boolean, nullable=False),
    info=REFERENCE,
)

benchmark = Table(
    "benchmark",
    metadata,
    Column("kpi_id", ForeignKey("kpi.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("name"),
    Column("value", Double, nullable=False),
    Column("source", Text),
    info=REFERENCE,
)
