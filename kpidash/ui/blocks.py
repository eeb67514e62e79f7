"""The blocks that screens are made of: status counts, the heatmap, what needs a decision, facts."""

from collections.abc import Iterable

import pandas as pd

from kpidash.charts.theme import STATUS
from kpidash.domain.catalogue import Department, Kpi, Kra
from kpidash.domain.scorecard import Rolled, Scorecard
from kpidash.services.overview import Row, by_code, by_need, counts, records
from kpidash.ui import wording
from kpidash.ui.cards import rows
from kpidash.ui.elements import Child, Tree, element, mark, pill
from kpidash.ui.viewer import Viewer


def section(title: str, *content: Child, note: str | None = None, klass: str = "") -> Tree:
    """A titled part of a screen."""
    heading = element("h2", title)
    return element(
        "section",
        element("div", heading, element("p", note) if note else None, klass="heading"),
        *content,
        klass=f"part {klass}".strip(),
    )


def verdict(viewer: Viewer, rolled: Rolled, moved: str, sentence: str) -> Tree:
    """The answer of the screen: score, status, movement, and what it means in words."""
    return element(
        "div",
        element("div",
                element("span", viewer.formats.score(rolled.score), klass="score"),
                element("span", pill(rolled.status), element("span", moved, klass="moved"), klass="under"),
                klass="answer"),
        element("p", sentence, klass="sentence"),
        klass="verdict",
    )  # fmt: skip


def filters(viewer: Viewer, page: str, kpis: pd.DataFrame) -> Tree:
    """How many KPIs have each status; a click shows those alone, another click all."""
    chosen = viewer.view.status
    pills = [
        element(
            "a",
            mark(status),
            element("b", str(number)),
            f" {STATUS[status].word}",
            href=viewer.view.here(page, status=None if chosen == status else status),
            klass=f"count {STATUS[status].tone}" + ("" if number else " none"),
            aria_current="true" if chosen == status else None,
        )
        for status, number in counts(kpis).items()
    ]
    clear = element("a", "Show all", href=viewer.view.here(page, status=None), klass="action")
    return element(
        "div", *pills, clear if chosen else None, klass="counts", role="group", aria_label="Filter by status"
    )


def heatmap(viewer: Viewer, card: Scorecard) -> Tree:
    """Departments with the KRAs of each: mark, name and score; a click opens the department."""
    states = by_code(card.departments)
    lines = []
    below: dict[str, list[Tree]] = {code: [] for code in states}
    for kra in records(card.kras):
        below[kra["department"]].append(_cell(viewer, kra))
    for department in viewer.catalogue.departments:
        if department.code not in states:
            continue
        state, cells = states[department.code], below[department.code]
        lines.append(
            element(
                "tr",
                element("th",
                        element("a", mark(state.status), element("span", department.name),
                                element("b", viewer.formats.score(state.score, missing="–")),
                                href=viewer.view.link("department", department.code)),
                        scope="row", klass="child" if department.parent in states else None),
                element("td", element("ul", *cells) if cells else element("span", "through its departments",
                                                                           klass="quiet")),
            )
        )  # fmt: skip
    head = element("tr", element("th", "Department", scope="col"), element("th", "KRAs", scope="col"))
    return element("table", element("thead", head), element("tbody", *lines), klass="heat")


def _cell(viewer: Viewer, kra: Row) -> Tree:
    look = STATUS[kra["status"]]
    return element(
        "li",
        element(
            "a",
            mark(kra["status"]),
            element("span", viewer.catalogue.kra(kra["code"]).name),
            element("b", viewer.formats.score(kra["score"], missing=look.word)),
            href=viewer.view.link("department", kra["department"]),
            klass=f"cell {look.tone}",
            title=f"{look.word}, {viewer.formats.share(kra['coverage'])} of the weight scored",
        ),
    )


def decisions(viewer: Viewer, wanted: pd.DataFrame) -> Tree:
    """What needs a decision: which KPI, why, and who owns it."""
    if wanted.empty and not viewer.card().kpis["score"].notna().any():
        words = "Nothing can be judged yet: no KPI has both actuals and a target here."
        return element("p", words, klass="calm")
    if wanted.empty:
        return element("p", "Nothing is off target or late. Look at what is at risk next.", klass="calm")
    items = []
    for row in records(wanted):
        kpi = viewer.catalogue.kpi(row["code"])
        kra = viewer.catalogue.kra(kpi.kra)
        hidden = f"hidden by {kra.name}, which is on target" if row["hidden"] else None
        items.append(
            element(
                "li",
                element("a", mark(row["status"]), element("strong", kpi.name),
                        href=viewer.view.link("kpi", kpi.code)),
                element("span", wording.reason(kpi, row, viewer.formats, viewer.comparison), klass="why"),
                element("span", hidden, klass="hidden") if hidden else None,
                element("small", f"{viewer.catalogue.department_of(kpi).name} · {viewer.name(kpi.owner)}"),
            )
        )  # fmt: skip
    return element("ol", *items, klass="decisions")


def kpi_tiles(viewer: Viewer, kpi: Kpi, judged: wording.Judged) -> Tree:
    """The numbers of one KPI in the window."""
    formats = viewer.formats
    facts = (
        ("Actual", formats.value(judged["actual"], kpi)),
        ("Target to date", wording.goal(kpi, judged, formats)),
        ("Attained", formats.attained(judged["attainment"], missing="not compared")),
        ("Variance", wording.variance(kpi, judged, formats)),
        ("Full target", wording.whole_goal(kpi, judged, formats)),
        ("Latest period", wording.latest(kpi, judged, formats)),
    )
    return tiles(facts)


def tiles(facts: Iterable[tuple[str, str]]) -> Tree:
    """A few numbers beside each other, each under its word."""
    return element(
        "dl",
        *(element("div", element("dt", word), element("dd", text)) for word, text in facts),
        klass="tiles",
    )


def table(heads: tuple[str, ...], rows: Iterable[tuple[Child, ...]], klass: str = "") -> Tree:
    """A plain table; the first cell of each row heads it. On a phone every row is a small list."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = [
        element(
            "tr",
            element("th", first, scope="row"),
            *(element("td", cell, data_label=label) for label, cell in zip(heads[1:], cells, strict=True)),
        )
        for first, *cells in rows
    ]
    drawn = element(
        "table", element("thead", head), element("tbody", *body), klass=f"figures {klass}".strip()
    )
    return element("div", drawn, klass="wide")


def facts(*pairs: tuple[str, Child]) -> Tree:
    """Words and what they stand for, in two columns."""
    return element(
        "dl",
        *(element("div", element("dt", word), element("dd", meaning)) for word, meaning in pairs),
        klass="facts",
    )


def children(viewer: Viewer, card: Scorecard, department: Department) -> Tree | None:
    """The departments directly below, each with its score."""
    below = viewer.catalogue.children(department.code)
    if not below:
        return None
    states = by_code(card.departments)
    tiles = [
        element(
            "li",
            element(
                "a",
                mark(states[one.code].status),
                element("span", one.name),
                element("b", viewer.formats.score(states[one.code].score)),
                href=viewer.view.link("department", one.code),
                klass=f"cell {STATUS[states[one.code].status].tone}",
            ),
        )
        for one in below
    ]
    return section("Which departments below?", element("ul", *tiles, klass="tree"))


def kra_section(viewer: Viewer, state: Rolled, kra: Kra, kpis: pd.DataFrame) -> Tree | None:
    """A KRA with its purpose, owner, score and coverage, and its KPIs as rows; None without any."""
    mine = kpis.take([place for place, code in enumerate(kpis["kra"].tolist()) if code == kra.code])
    if mine.empty:
        return None
    score, covered = viewer.formats.score(state.score, missing=""), viewer.formats.share(state.coverage)
    note = f"Owner: {viewer.name(kra.owner)} · {covered} of the weight scored"
    if kra.horizon:
        note += f" · until {viewer.formats.month(kra.horizon)}"
    return element(
        "section",
        element(
            "div", element("h2", kra.name), pill(state.status, score), element("p", note), klass="heading"
        ),
        element("p", kra.purpose, klass="purpose") if kra.purpose else None,
        rows(viewer, by_need(mine)),
        klass="kra",
        id=f"kra-{kra.code}",
    )
