"""What committing a change set would mean: how KPIs would stand, what would flip, and what looks odd.

Worked out in memory beside what is stored; nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import day_of, first_day, month_of
from kpidash.domain.period import THURSDAY, Window
from kpidash.domain.progress import advance
from kpidash.domain.reach import months_needed
from kpidash.domain.scorecard import Rolled, Scorecard, score
from kpidash.ingest.diff import ChangeSet
from kpidash.ingest.layout import Kind
from kpidash.services.amended import Amended
from kpidash.services.amending import amended_of, ends_of, with_targets, written
from kpidash.services.company import OpenCompany, ask, open_company
from kpidash.services.outliers import Outlier, outliers_of
from kpidash.services.overview import Row, by_code, records
from kpidash.services.previews import Preview
from kpidash.services.scorecards import window_of
from kpidash.store.engine import Connection, Database

WINDOWS = 12
"""Months, the latest, in which KPIs are judged before and after; older corrections change nothing of now."""


@dataclass(frozen=True, slots=True)
class KpiImpact:
    """One touched KPI: how many of its values the file adds, changes and confirms, and its row of the
    scorecard (`domain.judging.KPI_COLUMNS`) before and after in `window`, the latest month that is touched.

    Both rows are None where that month is too long ago to be judged.
    """

    code: str
    name: str
    added: int
    changed: int
    unchanged: int
    window: str
    before: Row | None
    after: Row | None

    @property
    def flips(self) -> bool:
        """Whether its status would change."""
        return (
            self.before is not None
            and self.after is not None
            and self.before["status"] != self.after["status"]
        )


@dataclass(frozen=True, slots=True)
class Flip:
    """A status that would change in a month; `direct` unless the KPI is only calculated from touched ones."""

    code: str
    name: str
    window: str
    before: str
    after: str
    direct: bool

    def in_words(self) -> str:
        """The flip as a sentence."""
        was, now = (status.replace("_", " ") for status in (self.before, self.after))
        return f"{self.name} would be {now} in {self.window}; it is {was}."


@dataclass(frozen=True, slots=True)
class Moved:
    """A score that would change: that of the company (code None), a department or a KRA."""

    kind: str
    code: str | None
    window: str
    before: Rolled
    after: Rolled


@dataclass(frozen=True, slots=True)
class Impact:
    """What a commit would mean to the person who asks: KPIs that flip first, then those with most changes."""

    kpis: tuple[KpiImpact, ...] = ()
    flips: tuple[Flip, ...] = ()
    scores: tuple[Moved, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    outliers_total: int = 0


def impact_of(database: Database, scope: Scope, preview: Preview, *, today: date | None = None) -> Impact:
    """What committing the preview would mean as seen today.

    KPIs are judged in the month that holds the latest of their touched periods, of targets in the last month
    up to now that the target covers. Only KPIs, KRAs and departments that the person may see are named.
    """
    changes = preview.changes
    if not changes or preview.naming is None:
        return Impact()
    rows = written(changes)
    with database.read() as connection:
        company = open_company(connection)
        day = today or company.today()
        amended, after = None, company
        if preview.kind is Kind.ACTUALS:
            advance("Working out what would change", 0, len(rows))
            amended = amended_of(connection, company, rows)
        else:
            after = with_targets(company, rows)
        judging = _Judging(connection, company, after, amended, day)
        months = _judged_months(company, preview, rows, day)
        cards = {month: judging.cards(month) for month in sorted(set(months.values()))[-WINDOWS:]}
        found, total = outliers_of(connection, company, preview, rows)
    visible = _visible(company, scope)
    kpis = tuple(_kpi(company, changes, number, cards.get(month), month) for number, month in months.items())
    seen = [one for one in kpis if one.code in visible]
    return Impact(
        kpis=tuple(sorted(seen, key=lambda one: (not one.flips, -one.added - one.changed, one.name))),
        flips=tuple(_flips(company, cards, visible, {one.code for one in kpis})),
        scores=tuple(_moved(company, scope, cards)),
        outliers=tuple(one for one in found if one.kpi in visible),
        outliers_total=total,
    )


Cards = tuple[str, Scorecard, Scorecard]
"""A window's label, and its scorecards before and after."""


@dataclass(frozen=True)
class _Judging:
    """Scorecards of a month as it is and as it would be."""

    connection: Connection
    before: OpenCompany
    after: OpenCompany
    amended: Amended | None
    day: date

    def cards(self, month: int) -> Cards:
        """The scorecards of a month."""
        window = window_of(self.before, _label(month), self.day)
        before = self._card(self.before, window, None)
        return window.label, before, self._card(self.after, window, self.amended)

    def _card(self, company: OpenCompany, window: Window, amended: Amended | None) -> Scorecard:
        return ask(
            self.connection,
            company,
            months_needed(company.book, window, self.day),
            lambda actuals: score(company.book, window, self.day, actuals=actuals),
            amended=amended,
        )


def _label(month: int) -> str:
    return f"{day_of(int(first_day(np.array([month]))[0])):%Y-%m}"


def _judged_months(company: OpenCompany, preview: Preview, rows: pd.DataFrame, day: date) -> dict[int, int]:
    """The month in which each touched KPI (by its number in the book) is judged."""
    numbers = company.number_of.get_indexer(pd.Index(rows["kpi_id"]))
    period = rows["period"].to_numpy(np.int64)
    if preview.kind is Kind.TARGETS:
        period = ends_of(company, rows) - 1
    anchors = period + THURSDAY * np.isin(rows["kpi_id"], list(company.weekly_ids))
    months = np.minimum(month_of(anchors), (day.year - 1970) * 12 + day.month - 1)
    latest = pd.Series(months).groupby(numbers).max()
    pairs = zip(latest.index.tolist(), latest.tolist(), strict=True)
    return {int(number): int(month) for number, month in pairs if number >= 0}


def _visible(company: OpenCompany, scope: Scope) -> frozenset[str]:
    departments = _departments(company, scope)
    return frozenset(kpi.code for kpi in company.catalogue.kpis_in(departments))


def _departments(company: OpenCompany, scope: Scope) -> frozenset[str]:
    either = (Capability.READ, Capability.UPLOAD)
    codes = (one.code for one in company.catalogue.departments)
    return frozenset(code for code in codes if any(scope.may(capability, code) for capability in either))


def _kpi(company: OpenCompany, changes: ChangeSet, number: int, cards: Cards | None, month: int) -> KpiImpact:
    kpi, kpi_id = company.catalogue.kpis[number], int(company.ids[number])
    rows: list[Row | None] = [None, None]
    if cards is not None:
        rows = [records(card.kpis.iloc[[number]])[0] for card in cards[1:]]
    return KpiImpact(
        code=kpi.code,
        name=kpi.name,
        added=_count(changes.added, kpi_id),
        changed=_count(changes.changed, kpi_id),
        unchanged=_count(changes.unchanged, kpi_id),
        window=_label(month),
        before=rows[0],
        after=rows[1],
    )


def _count(part: pd.DataFrame, kpi_id: int) -> int:
    return int((part["kpi_id"] == kpi_id).sum())


def _flips(
    company: OpenCompany, cards: dict[int, Cards], visible: frozenset[str], direct: set[str]
) -> Iterator[Flip]:
    """The latest flip of each KPI, the touched ones first."""
    latest: dict[str, Flip] = {}
    for _, (label, before, after) in sorted(cards.items()):
        for code, was, now in zip(
            before.kpis["code"], before.kpis["status"], after.kpis["status"], strict=True
        ):
            if was != now and code in visible:
                latest[code] = Flip(code, company.catalogue.kpi(code).name, label, was, now, code in direct)
    yield from sorted(latest.values(), key=lambda flip: (not flip.direct, flip.name))


def _moved(company: OpenCompany, scope: Scope, cards: dict[int, Cards]) -> Iterator[Moved]:
    """Scores of the latest judged month that would change, the company's first."""
    if not cards:
        return
    label, before, after = cards[max(cards)]
    if scope.may(Capability.READ) and not before.company.looks_like(after.company):
        yield Moved("company", None, label, before.company, after.company)
    seen = _departments(company, scope)
    kras = {kra.code for kra in company.catalogue.kras if kra.department in seen}
    for kind, codes, frames in (
        ("department", seen, (before.departments, after.departments)),
        ("kra", kras, (before.kras, after.kras)),
    ):
        was, now = (by_code(frame) for frame in frames)
        for code in was:
            if code in codes and not was[code].looks_like(now[code]):
                yield Moved(kind, code, label, was[code], now[code])


__all__ = ["Flip", "Impact", "KpiImpact", "Moved", "Outlier", "impact_of"]
