"""Actuals by the values of dimensions, read for all KPIs and dimensions of a question at once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.breakdown import by_segment
from kpidash.domain.calendars import Calendar, calendar_of, day_number
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Window
from kpidash.services.company import OpenCompany
from kpidash.store import actuals, segments
from kpidash.store.engine import Connection


@dataclass(frozen=True)
class Parts:
    """Actuals of KPIs by kpi_id (period, segment_id, value, numerator, denominator), and the dimension values
    of each segment by its id.
    """

    rows: dict[int, pd.DataFrame]
    names: dict[int, dict[str, str]]

    def labelled(self, kpi_id: int, dimension: str) -> pd.DataFrame:
        """The rows of a KPI with `label`, the dimension's value; empty where a row has none."""
        rows = self.rows[kpi_id]
        each, place = np.unique(rows["segment_id"].to_numpy(np.int64), return_inverse=True)
        labels, code = np.unique(
            np.array([self.names[one].get(dimension, "") for one in each.tolist()], np.str_),
            return_inverse=True,
        )
        return rows.assign(label=pd.Categorical.from_codes(code[place], labels.tolist()))


def parts(connection: Connection, ranges: dict[int, tuple[int, int]]) -> Parts:
    """The parts of KPIs between their first and last day, both ends included."""
    if not ranges:
        return Parts({}, {})
    days = np.array(list(ranges.values()), np.int64).reshape(-1, 2)
    wanted = pd.DataFrame({"kpi_id": list(ranges), "first_day": days[:, 0], "last_day": days[:, 1]})
    found = actuals.parts(connection, wanted)
    keys = segments.keys(connection, found["segment_id"].unique().tolist())
    kpi = found["kpi_id"].to_numpy(np.int64)
    rows = {
        one: found.iloc[np.searchsorted(kpi, one) : np.searchsorted(kpi, one, side="right")] for one in ranges
    }
    return Parts(rows, {number: json.loads(key) for number, key in keys.items()})


def split(
    connection: Connection, company: OpenCompany, kpis: Iterable[Kpi], window: Window, day: date
) -> dict[str, "Split"]:
    """The KPIs in the window's periods up to the day, by code; those without any period are left out."""
    fiscal = company.catalogue.company.fiscal_year_start
    calendars = {kpi.code: (kpi, calendar_of(window, day, kpi.frequency, fiscal)) for kpi in kpis}
    ids = {code: int(company.ids[company.book.number[code]]) for code in calendars}
    ranges = {
        ids[code]: (int(calendar.starts[0]), min(int(calendar.starts[-1]), day_number(day)))
        for code, (_, calendar) in calendars.items()
        if len(calendar)
    }
    read = parts(connection, ranges)
    return {
        code: Split(read, ids[code], kpi, calendar, day)
        for code, (kpi, calendar) in calendars.items()
        if len(calendar)
    }


@dataclass(frozen=True)
class Split:
    """One KPI in the periods of a window."""

    parts: Parts
    kpi_id: int
    kpi: Kpi
    calendar: Calendar
    day: date

    def by(self, dimension: str) -> pd.DataFrame:
        """See `domain.breakdown.by_segment`."""
        rows = self.parts.labelled(self.kpi_id, dimension)
        return by_segment(rows, self.kpi, self.calendar, self.day)
