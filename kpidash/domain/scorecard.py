"""The scored company: every KPI of a window judged, and rolled up through KRAs and departments."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain import scoring
from kpidash.domain.actuals import Actuals
from kpidash.domain.book import Book
from kpidash.domain.frames import to_take_from
from kpidash.domain.judging import judge
from kpidash.domain.period import Window

_SHOWN = 0.05
"""Points of score below which two look the same."""


@dataclass(frozen=True)
class Rolled:
    """A rolled-up score (0–120, None below half coverage), its status and the share of weight scored."""

    score: float | None
    status: str
    coverage: float

    def looks_like(self, other: "Rolled") -> bool:
        """Whether people see the same status and, in the one decimal that is shown, much the same score."""
        if self.score is None or other.score is None:
            return self.status == other.status and self.score == other.score
        return self.status == other.status and abs(self.score - other.score) < _SHOWN


@dataclass(frozen=True, eq=False)
class Scorecard:
    """One answer, which nobody may change. Frames: `departments` (code, parent, score, status, coverage),
    `kras` (code, department, …) and `kpis` (the columns of `judging.KPI_COLUMNS`), each in catalogue order.
    """

    as_of: date
    window: Window
    company: Rolled
    departments: pd.DataFrame
    kras: pd.DataFrame
    kpis: pd.DataFrame
    hidden_reds: tuple[str, ...]


def score(book: Book, window: Window, as_of: date, *, actuals: Actuals) -> Scorecard:
    """The scorecard of `window` on the day `as_of`.

    Where `actuals.unread` is not empty afterwards, the months named there have to be read by period first.
    """
    return rolled_up(book, window, as_of, judge(book, window, as_of, actuals=actuals))


def rolled_up(book: Book, window: Window, as_of: date, kpis: pd.DataFrame) -> Scorecard:
    """The scorecard over judged `kpis` (one row per KPI in catalogue order)."""
    catalogue = book.catalogue
    order = {kra.code: number for number, kra in enumerate(catalogue.kras)}
    group = np.array([order[code] for code in kpis["kra"]], np.int64)
    kras = scoring.roll_up(
        kpis["score"].to_numpy(np.float64), book.rules["weight"].to_numpy(), group, len(order)
    )
    kras.insert(0, "code", [kra.code for kra in catalogue.kras])
    kras.insert(1, "department", [kra.department for kra in catalogue.kras])
    departments = _departments(book, kras)
    top = departments["parent"].isna().to_numpy()
    weights = np.array([department.weight for department in catalogue.departments], np.float64)
    company = scoring.roll_up(
        departments["score"].to_numpy(np.float64)[top], weights[top], np.zeros(top.sum(), np.int64), 1
    ).iloc[0]
    on_target = kras["status"].to_numpy(str)[group] == "on_target" if len(kras) else np.zeros(0, np.bool_)
    hidden = kpis["code"][(kpis["status"] == "off_target").to_numpy(np.bool_) & on_target]
    return Scorecard(
        as_of=as_of,
        window=window,
        company=Rolled(
            None if np.isnan(company["score"]) else float(company["score"]),
            str(company["status"]),
            float(company["coverage"]),
        ),
        departments=to_take_from(departments),
        kras=to_take_from(kras),
        kpis=to_take_from(kpis),
        hidden_reds=tuple(sorted(hidden)),
    )


def _departments(book: Book, kras: pd.DataFrame) -> pd.DataFrame:
    """Departments scored from the deepest up, over their own KRAs and their children."""
    departments = book.catalogue.departments
    order = {department.code: number for number, department in enumerate(departments)}
    parent = np.array([order.get(department.parent or "", -1) for department in departments], np.int64)
    depth = np.zeros(len(departments), np.int64)
    above = parent.copy()
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parent[above], -1)
    owner = np.array([order[code] for code in kras["department"]], np.int64)
    kra_weight = np.array([kra.weight for kra in book.catalogue.kras], np.float64)
    weight = np.array([department.weight for department in departments], np.float64)
    found = scoring.roll_up(np.empty(0), np.empty(0), np.empty(0, np.int64), len(departments))
    kra_score = kras["score"].to_numpy(np.float64)
    columns = {str(name): column.to_numpy(copy=True) for name, column in found.items()}
    for level in range(int(depth.max(initial=-1)), -1, -1):
        child = np.flatnonzero(depth == level + 1)
        rolled = scoring.roll_up(
            np.concatenate([kra_score, columns["score"][child]]),
            np.concatenate([kra_weight, weight[child]]),
            np.concatenate([owner, parent[child]]),
            len(departments),
        )
        here = depth == level
        for name, column in columns.items():
            column[here] = rolled[name].to_numpy()[here]
    found = pd.DataFrame(columns)
    found.insert(0, "code", [department.code for department in departments])
    found.insert(1, "parent", pd.Series([department.parent for department in departments], dtype=object))
    return found
