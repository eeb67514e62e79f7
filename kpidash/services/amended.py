"""Months of actuals that are other than stored, to ask a question of a change before it is made."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.domain.calendars import Days, month_of
from kpidash.domain.period import THURSDAY


@dataclass(frozen=True)
class Amended:
    """Whole months as they would be: rollup rows (kpi_id, month, days and STATS) and their native periods."""

    months: pd.DataFrame
    periods: pd.DataFrame
    weekly: Days

    def over_months(self, stored: pd.DataFrame) -> pd.DataFrame:
        """Rollup rows with these months in place of the stored ones."""
        others = self._others(stored, stored["month"].to_numpy(np.int64))
        return pd.concat([others, self.months], ignore_index=True)

    def over_periods(self, stored: pd.DataFrame) -> pd.DataFrame:
        """Native periods with those of these months in place of the stored ones."""
        weekly = THURSDAY * np.isin(stored["kpi_id"], self.weekly)
        others = self._others(stored, month_of(stored["period"].to_numpy(np.int64) + weekly))
        return pd.concat([others, self.periods], ignore_index=True)

    def _others(self, stored: pd.DataFrame, month: Days) -> pd.DataFrame:
        """The stored rows of other months than these."""
        these = pd.MultiIndex.from_frame(self.months[["kpi_id", "month"]])
        return stored[~pd.MultiIndex.from_arrays([stored["kpi_id"], month]).isin(these)]
