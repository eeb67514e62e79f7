"""What a scorecard means for the people who must act on it: what moved, and what needs a decision."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from kpidash.domain.period import Window, add_months
from kpidash.domain.scorecard import Scorecard

NEED = {"off_target": 0, "at_risk": 1, "stale": 2, "no_data": 3, "on_target": 4, "no_target": 5}
"""Statuses by how much they need attention, most first."""

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def comparison(window: Window, as_of: date) -> tuple[str, date]:
    """The window, and the day, that a window is compared with: the period before, or the state a month ago."""
    if window.kind in MONTHS:
        before = add_months(window.start, -MONTHS[window.kind])
        return _label(window, before), as_of
    return window.label, add_months(as_of, 0) - timedelta(days=1)


def _label(window: Window, start: date) -> str:
    if window.kind == "month":
        return f"{start:%Y-%m}"
    year, number = (int(part.strip("FYQ")) for part in (window.label.split("-") + ["0"])[:2])
    if window.kind == "year":
        return f"FY{year - 1}"
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


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
    now, then = card.company.score, earlier.company.score
    both = _with_before(card, earlier)

    def codes(status: str, *before: str) -> tuple[str, ...]:
        return tuple(both["code"][(both["status"] == status) & both["before"].isin(before)])

    return Movement(
        score=None if now is None or then is None else now - then,
        turned=codes("off_target", "on_target", "at_risk"),
        recovered=codes("on_target", "off_target", "at_risk"),
        silent=codes("stale", "on_target", "at_risk", "off_target"),
    )


def counts(kpis: pd.DataFrame) -> dict[str, int]:
    """How many KPIs have each status, those that need most attention first."""
    found = kpis["status"].value_counts()
    return {status: int(found.get(status, 0)) for status in ("on_target", "at_risk", "off_target", "stale",
                                                             "no_target", "no_data")}  # fmt: skip


def by_need(kpis: pd.DataFrame) -> pd.DataFrame:
    """The KPIs ordered by how much they need attention: worst status, then least attainment, first."""
    order = pd.DataFrame({"need": kpis["status"].map(NEED), "attainment": kpis["attainment"]})
    return kpis.loc[order.sort_values(["need", "attainment"], kind="stable", na_position="first").index]


def decisions(card: Scorecard, earlier: Scorecard, *, most: int = 8) -> pd.DataFrame:
    """What needs a decision: the columns of `card.kpis` with `before` (status a window ago) and `hidden`.

    Off-target KPIs, the least attained first, then stale ones; at most `most`.
    """
    both = _with_before(card, earlier).assign(hidden=card.kpis["code"].isin(card.hidden_reds).to_numpy())
    wanted = by_need(both[both["status"].isin(["off_target", "stale"])])
    return wanted.head(most)


def _with_before(card: Scorecard, earlier: Scorecard) -> pd.DataFrame:
    before = earlier.kpis.set_index("code")["status"]
    return card.kpis.assign(before=card.kpis["code"].map(before).to_numpy())


def data_through(kpis: pd.DataFrame) -> date | None:
    """The last day from which any of these KPIs has an actual; None without any."""
    last = kpis["last_period"].dropna()
    return None if last.empty else pd.Timestamp(last.max()).date()
