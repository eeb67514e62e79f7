"""Changes page by page: filtered, sorted, and put into words only where somebody looks.

A change set, or what an upload did, may have a million rows; what a screen shows of them is sorted as numbers
and named last.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.ingest.diff import ChangeSet
from kpidash.ingest.issues import Issue, Mask
from kpidash.services.naming import Naming
from kpidash.services.previews import Preview

CHANGES = ("changed", "added", "unchanged")
ORDERS = ("kpi", "label", "where", "old", "new", "change", "relative")
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to show: a part of the changes, KPIs and segments that contain the words of `search`, KPI
    `code` alone, and by what to sort (one of ORDERS; None for the order of the keys).
    """

    part: str
    search: str = ""
    code: str | None = None
    order: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of what was asked for, and how many there are in all."""

    rows: pd.DataFrame
    start: int
    total: int


class ChangePages:
    """The pages of parts, frames of actuals or of targets; keeps the order of what was asked for last."""

    def __init__(self, parts: Mapping[str, pd.DataFrame], naming: Naming) -> None:
        self._parts = dict(parts)
        self._naming = naming
        self._last: tuple[Asked, Positions] | None = None

    def page(self, asked: Asked, start: int, count: int) -> Page:
        """`count` rows from `start`: kpi, label, where, the numbers, the old ones as `old_…` where there are
        any, `change` (new − old) and `relative` (change ÷ |old|).
        """
        order = self._order(asked)
        start = max(0, min(start, len(order)))
        chosen = self._frame(asked.part).iloc[order[start : start + count]].reset_index(drop=True)
        named = self._naming.named(chosen)
        return Page(named.assign(**_moved(named)), start, len(order))

    def _frame(self, part: str) -> pd.DataFrame:
        return self._parts[part] if part in self._parts else next(iter(self._parts.values()))

    def _order(self, asked: Asked) -> Positions:
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._ordered(asked))
        order: Positions = self._last[1]
        return order

    def _ordered(self, asked: Asked) -> Positions:
        frame = self._frame(asked.part)
        chosen = np.flatnonzero(self._matching(frame, asked))
        if asked.order is None:
            return chosen
        by = _BY[asked.order](self, frame)[chosen]
        missing = np.isnan(by)
        ranks = np.argsort(np.where(missing, 0.0, -by if asked.descending else by), kind="stable")
        at_last = np.concatenate([ranks[~missing[ranks]], ranks[missing[ranks]]])
        return np.asarray(chosen[at_last], dtype=np.int64)

    def _matching(self, frame: pd.DataFrame, asked: Asked) -> Mask:
        ids = frame["kpi_id"].to_numpy()
        mask = np.isin(ids, [number for number, kpi in self._naming.kpis.items()
                             if asked.code in (None, kpi.code)])  # fmt: skip
        words = asked.search.casefold().split()
        if not words:
            return mask
        kpis = {number: f"{kpi.name} {kpi.code}".casefold() for number, kpi in self._naming.kpis.items()}
        found = np.ones(len(frame), dtype=bool)
        for word in words:
            here = np.isin(ids, [number for number, text in kpis.items() if word in text])
            if "segment_id" in frame:
                segments = self._naming.segments.items()
                near = [number for number, key in segments if word in _values(key)]
                here |= np.isin(frame["segment_id"].to_numpy(), near)
            found &= here
        return mask & found

    def _by_name(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        names = sorted(self._naming.kpis, key=lambda number: self._naming.kpis[number].name.casefold())
        return _ranked(frame["kpi_id"], names)

    def _by_segment(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        if "segment_id" not in frame:
            return np.zeros(len(frame))
        segments = self._naming.segments
        return _ranked(frame["segment_id"], sorted(segments, key=lambda number: _values(segments[number])))


def pages_of(preview: Preview) -> ChangePages:
    """The pages of the change set of a file that can be read; its parts are CHANGES."""
    if preview.changes is None or preview.naming is None:
        raise ValueError("a file that cannot be read has no changes")
    changes: ChangeSet = preview.changes
    return ChangePages({part: getattr(changes, part) for part in CHANGES}, preview.naming)


_BY: dict[str, Callable[[ChangePages, pd.DataFrame], NDArray[np.float64]]] = {
    "kpi": ChangePages._by_name,
    "where": ChangePages._by_segment,
    "label": lambda _, frame: frame["period"].to_numpy(dtype=np.float64),
    "new": lambda _, frame: _number(frame, ""),
    "old": lambda _, frame: _number(frame, "old_"),
    "change": lambda _, frame: np.abs(_moved(frame)["change"]),
    "relative": lambda _, frame: np.abs(_moved(frame)["relative"]),
}


def problems_page(issues: tuple[Issue, ...], search: str, start: int, count: int) -> Page:
    """The same of a file's problems: row, column, value (the cell) and message."""
    words = search.casefold().split()
    found = [one for one in issues if all(word in _said(one) for word in words)] if words else issues
    rows = [(one.row, one.column, one.value, one.message) for one in found[start : start + count]]
    return Page(pd.DataFrame(rows, columns=["row", "column", "value", "message"]), start, len(found))


def _said(issue: Issue) -> str:
    return f"{issue.row} {issue.column or ''} {issue.value or ''} {issue.message}".casefold()


def _values(key: str) -> str:
    return " ".join(map(str, json.loads(key).values())).casefold()


def _ranked(ids: pd.Series, order: list[int]) -> NDArray[np.float64]:
    ranks = pd.Series(np.arange(len(order), dtype=np.float64), index=order)
    return np.asarray(ids.map(ranks), dtype=np.float64)


def _number(frame: pd.DataFrame, old: str) -> NDArray[np.float64]:
    """The value of each row, or the low of a range; missing where there is none."""
    if f"{old}value" not in frame:
        return np.full(len(frame), np.nan)
    value: NDArray[np.float64] = frame[f"{old}value"].to_numpy(dtype=np.float64, na_value=np.nan)
    if f"{old}low" not in frame:
        return value
    low = frame[f"{old}low"].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isnan(value), low, value), dtype=np.float64)


def _moved(frame: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    change = _number(frame, "") - _number(frame, "old_")
    old = np.abs(_number(frame, "old_"))
    relative = np.divide(change, old, out=np.full(len(change), np.nan), where=old > 0)
    return {"change": change, "relative": relative}
