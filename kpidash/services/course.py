"""One KPI's course before and after a change set: what the chart beside it is drawn from."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.actuals import Actuals
from kpidash.domain.calendars import Calendar, Days, day_of
from kpidash.domain.period import Frequency, Window, add_months
from kpidash.domain.reach import months_needed
from kpidash.domain.series import monthly_points, native_points
from kpidash.ingest.layout import Kind
from kpidash.services.amended import Amended
from kpidash.services.amending import amended_of, ends_of, with_targets, written
from kpidash.services.company import OpenCompany, ask, open_company
from kpidash.services.errors import NotThere
from kpidash.services.previews import Preview
from kpidash.store.engine import Connection, Database

POINTS = 62
"""Native periods that one chart shows; more are shown month by month."""
BEFORE = 8
"""Periods before the first touched one that show where it comes from."""
MONTHS = 36
"""The latest months of a chart that is drawn month by month."""


@dataclass(frozen=True, slots=True)
class Course:
    """`points`: start, before, after (actuals), target_before, target_after, low, high (of the range after)
    and touched (whether the file says something of the period), in order of time, one per period of
    `frequency`.
    """

    frequency: Frequency
    points: pd.DataFrame


def course_of(
    database: Database, scope: Scope, preview: Preview, code: str, *, today: date | None = None
) -> Course:
    """The course of a touched KPI around what the file says of it.

    Raises NotThere for a KPI that the file does not touch and for one that is not the person's.
    """
    if preview.changes is None or preview.naming is None:
        raise NotThere(f"the file says nothing of '{code}'")
    with database.read() as connection:
        whole = open_company(connection)
        kpi = next((one for one in whole.catalogue.kpis if one.code == code), None)
        if kpi is None or not _may_see(scope, whole.catalogue.department_of(kpi).code):
            raise NotThere(f"there is no KPI '{code}'")
        number = int(whole.ids[whole.book.number[code]])
        rows = written(preview.changes)
        rows = rows[rows["kpi_id"] == number]
        if rows.empty:
            raise NotThere(f"the file changes nothing of '{code}'")
        day = today or whole.today()
        small = whole.around(code)
        actuals = preview.kind is Kind.ACTUALS
        amended = amended_of(connection, whole, rows) if actuals else None
        after = small if actuals else with_targets(small, rows)
        begins = rows["period"].to_numpy(np.int64)
        last_days = begins if actuals else ends_of(whole, rows) - 1
        drawing = _Drawing(connection, code, day, begins, last_days)
        first, last = drawing.drawn(small, None), drawing.drawn(after, amended)
    return Course(drawing.frequency(small), _beside(first, last))


def _may_see(scope: Scope, department: str) -> bool:
    return any(scope.may(one, department) for one in (Capability.READ, Capability.UPLOAD))


def _beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = before.merge(after, on="start", how="outer", suffixes=("_before", "_after"), sort=True)
    touched = both["touched_before"].eq(True) | both["touched_after"].eq(True)
    return pd.DataFrame(
        {
            "start": both["start"],
            "before": both["actual_before"],
            "after": both["actual_after"],
            "target_before": both["target_before"],
            "target_after": both["target_after"],
            "low": both["low_after"],
            "high": both["high_after"],
            "touched": touched,
        }
    )


@dataclass(frozen=True)
class _Drawing:
    """The points of one KPI around what is touched: the days from `begins` to `last_days`, range by range."""

    connection: Connection
    code: str
    day: date
    begins: Days
    last_days: Days

    def frequency(self, company: OpenCompany) -> Frequency:
        """The frequency of the points: the KPI's own where they are few enough, else monthly."""
        kpi = company.catalogue.kpi(self.code)
        return kpi.frequency if len(self._native(company)) <= POINTS else Frequency.MONTHLY

    def drawn(self, company: OpenCompany, amended: Amended | None) -> pd.DataFrame:
        """start, actual, target, low, high and touched."""
        native = self.frequency(company) is company.catalogue.kpi(self.code).frequency
        points = self._by_period(company, amended) if native else self._by_month(company, amended)
        starts = points["start"].to_numpy("datetime64[D]").astype(np.int64)
        first, last = (np.searchsorted(starts, days, side="right") for days in (self.begins, self.last_days))
        steps = np.zeros(len(starts) + 2, np.int64)
        np.add.at(steps, np.maximum(first, 1), 1)
        np.add.at(steps, np.maximum(last, 0) + 1, -1)
        return points.assign(touched=np.cumsum(steps)[1:-1] > 0)

    def _native(self, company: OpenCompany) -> Calendar:
        kpi, fiscal = company.catalogue.kpi(self.code), company.catalogue.company.fiscal_year_start
        first, last = int(self.begins.min()), int(self.last_days.max())
        lead = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31, Frequency.QUARTERLY: 92}
        step = lead.get(kpi.frequency, 366)
        return Calendar.between(first - BEFORE * step, last + 1, kpi.frequency, fiscal)

    def _by_period(self, company: OpenCompany, amended: Amended | None) -> pd.DataFrame:
        book, calendar = company.book, self._native(company)
        span = Window(
            "span",
            "span",
            add_months(day_of(int(calendar.starts[0])), -13),
            add_months(day_of(int(calendar.ends[-1])), 1),
        )

        def points(actuals: Actuals) -> pd.DataFrame:
            number = book.number[self.code]
            return native_points(book, number, calendar, self.day, actuals=actuals)

        found = ask(self.connection, company, months_needed(book, span, self.day), points, amended=amended)
        return found[["start", "actual", "target", "low", "high"]]

    def _by_month(self, company: OpenCompany, amended: Amended | None) -> pd.DataFrame:
        book = company.book
        last = add_months(day_of(int(self.last_days.max())), 1)
        first = max(add_months(day_of(int(self.begins.min())), -2), add_months(last, -MONTHS))
        span = Window("span", "span", first.replace(day=1), last.replace(day=1))
        points = ask(
            self.connection,
            company,
            months_needed(book, span, max(self.day, last)),
            lambda actuals: monthly_points(book, span, self.day, actuals=actuals),
            amended=amended,
        )
        mine = points[points["code"] == self.code]
        return mine[["start", "actual", "target", "low", "high"]].reset_index(drop=True)
