"""How complete the data is: KPIs by what is missing of them, and who owes how much."""

import pandas as pd

from kpidash.domain.period import period_containing
from kpidash.services.overview import Row, records
from kpidash.ui.blocks import section, table
from kpidash.ui.elements import Tree, element
from kpidash.ui.viewer import Viewer

STATES = {
    "late": ("Late", "red", "over, and the days of grace too"),
    "never": ("Never reported", "gray", "defined, and without any value"),
    "gaps": ("With gaps", "orange", "older values are missing between reported ones"),
    "due": ("Due", "orange", "over, and still within the days of grace"),
}
"""What may be missing of a KPI: its title, its tone, and what it means."""


def counts(viewer: Viewer, found: pd.DataFrame) -> Tree:
    """How many KPIs are in each state; a click goes to them."""
    number = viewer.formats.number
    states = found["state"].value_counts()
    pills = [
        element(
            "a", element("b", number(int(states.get(state, 0)))), f" {title.lower()}",
            href=f"#{state}" if states.get(state, 0) else None,
            klass=f"count {tone}" + ("" if states.get(state, 0) else " none"), title=meaning,
        )
        for state, (title, tone, meaning) in STATES.items()
    ]  # fmt: skip
    whole = element(
        "span", element("b", number(int(states.get("complete", 0)))), " complete", klass="count green"
    )
    return element("div", *pills, whole, klass="counts")


def states(viewer: Viewer, found: pd.DataFrame) -> list[Tree]:
    """The KPIs of each state that is not complete, with what is missing."""
    parts = []
    for state, (title, _, meaning) in STATES.items():
        mine = found[found["state"] == state].sort_values(["late", "gaps", "due"], ascending=False)
        if not mine.empty:
            rows = [
                (_link(viewer, row), missing(viewer, row), _owner(viewer, row), _last(viewer, row))
                for row in records(mine)
            ]
            heads = ("KPI", "Missing", "Owner", "Last reported")
            part = section(title, table(heads, rows, "words even"), note=meaning)
            parts.append(element("div", part, id=state))
    return parts


def by_owner(viewer: Viewer, found: pd.DataFrame) -> Tree | None:
    """Who owes values, the most late first; None where nobody does."""
    open_ = found[found["state"] != "complete"]
    if open_.empty:
        return None
    owners = [viewer.catalogue.kpi(code).owner or "" for code in open_["kpi"]]
    sums = (
        open_.assign(owner=owners, kpis=1)
        .groupby("owner", as_index=False)[["kpis", "late", "gaps", "due"]]
        .sum()
        .sort_values(["late", "gaps", "due", "owner"], ascending=[False, False, False, True])
    )
    rows = [
        (viewer.name(row["owner"] or None), missing(viewer, row), viewer.formats.number(row["kpis"]))
        for row in records(sums)
    ]
    return section("Who owes what?", table(("Owner", "Missing", "KPIs"), rows, "words even"))


def missing(viewer: Viewer, row: Row) -> str:
    """What is missing in words: 5 values late, 3 due."""
    words = {"late": "late", "gaps": "in gaps", "due": "due"}
    parts = [(row[name], word) for name, word in words.items() if row[name]]
    if not parts:
        return "nothing"
    (count, word), *others = parts
    first = f"{viewer.formats.number(count)} {'value' if count == 1 else 'values'} {word}"
    return ", ".join([first, *(f"{viewer.formats.number(number)} {word}" for number, word in others)])


def restated(viewer: Viewer, found: pd.DataFrame, most: int = 12) -> Tree | None:
    """KPIs whose values were changed lately; None without any."""
    mine = found[found["restated"] > 0].sort_values("restated", ascending=False)
    if mine.empty:
        return None
    rows = [
        (
            _link(viewer, row),
            viewer.formats.number(row["restated"]),
            _owner(viewer, row),
            _uploads(row["kpi"]),
        )
        for row in records(mine.head(most))
    ]
    note = "values changed or taken back in the last 30 days"
    return section(
        "What was restated?", table(("KPI", "Values", "Owner", "By"), rows, "words even"), note=note
    )


def _link(viewer: Viewer, row: Row) -> Tree:
    kpi = viewer.catalogue.kpi(row["kpi"])
    return element("a", kpi.name, href=viewer.view.link("kpi", kpi.code))


def _uploads(code: str) -> Tree:
    return element("a", "which uploads", href=f"/uploads?kpi={code}", klass="action")


def _owner(viewer: Viewer, row: Row) -> str:
    return viewer.name(viewer.catalogue.kpi(row["kpi"]).owner)


def _last(viewer: Viewer, row: Row) -> str:
    if row["last"] is pd.NaT:
        return "never"
    kpi = viewer.catalogue.kpi(row["kpi"])
    fiscal = viewer.catalogue.company.fiscal_year_start
    return viewer.formats.period(period_containing(pd.Timestamp(row["last"]).date(), kpi.frequency, fiscal))
