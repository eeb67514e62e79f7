"""What a file is checked against: the KPIs that a person may know and write, as columns."""

import difflib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.catalogue import Aggregation, Catalogue, Direction, Kpi, Unit
from kpidash.ingest.issues import Mask
from kpidash.ingest.labels import Labels

UNKNOWN = -1
"""Stands for 'no KPI that this person knows' in a column of indices."""


# No slots: columns are built once, when they are first asked for.
@dataclass(frozen=True, kw_only=True)
class Terms:
    """The catalogue as one person may use it on one day.

    `ids` gives the stored number of each KPI code. Codes outside `visible` are as unknown as misspelt ones;
    those of `visible` outside `uploadable` are `not_permitted`. `today` is the day in the company's time
    zone. `locked` says of each closed month (since 1970-01) by whom and when it was closed. `kpi_names` are
    the person's words for KPIs, each with the code that is meant; `segment_values` the stored values of each
    dimension. Columns have one element per KPI of `kpis`, and a last one for UNKNOWN.
    """

    catalogue: Catalogue
    ids: Mapping[str, int]
    visible: frozenset[str]
    uploadable: frozenset[str]
    today: date
    locked: Mapping[int, str] = field(default_factory=dict)
    kpi_names: Mapping[str, str] = field(default_factory=dict)
    segment_values: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def locked_months(self) -> NDArray[np.int64]:
        """The closed months, ascending."""
        return np.array(sorted(self.locked), dtype=np.int64)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs that the person knows."""
        return tuple(kpi for kpi in self.catalogue.kpis if kpi.code in self.visible)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The names that these KPIs declare, sorted."""
        return tuple(sorted({name for kpi in self.kpis for name in kpi.dimensions}))

    @cached_property
    def id(self) -> NDArray[np.int64]:
        """The stored number."""
        return np.array([*(self.ids[kpi.code] for kpi in self.kpis), UNKNOWN], dtype=np.int64)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """The rank of the frequency."""
        return np.array([*(kpi.frequency.rank for kpi in self.kpis), 0], dtype=np.int64)

    @cached_property
    def ratio(self) -> Mask:
        """Whether actuals are a numerator and a denominator."""
        return np.array([*(kpi.aggregation is Aggregation.RATIO for kpi in self.kpis), False])

    @cached_property
    def scale(self) -> NDArray[np.float64]:
        """What a ratio is multiplied by (RULES.md §3)."""
        return np.array([*(100.0 if kpi.unit is Unit.PERCENT else 1.0 for kpi in self.kpis), np.nan])

    @cached_property
    def calculated(self) -> Mask:
        """Whether actuals come from a formula."""
        return np.array([*(kpi.formula is not None for kpi in self.kpis), False])

    @cached_property
    def maintained(self) -> Mask:
        """Whether targets are a low and a high."""
        return np.array([*(kpi.direction is Direction.MAINTAIN for kpi in self.kpis), False])

    @cached_property
    def permitted(self) -> Mask:
        """Whether the person may write it; true of UNKNOWN, which is another problem."""
        return np.array([*(kpi.code in self.uploadable for kpi in self.kpis), True])

    def declares(self, dimension: str) -> Mask:
        """Whether each KPI is reported by `dimension`."""
        return np.array([*(dimension in kpi.dimensions for kpi in self.kpis), False])

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """The index into `kpis` by what files call them, folded: code, name if no other has it, own words."""
        names = Counter(folded(kpi.name) for kpi in self.kpis)
        codes = {folded(kpi.code): at for at, kpi in enumerate(self.kpis)}
        known = {folded(kpi.name): at for at, kpi in enumerate(self.kpis) if names[folded(kpi.name)] == 1}
        meant = {folded(name): codes.get(folded(code)) for name, code in self.kpi_names.items()}
        own = {name: at for name, at in meant.items() if at is not None}
        return {**known, **codes, **own}

    def find(self, name: str) -> int:
        """The index into `kpis` of the KPI with this code or name, whatever its case; UNKNOWN if none."""
        return self.index_of.get(folded(name), UNKNOWN)

    def recognised(self, labels: Labels) -> NDArray[np.int64]:
        """The index into `kpis` of each row's KPI; UNKNOWN where there is none."""
        of_label = [self.find(name) for name in labels.names]
        return np.array([*of_label, UNKNOWN], dtype=np.int64)[labels.codes]

    def nearest(self, name: str) -> str | None:
        """The known code whose code or name is most like `name`, if one is like it.

        It is looked for once for each name, and only for so many: each takes some milliseconds.
        """
        if name not in self._looked_up and len(self._looked_up) < _LOOKED_UP:
            self._looked_up[name] = self._most_alike(name)
        return self._looked_up.get(name)

    @cached_property
    def _looked_up(self) -> dict[str, str | None]:
        return {}

    def _most_alike(self, name: str) -> str | None:
        wanted, known = folded(name), list(self.index_of)
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=_ALIKE)
        near = near or difflib.get_close_matches(wanted.replace(" ", "-"), known, n=1, cutoff=_ALIKE)
        return self.kpis[self.index_of[near[0]]].code if near else None


_ALIKE = 0.7
_LOOKED_UP = 200


def folded(name: str) -> str:
    """A name as it is compared: without case and superfluous spaces."""
    return " ".join(name.split()).casefold()
