"""What a scorecard means for the people who must act on it: what moved, and what needs a decision."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
    both = _with_before(card, earlier)

    def codes(status: str, *before: str) -> tuple[str, ...]:
        return tuple(both["code"][(both["status"] == status) & both["before"].isin(before)])

    return Movement(
        score=difference(card.company, earlier.company),
        turned=codes("off_target", "on_target", "at_risk"),
        recovered=codes("on_target", "off_target", "at_risk"),
        silent=codes("stale", "on_target", "at_risk", "off_target"),
    )


def turns(earlier: Scorecard, card: Scorecard) -> pd.DataFrame:
    """The KPIs whose status is another than it was: code, before, after; the most urgent first."""
    both = _with_before(card, earlier)
    both = both[both["before"].notna() & (both["before"] != both["status"])]
    return by_need(both)[["code", "before", "status"]].rename(columns={"status": "after"})


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
    found = [catalogue.kpi(code) for code in kpis["code"]]
    wanted = [level in {"all", kpi.level.value} and indicator in {None, kpi.indicator.value} for kpi in found]
    return kpis[wanted]


def below(kpis: pd.DataFrame, catalogue: Catalogue, department: str) -> pd.DataFrame:
    """The KPIs of a department and of those below it."""
    reached = catalogue.subtree(department)
    return kpis[[catalogue.department_of(catalogue.kpi(code)).code in reached for code in kpis["code"]]]


def counts(kpis: pd.DataFrame) -> dict[str, int]:
    """How many KPIs have each status."""
    found = kpis["status"].value_counts()
    return {status: int(found.get(status, 0)) for status in STATUSES}


def by_need(kpis: pd.DataFrame) -> pd.DataFrame:
    """The KPIs ordered by how much they need attention: worst status, then least attainment, first."""
    order = pd.DataFrame({"need": kpis["status"].map(NEED), "attainment": kpis["attainment"]})
    return kpis.loc[order.sort_values(["need", "attainment"], kind="stable", na_position="first").index]


def decisions(card: Scorecard, earlier: Scorecard, *, most: int = 8, falling: int = 2) -> pd.DataFrame:
    """What needs a decision: the columns of `card.kpis` with `before` (status a window ago), `hidden` and
    `fell_from` (attainment a window ago of those that are listed because they fall, else missing).

    Off-target KPIs, the least attained first, then stale ones, at most `most`; then the at most `falling` at
    risk whose score fell furthest, by FALL points or more.
    """
    both = _with_before(card, earlier).assign(hidden=card.kpis["code"].isin(card.hidden_reds).to_numpy())
    wanted = by_need(both[both["status"].isin(["off_target", "stale"])]).head(most)
    before = earlier.kpis.set_index("code")[["score", "attainment"]].reindex(both["code"])
    fall = before["score"].to_numpy() - both["score"]
    others = fall[(fall >= FALL) & (both["status"] == "at_risk")].nlargest(falling)
    fell = both.loc[others.index].assign(fell_from=before["attainment"].to_numpy()[others.index])
    listed: pd.DataFrame = pd.concat([wanted.assign(fell_from=float("nan")), fell])
    return listed


def _with_before(card: Scorecard, earlier: Scorecard) -> pd.DataFrame:
    before = earlier.kpis.set_index("code")["status"]
    return card.kpis.assign(before=card.kpis["code"].map(before).to_numpy())


def data_through(kpis: pd.DataFrame) -> tuple[str, date] | None:
    """The KPI with the latest actual of these, and the day its period starts; None without any."""
    last = kpis.set_index("code")["last_period"].dropna()
    return None if last.empty else (str(last.idxmax()), pd.Timestamp(last.max()).date())
