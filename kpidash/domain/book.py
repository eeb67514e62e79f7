"""A catalogue prepared for arithmetic: definitions and targets as columns, KPIs numbered 0…K−1.

Made once per state of the catalogue and shared by all questions asked of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kpidash.domain.calendars import Days
from kpidash.domain.catalogue import Aggregation, Catalogue, Pace, Unit
from kpidash.domain.formula import Formula, parse_formula
from kpidash.domain.period import Frequency
from kpidash.domain.targets import TargetTable


@dataclass(frozen=True)
class Book:
    """The catalogue with the non-working days of its company (`holidays`, day numbers)."""

    catalogue: Catalogue
    holidays: Days

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each KPI by its code."""
        return {kpi.code: number for number, kpi in enumerate(self.catalogue.kpis)}

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row per KPI, in catalogue order: what scoring needs of its definition."""
        kpis = self.catalogue.kpis
        return pd.DataFrame(
            {
                "code": [kpi.code for kpi in kpis],
                "kra": [kpi.kra for kpi in kpis],
                "direction": [str(kpi.direction) for kpi in kpis],
                "aggregation": [str(kpi.aggregation) for kpi in kpis],
                "scale": [
                    100.0 if kpi.unit is Unit.PERCENT and kpi.aggregation is Aggregation.RATIO else 1.0
                    for kpi in kpis
                ],
                "weight": np.array([kpi.weight for kpi in kpis], np.float64),
                "on_target": np.array([kpi.on_target for kpi in kpis], np.float64),
                "at_risk": np.array([kpi.at_risk for kpi in kpis], np.float64),
                "grace_days": np.array([kpi.grace_days for kpi in kpis], np.int64),
                "workdays": np.array([kpi.pace is Pace.WORKDAYS for kpi in kpis], np.bool_),
                "weekly": np.array([kpi.frequency is Frequency.WEEKLY for kpi in kpis], np.bool_),
                "calculated": np.array([kpi.formula is not None for kpi in kpis], np.bool_),
            }
        )

    @cached_property
    def formulas(self) -> dict[int, Formula]:
        """The parsed formula of each calculated KPI, by its number."""
        kpis = enumerate(self.catalogue.kpis)
        return {number: parse_formula(kpi.formula) for number, kpi in kpis if kpi.formula}

    @cached_property
    def target_tables(self) -> tuple[TargetTable, ...]:
        """The targets of all KPIs, one table per frequency that occurs."""
        numbered = list(enumerate(self.catalogue.kpis))
        groups = (
            (frequency, [pair for pair in numbered if pair[1].frequency is frequency])
            for frequency in Frequency
        )
        return tuple(TargetTable.of(frequency, group) for frequency, group in groups if group)

    @classmethod
    def of(cls, catalogue: Catalogue, holidays: Iterable[int] = ()) -> "Book":
        """A book with the given holidays as day numbers."""
        return cls(catalogue, np.array(sorted(holidays), np.int64))
