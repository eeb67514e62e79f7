"""What became of definitions, as the audit trail keeps it: field by field, before and after."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any

from kpidash.domain.catalogue import Catalogue, PeriodTarget
from kpidash.domain.differences import Difference, FieldChange, What, differences

MOST = 500
"""Fields that one entry tells of; of more it tells how many there were."""
LONGEST = 400
"""Characters of a text that an entry tells of."""


def altered(before: Catalogue, after: Catalogue) -> dict[str, Any]:
    """`fields`: each with the kind and code of its definition, what it was and what it became; and how many
    were `left_out`. What was changed comes first, then what is gone, with all that it was, then what is new.
    """
    found = differences(before, after)
    gone = tuple(one for one in differences(after, before) if one.what is What.ADDED)
    fiscal = after.company.fiscal_year_start
    ordered = [
        *_told((one for one in found if one.what is What.CHANGED), fiscal),
        *(one | {"before": one["after"], "after": None} for one in _told(iter(gone), fiscal)),
        *_told((one for one in found if one.what is What.ADDED), fiscal),
    ]
    left_out = max(0, len(ordered) - MOST)
    return {"fields": list(islice(ordered, MOST)), **({"left_out": left_out} if left_out else {})}


def _told(found: Iterator[Difference], fiscal: int) -> Iterator[dict[str, Any]]:
    for one in found:
        for change in one.fields:
            if change.field == "code":
                continue  # it stands beside each of the others
            yield {
                "kind": one.kind.value,
                "code": one.code,
                "field": _field(change, fiscal),
                "before": _plain(change.before),
                "after": _plain(change.after),
            }


def _field(change: FieldChange, fiscal: int) -> str:
    """The field; of a target and a benchmark with the one that is meant."""
    if change.key is None:
        return change.field
    entry = change.after if change.before is None else change.before
    if change.field == "targets":
        period = isinstance(entry, PeriodTarget)
        which = entry.period.label(fiscal) if period else f"from {entry.begins.isoformat()}"
        return f"target {which}"
    return f"benchmark {change.key}"


def _plain(value: Any) -> Any:
    """The value as JSON can say it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        said = {name: _plain(one) for name, one in given.items() if one is not None and name not in _IN_NAME}
        return said["value"] if list(said) == ["value"] else said
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}…"
    return value


_IN_NAME = frozenset({"period", "begins", "name"})
"""Fields of targets and benchmarks that say which one it is."""
