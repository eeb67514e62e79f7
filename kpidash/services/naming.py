"""Keys in words: KPI codes, period labels and segments in place of numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kpidash.domain.calendars import day_of
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Frequency, period_containing
from kpidash.services.catalogues import without_others
from kpidash.store import segments
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection

_FREQUENCIES = tuple(Frequency)
_TRAJECTORY = len(_FREQUENCIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the numbers in keys stand for. KPIs that are not in `kpis` are not to be named."""

    kpis: Mapping[int, Kpi]
    segments: Mapping[int, str]
    fiscal_year_start: int

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of actuals (kpi_id, period, segment_id) or targets (kpi_id, period, kind), words before them.

        Adds kpi, label (of the period) and, to actuals, where (`region=North, client=Acme`). Rows of other
        KPIs are left out.
        """
        rows = rows[rows["kpi_id"].isin(list(self.kpis))].reset_index(drop=True)
        words = {
            "kpi": [self.kpis[number].code for number in rows["kpi_id"].tolist()],
            "label": self._labels(rows),
        }
        if "segment_id" in rows:
            words["where"] = [self._where(number) for number in rows["segment_id"].tolist()]
        return pd.concat([pd.DataFrame(words, dtype=object), rows], axis=1)

    def in_words(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """Each key as one text: `revenue 2026-10 region=North`."""
        named = self.named(rows)
        parts = [named[name] for name in ("kpi", "label", "where") if name in named]
        return tuple(" ".join(part for part in row if part) for row in zip(*parts, strict=True))

    def _labels(self, rows: pd.DataFrame) -> list[str]:
        ranks = (
            rows["kind"].tolist()
            if "kind" in rows
            else [self.kpis[number].frequency.rank for number in rows["kpi_id"].tolist()]
        )
        return [self._label(rank, day) for rank, day in zip(ranks, rows["period"].tolist(), strict=True)]

    def _label(self, rank: int, day: int) -> str:
        first = day_of(day)
        if rank == _TRAJECTORY:
            return f"from {first}"
        return period_containing(first, _FREQUENCIES[rank], self.fiscal_year_start).label(
            self.fiscal_year_start
        )

    def _where(self, number: int) -> str:
        values = json.loads(self.segments.get(number, "{}"))
        return ", ".join(f"{name}={value}" for name, value in values.items())


def naming_of(connection: Connection, stored: StoredCatalogue, visible: frozenset[str]) -> Naming:
    """The naming of what a person may see."""
    return Naming(
        kpis={
            stored.ids[kpi.code]: without_others(kpi, visible)
            for kpi in stored.catalogue.kpis
            if kpi.code in visible
        },
        segments={number: key for key, number in segments.known(connection).items()},
        fiscal_year_start=stored.catalogue.company.fiscal_year_start,
    )
