"""What the list of entries is filtered by; every choice goes to the address."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from kpidash.services.audit_trail import Asked
from kpidash.ui.audit import words
from kpidash.ui.audit.asked import address, but, parameters_of
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import escaped
from kpidash.ui.viewer import Viewer

_FIND, _PERSON, _ACTION, _SINCE, _UNTIL = (
    f"audit-{name}" for name in ("find", "person", "action", "since", "until")
)


def filters(viewer: Viewer, asked: Asked, people: Sequence[str], actions: Sequence[str]) -> None:
    """A search, and behind a button person, action and days; what is chosen is shown below."""
    # the address says what is chosen, also after the browser's back button
    for key, value in ((_FIND, asked.text), (_SINCE, asked.since), (_UNTIL, asked.until)):
        st.session_state[key] = value
    st.session_state[_PERSON] = asked.person if asked.person in people else None
    st.session_state[_ACTION] = asked.action if asked.action in actions else None
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-filters"):
        st.text_input(
            "Find entries", key=_FIND, placeholder="Anything in an entry, or its number", max_chars=100,
            label_visibility="collapsed", on_change=_take, args=(asked, "text", _FIND),
        )  # fmt: skip
        with st.popover("Filter"):
            _select("Person", people, _PERSON, asked, "person", viewer.name)
            _select("What was done", actions, _ACTION, asked, "action", words.action)
            latest = viewer.today
            for label, key, field in (("From", _SINCE, "since"), ("To", _UNTIL, "until")):
                st.date_input(label, key=key, min_value=date(1970, 1, 1), max_value=latest.replace(2199),
                              on_change=_take, args=(asked, field, key))  # fmt: skip
    if chips := _chips(viewer, asked):
        show(chips, key="audit-chips")


def _select(
    label: str, values: Sequence[str], key: str, asked: Asked, field: str, name: Callable[[str], str]
) -> None:
    st.selectbox(
        label, values, key=key, index=None, format_func=lambda value: escaped(name(value)),
        placeholder="Any", on_change=_take, args=(asked, field, key),
    )  # fmt: skip


def _take(asked: Asked, field: str, key: str) -> None:
    """Write what was chosen to the address; the list begins anew."""
    chosen = parameters_of(but(asked, field, st.session_state.get(key)))
    kept = {name: st.query_params[name] for name in ("window", "as_of") if name in st.query_params}
    st.query_params.from_dict(kept | chosen)


def _chips(viewer: Viewer, asked: Asked) -> Tree | None:
    day = viewer.formats.day
    found = {
        "text": f"with “{asked.text}”" if asked.text else None,
        "person": f"by {viewer.name(asked.person)}" if asked.person else None,
        "action": words.action(asked.action) if asked.action else None,
        "subject": f"to {asked.subject}" if asked.subject else None,
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
