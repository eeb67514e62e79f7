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
from kpidash.store.tables.sign_in import (
    api_token,
    credential,
    failed_sign_in,
    identity,
    one_time_link,
    sign_in_session,
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
    "api_token",
    "audit",
    "benchmark",
    "closed_month",
    "company",
    "credential",
    "department",
    "failed_sign_in",
    "identity",
    "kpi",
    "kra",
    "last_look",
    "metadata",
    "one_time_link",
    "original",
    "original_kpi",
    "original_part",
    "placement_of",
    "revision",
    "rollup_month",
    "saved_mapping",
    "segment",
    "sign_in_session",
    "target",
    "target_history",
    "upload",
    "upload_touch",
    "user",
    "user_grant",
]
