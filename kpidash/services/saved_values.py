"""What would become of actuals that are saved already when the definitions of their KPIs change."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from kpidash.domain.catalogue import Catalogue, Kpi
from kpidash.domain.differences import Difference, Kind, What
from kpidash.store import actuals, segments
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection

_EVER = (-(1 << 31), (1 << 31) - 1)
"""The first and the last day that the database can hold."""


class Fate(StrEnum):
    """What becomes of saved values."""

    HIDDEN = "hidden"
    BACK = "back"
    UNUSED = "unused"
    MISFIT = "misfit"


@dataclass(frozen=True, slots=True)
class SavedValues:
    """How many saved values of one KPI meet a fate; `dimensions` are those they lack or have too much."""

    code: str
    name: str
    fate: Fate
    count: int
    dimensions: tuple[str, ...] = ()


def saved_values(
    connection: Connection, stored: StoredCatalogue, after: Catalogue, found: Sequence[Difference]
) -> tuple[SavedValues, ...]:
    """What becomes of the saved values of KPIs that go, come back, are calculated from now on, or get other
    dimensions; nothing of KPIs without values.
    """
    retired = {kpi.code: (number, kpi) for number, kpi in stored.retired.items()}
    told = (
        _fate(connection, stored, retired, after, one)
        for one in found
        if one.kind is Kind.KPI and (one.what is not What.ADDED or one.code in retired)
    )
    return tuple(one for listed in told for one in listed if one.count)


def _fate(
    connection: Connection,
    stored: StoredCatalogue,
    retired: dict[str, tuple[int, Kpi]],
    after: Catalogue,
    one: Difference,
) -> Iterator[SavedValues]:
    number = stored.ids[one.code] if one.code in stored.ids else retired[one.code][0]
    if one.what is What.REMOVED:
        yield SavedValues(one.code, one.name, Fate.HIDDEN, _count(connection, number))
        return
    if one.what is What.ADDED:
        yield SavedValues(one.code, one.name, Fate.BACK, _count(connection, number))
    kpi = after.kpi(one.code)
    changed = {change.field for change in one.fields}
    if kpi.formula and "formula" in changed:
        yield SavedValues(one.code, one.name, Fate.UNUSED, _count(connection, number))
    elif "dimensions" in changed or one.what is What.ADDED:
        yield _misfits(connection, number, kpi)


def _count(connection: Connection, number: int) -> int:
    ever = pd.DataFrame({"kpi_id": [number], "first_day": [_EVER[0]], "last_day": [_EVER[1]]})
    return int(actuals.count(connection, ever)[0])


def _misfits(connection: Connection, number: int, kpi: Kpi) -> SavedValues:
    """Values whose segment has not just the dimensions that the KPI would have."""
    counted = actuals.by_segment(connection, number)
    keys = segments.keys(connection, counted)
    wanted, wrong = set(kpi.dimensions), 0
    other: set[str] = set()
    for segment, count in counted.items():
        has = set(json.loads(keys[segment]))
        if has != wanted:
            wrong += count
            other |= has ^ wanted
    return SavedValues(kpi.code, kpi.name, Fate.MISFIT, wrong, tuple(sorted(other)))
