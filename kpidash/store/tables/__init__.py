"""The tables. Days are integers since 1970-01-01, months since 1970-01, times microseconds UTC."""

from kpidash.store.tables.base import Placement, metadata, placement_of
from kpidash.store.tables.definitions import benchmark, company, department, kpi, kra
from kpidash.store.tables.records import (
    audit,
    closed_month,
    last_look,
    original,
    original_kpi,
    original_part,
    revision,
    saved_mapping,
    upload,
    upload_touch,
    user,
    user_grant,
)
from kpidash.store.tables.values import (
    actual,
    actual_history,
    rollup_month,
    segment,
    target,
    target_history,
)

__all__ = [
    "Placement",
    "actual",
    "actual_history",
    "audit",
    "benchmark",
    "closed_month",
    "company",
    "department",
    "kpi",
    "kra",
    "last_look",
    "metadata",
    "original",
    "original_kpi",
    "original_part",
    "placement_of",
    "revision",
    "rollup_month",
    "saved_mapping",
    "segment",
    "target",
    "target_history",
    "upload",
    "upload_touch",
    "user",
    "user_grant",
]
