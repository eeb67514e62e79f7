"""What would be known if a change set were committed, in memory: nothing is written and nobody waits.

Only the months that the change set touches are read; everything else stays what the rollups say.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kpidash.domain.calendars import Days, day_number, day_of, first_day
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import THURSDAY, Frequency, period_containing
from kpidash.domain.rollup import fold
from kpidash.ingest.diff import ChangeSet
from kpidash.services.amended import Amended
from kpidash.services.company import OpenCompany
from kpidash.store import scanning, summing, targets
from kpidash.store.engine import Connection

KEY = ["kpi_id", "period", "segment_id"]
NUMBERS = ["value", "numerator", "denominator"]


def written(changes: ChangeSet) -> pd.DataFrame:
    """The rows that a commit would write, as they would be: those of `changed` without their old values."""
    return pd.concat([changes.added, changes.changed[list(changes.added)]], ignore_index=True)


def amended_of(connection: Connection, company: OpenCompany, rows: pd.DataFrame) -> Amended:
    """The months that these actuals (kpi_id, period, segment_id and numbers) touch, with them in place.

    Segments that do not exist yet may have any number that no other has.
    """
    weekly = sorted(company.weekly_ids)
    months = summing.months_of(rows, weekly)
    early = THURSDAY * np.isin(months["kpi_id"], weekly)
    pairs = pd.DataFrame(
        {
            "kpi_id": months["kpi_id"],
            "first_day": first_day(months["month"].to_numpy(np.int64)) - early,
            "last_day": first_day(months["month"].to_numpy(np.int64) + 1) - 1 - early,
        }
    )
    stored = scanning.scan(connection, pairs)[[*KEY, *NUMBERS]]
    both = pd.concat([stored, rows[[*KEY, *NUMBERS]]], ignore_index=True)
    standing = both[~both.duplicated(KEY, keep="last")]
    summed = summing.summed(standing)
    periods = _summed_exactly(standing) if summed is None else summed
    return Amended(fold(periods, weekly), periods, np.array(weekly, np.int64))


def _summed_exactly(rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby(["kpi_id", "period"], sort=True)
    sums = grouped[NUMBERS].sum(min_count=1).rename(columns={"value": "sum"})
    others = grouped["value"].agg(["count", "min", "max"])
    return sums.join(others).reset_index()[["kpi_id", "period", "sum", "count", "min", "max", *NUMBERS[1:]]]


def with_targets(company: OpenCompany, rows: pd.DataFrame) -> OpenCompany:
    """The company with these targets (kpi_id, period, kind, value, low, high, phasing) in place."""
    new = targets.made(rows)
    kpis = tuple(
        _aimed(kpi, new.get(number, ()))
        for number, kpi in zip(company.ids.tolist(), company.catalogue.kpis, strict=True)
    )
    catalogue = replace(company.catalogue, kpis=kpis)
    return OpenCompany(replace(company.book, catalogue=catalogue), company.ids)


def _aimed(kpi: Kpi, new: Sequence[targets.Target]) -> Kpi:
    if not new:
        return kpi
    of_key = {target.key: target for target in (*kpi.targets, *new) if target.fits(kpi.direction)}
    # in the order in which they are stored: by first day, the shorter period first, a trajectory last
    ordered = sorted(of_key, key=lambda key: (key[1], key[0] == "trajectory", key[2]))
    return replace(kpi, targets=tuple(of_key[key] for key in ordered))


def ends_of(company: OpenCompany, rows: pd.DataFrame) -> Days:
    """The day after the last of each target's period."""
    start = company.catalogue.company.fiscal_year_start
    keys = list(zip(rows["period"].tolist(), rows["kind"].tolist(), strict=True))
    ends = {
        (first, kind): day_number(period_containing(day_of(first), tuple(Frequency)[kind], start).end)
        for first, kind in set(keys)
    }
    return np.array([ends[key] for key in keys], np.int64)
