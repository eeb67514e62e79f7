"""The company and the file of the upload figures: 500 daily KPIs in 8 regions, one tidy CSV."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from kpidash.domain.calendars import day_number
from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Unit,
)
from kpidash.domain.period import Frequency

KPIS = 500
REGIONS = ("Central", "East", "North", "North-East", "North-West", "South", "South-East", "West")
LAST_DAY = date(2026, 9, 30)
TODAY = date(2026, 10, 15)
FILE_NAME = "actuals.csv"


def company() -> Catalogue:
    """One department and KRA with all KPIs."""
    kpis = (
        Kpi(
            code=f"kpi-{number:03d}",
            kra="everything",
            name=f"KPI {number}",
            unit=Unit.NUMBER,
            direction=Direction.INCREASE,
            frequency=Frequency.DAILY,
            aggregation=Aggregation.SUM,
            dimensions=("region",),
        )
        for number in range(KPIS)
    )
    return Catalogue(
        company=Company(name="Bench", currency="USD"),
        departments=(Department(code="all", name="All"),),
        kras=(Kra(code="everything", department="all", name="Everything"),),
        kpis=tuple(kpis),
    )


@dataclass(frozen=True)
class Rows:
    """`count` rows in the order in which exports have them: day by day. Another `seed` has other values."""

    count: int
    seed: int = 1

    @cached_property
    def columns(self) -> pd.DataFrame:
        """kpi and region (numbers from 0), day (days since 1970), value (two places)."""
        each_day = KPIS * len(REGIONS)
        place = np.arange(self.count)
        days = -(-self.count // each_day)
        cents = np.random.default_rng(self.seed).integers(100, 10_000_000, self.count)
        return pd.DataFrame(
            {
                "kpi": place % each_day // len(REGIONS),
                "region": place % len(REGIONS),
                "day": day_number(LAST_DAY) - days + 1 + place // each_day,
                "value": cents / 100,
            }
        )

    def file(self) -> bytes:
        """The rows as a tidy CSV."""
        rows = self.columns
        day = rows["day"].to_numpy().astype("datetime64[D]").astype(str)
        kpi = np.array([kpi.code for kpi in company().kpis], dtype=object)
        text = pd.DataFrame(
            {
                "kpi": kpi[rows["kpi"]],
                "period": day,
                "region": np.array(REGIONS, dtype=object)[rows["region"]],
                "value": rows["value"],
            }
        )
        return text.to_csv(index=False).encode()

    def ready(self, kpi_ids: np.ndarray, segment_ids: np.ndarray) -> pd.DataFrame:
        """The rows as the table of actuals holds them, sorted by its key."""
        rows = self.columns
        found = pd.DataFrame(
            {
                "kpi_id": kpi_ids[rows["kpi"]],
                "period": rows["day"],
                "segment_id": segment_ids[rows["region"]],
                "upload_id": 1,
                "source_id": 1,
                "row": np.arange(2, self.count + 2),
                "value": rows["value"],
            }
        )
        return found.sort_values(["kpi_id", "period", "segment_id"], ignore_index=True)
