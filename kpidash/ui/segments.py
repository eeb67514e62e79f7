"""KPIs by the values of a dimension: ranked bars, a small figure for each KPI."""

import pandas as pd

from kpidash.domain.catalogue import Department, Kpi
from kpidash.services.overview import records
from kpidash.ui import cached
from kpidash.ui.behind import segment_name
from kpidash.ui.blocks import section
from kpidash.ui.elements import Tree, element
from kpidash.ui.viewer import Viewer

MOST = 6
"""Values of a dimension that are drawn; the KPI's own page has all."""


def segments(viewer: Viewer, department: Department) -> Tree | None:
    """The department's KPIs by one of their dimensions; None where they have none."""
    kpis = viewer.catalogue.kpis_in(viewer.catalogue.subtree(department.code))
    dimensions = list(dict.fromkeys(name for kpi in kpis for name in kpi.dimensions))
    if not dimensions:
        return None
    chosen = viewer.view.by if viewer.view.by in dimensions else dimensions[0]
    found = cached.by_dimension(
        viewer.database, viewer.scope, department.code, chosen, viewer.window, viewer.as_of,
        viewer.revision,
    )  # fmt: skip
    links = [
        element("a", name.capitalize(), href=viewer.view.here("department", by=name),
                aria_current="true" if name == chosen else None)
        for name in dimensions
    ]  # fmt: skip
    choices = element("div", *links, klass="choices", role="group", aria_label="Dimension")
    drawn = [_figure(viewer, viewer.catalogue.kpi(code), chosen, frame) for code, frame in found.items()]
    nothing = element("p", f"Nothing is reported by {chosen} in this window.", klass="calm")
    content = element("ul", *drawn, klass="multiples") if drawn else nothing
    return section(f"Which {chosen}?", choices if len(links) > 1 else None, content)


def _figure(viewer: Viewer, kpi: Kpi, dimension: str, found: pd.DataFrame) -> Tree:
    formats = viewer.formats
    most = float(found["actual"].abs().max()) or 1.0
    bars = [
        element(
            "li",
            segment_name(viewer, kpi, dimension, row["label"], "who"),
            element("span", element("span", klass="length", var_share=f"{max(row['actual'], 0) / most:.4f}"),
                    klass="track", aria_hidden="true"),
            element("b", formats.value(row["actual"], kpi)),
        )
        for row in records(found.head(MOST))
    ]  # fmt: skip
    more = len(found) - len(bars)
    rest = element("small", f"and {formats.number(more)} more") if more else None
    link = element("a", kpi.name, href=viewer.view.link("kpi", kpi.code))
    return element("li", element("h3", link), element("ol", *bars), rest)
