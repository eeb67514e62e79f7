"""What a scorecard means for the people who must act on it: what moved, and what needs a decision."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.period import Frequency, Window, add_months, period_containing
from kpidash.domain.scorecard import Rolled, Scorecard
from kpidash.domain.scoring import STATUSES

NEED = {"off_target": 0, "at_risk": 1, "stale": 2, "no_data": 3, "on_target": 4, "no_target": 5}
"""Statuses by how much they need attention, most first."""

FALL = 5.0
"""By how many points of its score a KPI falls where that is worth a decision."""
FREQUENCIES = {"month": Frequency.MONTHLY, "quarter": Frequency.QUARTERLY, "year": Frequency.YEARLY}


@dataclass(frozen=True)
class Earlier:
    """What a screen is compared with: a window's label as of a day. `before` is the period's first day where
    it is the period before, None where it is the same kind of window at the end of last month.
    """

    window: str
    as_of: date
    before: date | None


def comparison(window: Window, as_of: date, fiscal_year_start: int) -> Earlier:
    """The period before a month, quarter or year; the state at the end of last month for running windows."""
    frequency = FREQUENCIES.get(window.kind)
    if frequency is None:
        return Earlier(window.label, add_months(as_of, 0) - timedelta(days=1), None)
    period = period_containing(window.start - timedelta(days=1), frequency, fiscal_year_start)
    return Earlier(period.label(fiscal_year_start), as_of, period.start)


@dataclass(frozen=True)
class Movement:
    """From an earlier scorecard to this one: the change of the company's score (None where one is missing)
    and the codes that turned off target, recovered to on target, or went stale.
    """

    score: float | None
    turned: tuple[str, ...]
    recovered: tuple[str, ...]
    silent: tuple[str, ...]


def movement(card: Scorecard, earlier: Scorecard) -> Movement:
    """What moved between two scorecards."""
    before = _before(card, earlier)
    moves = list(zip(card.kpis["code"].tolist(), card.kpis["status"].tolist(), before, strict=True))

    def codes(status: str, *then: str) -> tuple[str, ...]:
        return tuple(code for code, now, earlier in moves if now == status and earlier in then)

    return Movement(
        score=difference(card.company, earlier.company),
        turned=codes("off_target", "on_target", "at_risk"),
        recovered=codes("on_target", "off_target", "at_risk"),
        silent=codes("stale", "on_target", "at_risk", "off_target"),
    )


class Turn(NamedTuple):
    """A KPI whose status is another than it was."""

    code: str
    before: str
    after: str


def turns(earlier: Scorecard, card: Scorecard) -> list[Turn]:
    """The KPIs whose status is another than it was, the most urgent first."""
    codes, now = card.kpis["code"].tolist(), card.kpis["status"].tolist()
    before = _before(card, earlier)
    return [
        Turn(codes[place], before[place], now[place])
        for place in _in_need(card.kpis)
        if before[place] in NEED and before[place] != now[place]
    ]


def difference(now: Rolled, then: Rolled) -> float | None:
    """By how much a score changed; None where one is missing."""
    return None if now.score is None or then.score is None else now.score - then.score


Row = dict[str, Any]
"""One row of a frame, by column."""


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, for drawing one after the other."""
    names = [str(name) for name in frame.columns]
    columns = [column.tolist() for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def by_code(rolled: pd.DataFrame) -> dict[str, Rolled]:
    """The score, status and coverage of each department or KRA of a scorecard's frame."""
    return {
        row["code"]: Rolled(None if pd.isna(row["score"]) else row["score"], row["status"], row["coverage"])
        for row in records(rolled)
    }


def at_level(
    kpis: pd.DataFrame, catalogue: Catalogue, level: str, indicator: str | None = None
) -> pd.DataFrame:
    """The strategic KPIs, the operational ones, or all; with `indicator` only the leading or lagging ones."""
    found = [catalogue.kpi(code) for code in kpis["code"].tolist()]
    return kpis.take([
        place for place, kpi in enumerate(found)
        if level in {"all", kpi.level.value} and indicator in {None, kpi.indicator.value}
    ])  # fmt: skip


def below(kpis: pd.DataFrame, catalogue: Catalogue, department: str) -> pd.DataFrame:
    """The KPIs of a department and of those below it."""
    below = catalogue.codes_below(department)
    return kpis.take([place for place, code in enumerate(kpis["code"].tolist()) if code in below])


def with_status(kpis: pd.DataFrame, *statuses: str) -> pd.DataFrame:
    """The KPIs that have one of these statuses."""
    return kpis.take([place for place, status in enumerate(kpis["status"].tolist()) if status in statuses])


def counts(kpis: pd.DataFrame) -> dict[str, int]:
    """How many KPIs have each status."""
    found = Counter(kpis["status"].tolist())
    return {status: found[status] for status in STATUSES}


def by_need(kpis: pd.DataFrame) -> pd.DataFrame:
    """The KPIs ordered by how much they need attention: worst status, then least attainment, first."""
    return kpis.take(_in_need(kpis))


def _in_need(kpis: pd.DataFrame) -> list[int]:
    """Their places in that order."""
    need = np.array([NEED[status] for status in kpis["status"].tolist()], np.int64)
    attainment = kpis["attainment"].to_numpy(np.float64)
    known = ~np.isnan(attainment)
    order: list[int] = np.lexsort((np.where(known, attainment, 0.0), known, need)).tolist()
    return order


def decisions(card: Scorecard, earlier: Scorecard, *, most: int = 8, falling: int = 2) -> pd.DataFrame:
    """What needs a decision: the columns of `card.kpis` with `before` (status a window ago), `hidden` and
    `fell_from` (attainment a window ago of those that are listed because they fall, else missing).

    Off-target KPIs, the least attained first, then stale ones, at most `most`; then the at most `falling` at
    risk whose score fell furthest, by FALL points or more.
    """
    kpis, before = card.kpis, _before(card, earlier)
    urgent = by_need(with_status(kpis, "off_target", "stale")).head(most).index.tolist()
    fell_from = [float("nan")] * len(urgent)
    for place, attainment in _fallen(kpis, earlier.kpis)[:falling]:
        urgent.append(place)
        fell_from.append(attainment)
    listed = kpis.take(urgent)
    return listed.assign(
        before=pd.array([before[place] for place in urgent], dtype="str"),
        hidden=np.array([code in card.hidden_reds for code in listed["code"].tolist()], np.bool_),
        fell_from=fell_from,
    )


def _fallen(kpis: pd.DataFrame, earlier: pd.DataFrame) -> list[tuple[int, float]]:
    """Places of the KPIs at risk that fell by FALL points or more, with what they attained before; the
    deepest fall first.
    """
    then = {code: rest for code, *rest in _each(earlier, "code", "score", "attainment")}
    falls = []
    for place, (code, score, status) in enumerate(_each(kpis, "code", "score", "status")):
        before, attainment = then.get(code, (float("nan"), float("nan")))
        if status == "at_risk" and before - score >= FALL:
            falls.append((before - score, place, attainment))
    falls.sort(key=lambda one: -one[0])
    return [(place, attainment) for _, place, attainment in falls]


def _each(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """The rows of some columns."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def _before(card: Scorecard, earlier: Scorecard) -> list[Any]:
    """The status that each KPI of a scorecard had in an earlier one; NaN where it was not there."""
    then = dict(zip(earlier.kpis["code"].tolist(), earlier.kpis["status"].tolist(), strict=True))
    return [then.get(code, float("nan")) for code in card.kpis["code"].tolist()]


def data_through(kpis: pd.DataFrame, shown: Collection[str] | None = None) -> tuple[str, date] | None:
    """The KPI with the latest actual of these (of `shown` alone), and the day its period starts; None
    without any.
    """
    last = kpis["last_period"].to_numpy("datetime64[D]")
    codes = kpis["code"].tolist()
    known = [
        place for place in np.flatnonzero(~np.isnat(last)).tolist() if shown is None or codes[place] in shown
    ]
    if not known:
        return None
    newest = known[int(np.argmax(last[known]))]
    return codes[newest], last[newest].item()
