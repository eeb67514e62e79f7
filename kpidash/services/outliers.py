"""Uploaded values that are far from what is usual for their KPI and segment: warnings with a place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.domain.outliers import usual
from kpidash.domain.period import Frequency
from kpidash.domain.progress import advance
from kpidash.ingest.layout import Kind
from kpidash.services.company import OpenCompany
from kpidash.services.previews import Preview
from kpidash.store import scanning
from kpidash.store.engine import Connection

MOST = 200
"""Warnings that are spelled out, the strangest first."""
_BACK = {
    Frequency.DAILY: 400,
    Frequency.WEEKLY: 800,
    Frequency.MONTHLY: 2_000,
    Frequency.QUARTERLY: 4_000,
    Frequency.YEARLY: 8_000,
}
"""Days of history that are looked at before the first uploaded period."""
_WEEKS = 8
"""Weeks of daily values from which on each day of the week is compared with its like."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """One value that looks odd: its row of the file, KPI, period and segment in words, and what is usual.

    `times` is by how much it exceeds the typical value (0.1 for a tenth of it), None where no ratio is
    meant.
    """

    row: int
    kpi: str
    label: str
    where: str
    value: float
    typical: float
    low: float
    high: float
    times: float | None

    @property
    def message(self) -> str:
        """The warning in words, with plain numbers."""
        place = f" ({self.where})" if self.where else ""
        usually = f"usual here is {self.low:,.4g} to {self.high:,.4g}"
        return f"{self.kpi} {self.label}{place}: {self.value:,.12g} is far from what is usual; {usually}"


def outliers_of(
    connection: Connection, company: OpenCompany, preview: Preview, rows: pd.DataFrame
) -> tuple[tuple[Outlier, ...], int]:
    """The strangest of the `rows` that a commit would write, at most MOST, and how many there are in all.

    Each value is compared with the stored ones and the file's own of the same KPI and segment. Targets are
    set by people and never odd.
    """
    if preview.kind is not Kind.ACTUALS or preview.naming is None:
        return (), 0
    advance("Looking for unusual values", 0, len(rows))
    values = _with_history(connection, company, rows)
    asked = values["row"].notna().to_numpy()
    found = usual(values["series"].to_numpy(np.int64), values["compared"].to_numpy(np.float64), asked)
    at = np.flatnonzero(found.odd)
    at = at[np.argsort(-np.abs(found.distance[at]), kind="stable")]
    first = at[:MOST]
    named = preview.naming.named(values.iloc[first])
    typical, low, high = (column[first] for column in (found.typical, found.low, found.high))
    columns = [named[name].tolist() for name in ("row", "kpi", "label", "where", "compared")]
    usually = (column.tolist() for column in (typical, low, high))
    return tuple(_outlier(*one) for one in zip(*columns, *usually, strict=True)), len(at)


def _outlier(
    row: float, kpi: str, label: str, where: str, value: float, typical: float, low: float, high: float
) -> Outlier:
    times = value / typical if low > 0 else None
    return Outlier(int(row), kpi, label, where, value, typical, low, high, times)


def _with_history(connection: Connection, company: OpenCompany, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows among the stored values before and around them: key, row (missing of stored ones), what is
    `compared` and its `series`, in order of series and time.
    """
    frequency = {
        number: kpi.frequency
        for number, kpi in zip(company.ids.tolist(), company.catalogue.kpis, strict=True)
    }
    spans = rows.groupby("kpi_id", as_index=False)["period"].agg(first_day="min", last_day="max")
    back = spans["kpi_id"].map({number: _BACK[one] for number, one in frequency.items()})
    stored = scanning.scan(connection, spans.assign(first_day=spans["first_day"] - back))
    key = ["kpi_id", "period", "segment_id"]
    columns = [*key, "value", "numerator", "denominator"]
    both = pd.concat([stored[columns].assign(row=np.nan), rows[[*columns, "row"]]], ignore_index=True)
    both = both[~both.duplicated(key, keep="last")]
    ratio = both["numerator"] / both["denominator"].where(both["denominator"] != 0)
    scale = pd.Series(company.book.rules["scale"].to_numpy(), index=company.ids)
    compared = both["value"].where(both["denominator"].isna(), ratio * both["kpi_id"].map(scale))
    daily = both["kpi_id"].isin([number for number, one in frequency.items() if one is Frequency.DAILY])
    long = both.groupby(["kpi_id", "segment_id"])["period"].transform("count") >= 7 * _WEEKS + 1
    weekday = (both["period"] % 7).where(daily & long, 0)
    both = both.assign(compared=compared, weekday=weekday).sort_values(
        ["kpi_id", "segment_id", "weekday", "period"], ignore_index=True
    )
    return both.assign(series=both.groupby(["kpi_id", "segment_id", "weekday"], sort=False).ngroup())
