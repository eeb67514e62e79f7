"""The KPIs of a department by the values of a dimension, side by side."""

from datetime import date

import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.services.company import open_company
from kpidash.services.kpis import segments_of
from kpidash.services.scorecards import readable, window_of
from kpidash.store.engine import Database


def by_dimension(
    database: Database,
    scope: Scope,
    department: str,
    dimension: str,
    *,
    window: str | None = None,
    as_of: date | None = None,
) -> dict[str, pd.DataFrame]:
    """The KPIs at and below a department that have the dimension, with values in the window, by code.

    Frames: label, actual, share, periods, the greatest actual first; see `domain.breakdown.by_segment`.
    Raises NotThere for a department that does not exist or is not for this person.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        below = readable(company, scope, department)
        day = as_of or company.today()
        asked = window_of(company, window, day)
        wanted = [
            kpi.code
            for kpi in company.catalogue.kpis
            if dimension in kpi.dimensions and company.catalogue.department_of(kpi).code in below
        ]
        found = {
            code: segments_of(connection, company, code, asked, day, (dimension,)).get(
                dimension, pd.DataFrame()
            )
            for code in wanted
        }
    return {
        code: frame.dropna(subset=["actual"]).sort_values("actual", ascending=False, ignore_index=True)
        for code, frame in found.items()
        if len(frame)
    }
