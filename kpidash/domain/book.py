"""A catalogue prepared for arithmetic: definitions and targets as columns, KPIs numbered 0…K−1.

Made once per state of the catalogue and shared by all questions asked of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import Days
from kpidash.domain.catalogue import Aggregation, Catalogue, Kpi, Pace, Unit
from kpidash.domain.formula import Formula, parse_formula
from kpidash.domain.period import Frequency
from kpidash.domain.targets import TargetTable


@dataclass(frozen=True)
class Group:
    """The KPIs of one frequency: their targets, and the columns of `Book.rules` in the table's order."""

    targets: TargetTable
    rules: dict[str, NDArray[Any]]


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
                "scale": [self.scale(kpi) for kpi in kpis],
                "weight": np.array([kpi.weight for kpi in kpis], np.float64),
                "on_target": np.array([kpi.on_target for kpi in kpis], np.float64),
                "at_risk": np.array([kpi.at_risk for kpi in kpis], np.float64),
                "grace_days": np.array([kpi.grace_days for kpi in kpis], np.int64),
                "workdays": np.array([kpi.pace is Pace.WORKDAYS for kpi in kpis], np.bool_),
                "weekly": np.array([kpi.frequency is Frequency.WEEKLY for kpi in kpis], np.bool_),
                "calculated": np.array([kpi.formula is not None for kpi in kpis], np.bool_),
            }
        )

    @staticmethod
    def scale(kpi: Kpi) -> float:
        """What a ratio is multiplied by: 100 for percentages, which are held in percent points, else 1."""
        return 100.0 if kpi.unit is Unit.PERCENT and kpi.aggregation is Aggregation.RATIO else 1.0

    @cached_property
    def formulas(self) -> dict[int, Formula]:
        """The parsed formula of each calculated KPI, by its number."""
        kpis = enumerate(self.catalogue.kpis)
        return {number: parse_formula(kpi.formula) for number, kpi in kpis if kpi.formula}

    @cached_property
    def calculated(self) -> NDArray[np.bool_]:
        """Whether each KPI has a formula."""
        return np.array([kpi.formula is not None for kpi in self.catalogue.kpis], np.bool_)

    @cached_property
    def aggregations(self) -> NDArray[np.str_]:
        """The name of each KPI's aggregation."""
        return np.array([kpi.aggregation.value for kpi in self.catalogue.kpis], np.str_)

    @cached_property
    def scales(self) -> NDArray[np.float64]:
        """The `scale` of each KPI."""
        return np.array([self.scale(kpi) for kpi in self.catalogue.kpis], np.float64)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The KPIs by frequency, finest first; frequencies that do not occur are left out."""
        numbered = list(enumerate(self.catalogue.kpis))
        rules = {str(name): column.to_numpy() for name, column in self.rules.items()}
        rules["aggregation"] = rules["aggregation"].astype(str)
        rules["direction"] = rules["direction"].astype(str)
        found = []
        for frequency in Frequency:
            group = [pair for pair in numbered if pair[1].frequency is frequency]
            if group:
                table = TargetTable.of(frequency, group)
                found.append(Group(table, {name: column[table.kpis] for name, column in rules.items()}))
        return tuple(found)

    @classmethod
    def of(cls, catalogue: Catalogue, holidays: Iterable[int] = ()) -> "Book":
        """A book with the given holidays as day numbers."""
        return cls(catalogue, np.array(sorted(holidays), np.int64))
