"""What the list of uploads is filtered by, beside its kinds and states; every choice goes to the address."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from kpidash.services.past_uploads import Asked
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import escaped
from kpidash.ui.history.asked import address, but, parameters_of
from kpidash.ui.viewer import Viewer

_FIND, _PERSON, _KPI, _SINCE, _UNTIL = (
    f"uploads-{name}" for name in ("find", "person", "kpi", "since", "until")
)


def filters(viewer: Viewer, asked: Asked, people: Sequence[str]) -> None:
    """A search, and behind a button person, KPI and days; what is chosen there is shown beside it."""
    names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    # the address says what is chosen, also after the browser's back button
    for key, value in ((_FIND, asked.text), (_SINCE, asked.since), (_UNTIL, asked.until)):
        st.session_state[key] = value
    st.session_state[_PERSON] = asked.person if asked.person in people else None
    st.session_state[_KPI] = asked.code if asked.code in names else None
    with st.container(horizontal=True, vertical_alignment="bottom", key="uploads-filters"):
        st.text_input(
            "Find an upload", key=_FIND, placeholder="File name, number or digest", max_chars=100,
            label_visibility="collapsed", on_change=_take, args=(asked, "text", _FIND),
        )  # fmt: skip
        with st.popover("Filter"):
            _select("Person", people, _PERSON, asked, "person", viewer.name)
            _select("KPI", list(names), _KPI, asked, "code", lambda code: names[code])
            latest = viewer.today
            for label, key, field in (("From", _SINCE, "since"), ("To", _UNTIL, "until")):
                st.date_input(label, key=key, min_value=date(1970, 1, 1), max_value=latest.replace(2199),
                              on_change=_take, args=(asked, field, key))  # fmt: skip
    chips = _chips(viewer, asked, names, people)
    if chips:
        show(chips, key="uploads-chips")


def _select(label: str, values: Sequence[str], key: str, asked: Asked, field: str, name: Any) -> None:
    st.selectbox(
        label, values, key=key, index=None, format_func=lambda value: escaped(name(value)),
        placeholder="Any", on_change=_take, args=(asked, field, key),
    )  # fmt: skip


def _take(asked: Asked, field: str, key: str) -> None:
    """Write what was chosen to the address; the list begins anew."""
    said = st.session_state.get(key)
    chosen = parameters_of(but(asked, field, said))
    kept = {name: st.query_params[name] for name in ("window", "as_of") if name in st.query_params}
    st.query_params.from_dict(kept | chosen)


def _chips(viewer: Viewer, asked: Asked, names: dict[str, str], people: Sequence[str]) -> Tree | None:
    day, person = viewer.formats.day, asked.person
    # an address from elsewhere is repeated: whose it is not everybody may learn
    named = viewer.name(person) if person in people else person
    found = {
        "text": f"like “{asked.text}”" if asked.text else None,
        "person": f"by {named}" if named else None,
        "code": names.get(asked.code, asked.code) if asked.code else None,
        "since": f"from {day(asked.since)}" if asked.since else None,
        "until": f"to {day(asked.until)}" if asked.until else None,
    }
    drawn = [
        element(
            "a",
            text,
            element("b", "×", aria_hidden="true"),
            href=address(viewer, but(asked, field, None)),
            klass="chip",
            aria_label=f"Remove the filter: {text}",
        )
        for field, text in found.items()
        if text
    ]
    every = element("a", "Show all", href=address(viewer, Asked()), klass="action")
    return element("div", *drawn, every, klass="chips") if drawn else None
