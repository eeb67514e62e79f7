"""KPIs that the file calls by names nobody knows: the nearest code, confirmed one by one or all at once."""

from collections import Counter

import streamlit as st

from kpidash.ingest.issues import IssueCode
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import escaped
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer

MOST = 20
"""Names that are asked one by one."""


def unknown_names(viewer: Viewer, desk: Desk, look: Look) -> None:
    """Each unknown name with its likely KPI, once nothing else is open; what is confirmed is remembered."""
    counts = _unknown(look)
    if not counts or look.questions:
        return
    names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis if kpi.formula is None}
    near = {
        name: code for name, code in look.preview.kpi_suggestions.items() if code in names and name in counts
    }
    with st.container(border=True, key="unknown-names"):
        show(_title(len(counts), near), key="names")
        if len(near) > 1:
            st.button(
                f"All {len(near)} suggestions are right", type="primary", key=f"all-names-{desk.round}",
                on_click=desk.names, args=(near,),
            )  # fmt: skip
        first = sorted(counts.items(), key=lambda one: (one[0] not in near, -one[1]))
        for place, (name, count) in enumerate(first[:MOST]):
            _line(viewer, desk, place, name, count, near.get(name), names)
        if len(counts) > MOST:
            show(
                element(
                    "p",
                    f"and {len(counts) - MOST} more names; they are asked when these are settled.",
                    klass="quiet",
                ),
                key="more-names",
            )


def _unknown(look: Look) -> Counter[str]:
    issues = look.preview.issues
    return Counter(one.value for one in issues.kept if one.code is IssueCode.UNKNOWN_KPI and one.value)


def _title(count: int, near: dict[str, str]) -> Tree:
    what = "One KPI name is" if count == 1 else f"{count} KPI names are"
    line = "Say what is meant, or leave these rows out when you commit."
    if near:
        line = "Confirm what is meant; it is remembered for such files. Rows of other names can be left out."
    return element("div", element("b", f"{what} not known"), element("p", line), klass="ask")


def _line(
    viewer: Viewer, desk: Desk, place: int, name: str, count: int, near: str | None, names: dict[str, str]
) -> None:
    left, right, confirm = st.columns([3, 4, 2], vertical_alignment="center")
    rows = f"{viewer.formats.number(count)} {'row' if count == 1 else 'rows'}"
    with left:
        show(element("div", element("b", name), element("small", rows), klass="column"), key=f"name-{place}")
    codes = list(names)
    with right:
        said = st.selectbox(
            f"KPI meant by {escaped(name)}", codes, index=codes.index(near) if near else None,
            format_func=lambda code: names[code], placeholder="Which KPI is it?",
            label_visibility="collapsed", key=f"kpi-{desk.round}-{name}",
        )  # fmt: skip
    with confirm:
        word = "Yes, this one" if said == near and said else "Take it"
        st.button(
            word, key=f"yes-{desk.round}-{name}", disabled=said is None, width="stretch",
            on_click=desk.names, args=({name: said} if said else {},),
        )  # fmt: skip
